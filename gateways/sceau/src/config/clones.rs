//! From where on scans speak of copies.

use sceau_verification::clone::{Thresholds, WITNESSES_KEPT};

use super::value::Reader;

pub(super) fn read(read: &mut Reader<'_>) -> Thresholds {
    let window = read.duration("clones.window").as_micros();
    let people = WITNESSES_KEPT as u64;
    Thresholds {
        people: read.count("clones.people", 2..=people) as u32,
        window: i64::try_from(window).unwrap_or(i64::MAX),
        speed_kmh: read.count("clones.speed_kmh", 10..=100_000) as u32,
        near_km: read.count("clones.near_km", 1..=20_000) as u32,
        before_activation: read.count("clones.before_activation", 1..=people) as u32,
        after_decommission: read.count("clones.after_decommission", 1..=people) as u32,
        wrong_digits: read.count("clones.wrong_digits", 1..=1_000_000) as u32,
        apart_km: read.count("clones.apart_km", 1..=20_000) as u32,
        batch_codes: read.count("clones.batch_codes", 1..=1_000_000) as u32,
        batch_per_thousand: read.count("clones.batch_per_thousand", 0..=1_000) as u32,
    }
}
