package sceau;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** What is written to Kafka, in a compact binary form: nothing is lost to a slow codec. */
interface Message {
    void write(ByteBuffer out);

    /** Whom to call. */
    record Contact(String person, String phone, String email) {
        void write(ByteBuffer out) {
            text(out, person);
            text(out, phone);
            text(out, email);
        }

        static Contact read(ByteBuffer in) {
            return new Contact(text(in), text(in), text(in));
        }
    }

    /** A company is to be registered, or to be reached in another way. */
    record Command(UUID id, boolean registers, Contact contact) implements Message {
        public void write(ByteBuffer out) {
            uuid(out, id);
            out.put((byte) (registers ? 1 : 0));
            contact.write(out);
        }

        static Command read(ByteBuffer in) {
            return new Command(uuid(in), in.get() == 1, Contact.read(in));
        }
    }

    /** What happened, with who did it, when and why: as many bytes as the value of a record of Sceau. */
    record Event(UUID command, long version, long time, Contact contact) implements Message {
        /** What Sceau's commit says besides: actor, tenant, digest of the command, type. */
        private static final byte[] BESIDES = new byte[150];

        public void write(ByteBuffer out) {
            uuid(out, command);
            out.putLong(version).putLong(time);
            contact.write(out);
            out.put(BESIDES);
        }
    }

    /** What came of a command: the company's version after it, or 0 when it was refused. */
    record Answer(UUID command, long version) implements Message {
        public void write(ByteBuffer out) {
            uuid(out, command);
            out.putLong(version);
        }

        static Answer read(ByteBuffer in) {
            return new Answer(uuid(in), in.getLong());
        }
    }

    /** A registered company, which is its own view row too, with the last commands that it accepted. */
    record Company(long version, Contact contact, List<Answer> accepted) implements Message {
        public void write(ByteBuffer out) {
            out.putLong(version);
            contact.write(out);
            out.put((byte) accepted.size());
            accepted.forEach(answer -> answer.write(out));
        }

        static Company read(ByteBuffer in) {
            var version = in.getLong();
            var contact = Contact.read(in);
            var accepted = new ArrayList<Answer>();
            for (int left = in.get(); left > 0; left--) {
                accepted.add(Answer.read(in));
            }
            return new Company(version, contact, accepted);
        }
    }

    static <M extends Message> Serde<M> serde(Function<ByteBuffer, M> read) {
        return Serdes.serdeFrom(
                (topic, message) -> message == null ? null : bytes(message),
                (topic, bytes) -> bytes == null ? null : read.apply(ByteBuffer.wrap(bytes)));
    }

    private static byte[] bytes(Message message) {
        var out = ByteBuffer.allocate(1024);
        message.write(out);
        var bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private static void uuid(ByteBuffer out, UUID id) {
        out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static UUID uuid(ByteBuffer in) {
        return new UUID(in.getLong(), in.getLong());
    }

    private static void text(ByteBuffer out, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putShort((short) bytes.length).put(bytes);
    }

    private static String text(ByteBuffer in) {
        var bytes = new byte[in.getShort()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
