//! The reactor: order within a stream, one command in flight, retries, refusals, and where the checkpoint stands.

use std::time::Duration;

use sceau_kernel::{CommandId, Timestamp};
use sceau_log::protocol::Cursor;
use sceau_projection::Cell;
use sceau_projector::reactor::{ReactorAction, ReactorInput};
use sceau_projector::{ReactorMachine, ReactorOptions, SinkError};

use crate::toy::{Clerk, Event, Writing, added, source};

/// A submitted command: its ticket, its stream's account, its amount, its event's offset and its index.
#[derive(Clone, Debug, PartialEq)]
struct Sent {
    ticket: u64,
    account: String,
    amount: i64,
    at: (u64, u32),
}

fn moved(from: u32, to: u32, amount: i64) -> Event {
    Event::Moved { from, to, amount }
}

/// A machine that has been given the whole log.
fn machine(log: &Writing, options: ReactorOptions) -> ReactorMachine<Clerk> {
    let mut machine = ReactorMachine::new(options, source(0), Cursor::START);
    machine.take(ReactorInput::Tick(Timestamp(0)));
    assert_eq!(machine.next_action(), Some(ReactorAction::Read { from: 0 }));
    machine.take(ReactorInput::Records(log.records.clone()));
    machine
}

/// The commands that are to be sent now; reads and checkpoints are left under way.
fn sent(machine: &mut ReactorMachine<Clerk>) -> Vec<Sent> {
    let mut sent = Vec::new();
    while let Some(action) = machine.next_action() {
        if let ReactorAction::Submit { ticket, stream, command, id: CommandId::Reaction(id), traceparent } = action {
            assert_eq!((&*id.reactor, &*id.topic, id.partition), ("clerk", "test.account", 0));
            assert_eq!(traceparent, "00-trace");
            sent.push(Sent { ticket, account: stream.id().to_owned(), amount: command, at: (id.offset, id.index) });
        }
    }
    sent
}

fn places(sent: &[Sent]) -> Vec<(&str, i64, (u64, u32))> {
    sent.iter().map(|sent| (sent.account.as_str(), sent.amount, sent.at)).collect()
}

fn answer(machine: &mut ReactorMachine<Clerk>, sent: &Sent, answer: Result<(), SinkError>) {
    machine.take(ReactorInput::Answered { ticket: sent.ticket, answer });
}

#[test]
fn a_stream_has_one_command_under_way_and_they_go_in_log_order() {
    let mut log = Writing::new();
    log.commit(1, &[moved(1, 2, 10), moved(1, 3, 20)]).commit(2, &[moved(2, 3, 5)]);
    let mut machine = machine(&log, ReactorOptions::default());

    let first = sent(&mut machine);
    assert_eq!(places(&first), [("1", -10, (1, 0)), ("2", 10, (1, 1)), ("3", 20, (1, 3))]);
    answer(&mut machine, &first[1], Ok(()));
    assert_eq!(places(&sent(&mut machine)), [("2", -5, (2, 0))]);
    answer(&mut machine, &first[0], Ok(()));
    assert_eq!(places(&sent(&mut machine)), [("1", -20, (1, 2))]);
    answer(&mut machine, &first[2], Ok(()));
    assert_eq!(places(&sent(&mut machine)), [("3", 5, (2, 1))]);
}

#[test]
fn what_cannot_be_taken_now_is_sent_again_and_holds_up_its_stream_only() {
    let mut log = Writing::new();
    log.commit(1, &[moved(1, 2, 10)]).commit(1, &[moved(1, 2, 20)]);
    let mut machine = machine(&log, ReactorOptions::default());
    let first = sent(&mut machine);
    answer(&mut machine, &first[0], Err(SinkError::Retry { after: Duration::from_secs(1) }));
    answer(&mut machine, &first[1], Ok(()));
    assert_eq!(places(&sent(&mut machine)), [("2", 20, (2, 1))]);
    machine.take(ReactorInput::Tick(Timestamp(999_999)));
    assert_eq!(sent(&mut machine), []);
    machine.take(ReactorInput::Tick(Timestamp(1_000_000)));
    assert_eq!(sent(&mut machine), [first[0].clone()], "the same command under the same id");
}

#[test]
fn the_checkpoint_stays_behind_the_oldest_unanswered_event() {
    let mut log = Writing::new();
    log.commit(1, &[moved(1, 2, 10)]).commit(3, &[moved(3, 4, 20)]).commit(5, &[added(5, 1)]);
    let mut machine = machine(&log, ReactorOptions::default());
    let first = sent(&mut machine);
    for late in &first[2..] {
        answer(&mut machine, late, Ok(()));
    }
    assert_eq!(machine.applied(), 1, "only the fence is done");
    answer(&mut machine, &first[0], Ok(()));
    assert_eq!(machine.applied(), 1);
    answer(&mut machine, &first[1], Ok(()));
    assert_eq!(machine.applied(), 4, "all of it, the event that asks for nothing too");
    machine.take(ReactorInput::Checkpointed);
    machine.take(ReactorInput::Tick(Timestamp(10_000_000)));
    let checkpoint =
        std::iter::from_fn(|| machine.next_action()).find(|action| matches!(action, ReactorAction::Checkpoint { .. }));
    assert_eq!(checkpoint, Some(ReactorAction::Checkpoint { cursor: Cursor { next: 4, epoch: Some(0), seq: 3 } }));
}

#[test]
fn the_window_bounds_what_is_under_way() {
    let mut log = Writing::new();
    for n in 0..10 {
        log.commit(n, &[moved(2 * n, 2 * n + 1, 1)]);
    }
    let mut machine = machine(&log, ReactorOptions { window: 4, ..ReactorOptions::default() });
    let mut open = sent(&mut machine);
    assert_eq!(open.len(), 4);
    let mut total = open.len();
    while let Some(next) = open.pop() {
        answer(&mut machine, &next, Ok(()));
        let more = sent(&mut machine);
        total += more.len();
        open.extend(more);
        assert!(open.len() <= 4 + 1, "a commit is taken whole");
    }
    assert_eq!(total, 20);
    assert_eq!(machine.applied(), 11);
}

#[test]
fn a_refused_command_and_a_poison_event_are_put_aside_before_the_checkpoint_passes_them() {
    let mut log = Writing::new();
    log.commit(1, &[moved(1, 2, 10)]).commit(1, &[Event::Damaged]);
    let mut machine = machine(&log, ReactorOptions::default());
    let mut submits = Vec::new();
    let mut letters = Vec::new();
    while let Some(action) = machine.next_action() {
        match action {
            ReactorAction::Submit { ticket, .. } => submits.push(ticket),
            ReactorAction::Write { dead_letters } => letters.extend(dead_letters),
            ReactorAction::Read { .. } | ReactorAction::Checkpoint { .. } => {}
        }
    }
    assert_eq!(letters.len(), 1, "the damaged event");
    let refused = SinkError::Refused { code: "NO_ACCOUNT".to_owned(), text: "there is no account".to_owned() };
    machine.take(ReactorInput::Answered { ticket: submits[0], answer: Err(refused) });
    machine.take(ReactorInput::Answered { ticket: submits[1], answer: Ok(()) });
    assert_eq!(machine.next_action(), None, "one write at a time");
    machine.take(ReactorInput::WriteFailed("disk".to_owned()));
    assert_eq!(machine.trouble(), Some("disk"));
    machine.take(ReactorInput::Tick(Timestamp(10_000_000)));
    let written = std::iter::from_fn(|| machine.next_action()).find_map(|action| match action {
        ReactorAction::Write { dead_letters } => Some(dead_letters),
        _ => None,
    });
    let reasons: Vec<_> = written.unwrap().into_iter().map(|row| row.cells.unwrap().remove(2)).collect();
    assert!(reasons.contains(&Cell::Text("NO_ACCOUNT: there is no account".to_owned())), "{reasons:?}");
    assert_eq!((reasons.len(), machine.applied()), (2, 1));
    machine.take(ReactorInput::Written);
    assert_eq!((machine.applied(), machine.counts().dead_letters), (3, 2));
}

#[test]
fn void_commits_are_not_answered() {
    let mut log = Writing::new();
    log.void(1, &[moved(1, 2, 10)]);
    let mut machine = machine(&log, ReactorOptions::default());
    assert_eq!(sent(&mut machine), []);
    assert_eq!((machine.applied(), machine.counts().void), (2, 1));
}

#[test]
fn shutting_down_waits_for_the_answers_and_takes_nothing_new() {
    let mut log = Writing::new();
    log.commit(1, &[moved(1, 2, 10)]);
    let mut machine = machine(&log, ReactorOptions::default());
    let first = sent(&mut machine);
    machine.take(ReactorInput::ShutDown);
    log.commit(1, &[moved(1, 2, 20)]);
    machine.take(ReactorInput::Records(log.records[2..].to_vec()));
    for sent in &first {
        assert!(!machine.is_done());
        answer(&mut machine, sent, Ok(()));
    }
    machine.take(ReactorInput::Checkpointed);
    assert_eq!(
        machine.next_action(),
        Some(ReactorAction::Checkpoint { cursor: Cursor { next: 2, epoch: Some(0), seq: 1 } })
    );
    machine.take(ReactorInput::Checkpointed);
    assert!(machine.is_done());
}
