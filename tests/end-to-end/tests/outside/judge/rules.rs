//! What must be true of the events of a platform at rest: the stamp loop did each of its steps once.

use std::collections::BTreeMap;

use sceau_proto::order::v1::{OrderCancelled, OrderConfirmed, OrderFulfilled, OrderPaid};
use sceau_proto::payment::v1::{InvoiceIssued, InvoiceSettled};
use sceau_proto::stamp::v1::{BatchGenerated, StampsAllocated};

use super::journal::Journal;

/// Holds every rule against the events.
pub(crate) fn must_hold(journal: &Journal) {
    journal.must_be_dense();
    invoices_follow_orders(journal);
    stamps_follow_payments(journal);
    numbers_are_given_once(journal);
}

/// Keys to values; a key must not come twice.
fn once<V>(what: &str, pairs: impl IntoIterator<Item = (String, V)>) -> BTreeMap<String, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        assert!(map.insert(key.clone(), value).is_none(), "{what}: {key} comes twice");
    }
    map
}

fn invoices_follow_orders(journal: &Journal) {
    let confirmed = once("confirmed", journal.of::<OrderConfirmed>());
    let issued = journal.of::<InvoiceIssued>().into_iter().map(|(_, invoice)| (invoice.order_id.clone(), invoice));
    let issued = once("invoiced", issued);
    assert!(issued.keys().all(|order| confirmed.contains_key(order)), "an invoice has no order");
    let cancelled = once("cancelled", journal.of::<OrderCancelled>());
    for (order, confirmed) in &confirmed {
        match issued.get(order) {
            Some(invoice) => assert_eq!(invoice.total, confirmed.total, "invoice of {order}"),
            None => assert!(cancelled.contains_key(order), "order {order} is confirmed and has no invoice"),
        }
    }
}

fn stamps_follow_payments(journal: &Journal) {
    let settled = journal.of::<InvoiceSettled>().into_iter().map(|(_, invoice)| (invoice.order_id.clone(), ()));
    let settled = once("settled", settled);
    let paid = once("paid", journal.of::<OrderPaid>());
    let cancelled = once("cancelled", journal.of::<OrderCancelled>());
    for order in settled.keys() {
        assert!(paid.contains_key(order) || cancelled.contains_key(order), "order {order} is settled and not paid");
    }
    let allocated = journal.of::<StampsAllocated>().into_iter().map(|(_, given)| (given.order_id.clone(), given));
    let allocated = once("allocated", allocated);
    let fulfilled = once("fulfilled", journal.of::<OrderFulfilled>());
    let orders = |keys: Vec<&String>| keys.into_iter().cloned().collect::<Vec<_>>();
    assert_eq!(orders(paid.keys().collect()), orders(allocated.keys().collect()), "paid is allocated");
    assert_eq!(orders(paid.keys().collect()), orders(fulfilled.keys().collect()), "paid is fulfilled");
}

/// Each number of the national space belongs to one batch, and none is left out between them.
fn numbers_are_given_once(journal: &Journal) {
    let mut given: Vec<(u64, u64, String)> = Vec::new();
    for (_, allocated) in journal.of::<StampsAllocated>() {
        given.extend(allocated.lines.into_iter().map(|line| (line.first_number, line.count, line.batch_id)));
    }
    given.sort();
    for pair in given.windows(2) {
        assert_eq!(pair[0].0 + pair[0].1, pair[1].0, "{} and {} do not follow each other", pair[0].2, pair[1].2);
    }
    let generated = journal.of::<BatchGenerated>().into_iter().map(|(id, batch)| (id, batch.batch.unwrap()));
    let mut generated: Vec<_> =
        once("generated", generated).into_iter().map(|(id, batch)| (batch.first_number, batch.count, id)).collect();
    generated.sort();
    assert_eq!(generated, given, "what is allocated is generated");
}
