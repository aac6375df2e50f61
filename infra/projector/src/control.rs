//! Which table of a projection serves and which is being built, kept in the store.

use sceau_projection::{Cell, CellKind, Column, TableSchema};
use sceau_store::{RowWrite, Store, StoreError};

use crate::worker::now;

/// Name of the table.
pub(crate) const CONTROL: &str = "projection_control";

/// A generation as the control row names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) number: u64,
    pub(crate) version: u32,
}

/// The control row of one projection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Control {
    /// Its write timestamp: when it was written, by the clock of the node that led, and above the one before it. So of
    /// two rows written by nodes that both thought they led, the later stands whole, and a write that left a deposed
    /// leader late loses. Should it win all the same, because that node's clock was ahead, every node follows it alike.
    pub(crate) revision: i64,
    /// The highest generation number ever given.
    pub(crate) last: u64,
    pub(crate) serving: Option<Named>,
    pub(crate) building: Option<Named>,
}

pub(crate) fn schema() -> TableSchema {
    let int = |name| Column { name, kind: CellKind::Int };
    TableSchema {
        name: CONTROL.to_owned(),
        key: vec![Column { name: "name", kind: CellKind::Text }],
        partition_columns: 1,
        columns: vec![
            int("revision"),
            int("last"),
            int("serving"),
            int("serving_version"),
            int("building"),
            int("building_version"),
        ],
    }
}

impl Control {
    /// The row of `projection`; the default when there is none yet.
    pub(crate) async fn load(store: &dyn Store, projection: &str) -> Result<Self, StoreError> {
        Ok(Self::load_all(store, &[projection]).await?.pop().unwrap_or_default())
    }

    /// The rows of `projections`, in their order.
    pub(crate) async fn load_all(store: &dyn Store, projections: &[&str]) -> Result<Vec<Self>, StoreError> {
        let keys = projections.iter().map(|name| vec![Cell::Text((*name).to_owned())]).collect();
        let rows = store.read(CONTROL, keys).await?;
        let corrupt = || StoreError::Corrupt { table: CONTROL.to_owned() };
        rows.into_iter()
            .map(|cells| cells.map_or(Ok(Self::default()), |cells| Self::from_cells(&cells).ok_or_else(corrupt)))
            .collect()
    }

    /// Writes it as the next revision.
    pub(crate) async fn save(&mut self, store: &dyn Store, projection: &str) -> Result<(), StoreError> {
        self.revision = now().0.max(self.revision + 1);
        let row = RowWrite {
            key: vec![Cell::Text(projection.to_owned())],
            cells: Some(self.to_cells()),
            timestamp: self.revision,
        };
        store.write(CONTROL, vec![row]).await
    }

    fn to_cells(self) -> Vec<Cell> {
        let mut cells = vec![Cell::Int(self.revision), Cell::Int(self.last as i64)];
        for named in [self.serving, self.building] {
            cells.push(named.map_or(Cell::Null, |named| Cell::Int(named.number as i64)));
            cells.push(named.map_or(Cell::Null, |named| Cell::Int(i64::from(named.version))));
        }
        cells
    }

    fn from_cells(cells: &[Cell]) -> Option<Self> {
        let named = |cells: &[Cell]| match cells {
            [Cell::Int(number), Cell::Int(version)] => {
                Some(Some(Named { number: *number as u64, version: u32::try_from(*version).ok()? }))
            }
            [Cell::Null, Cell::Null] => Some(None),
            _ => None,
        };
        match cells {
            [Cell::Int(revision), Cell::Int(last), named_cells @ ..] if named_cells.len() == 4 => Some(Self {
                revision: *revision,
                last: *last as u64,
                serving: named(&named_cells[..2])?,
                building: named(&named_cells[2..])?,
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_row_reads_back_as_it_was_written() {
        let serving = Some(Named { number: 2, version: 1 });
        for building in [None, Some(Named { number: 3, version: 2 })] {
            let control = Control { revision: 7, last: 3, serving, building };
            assert_eq!(Control::from_cells(&control.to_cells()), Some(control));
        }
        assert_eq!(Control::from_cells(&[Cell::Null]), None);
    }
}
