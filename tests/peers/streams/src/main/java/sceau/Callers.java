package sceau;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import sceau.Message.Answer;
import sceau.Message.Command;
import sceau.Message.Contact;

/** Gives commands with a bounded number in flight, and takes the answers once they are committed. */
final class Callers implements AutoCloseable {
    private static final int COMPANIES = 10_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String commands;
    private final KafkaProducer<String, Command> producer;
    private final KafkaConsumer<String, Answer> consumer;
    private final int inFlight;
    private final Semaphore room;
    private final Thread listener;
    private final AtomicLong answered = new AtomicLong();
    private volatile String failure;
    private volatile boolean closing;
    private long given;

    Callers(String brokers, String commands, List<TopicPartition> answers, int inFlight, int lingerMs) {
        this.commands = commands;
        this.inFlight = inFlight;
        room = new Semaphore(inFlight);
        Map<String, Object> sending = Map.of(
                "bootstrap.servers", brokers, "acks", "all", "linger.ms", lingerMs, "batch.size", 131_072);
        producer = new KafkaProducer<>(sending, new StringSerializer(), Message.serde(Command::read).serializer());
        Map<String, Object> reading = Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed");
        consumer = new KafkaConsumer<>(reading, new StringDeserializer(), Message.serde(Answer::read).deserializer());
        consumer.assign(answers);
        consumer.seekToBeginning(answers);
        listener = new Thread(this::listen, "answers");
        listener.start();
    }

    void register() throws InterruptedException {
        for (int nth = 0; nth < COMPANIES; nth++) {
            give(nth, true);
        }
        await();
    }

    /** Commands answered per second, over this time. */
    double crowd(Duration time) throws InterruptedException {
        long begun = System.nanoTime(), before = answered.get();
        while (System.nanoTime() - begun < time.toNanos()) {
            give(given, false);
        }
        await();
        return (answered.get() - before) * 1e9 / (System.nanoTime() - begun);
    }

    /** The 99th percentile, in milliseconds, of the times from command to answer of so many given one by one. */
    double lone(int samples) throws InterruptedException {
        var times = new long[samples];
        for (int nth = 0; nth < samples; nth++) {
            long asked = System.nanoTime();
            give(given, false);
            await();
            times[nth] = System.nanoTime() - asked;
        }
        Arrays.sort(times);
        return times[(samples * 99 + 99) / 100 - 1] / 1e6;
    }

    private void give(long nth, boolean registers) throws InterruptedException {
        acquire(1);
        given++;
        // Companies in an order that no cache could guess.
        var company = "ci/company/" + new UUID(0, nth * 7_919 % COMPANIES);
        var contact = new Contact("Awa Koné", "+225 07 %010d".formatted(given), "awa@brasserie.example");
        var command = new Command(new UUID(1, given), registers, contact);
        producer.send(new ProducerRecord<>(commands, company, command), (place, error) -> {
            if (error != null) {
                failure = error.toString();
            }
        });
    }

    /** Waits until everything is answered. */
    private void await() throws InterruptedException {
        acquire(inFlight);
        room.release(inFlight);
    }

    private void acquire(int permits) throws InterruptedException {
        boolean acquired = room.tryAcquire(permits) || room.tryAcquire(permits, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (failure != null || !acquired) {
            throw new IllegalStateException(failure != null ? failure : "no answer comes");
        }
    }

    private void listen() {
        while (!closing) {
            for (var record : consumer.poll(Duration.ofMillis(100))) {
                if (record.value().version() == 0) {
                    failure = "refused: " + record.value();
                }
                answered.incrementAndGet();
                room.release();
            }
        }
        consumer.close();
    }

    @Override
    public void close() {
        closing = true;
        producer.close();
    }
}
