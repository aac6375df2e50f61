package sceau;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import sceau.Company.Answer;
import sceau.Company.Command;
import sceau.Company.Contact;

/** Gives commands to companies with a bounded number in flight, and measures. See ../README.md. */
public final class Peer {
    private static final int COMPANIES = 10_000;
    /** That keep the view, each the companies of one tag. With a few, tags are written too late for the query. */
    private static final int WORKERS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration CATCH_UP = Duration.ofSeconds(30);
    /** Until the machine code is made. */
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    /** Sets companies and commands apart from those that an earlier process left in the same tables. */
    private static final long RUN = System.currentTimeMillis();

    private final ActorSystem<Void> system;
    private final ClusterSharding sharding;
    /** Events in the view. */
    private final AtomicLong applied = new AtomicLong();
    private final int inFlight;
    private final Semaphore room;
    private volatile String failure;
    private long given;

    private Peer(ActorSystem<Void> system, int inFlight) {
        this.system = system;
        sharding = ClusterSharding.get(system);
        sharding.init(Entity.of(Company.KEY, entity -> new Company(entity.getEntityId(), tag(entity.getEntityId()))));
        this.inFlight = inFlight;
        room = new Semaphore(inFlight);
    }

    /** Arguments: Cassandra's host:port, seconds of a run, runs, commands in flight, samples of a percentile. */
    public static void main(String[] arguments) throws Exception {
        var time = Duration.ofSeconds(Long.parseLong(arguments[1]));
        int runs = Integer.parseInt(arguments[2]);
        int inFlight = Integer.parseInt(arguments[3]);
        int samples = Integer.parseInt(arguments[4]);
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "peer", config(arguments[0]));
        try {
            var cluster = Cluster.get(system);
            cluster.manager().tell(Join.create(cluster.selfMember().address()));
            measure(new Peer(system, inFlight), time, runs, samples);
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static Config config(String contact) {
        // The query looks through all buckets since then.
        var today = LocalDate.now(ZoneOffset.UTC).atStartOfDay();
        var first = today.format(DateTimeFormatter.ofPattern("yyyyMMdd'T'HH:mm"));
        return ConfigFactory.parseMap(Map.of(
                        "datastax-java-driver.basic.contact-points", List.of(contact),
                        "pekko.persistence.cassandra.events-by-tag.first-time-bucket", first))
                .withFallback(ConfigFactory.load());
    }

    private static void measure(Peer peer, Duration time, int runs, int samples) throws InterruptedException {
        List<Double> rates = new ArrayList<>(), p99s = new ArrayList<>();
        peer.register();
        peer.crowd(WARM_UP);
        for (int run = 0; run < runs; run++) {
            rates.add(peer.crowd(time));
            p99s.add(peer.lone(samples));
        }
        System.out.printf("{\"commands_per_second\":%s,\"p99_ms\":%s}%n", rates, p99s);
    }

    private void register() throws InterruptedException {
        for (int nth = 0; nth < COMPANIES; nth++) {
            give(nth, true);
        }
        await();
        View.start(system, applied, IntStream.range(0, WORKERS).mapToObj(Peer::tag).toList());
        awaitView();
    }

    private static String tag(String company) {
        return tag(Math.floorMod(company.hashCode(), WORKERS));
    }

    private static String tag(int worker) {
        return "company-" + RUN + "-" + worker;
    }

    /** Commands answered per second, over this time, while the view follows. */
    private double crowd(Duration time) throws InterruptedException {
        long begun = System.nanoTime(), before = given;
        while (System.nanoTime() - begun < time.toNanos()) {
            give(given, false);
        }
        await();
        var rate = (given - before) * 1e9 / (System.nanoTime() - begun);
        awaitView();
        return rate;
    }

    /** The 99th percentile, in milliseconds, of the times from command to answer of so many given one by one. */
    private double lone(int samples) throws InterruptedException {
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
        var id = new UUID(RUN, ++given);
        // Companies in an order that no cache could guess.
        var company = new UUID(RUN, nth * 7_919 % COMPANIES).toString();
        var contact = new Contact("Awa Koné", "+225 07 %010d".formatted(given), "awa@brasserie.example");
        sharding.entityRefFor(Company.KEY, company)
                .<Answer>ask(answerTo -> new Command(id, registers, contact, answerTo), PATIENCE)
                .whenComplete((answer, error) -> {
                    if (error != null || answer.version() == 0) {
                        failure = error != null ? error.toString() : "refused: " + company;
                    }
                    room.release();
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

    /**
     * Waits until the view has everything, so that no run pays for the one before. Events whose tags are written too
     * late for the query come minutes later, if at all; they are not waited for.
     */
    private void awaitView() throws InterruptedException {
        var begun = System.nanoTime();
        while (applied.get() < given && System.nanoTime() - begun < CATCH_UP.toNanos()) {
            Thread.sleep(20);
        }
        if (applied.get() < given) {
            System.err.println("the view has missed " + (given - applied.get()) + " events so far");
        }
    }
}
