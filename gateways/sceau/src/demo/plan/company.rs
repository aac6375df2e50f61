//! A company and its products.

use sceau_certification::Gtin;
use sceau_proto::certification::v1::Evidence;

use super::super::country::{DOCUMENTS, LOCALITIES, REVIEWERS, SECTORS};
use super::super::dice::{Dice, id};
use super::{CompanyPlan, ProductPlan, Review, contact, order, valid_until};

/// GS1 prefix of Côte d'Ivoire (GS1, "Company prefix": 618).
const GS1_PREFIX: u64 = 618;
/// Steps through the places, coprime with their number, so that no two companies of one trade are called the same.
const STRIDE: usize = 17;

/// What becomes of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Applied,
    UnderReview,
    ChangesRequested,
    Refused,
    InForce,
    Suspended,
    Resumed,
    Revoked,
}

/// The first company goes through everything, so that the smallest demo shows it all.
const SHOWCASE: [Fate; 6] =
    [Fate::InForce, Fate::Suspended, Fate::UnderReview, Fate::ChangesRequested, Fate::Refused, Fate::Revoked];

impl Fate {
    /// The certificate is granted before the company orders.
    pub(super) const fn granted(self) -> bool {
        matches!(self, Self::InForce | Self::Suspended | Self::Resumed | Self::Revoked)
    }

    fn roll(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..6 => Self::Applied,
            6..15 => Self::UnderReview,
            15..22 => Self::ChangesRequested,
            22..28 => Self::Refused,
            28..35 => Self::Suspended,
            35..40 => Self::Resumed,
            40..44 => Self::Revoked,
            _ => Self::InForce,
        }
    }
}

/// The company of this number.
pub(super) fn plan(seed: u64, number: usize) -> CompanyPlan {
    let mut dice = Dice::of(seed, &format!("company/{number}"));
    let sector = &SECTORS[number % SECTORS.len()];
    let (of_place, brand) = LOCALITIES[(number % SECTORS.len() + number / SECTORS.len() * STRIDE) % LOCALITIES.len()];
    let fates = fates(&mut dice, number);
    let products = fates.iter().zip(sector.products).enumerate().map(|(n, (fate, product))| {
        let evidence = evidence(&mut dice, seed, &format!("company/{number}/product/{n}"));
        ProductPlan {
            gtin: gtin(seed, number, n),
            name: format!("{product} {brand}"),
            category: sector.category,
            review: review(&mut dice, *fate, &evidence),
            evidence,
            afterwards: afterwards(*fate),
        }
    });
    let products = products.collect();
    let year = 2004 + dice.below(20);
    CompanyPlan {
        number,
        name: format!("{} {of_place}", sector.name),
        registration: format!("CI-ABJ-{year}-B-{:05}", dice.below(100_000)),
        contact: contact(&mut dice, &format!("entreprise-{}", number + 1)),
        products,
        orders: order::plan(&mut dice, seed, number, &fates),
    }
}

fn fates(dice: &mut Dice, number: usize) -> Vec<Fate> {
    if number == 0 {
        return SHOWCASE.to_vec();
    }
    let others = 1 + dice.below(5);
    std::iter::once(Fate::InForce).chain((0..others).map(|_| Fate::roll(dice))).collect()
}

/// 618, five digits of the company, four of the product, and the check digit.
fn gtin(seed: u64, company: usize, product: usize) -> String {
    let house = (seed.wrapping_mul(1009) % 100_000 + company as u64) % 100_000;
    let digits = (GS1_PREFIX * 100_000 + house) * 10_000 + 1 + product as u64;
    Gtin::with_check_digit(digits).map(|gtin| gtin.to_string()).unwrap_or_default()
}

fn evidence(dice: &mut Dice, seed: u64, step: &str) -> Vec<Evidence> {
    let count = 1 + dice.below(DOCUMENTS.len() as u64) as usize;
    let document = |title: &&str| {
        // Nobody reads the documents here; their hashes only have to look like some and stay the same.
        let halves = [0, 1].map(|half| id(seed, &format!("{step}/{title}/{half}")).simple().to_string());
        Evidence { title: (*title).to_owned(), sha256: halves.concat() }
    };
    DOCUMENTS.iter().take(count).map(document).collect()
}

fn review(dice: &mut Dice, fate: Fate, evidence: &[Evidence]) -> Vec<Review> {
    let assign = Review::Assign { reviewer: dice.one_of(&REVIEWERS) };
    let ask = Review::RequestChanges { notes: "L'étiquette doit porter la date limite et le pays d'origine." };
    let refuse = Review::Refuse { reason: "Teneur mesurée au laboratoire hors de la norme nationale." };
    match fate {
        Fate::Applied => Vec::new(),
        Fate::UnderReview => vec![assign],
        Fate::ChangesRequested => vec![assign, ask],
        Fate::Refused => vec![assign, refuse],
        Fate::InForce | Fate::Suspended | Fate::Resumed | Fate::Revoked => {
            let mut steps = vec![assign];
            if dice.percent(25) {
                let answer = Review::ProvideChanges { notes: "Étiquette corrigée.", evidence: evidence.to_vec() };
                steps.extend([ask, answer]);
            }
            steps.push(Review::Grant { valid_until: valid_until(dice) });
            if fate == Fate::Resumed {
                let reason = "Contrôle de l'atelier en cours.";
                steps.extend([Review::Suspend { reason }, Review::Resume]);
            }
            steps
        }
    }
}

fn afterwards(fate: Fate) -> Option<Review> {
    match fate {
        Fate::Suspended => Some(Review::Suspend { reason: "Lots non conformes trouvés sur le marché d'Adjamé." }),
        Fate::Revoked => Some(Review::Revoke { reason: "Fabrication hors du site certifié." }),
        Fate::Applied | Fate::UnderReview | Fate::ChangesRequested | Fate::Refused | Fate::InForce | Fate::Resumed => {
            None
        }
    }
}
