//! What honest people do with a product and the code on it.

use sceau_kernel::Timestamp;
use sceau_kernel::wire::Text;
use sceau_verification::clone::{Country, GridPoint, Guesses, TOWNS, Town};
use sceau_verification::{Place, Scan, ScanChannel};

use crate::country::{Batch, HOUR, MINUTE, Making, Sort};

/// Of a million: products that somebody at the press or in the store scans before they are activated.
const SLIPS: u64 = 500;
/// Of a million: products that the shop scans when they come.
const CHECKED_BY_SHOP: u64 = 50_000;
/// Of a million: such products that the shop scans again and again.
const RESCANNED: u64 = 300_000;
/// Of a million: products that others scan on the shelf before one buys them.
const BROWSED: u64 = 20_000;
/// Of a million: products that are shown about, and scanned by many within some days.
const SHOWN: u64 = 200;
/// Of a million: products that their buyer scans.
const VERIFIED: u64 = 250_000;
/// Of a million: verified products that a second person scans later.
const SECOND: u64 = 60_000;
/// Of a million: second persons who are in another town.
const TRAVELLED: u64 = 150_000;
/// Of a million: travellers who fly.
const FLOWN: u64 = 50_000;
/// Of a million: people who consent to give their place, and whose telephone tells it.
const CONSENTED: u64 = 350_000;
/// Of a million: such telephones that tell the place of hours ago, in another town.
const STALE: u64 = 500;
/// Of a million: the others who name their town.
const NAMED: u64 = 300_000;
/// Of a million: people whose network seems to be in another country.
const ROAMING: u64 = 4_000;
/// Of a million: people who type the digits.
const TYPED: u64 = 150_000;
/// Of a million: those who type some wrong first.
const MISTYPED: u64 = 80_000;
/// Of a million: products that an inspector scans.
const INSPECTED: u64 = 20_000;

/// Where people far away seem to be.
const ELSEWHERE: [&str; 4] = ["FR", "BE", "CN", "ZA"];

/// Sells a product: from the press over the shop to whoever has it in the end.
pub(crate) fn live(making: &mut Making, batch: &Batch, number: u64) {
    let town = batch.town(&mut making.dice);
    if making.dice.of_million(SLIPS) {
        let at = batch.activated.plus_micros(-HOUR * making.dice.between(1, 48));
        somebody(making, batch, number, town, at, Sort::Original);
    }
    let sold = batch.on_sale.plus_micros(MINUTE * making.dice.between(24 * 60, 120 * 24 * 60));
    let shop = batch.first as u32 % 1_000_003 + 0x4000_0000 + making.dice.below(12) as u32;
    if making.dice.of_million(CHECKED_BY_SHOP) {
        let times = if making.dice.of_million(RESCANNED) { making.dice.between(2, 12) } else { 1 };
        for _ in 0..times {
            let at = sold.plus_micros(-MINUTE * making.dice.between(10, 23 * 60));
            let scan = witness(making, number, shop, town, at);
            making.add(batch, scan, Sort::Original);
        }
    }
    let browsers = match (making.dice.of_million(SHOWN), making.dice.of_million(BROWSED)) {
        (true, _) => making.dice.between(3, 12),
        (false, true) => making.dice.between(1, 3),
        (false, false) => 0,
    };
    for _ in 0..browsers {
        let at = sold.plus_micros(-MINUTE * making.dice.between(5, 5 * 24 * 60));
        somebody(making, batch, number, town, at, Sort::Original);
    }
    buy(making, batch, number, town, sold, Sort::Original);
}

/// Somebody buys a product and perhaps scans it; perhaps somebody else does later.
pub(crate) fn buy(making: &mut Making, batch: &Batch, number: u64, town: Town, at: Timestamp, sort: Sort) {
    if !making.dice.of_million(VERIFIED) {
        return;
    }
    somebody(making, batch, number, town, at, sort);
    if !making.dice.of_million(SECOND) {
        return;
    }
    let later = at.plus_micros(MINUTE * making.dice.between(1, 10 * 24 * 60));
    if making.dice.of_million(TRAVELLED) {
        let other = making.dice.one_of(TOWNS);
        let km = i64::from(town.point.km_to(other.point));
        let hours = if making.dice.of_million(FLOWN) { km / 600 + 3 } else { km * 14 / 10 / 50 + 1 };
        somebody(making, batch, number, other, later.plus_micros(HOUR * hours), sort);
    } else {
        somebody(making, batch, number, town, later, sort);
    }
}

/// Somebody new scans a code.
pub(crate) fn somebody(making: &mut Making, batch: &Batch, number: u64, town: Town, at: Timestamp, sort: Sort) {
    let caller = making.stranger();
    let scan = witness(making, number, caller, town, at);
    making.add(batch, scan, sort);
}

/// Inspectors go through shops and stores, and scan the same products here and there.
pub(crate) fn inspect(making: &mut Making, batch: &Batch) {
    for number in batch.first..batch.first + batch.codes {
        if making.dice.of_million(INSPECTED) {
            for _ in 0..making.dice.between(1, 20) {
                let town = batch.town(&mut making.dice);
                let at = batch.on_sale.plus_micros(MINUTE * making.dice.between(-10 * 24 * 60, 90 * 24 * 60));
                let caller = 0x7000_0000 + making.dice.below(40) as u32;
                let scan = Scan { channel: ScanChannel::Inspector, ..witness(making, number, caller, town, at) };
                making.add(batch, scan, Sort::Original);
            }
        }
    }
}

/// A scan, with what the person's telephone and network tell.
fn witness(making: &mut Making, number: u64, caller: u32, town: Town, at: Timestamp) -> Scan {
    let dice = &mut making.dice;
    let typed = dice.of_million(TYPED);
    let channel = match (typed, dice.below(2)) {
        (true, 0) => ScanChannel::Ussd,
        (true, _) => ScanChannel::Sms,
        (false, 0) => ScanChannel::App,
        (false, _) => ScanChannel::Web,
    };
    let mut scan = Scan { caller: Some(caller), ..Scan::new(number, at, channel) };
    if typed && dice.of_million(MISTYPED) {
        let (mut guesses, digits) = (Guesses::default(), 1_000_000_000 + dice.below(1 << 50));
        for _ in 0..dice.between(1, 4) {
            guesses.typed(digits + dice.below(1_000), false, at);
        }
        scan.wrong_before = guesses.typed(digits, true, at);
    }
    if dice.of_million(ROAMING) {
        scan.country = Country::parse(dice.one_of(&ELSEWHERE));
        return scan;
    }
    scan.country = Country::parse(town.country);
    if !typed && dice.of_million(CONSENTED) {
        let town = if dice.of_million(STALE) { dice.one_of(TOWNS) } else { town };
        let within = |middle: i32, shift: i64| middle + shift as i32;
        scan.point = Some(GridPoint {
            latitude: within(town.point.latitude, dice.between(-12, 12)),
            longitude: within(town.point.longitude, dice.between(-12, 12)),
        });
    } else if dice.of_million(NAMED) {
        scan.place = Place::new(town.name).ok();
    }
    scan
}
