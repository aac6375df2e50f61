package sceau;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.persistence.cassandra.query.javadsl.CassandraReadJournal;
import org.apache.pekko.projection.ProjectionBehavior;
import org.apache.pekko.projection.ProjectionId;
import org.apache.pekko.projection.cassandra.javadsl.CassandraProjection;
import org.apache.pekko.projection.eventsourced.EventEnvelope;
import org.apache.pekko.projection.eventsourced.javadsl.EventSourcedProvider;
import org.apache.pekko.projection.javadsl.Handler;
import org.apache.pekko.stream.connectors.cassandra.javadsl.CassandraSession;
import org.apache.pekko.stream.connectors.cassandra.javadsl.CassandraSessionRegistry;
import sceau.Company.Changed;

/** Keeps a row for each company up to date; of several events of one company in a group, only the last is written. */
final class View extends Handler<List<EventEnvelope<Changed>>> {
    private static final int GROUP = 500;
    private static final Duration GROUP_TIME = Duration.ofMillis(50);

    private final CassandraSession session;
    private final PreparedStatement upsert;
    private final AtomicLong applied;

    private View(CassandraSession session, PreparedStatement upsert, AtomicLong applied) {
        this.session = session;
        this.upsert = upsert;
        this.applied = applied;
    }

    /** Starts a worker for each tag, once the journal has its tables; `applied` counts the events in the view. */
    static void start(ActorSystem<Void> system, AtomicLong applied, List<String> tags) {
        // The one that the projections keep their offsets by; the journal must be the first to use its own.
        var session = CassandraSessionRegistry.get(system).sessionFor("pekko.projection.cassandra.session-config");
        for (var keyspace : List.of("pekko_projection", "peer")) {
            done(session.executeDDL("CREATE KEYSPACE IF NOT EXISTS " + keyspace
                    + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"));
        }
        done(session.executeDDL("CREATE TABLE IF NOT EXISTS peer.company"
                + " (id text PRIMARY KEY, version bigint, person text, phone text, email text)"));
        done(CassandraProjection.createTablesIfNotExists(system));
        var upsert = done(session.prepare(
                "INSERT INTO peer.company (id, version, person, phone, email) VALUES (?, ?, ?, ?, ?)"));
        for (var tag : tags) {
            var events = EventSourcedProvider.<Changed>eventsByTag(system, CassandraReadJournal.Identifier(), tag);
            var projection = CassandraProjection.groupedWithin(
                            ProjectionId.of("company", tag), events, () -> new View(session, upsert, applied))
                    .withGroup(GROUP, GROUP_TIME);
            system.systemActorOf(ProjectionBehavior.create(projection), tag, Props.empty());
        }
    }

    @Override
    public CompletionStage<Done> process(List<EventEnvelope<Changed>> group) {
        var last = new LinkedHashMap<String, Changed>();
        group.forEach(envelope -> last.put(envelope.event().company(), envelope.event()));
        var writes = last.values().stream().map(this::write).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(writes).thenApply(all -> {
            applied.addAndGet(group.size());
            return Done.getInstance();
        });
    }

    private CompletableFuture<Done> write(Changed event) {
        var contact = event.contact();
        var row = upsert.bind(event.company(), event.version(), contact.person(), contact.phone(), contact.email());
        return session.executeWrite(row).toCompletableFuture();
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
