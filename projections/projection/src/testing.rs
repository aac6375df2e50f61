//! `given these events, then these rows`: the sentence in which projections are tested.

use std::collections::HashMap;

use sceau_kernel::{Domain, Recorded, Source, StreamId, Timestamp};

use crate::{Cells, Projection};

/// When the `n`th event of [`rows`] is recorded: one a day from 2026-01-01T00:00:00Z on.
pub fn day(n: u32) -> Timestamp {
    Timestamp(1_767_225_600_000_000).plus_days(i64::from(n))
}

/// The rows that the events of one stream give, each event through its encoding and each row through its cells and
/// back, as the runtime does it.
///
/// # Panics
/// When an event or a row does not come back from its encoding.
#[allow(clippy::expect_used, reason = "a test helper fails its test")]
pub fn rows<D: Domain, P: Projection>(stream: &StreamId, events: &[D::Event]) -> HashMap<P::Key, P::Row> {
    let source = Source { topic: D::TOPIC, partition: 0 };
    let mut rows = HashMap::new();
    for (n, event) in (0_u32..).zip(events) {
        let encoded = D::encode(event);
        let record = Recorded {
            source: &source,
            offset: u64::from(n),
            index: 0,
            stream,
            version: u64::from(n) + 1,
            time: day(n),
            actor: "test",
            type_name: encoded.type_name,
            payload: &encoded.payload,
        };
        let Some(event) = P::interpret(&record) else { continue };
        let event = event.expect("an event that was just encoded decodes");
        for key in P::route(&event, &record) {
            let key = P::Key::from_cells(key.to_cells()).expect("a key comes back from its cells");
            let row: P::Row = rows.remove(&key).unwrap_or_default();
            let mut row = P::Row::from_cells(row.to_cells()).expect("a row comes back from its cells");
            P::apply(&mut row, &key, &event, &record);
            rows.insert(key, row);
        }
    }
    rows
}
