package sceau;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;
import sceau.Message.Command;
import sceau.Message.Company;

/** Measures the application twice: set for many commands, and set for a quick answer. See ../README.md. */
public final class Peer {
    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Until the machine code is made. */
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    /** Arguments: brokers, seconds of a run, runs, commands in flight, samples of a percentile. */
    public static void main(String[] arguments) throws Exception {
        var brokers = arguments[0];
        var time = Duration.ofSeconds(Long.parseLong(arguments[1]));
        int runs = Integer.parseInt(arguments[2]);
        int inFlight = Integer.parseInt(arguments[3]);
        int samples = Integer.parseInt(arguments[4]);
        List<Double> rates = new ArrayList<>(), p99s = new ArrayList<>();
        var throughput = new Tuning(100, 5, 5, 2, 100, 5);
        try (var application = new Application(brokers, throughput); var callers = application.callers(inFlight)) {
            callers.register();
            callers.crowd(WARM_UP);
            for (int run = 0; run < runs; run++) {
                rates.add(callers.crowd(time));
            }
        }
        var latency = new Tuning(1, 1, 1, 1, 0, 0);
        try (var application = new Application(brokers, latency); var callers = application.callers(inFlight)) {
            callers.register();
            callers.lone(samples);
            for (int run = 0; run < runs; run++) {
                p99s.add(callers.lone(samples));
            }
        }
        System.out.printf("{\"commands_per_second\":%s,\"p99_ms\":%s}%n", rates, p99s);
    }

    /**
     * What one trades answers per second for a quick answer by. As delivered, Kafka Streams sleeps for up to 100 ms in
     * its poll, and its producer for 100 ms before it asks again whether the transaction before has ended.
     */
    private record Tuning(int commitMs, int pollMs, int retryMs, int threads, int lingerMs, int callersLingerMs) {}

    /** A running application with topics of its own. */
    private static final class Application implements AutoCloseable {
        private final String brokers;
        private final Tuning tuning;
        private final String name = "peer-" + System.currentTimeMillis();
        private final KafkaStreams streams;

        Application(String brokers, Tuning tuning) throws Exception {
            this.brokers = brokers;
            this.tuning = tuning;
            try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
                var topics = List.of(topic("commands"), topic(Decider.EVENTS), topic(Decider.ANSWERS));
                admin.createTopics(topics.stream().map(topic -> new NewTopic(topic, PARTITIONS, (short) -1)).toList())
                        .all()
                        .get();
            }
            streams = new KafkaStreams(topology(), settings());
            streams.start();
            var deadline = System.nanoTime() + PATIENCE.toNanos();
            while (streams.state() != KafkaStreams.State.RUNNING) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("Kafka Streams does not run: " + streams.state());
                }
                Thread.sleep(20);
            }
        }

        Callers callers(int inFlight) {
            var answers = topic(Decider.ANSWERS);
            var places = IntStream.range(0, PARTITIONS).mapToObj(number -> new TopicPartition(answers, number));
            return new Callers(brokers, topic("commands"), places.toList(), inFlight, tuning.callersLingerMs);
        }

        private String topic(String what) {
            return name + "." + what;
        }

        private Topology topology() {
            var text = Serdes.String();
            // In memory, and written to its changelog once for each transaction: the quickest there is.
            var companies = Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(Decider.COMPANIES), text, Message.serde(Company::read))
                    .withCachingEnabled();
            var bytes = Message.<Message>serde(null).serializer();
            return new Topology()
                    .addSource("commands", text.deserializer(), Message.serde(Command::read).deserializer(),
                            topic("commands"))
                    .addProcessor("decide", Decider::new, "commands")
                    .addStateStore(companies, "decide")
                    .addSink(Decider.EVENTS, topic(Decider.EVENTS), text.serializer(), bytes, "decide")
                    .addSink(Decider.ANSWERS, topic(Decider.ANSWERS), text.serializer(), bytes, "decide");
        }

        private Properties settings() {
            var settings = new Properties();
            settings.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
            settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
            settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
            settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, tuning.commitMs);
            settings.put(StreamsConfig.POLL_MS_CONFIG, tuning.pollMs);
            settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, tuning.threads);
            settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 64 << 20);
            settings.put(StreamsConfig.STATE_DIR_CONFIG, "target/state");
            settings.put(StreamsConfig.producerPrefix("linger.ms"), tuning.lingerMs);
            settings.put(StreamsConfig.producerPrefix("retry.backoff.ms"), tuning.retryMs);
            settings.put(StreamsConfig.producerPrefix("batch.size"), 131_072);
            return settings;
        }

        @Override
        public void close() {
            streams.close(PATIENCE);
            streams.cleanUp();
        }
    }
}
