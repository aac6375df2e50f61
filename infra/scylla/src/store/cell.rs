//! Cells as CQL values.
//!
//! A cell is one value, a time two: milliseconds, and the microseconds beyond them.

use sceau_projection::{Cell, CellKind};
use scylla::value::{CqlTimestamp, CqlValue};
use uuid::Uuid;

/// The values of a statement or a row.
pub(crate) type Values = Vec<Option<CqlValue>>;

/// Cells that are not those of the table: of another kind, too many, too few, or a null in the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misfit;

/// Values that are not of the table's cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Undecodable;

/// How many microseconds the first value of a time counts as one.
const MICROS: i64 = 1000;

/// The CQL columns of a column of this kind: what their names end with, and their types.
pub(crate) const fn columns(kind: CellKind) -> &'static [(&'static str, &'static str)] {
    match kind {
        CellKind::Bool => &[("", "boolean")],
        CellKind::Int => &[("", "bigint")],
        CellKind::Time => &[("", "timestamp"), ("_us", "smallint")],
        CellKind::Uuid => &[("", "uuid")],
        CellKind::Text => &[("", "text")],
        CellKind::Bytes => &[("", "blob")],
    }
}

/// Adds the values of `cell`.
pub(crate) fn put(values: &mut Values, kind: CellKind, cell: Cell) -> Result<(), Misfit> {
    let value = match (kind, cell) {
        (_, Cell::Null) => {
            values.resize(values.len() + columns(kind).len(), None);
            return Ok(());
        }
        (CellKind::Time, Cell::Time(micros)) => {
            values.push(Some(CqlValue::Timestamp(CqlTimestamp(micros.div_euclid(MICROS)))));
            CqlValue::SmallInt(micros.rem_euclid(MICROS) as i16)
        }
        (CellKind::Bool, Cell::Bool(value)) => CqlValue::Boolean(value),
        (CellKind::Int, Cell::Int(value)) => CqlValue::BigInt(value),
        (CellKind::Uuid, Cell::Uuid(value)) => CqlValue::Uuid(Uuid::from_u128(value)),
        (CellKind::Text, Cell::Text(value)) => CqlValue::Text(value),
        (CellKind::Bytes, Cell::Bytes(value)) => CqlValue::Blob(value),
        _ => return Err(Misfit),
    };
    values.push(Some(value));
    Ok(())
}

/// Takes the cell that the next values are.
pub(crate) fn take(values: &mut impl Iterator<Item = Option<CqlValue>>, kind: CellKind) -> Result<Cell, Undecodable> {
    let value = values.next().ok_or(Undecodable)?;
    if kind == CellKind::Time {
        return time(value, values.next().ok_or(Undecodable)?);
    }
    Ok(match (kind, value) {
        (_, None) => Cell::Null,
        (CellKind::Bool, Some(CqlValue::Boolean(value))) => Cell::Bool(value),
        (CellKind::Int, Some(CqlValue::BigInt(value))) => Cell::Int(value),
        (CellKind::Uuid, Some(CqlValue::Uuid(value))) => Cell::Uuid(value.as_u128()),
        (CellKind::Text, Some(CqlValue::Text(value))) => Cell::Text(value),
        (CellKind::Bytes, Some(CqlValue::Blob(value))) => Cell::Bytes(value),
        _ => return Err(Undecodable),
    })
}

fn time(millis: Option<CqlValue>, beyond: Option<CqlValue>) -> Result<Cell, Undecodable> {
    let (CqlTimestamp(millis), beyond) = match (millis, beyond) {
        (None, None) => return Ok(Cell::Null),
        (Some(CqlValue::Timestamp(millis)), Some(CqlValue::SmallInt(beyond))) => (millis, beyond),
        _ => return Err(Undecodable),
    };
    let micros = i128::from(millis) * i128::from(MICROS) + i128::from(beyond);
    i64::try_from(micros).map(Cell::Time).map_err(|_| Undecodable)
}

/// A text or blob that CQL takes as the whole of a partition key, which must not be empty.
pub(crate) fn fill(cell: Cell) -> Cell {
    match cell {
        Cell::Text(text) if text.is_empty() || text.starts_with('\0') => Cell::Text(format!("\0{text}")),
        Cell::Bytes(bytes) if bytes.first().is_none_or(|first| *first == 0) => Cell::Bytes([&[0], &bytes[..]].concat()),
        other => other,
    }
}

/// What was filled.
pub(crate) fn unfill(cell: Cell) -> Cell {
    match cell {
        Cell::Text(text) => Cell::Text(text.strip_prefix('\0').map(str::to_owned).unwrap_or(text)),
        Cell::Bytes(bytes) => Cell::Bytes(bytes.strip_prefix(&[0]).map(<[u8]>::to_vec).unwrap_or(bytes)),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn cell() -> impl Strategy<Value = (CellKind, Cell)> {
        prop_oneof![
            any::<bool>().prop_map(|value| (CellKind::Bool, Cell::Bool(value))),
            any::<i64>().prop_map(|value| (CellKind::Int, Cell::Int(value))),
            any::<i64>().prop_map(|value| (CellKind::Time, Cell::Time(value))),
            (-3000..3000_i64).prop_map(|value| (CellKind::Time, Cell::Time(value))),
            any::<u128>().prop_map(|value| (CellKind::Uuid, Cell::Uuid(value))),
            "[\0a]{0,3}".prop_map(|value| (CellKind::Text, Cell::Text(value))),
            vec(0..2_u8, 0..4).prop_map(|value| (CellKind::Bytes, Cell::Bytes(value))),
            Just((CellKind::Int, Cell::Null)),
            Just((CellKind::Time, Cell::Null)),
        ]
    }

    fn values(kind: CellKind, cell: &Cell) -> Values {
        let mut values = Values::new();
        put(&mut values, kind, cell.clone()).unwrap();
        values
    }

    proptest! {
        #[test]
        fn a_cell_comes_back_as_it_was((kind, cell) in cell()) {
            let values = values(kind, &cell);
            prop_assert_eq!(values.len(), columns(kind).len());
            prop_assert_eq!(take(&mut values.into_iter(), kind), Ok(cell));
        }

        #[test]
        fn times_are_in_order_as_pairs(a in any::<i64>(), near in -2000..2000_i64) {
            let pair = |micros| match &values(CellKind::Time, &Cell::Time(micros))[..] {
                [Some(CqlValue::Timestamp(millis)), Some(CqlValue::SmallInt(beyond))] => (millis.0, *beyond),
                other => panic!("{other:?} are not a time"),
            };
            let b = a.saturating_add(near);
            prop_assert_eq!(pair(a).cmp(&pair(b)), a.cmp(&b));
        }

        #[test]
        fn a_filled_cell_is_not_empty_and_comes_back((_, cell) in cell()) {
            let filled = fill(cell.clone());
            prop_assert!(filled != Cell::Text(String::new()) && filled != Cell::Bytes(Vec::new()));
            prop_assert_eq!(unfill(filled), cell);
        }
    }

    #[test]
    fn a_cell_of_another_kind_does_not_fit() {
        assert_eq!(put(&mut Values::new(), CellKind::Int, Cell::Time(1)), Err(Misfit));
        assert_eq!(take(&mut [Some(CqlValue::Int(1))].into_iter(), CellKind::Int), Err(Undecodable));
        assert_eq!(
            take(&mut [Some(CqlValue::Timestamp(CqlTimestamp(1))), None].into_iter(), CellKind::Time),
            Err(Undecodable)
        );
    }
}
