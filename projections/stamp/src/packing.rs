//! Where each code of a batch is.

use sceau_kernel::{DecodeError, Recorded};
use sceau_projection::row::CellValue;
use sceau_projection::{Cell, CellKind, Projection, Row};
use sceau_stamp::{BatchEvent, OrdinalRange, Pack, Packs, Sscc};

use crate::container::is_packing;
use crate::ranges::{read, write};
use crate::{BatchKey, TOPICS, batch_event, tenant};

/// Packs as the bytes of a cell: for each the gap since the last one, its count and its container, as [`Ranges`](crate::Ranges).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packing(pub Packs);

impl CellValue for Packing {
    const KIND: CellKind = CellKind::Bytes;

    fn to_cell(&self) -> Cell {
        let mut bytes = Vec::with_capacity(self.0.fragments() * 13);
        let mut end = 0;
        for pack in self.0.iter() {
            write(pack.range.first - end, &mut bytes);
            write(pack.range.count, &mut bytes);
            write(pack.container.value(), &mut bytes);
            end = pack.range.end();
        }
        Cell::Bytes(bytes)
    }

    fn from_cell(cell: Cell) -> Result<Self, Cell> {
        match cell {
            Cell::Bytes(bytes) => match read_all(&bytes) {
                Some(packs) => Ok(Self(packs)),
                None => Err(Cell::Bytes(bytes)),
            },
            other => Err(other),
        }
    }
}

fn read_all(mut bytes: &[u8]) -> Option<Packs> {
    let mut packs = Vec::new();
    let mut end = 0_u64;
    while !bytes.is_empty() {
        let first = end.checked_add(read(&mut bytes)?)?;
        let count = read(&mut bytes)?;
        let container = Sscc::of_value(read(&mut bytes)?)?;
        end = first.checked_add(count)?;
        packs.push(Pack { range: OrdinalRange { first, count }, container });
    }
    Some(packs.into_iter().collect())
}

/// The packed codes of a batch.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct BatchPackingRow {
    /// Which codes are in which container.
    pub packs: Packing,
}

/// The packed codes of each batch.
pub struct BatchPacking;

impl Projection for BatchPacking {
    const NAME: &'static str = "batch_packing";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = BatchEvent;
    type Key = BatchKey;
    type Row = BatchPackingRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<BatchEvent, DecodeError>> {
        if is_packing(record) { batch_event(record) } else { None }
    }

    fn route(event: &BatchEvent, record: &Recorded<'_>) -> Vec<BatchKey> {
        vec![BatchKey { tenant: tenant(record), batch_id: event.batch().batch_id.0 }]
    }

    fn apply(row: &mut BatchPackingRow, _: &BatchKey, event: &BatchEvent, _: &Recorded<'_>) {
        match event {
            BatchEvent::Aggregated(event) => row.packs.0.put(&event.ranges.iter().copied().collect(), event.into),
            BatchEvent::Disaggregated(event) => {
                row.packs.0.take(&event.from.iter().flat_map(|from| &from.ranges).copied().collect());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn other_bytes_are_given_back_or_make_packs(bytes: Vec<u8>) {
            if let Err(cell) = Packing::from_cell(Cell::Bytes(bytes.clone())) {
                prop_assert_eq!(cell, Cell::Bytes(bytes));
            }
        }
    }
}
