package sceau;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import sceau.Message.Answer;
import sceau.Message.Command;
import sceau.Message.Company;
import sceau.Message.Event;

/** Loads the company, decides, and hands on the event and the answer; one transaction makes them all durable. */
final class Decider implements Processor<String, Command, String, Message> {
    static final String COMPANIES = "companies";
    static final String EVENTS = "events";
    static final String ANSWERS = "answers";
    /** How many commands a company remembers. Sceau's remembers 32; fewer make the changelog lighter. */
    private static final int REMEMBERED = 8;

    private ProcessorContext<String, Message> context;
    private KeyValueStore<String, Company> companies;

    @Override
    public void init(ProcessorContext<String, Message> context) {
        this.context = context;
        companies = context.getStateStore(COMPANIES);
    }

    @Override
    public void process(Record<String, Command> record) {
        var command = record.value();
        var before = companies.get(record.key());
        var repeated = before == null ? null : accepted(before, command);
        if (repeated != null) {
            context.forward(record.withValue(repeated), ANSWERS);
        } else if (command.registers() == (before == null)) {
            accept(record, before);
        } else {
            context.forward(record.withValue(new Answer(command.id(), 0)), ANSWERS);
        }
    }

    private static Answer accepted(Company company, Command command) {
        for (var answer : company.accepted()) {
            if (answer.command().equals(command.id())) {
                return answer;
            }
        }
        return null;
    }

    private void accept(Record<String, Command> record, Company before) {
        var command = record.value();
        var version = before == null ? 1 : before.version() + 1;
        var answer = new Answer(command.id(), version);
        var accepted = new ArrayList<Answer>(before == null ? List.of() : before.accepted());
        if (accepted.size() == REMEMBERED) {
            accepted.remove(0);
        }
        accepted.add(answer);
        companies.put(record.key(), new Company(version, command.contact(), accepted));
        var event = new Event(command.id(), version, record.timestamp(), command.contact());
        context.forward(record.withValue(event), EVENTS);
        context.forward(record.withValue(answer), ANSWERS);
    }
}
