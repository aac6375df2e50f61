package sceau;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerWithReply;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import org.apache.pekko.persistence.typed.javadsl.ReplyEffect;

/** A company: decides what becomes of a command, keeps the event, then answers. */
final class Company
        extends EventSourcedBehaviorWithEnforcedReplies<Company.Command, Company.Changed, Company.State> {
    static final EntityTypeKey<Command> KEY = EntityTypeKey.create(Command.class, "company");
    private static final int REMEMBERED = 32;

    /** Whom to call. */
    record Contact(String person, String phone, String email) {}

    /** A company is to be registered, or to be reached in another way. */
    record Command(UUID id, boolean registers, Contact contact, ActorRef<Answer> answerTo) {}

    /** What came of a command: the company's version after it, or 0 when it was refused. */
    record Answer(long version) {}

    /** What happened, with who did it, when and why: as many bytes as the value of a record of Sceau. */
    record Changed(UUID command, String company, long version, long time, Contact contact, byte[] besides) {
        /** What Sceau's commit says besides: actor, tenant, digest of the command. */
        private static final byte[] BESIDES = new byte[56];
    }

    /** Version 0 is a company that is not registered. */
    static final class State {
        private long version;
        private final Deque<Accepted> accepted = new ArrayDeque<>(REMEMBERED);

        private record Accepted(UUID command, long version) {}

        private Answer answerTo(UUID command) {
            for (var known : accepted) {
                if (known.command.equals(command)) {
                    return new Answer(known.version);
                }
            }
            return null;
        }

        private State after(Changed event) {
            if (accepted.size() == REMEMBERED) {
                accepted.removeFirst();
            }
            accepted.addLast(new Accepted(event.command, event.version));
            version = event.version;
            return this;
        }
    }

    private final String id;
    private final Set<String> tags;

    Company(String id, String tag) {
        super(PersistenceId.of(KEY.name(), id));
        this.id = id;
        tags = Set.of(tag);
    }

    @Override
    public State emptyState() {
        return new State();
    }

    @Override
    public CommandHandlerWithReply<Command, Changed, State> commandHandler() {
        return newCommandHandlerWithReplyBuilder().forAnyState().onCommand(Command.class, this::decide).build();
    }

    private ReplyEffect<Changed, State> decide(State state, Command command) {
        var known = state.answerTo(command.id);
        if (known != null) {
            return Effect().reply(command.answerTo, known);
        }
        if (command.registers != (state.version == 0)) {
            return Effect().reply(command.answerTo, new Answer(0));
        }
        var now = System.currentTimeMillis();
        var event = new Changed(command.id, id, state.version + 1, now, command.contact, Changed.BESIDES);
        return Effect().persist(event).thenReply(command.answerTo, after -> new Answer(after.version));
    }

    @Override
    public EventHandler<State, Changed> eventHandler() {
        return newEventHandlerBuilder().forAnyState().onEvent(Changed.class, State::after).build();
    }

    @Override
    public Set<String> tagsFor(Changed event) {
        return tags;
    }
}
