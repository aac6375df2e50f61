//! What scans tell of copies, in a cell.

use sceau_kernel::Timestamp;
use sceau_projection::row::CellValue;
use sceau_projection::{Cell, CellKind};
use sceau_verification::CodeState;
use sceau_verification::clone::{Evidence, GridPoint, Spot, Witness};

/// A code's [`Evidence`] as the bytes of a cell, about twenty for each person.
///
/// One byte whether copies are confirmed; then for each person a byte (bits 0 and 1 what had become of the code, bit 2
/// whether the place is known), four bytes of the caller (little-endian), and as LEB128 (seven bits a byte, least
/// significant first) the microseconds since the person before, the wrong digits, and of the place latitude, longitude
/// and radius. Signed numbers are folded (zigzag) so that small ones are short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvidenceCell(pub Evidence);

const PLACE_KNOWN: u8 = 0b100;

impl CellValue for EvidenceCell {
    const KIND: CellKind = CellKind::Bytes;

    fn to_cell(&self) -> Cell {
        let witnesses = self.0.witnesses();
        if witnesses.is_empty() && !self.0.confirmed() {
            return Cell::Bytes(Vec::new());
        }
        let mut bytes = vec![u8::from(self.0.confirmed())];
        let mut before = 0_i64;
        for witness in witnesses {
            write(witness, before, &mut bytes);
            before = witness.at.0;
        }
        Cell::Bytes(bytes)
    }

    fn from_cell(cell: Cell) -> Result<Self, Cell> {
        match cell {
            Cell::Bytes(bytes) => match read_all(&bytes) {
                Some(evidence) => Ok(Self(evidence)),
                None => Err(Cell::Bytes(bytes)),
            },
            other => Err(other),
        }
    }
}

fn write(witness: &Witness, before: i64, bytes: &mut Vec<u8>) {
    let state = match witness.found {
        CodeState::Waiting => 0,
        CodeState::Active => 1,
        CodeState::Decommissioned => 2,
    };
    bytes.push(state | if witness.spot.is_some() { PLACE_KNOWN } else { 0 });
    bytes.extend_from_slice(&witness.caller.to_le_bytes());
    put_signed(witness.at.0.wrapping_sub(before), bytes);
    put(witness.wrong_before.into(), bytes);
    if let Some(Spot { point, radius_km }) = witness.spot {
        put_signed(point.latitude.into(), bytes);
        put_signed(point.longitude.into(), bytes);
        put(radius_km.into(), bytes);
    }
}

fn read_all(bytes: &[u8]) -> Option<Evidence> {
    let Some((confirmed, mut rest)) = bytes.split_first() else {
        return Some(Evidence::default());
    };
    let (mut witnesses, mut before) = (Vec::new(), 0_i64);
    while !rest.is_empty() {
        let witness = read(&mut rest, before)?;
        before = witness.at.0;
        witnesses.push(witness);
    }
    (*confirmed < 2).then(|| Evidence::of(witnesses, *confirmed == 1))
}

fn read(bytes: &mut &[u8], before: i64) -> Option<Witness> {
    let (&flags, rest) = bytes.split_first()?;
    let (caller, rest) = rest.split_first_chunk::<4>()?;
    *bytes = rest;
    let found = match flags & !PLACE_KNOWN {
        0 => CodeState::Waiting,
        1 => CodeState::Active,
        2 => CodeState::Decommissioned,
        _ => return None,
    };
    let at = Timestamp(take_signed(bytes)?.wrapping_add(before));
    let wrong_before = u32::try_from(take(bytes)?).ok()?;
    let spot = if flags & PLACE_KNOWN == 0 { None } else { Some(read_spot(bytes)?) };
    Some(Witness { caller: u32::from_le_bytes(*caller), at, spot, found, wrong_before })
}

fn read_spot(bytes: &mut &[u8]) -> Option<Spot> {
    let latitude = i32::try_from(take_signed(bytes)?).ok()?;
    let longitude = i32::try_from(take_signed(bytes)?).ok()?;
    let radius_km = u32::try_from(take(bytes)?).ok()?;
    Some(Spot { point: GridPoint { latitude, longitude }, radius_km })
}

fn put(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn put_signed(value: i64, bytes: &mut Vec<u8>) {
    put(((value << 1) ^ (value >> 63)) as u64, bytes);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for place in 0..10 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn take_signed(bytes: &mut &[u8]) -> Option<i64> {
    let value = take(bytes)?;
    Some((value >> 1) as i64 ^ -((value & 1) as i64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn witness() -> impl Strategy<Value = Witness> {
        let spot = (any::<i32>(), any::<i32>(), any::<u32>())
            .prop_map(|(latitude, longitude, radius_km)| Spot { point: GridPoint { latitude, longitude }, radius_km });
        let state = prop_oneof![Just(CodeState::Waiting), Just(CodeState::Active), Just(CodeState::Decommissioned)];
        let found = (any::<u32>(), any::<i64>(), proptest::option::of(spot), state, any::<u32>());
        found.prop_map(|(caller, at, spot, found, wrong_before)| Witness {
            caller,
            at: Timestamp(at),
            spot,
            found,
            wrong_before,
        })
    }

    proptest! {
        #[test]
        fn a_cell_keeps_the_evidence(witnesses in proptest::collection::vec(witness(), 0..17), confirmed: bool) {
            let cell = EvidenceCell(Evidence::of(witnesses, confirmed));
            prop_assert_eq!(EvidenceCell::from_cell(cell.to_cell()), Ok(cell));
        }

        #[test]
        fn other_bytes_are_given_back_or_are_evidence(bytes: Vec<u8>) {
            if let Err(cell) = EvidenceCell::from_cell(Cell::Bytes(bytes.clone())) {
                prop_assert_eq!(cell, Cell::Bytes(bytes));
            }
        }
    }

    #[test]
    fn a_code_that_was_scanned_once_takes_few_bytes() {
        let spot = Some(Spot { point: GridPoint { latitude: 405, longitude: 970 }, radius_km: 25 });
        let at = Timestamp(1_767_268_800_000_000);
        let once = Witness { caller: 7, at, spot, found: CodeState::Active, wrong_before: 0 };
        let Cell::Bytes(bytes) = EvidenceCell(Evidence::of(vec![once], false)).to_cell() else { unreachable!() };
        assert_eq!(bytes.len(), 20);
        assert_eq!(EvidenceCell::default().to_cell(), Cell::Bytes(Vec::new()));
    }
}
