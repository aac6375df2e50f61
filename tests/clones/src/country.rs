//! The country: batches, what becomes of their codes, and every scan of them in order of time.

use std::collections::HashMap;

use sceau_kernel::Timestamp;
use sceau_verification::clone::{TOWNS, Town};
use sceau_verification::{CodeState, Scan};

use crate::counterfeiters::{self, Kind};
use crate::dice::Dice;
use crate::people;

/// Microseconds of a minute and of an hour.
pub(crate) const MINUTE: i64 = 60_000_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// When the first batches are activated.
const BEGIN: Timestamp = Timestamp(1_767_225_600_000_000);
/// Numbers between the first of one batch and the first of the next.
const STRIDE: u64 = 1_000_000;
/// Batches that each kind of counterfeiter goes for.
const BATCHES_OF_KIND: u64 = 4;
/// Of a million: batches whose activation is forgotten until the product is on sale.
const FORGOTTEN: u64 = 20_000;
/// How many days late a forgotten activation is.
const DAYS_LATE: i64 = 8;
/// Of a million: codes decommissioned by mistake, though their product is sold.
const MISTAKEN: u64 = 50;

/// How large the country is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Batches that nobody copies.
    pub honest_batches: u64,
    /// Codes of each batch.
    pub codes: u64,
}

impl Size {
    /// Large enough for a false-alert rate of 0.05 % to be told from 0.02 %.
    pub const FULL: Self = Self { honest_batches: 60, codes: 5_000 };
}

/// Whose product a scan met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The one that the stamp was made for, or nobody knows of a copy.
    Original,
    /// One on which a copy, or a stamp that was taken out of circulation, was put.
    Copy(Kind),
    /// None: a counterfeiter tried whether there is such a stamp.
    Trial(Kind),
}

/// A scan, and what only the simulation knows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Witnessed {
    /// The scan.
    pub scan: Scan,
    /// Whose product it met.
    pub sort: Sort,
}

/// A batch, and where its product is sold.
pub(crate) struct Batch {
    pub(crate) first: u64,
    pub(crate) codes: u64,
    /// When its codes come to the shops.
    pub(crate) on_sale: Timestamp,
    pub(crate) activated: Timestamp,
    /// Where it is sold; the first is where most of it is.
    pub(crate) towns: Vec<Town>,
}

impl Batch {
    pub(crate) fn town(&self, dice: &mut Dice) -> Town {
        if dice.below(2) == 0 { self.towns[0] } else { dice.one_of(&self.towns) }
    }
}

/// Everything that is scanned in a country.
pub struct Country {
    /// Every scan, in order of time.
    pub scans: Vec<Witnessed>,
    /// The codes that were copied or used again, and by whom.
    pub touched: HashMap<u64, Kind>,
}

/// A country in the making.
pub(crate) struct Making {
    pub(crate) dice: Dice,
    pub(crate) scans: Vec<Witnessed>,
    pub(crate) touched: HashMap<u64, Kind>,
    /// From when on a code is out of circulation.
    pub(crate) decommissioned: HashMap<u64, Timestamp>,
    next_caller: u32,
}

impl Making {
    /// Somebody who has not been there before.
    pub(crate) const fn stranger(&mut self) -> u32 {
        self.next_caller += 1;
        self.next_caller
    }

    /// Adds a scan with the state in which the code is found.
    pub(crate) fn add(&mut self, batch: &Batch, mut scan: Scan, sort: Sort) {
        let gone = self.decommissioned.get(&scan.number).is_some_and(|since| scan.at >= *since);
        scan.found = Some(match (gone, scan.at >= batch.activated) {
            (true, _) => CodeState::Decommissioned,
            (_, true) => CodeState::Active,
            _ => CodeState::Waiting,
        });
        scan.batch = batch.first;
        self.scans.push(Witnessed { scan, sort });
    }
}

impl Country {
    /// The country of a seed.
    pub fn of(seed: u64, size: Size) -> Self {
        let mut making = Making {
            dice: Dice::new(seed),
            scans: Vec::new(),
            touched: HashMap::new(),
            decommissioned: HashMap::new(),
            next_caller: 0,
        };
        for nth in 0..size.honest_batches {
            let batch = batch(&mut making.dice, nth, size.codes);
            sell(&mut making, &batch);
        }
        for (kind, of_kind) in (0..).zip(Kind::ALL) {
            for nth in 0..BATCHES_OF_KIND {
                let nth = size.honest_batches + kind * BATCHES_OF_KIND + nth;
                let mut batch = batch(&mut making.dice, nth, size.codes);
                // Whose activation is forgotten anyway tells nothing of copies.
                batch.activated = batch.on_sale.plus_days(-1);
                counterfeiters::copy(&mut making, &batch, of_kind);
                sell(&mut making, &batch);
            }
        }
        let Making { mut scans, touched, .. } = making;
        scans.sort_by_key(|witnessed| witnessed.scan.at);
        Self { scans, touched }
    }
}

fn batch(dice: &mut Dice, nth: u64, codes: u64) -> Batch {
    let first = nth * STRIDE + 1;
    let on_sale = BEGIN.plus_days(dice.between(30, 60));
    let late = if dice.of_million(FORGOTTEN) { DAYS_LATE } else { -1 };
    let central: Vec<Town> = TOWNS.iter().copied().filter(|town| town.country != "CI").collect();
    let towns = (0..dice.between(1, 6)).map(|_| dice.one_of(&central)).collect();
    Batch { first, codes, on_sale, activated: on_sale.plus_days(late), towns }
}

/// Sells every code of a batch, and lets people scan them.
fn sell(making: &mut Making, batch: &Batch) {
    for number in batch.first..batch.first + batch.codes {
        if making.dice.of_million(MISTAKEN) {
            making.decommissioned.entry(number).or_insert(batch.on_sale);
        } else if making.decommissioned.contains_key(&number) {
            // Its stamp was spoiled, and its product was never sold.
            continue;
        }
        people::live(making, batch, number);
    }
    people::inspect(making, batch);
}
