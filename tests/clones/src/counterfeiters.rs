//! Several kinds of counterfeiters, each with what he does to one batch.

use sceau_kernel::Timestamp;
use sceau_kernel::wire::Text;
use sceau_verification::clone::{CloneRule, Country, Guesses, TOWNS, Town};
use sceau_verification::{Scan, ScanChannel};

use crate::country::{Batch, MINUTE, Making, Sort};
use crate::people::buy;

/// A kind of counterfeiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Buys few products and copies each of their codes often.
    FewOften,
    /// Copies many codes of one batch, each once.
    ManyOnce,
    /// Takes codes at the press and sells copies before the originals are activated.
    BeforeSale,
    /// Counts digits through until some have a stamp, and prints those.
    Guessed,
    /// Takes spoiled stamps out of the bin.
    Reused,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::FewOften, Self::ManyOnce, Self::BeforeSale, Self::Guessed, Self::Reused];

    /// The rule that is meant for it.
    pub const fn rule(self) -> CloneRule {
        match self {
            Self::FewOften => CloneRule::TooFar,
            Self::ManyOnce => CloneRule::Batch,
            Self::BeforeSale => CloneRule::BeforeActivation,
            Self::Guessed => CloneRule::DigitsGuessed,
            Self::Reused => CloneRule::AfterDecommission,
        }
    }

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FewOften => "few codes, copied often",
            Self::ManyOnce => "many codes, copied once",
            Self::BeforeSale => "copied before sale",
            Self::Guessed => "digits guessed",
            Self::Reused => "spoiled stamps reused",
        }
    }

    /// How many codes he has of a batch.
    const fn codes(self, batch: &Batch) -> u64 {
        match self {
            Self::FewOften => 8,
            Self::ManyOnce => batch.codes * 3 / 10,
            Self::BeforeSale => 200,
            Self::Guessed => 20,
            Self::Reused => 300,
        }
    }

    /// How many products he puts each on.
    const fn copies(self) -> i64 {
        match self {
            Self::FewOften => 300,
            Self::ManyOnce | Self::Reused => 1,
            Self::BeforeSale => 10,
            Self::Guessed => 20,
        }
    }
}

/// Towns to which a counterfeiter brings his products.
const TOWNS_SERVED: usize = 5;

/// Lets a counterfeiter loose on a batch.
pub(crate) fn copy(making: &mut Making, batch: &Batch, kind: Kind) {
    let codes = kind.codes(batch).min(batch.codes);
    let step = batch.codes / codes;
    let towns: Vec<Town> = (0..TOWNS_SERVED).map(|_| making.dice.one_of(TOWNS)).collect();
    for nth in 0..codes {
        let number = batch.first + nth * step;
        making.touched.insert(number, kind);
        match kind {
            Kind::Reused => {
                making.decommissioned.insert(number, batch.on_sale.plus_days(-1));
            }
            Kind::Guessed => guess(making, batch, number),
            Kind::FewOften | Kind::ManyOnce | Kind::BeforeSale => {}
        }
        for _ in 0..kind.copies() {
            let (town, at) = (making.dice.one_of(&towns), sold(making, batch, kind));
            buy(making, batch, number, town, at, Sort::Copy(kind));
        }
    }
}

/// When a copy is sold.
fn sold(making: &mut Making, batch: &Batch, kind: Kind) -> Timestamp {
    let (first, last) = match kind {
        // The originals come to the shops while his products are there already.
        Kind::BeforeSale => (-20, 5),
        Kind::FewOften | Kind::ManyOnce | Kind::Guessed | Kind::Reused => (5, 90),
    };
    batch.on_sale.plus_micros(MINUTE * making.dice.between(first * 24 * 60, last * 24 * 60))
}

/// Hundreds of wrong digits for one that has a stamp. In truth there would be tens of thousands.
fn guess(making: &mut Making, batch: &Batch, number: u64) {
    let at = batch.on_sale.plus_micros(MINUTE * making.dice.between(0, 4 * 24 * 60));
    let (mut guesses, mut digits) = (Guesses::default(), making.dice.below(1 << 50));
    for _ in 0..making.dice.between(200, 700) {
        guesses.typed(digits, false, at);
        digits += 1 + making.dice.below(3);
    }
    let scan = Scan {
        caller: Some(0x6000_0000 + batch.first as u32),
        country: Country::parse("CM"),
        wrong_before: guesses.typed(digits, true, at),
        ..Scan::new(number, at, ScanChannel::Web)
    };
    making.add(batch, scan, Sort::Trial(Kind::Guessed));
}
