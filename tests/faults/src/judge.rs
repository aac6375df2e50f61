//! What must hold after a run. Each finding is one sentence; none means that all is well.

use std::collections::BTreeMap;
use std::fmt::Debug;

use sceau_proto::log::v1::CommandId;
use sceau_proto::order::v1::{OrderConfirmed, OrderFulfilled, OrderPaid};
use sceau_proto::payment::v1::{InvoiceIssued, InvoiceSettled};
use sceau_proto::stamp::v1::StampsAllocated;
use uuid::Uuid;

use crate::books::{Books, events};
use crate::journal::{Journal, Place, Valid};
use crate::ledger::Pages;

/// Judges a run by what was answered, what is in the log and what the views show.
pub(crate) fn judge(pages: &Pages, journal: &Journal, shown: &Books) -> Vec<String> {
    let mut faults = pages.complaints.clone();
    faults.extend(journal.faults.iter().cloned());
    streams_are_contiguous(journal, &mut faults);
    commands_are_taken_once(journal, &mut faults);
    answers_stand_in_the_log(pages, journal, &mut faults);
    the_stamp_loop_goes_once(journal, &mut faults);
    let books = Books::of(journal);
    must_be_equal("company", &books.companies, &shown.companies, &mut faults);
    must_be_equal("order", &books.orders, &shown.orders, &mut faults);
    must_be_equal("ledger of company", &books.accounts, &shown.accounts, &mut faults);
    faults
}

/// Every commit was decided on exactly the events before it, and a stream stays in its partition.
fn streams_are_contiguous(journal: &Journal, faults: &mut Vec<String>) {
    let mut last: BTreeMap<&str, &Valid> = BTreeMap::new();
    for commit in &journal.valid {
        let before = last.insert(&commit.commit.stream, commit);
        let version = before.map_or(0, Valid::version);
        if commit.commit.first_version != version {
            let (begins, stream) = (commit.commit.first_version, &commit.commit.stream);
            faults.push(format!("{:?} begins at version {begins} of {stream}, which is at {version}", commit.place));
        }
        if before.is_some_and(|before| (&before.place.0, before.place.1) != (&commit.place.0, commit.place.1)) {
            faults.push(format!("{} stands in two partitions", commit.commit.stream));
        }
    }
}

/// No command has two valid commits, be it a caller's or a reactor's.
fn commands_are_taken_once(journal: &Journal, faults: &mut Vec<String>) {
    let mut taken: BTreeMap<String, &Place> = BTreeMap::new();
    for commit in &journal.valid {
        let Some(id) = &commit.commit.command_id else {
            faults.push(format!("{:?} answers no command", commit.place));
            continue;
        };
        if let Some(first) = taken.insert(name_of(id), &commit.place) {
            faults.push(format!("{} is taken twice, at {first:?} and at {:?}", name_of(id), commit.place));
        }
    }
}

fn name_of(id: &CommandId) -> String {
    match (&id.reaction, Uuid::from_slice(&id.uuid)) {
        (Some(reaction), _) => format!("{reaction:?}"),
        (None, Ok(uuid)) => uuid.to_string(),
        (None, Err(_)) => format!("{id:?}"),
    }
}

/// Every answer names the one valid commit of its command, and callers have no commit that they did not ask for.
fn answers_stand_in_the_log(pages: &Pages, journal: &Journal, faults: &mut Vec<String>) {
    let by_callers = journal
        .valid
        .iter()
        .filter(|commit| commit.commit.actor.as_ref().is_some_and(|actor| actor.subject != "system"));
    let commits: BTreeMap<Uuid, &Valid> = by_callers
        .filter_map(|commit| Some((Uuid::from_slice(&commit.commit.command_id.as_ref()?.uuid).ok()?, commit)))
        .collect();
    for (id, commit) in &commits {
        if !pages.commands.contains_key(id) {
            faults.push(format!("{:?} answers {id}, which nobody gave", commit.place));
        }
    }
    for (id, receipt) in &pages.commands {
        let Some(receipt) = receipt else { continue };
        let told = receipt.position.as_ref().map(|at| (at.topic.clone(), at.partition, at.offset));
        let told = (told, receipt.version, receipt.id.as_str());
        let is = commits.get(id).map(|commit| (Some(commit.place.clone()), commit.version(), commit.stream().1));
        if is.as_ref() != Some(&told) {
            faults.push(format!("{id} was answered {told:?}, in the log is {is:?}"));
        }
    }
}

/// Each confirmed order is invoiced once and as confirmed, each settled one paid, allocated and fulfilled once, and no
/// number of a stamp is given twice.
fn the_stamp_loop_goes_once(journal: &Journal, faults: &mut Vec<String>) {
    let commits = || journal.valid.iter();
    let own = |commit: &Valid| commit.stream().1.to_owned();
    let mut steps: BTreeMap<String, [u32; 6]> = BTreeMap::new();
    let mut totals = BTreeMap::new();
    let mut numbers = Vec::new();
    for commit in commits() {
        let mut count = |order: String, step: usize| steps.entry(order).or_default()[step] += 1;
        for event in events::<OrderConfirmed>(commit) {
            totals.insert(own(commit), event.total);
            count(own(commit), 0);
        }
        for event in events::<InvoiceIssued>(commit) {
            count(event.order_id, 1);
        }
        for event in events::<InvoiceSettled>(commit) {
            count(event.order_id, 2);
        }
        for _ in events::<OrderPaid>(commit) {
            count(own(commit), 3);
        }
        for event in events::<StampsAllocated>(commit) {
            numbers.extend(event.lines.iter().map(|line| (line.first_number, line.count, line.batch_id.clone())));
            count(event.order_id, 4);
        }
        for _ in events::<OrderFulfilled>(commit) {
            count(own(commit), 5);
        }
    }
    for (order, steps) in steps {
        let [confirmed, invoiced, settled, rest @ ..] = steps;
        if (confirmed, invoiced) != (1, 1) || settled > 1 || rest != [settled; 3] {
            faults.push(format!(
                "order {order}: confirmed, invoiced, settled, paid, allocated, fulfilled {steps:?} times"
            ));
        }
    }
    for issued in commits().flat_map(events::<InvoiceIssued>) {
        if totals.get(&issued.order_id) != Some(&issued.total) {
            faults.push(format!("order {} is invoiced otherwise than confirmed", issued.order_id));
        }
    }
    numbers.sort();
    for pair in numbers.windows(2) {
        if pair[0].0 + pair[0].1 > pair[1].0 {
            faults.push(format!("{:?} and {:?} share numbers", pair[0], pair[1]));
        }
    }
}

/// Every row of a view is the fold of the log, and there are no others.
fn must_be_equal<T: PartialEq + Debug>(
    what: &str,
    folded: &BTreeMap<String, T>,
    shown: &BTreeMap<String, T>,
    faults: &mut Vec<String>,
) {
    for id in folded.keys().chain(shown.keys().filter(|id| !folded.contains_key(*id))) {
        let (folded, shown) = (folded.get(id), shown.get(id));
        if folded != shown {
            faults.push(format!("{what} {id} is shown as {shown:?}, the log gives {folded:?}"));
        }
    }
}
