//! What the demo will do: a pure function of its seed and size.
//!
//! A company is the same at every size, so a larger demo holds the smaller one and may follow it.

mod company;
mod order;

use prost_types::Timestamp;
use sceau_proto::certification::v1::{Contact, Evidence, ProductCategory};
use sceau_proto::common::v1::Personal;
use sceau_proto::order::v1::StampForm;
use sceau_proto::payment::v1::PaymentMethod;
use sceau_proto::stamp::v1::{DecommissionReason, OrdinalRange};
use sceau_proto::verification::v1::{ScanChannel, Verdict};

use super::country::{FIRST_NAMES, STAMPERS, SURNAMES};
use super::dice::Dice;

/// The last day on which anything of the demo is valid: 2033-12-31. It is fixed, so that a command is the same
/// whenever it is sent, and within the ten years that the platform allows as long as the demo is run after 2023.
const HORIZON_SECONDS: i64 = 2_019_600_000;
const DAY_SECONDS: i64 = 86_400;

/// Everything that will be done.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) stampers: Vec<StamperPlan>,
    pub(super) companies: Vec<CompanyPlan>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct StamperPlan {
    pub(super) name: &'static str,
    pub(super) contact: Contact,
    pub(super) valid_until: Timestamp,
}

/// A company, its products, and its orders, which follow one another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CompanyPlan {
    /// Names the company's steps.
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) registration: String,
    pub(super) contact: Contact,
    pub(super) products: Vec<ProductPlan>,
    pub(super) orders: Vec<OrderPlan>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ProductPlan {
    pub(super) gtin: String,
    pub(super) name: String,
    pub(super) category: ProductCategory,
    pub(super) evidence: Vec<Evidence>,
    /// What the office and the company do about the application.
    pub(super) review: Vec<Review>,
    /// What becomes of the certificate once the company's orders are through.
    pub(super) afterwards: Option<Review>,
}

/// A step about one certificate.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Review {
    Assign { reviewer: &'static str },
    RequestChanges { notes: &'static str },
    ProvideChanges { notes: &'static str, evidence: Vec<Evidence> },
    Grant { valid_until: Timestamp },
    Refuse { reason: &'static str },
    Suspend { reason: &'static str },
    Resume,
    Revoke { reason: &'static str },
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct OrderPlan {
    pub(super) lines: Vec<LinePlan>,
    pub(super) note: Option<&'static str>,
    /// How far it comes.
    pub(super) stage: Stage,
    /// Why it is given up at that stage, when it is.
    pub(super) cancelled: Option<&'static str>,
    /// What is paid, in this order.
    pub(super) payments: Vec<Payment>,
    /// Stamps of its first line that the company gives back.
    pub(super) credit: Option<Credit>,
}

/// How far an order comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Placed,
    Quoted,
    /// Confirmed and invoiced, and perhaps paid in part.
    Confirmed,
    /// Paid, so that its stamps are allocated.
    Paid,
}

/// A line, and what becomes of its batch once the order is paid.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LinePlan {
    /// Which of the company's products.
    pub(super) product: usize,
    pub(super) form: StampForm,
    pub(super) count: u64,
    /// Which of the stampers prints the batch, when it is released.
    pub(super) stamper: Option<usize>,
    pub(super) activated: Option<OrdinalRange>,
    pub(super) decommissioned: Vec<(OrdinalRange, DecommissionReason)>,
    pub(super) scans: Vec<ScanPlan>,
    /// Codes to show at the end, by ordinal, with what verifying them says.
    pub(super) samples: Vec<(u64, Verdict)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Payment {
    /// Per mille of the invoice; the rest of it when left out.
    pub(super) share: Option<u32>,
    pub(super) method: PaymentMethod,
    pub(super) receipt: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Credit {
    pub(super) count: u64,
    pub(super) reason: &'static str,
    pub(super) refund: Payment,
}

/// Someone asks about a code.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ScanPlan {
    pub(super) ordinal: u64,
    pub(super) channel: ScanChannel,
    pub(super) place: &'static str,
    /// The code must have been scanned within a day, or what it shows for is no longer so.
    pub(super) fresh: bool,
}

impl Plan {
    /// The plan of a country with this many companies.
    pub(super) fn new(seed: u64, companies: usize) -> Self {
        let stamper = |(number, name): (usize, &'static str)| {
            let mut dice = Dice::of(seed, &format!("stamper/{number}"));
            StamperPlan { name, contact: contact(&mut dice, "impression"), valid_until: valid_until(&mut dice) }
        };
        Self {
            seed,
            stampers: STAMPERS.into_iter().enumerate().map(stamper).collect(),
            companies: (0..companies).map(|number| company::plan(seed, number)).collect(),
        }
    }

    /// How many products and orders it holds.
    pub(super) fn products_and_orders(&self) -> usize {
        self.companies.iter().map(|company| company.products.len() + company.orders.len()).sum()
    }
}

fn contact(dice: &mut Dice, house: &str) -> Contact {
    let (first, last) = (dice.one_of(&FIRST_NAMES), dice.one_of(&SURNAMES));
    let phone = format!("+2250700{:06}", dice.below(1_000_000));
    let email = format!("contact@{house}.example");
    let personal = |clear| Some(Personal { clear });
    Contact { person: personal(format!("{first} {last}")), phone: personal(phone), email: personal(email) }
}

/// A day within the two years before the horizon.
fn valid_until(dice: &mut Dice) -> Timestamp {
    Timestamp { seconds: HORIZON_SECONDS - dice.below(730) as i64 * DAY_SECONDS, nanos: 0 }
}

#[cfg(test)]
mod tests;
