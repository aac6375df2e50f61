//! Why a code is suspect, with the numbers that were seen.

use sceau_kernel::Wire;
use serde::{Deserialize, Serialize};

use super::Spot;

/// A rule by which copies of a code are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::verification::v1::CloneRule)]
pub enum CloneRule {
    /// Too many people scanned the code within a while.
    TooMany,
    /// Two people scanned it too far apart in too little time.
    TooFar,
    /// Too many people scanned it before it was activated.
    BeforeActivation,
    /// Too many people scanned it after it was taken out of circulation.
    AfterDecommission,
    /// Somebody found it who had typed many digits that no stamp has.
    DigitsGuessed,
    /// It was scanned in places far apart, as too many codes of its batch were.
    Batch,
    /// An inspector confirmed that there are copies.
    Confirmed,
}

impl CloneRule {
    /// Every rule, the one that says most first.
    pub const ALL: [Self; 7] = [
        Self::Confirmed,
        Self::TooFar,
        Self::TooMany,
        Self::AfterDecommission,
        Self::BeforeActivation,
        Self::DigitsGuessed,
        Self::Batch,
    ];

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooMany => "too many",
            Self::TooFar => "too far",
            Self::BeforeActivation => "before activation",
            Self::AfterDecommission => "after decommission",
            Self::DigitsGuessed => "digits guessed",
            Self::Batch => "batch",
            Self::Confirmed => "confirmed",
        }
    }
}

/// Why a code is suspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::verification::v1::Suspicion)]
pub struct Suspicion {
    /// The rule.
    pub rule: CloneRule,
    /// What was counted: people, km/h, wrong digits, codes of the batch.
    pub seen: u32,
    /// From how many on the rule speaks.
    pub limit: u32,
    /// Kilometres that lie at least between the two places; 0 for rules without places.
    pub distance_km: u32,
    /// Within how many seconds it was seen; 0 for rules without time.
    pub within_seconds: u32,
    /// The earlier place.
    pub from: Option<Spot>,
    /// The later place.
    pub to: Option<Spot>,
}

impl Suspicion {
    /// One of a rule that counts, without places.
    pub(super) const fn counted(rule: CloneRule, seen: u32, limit: u32) -> Self {
        Self { rule, seen, limit, distance_km: 0, within_seconds: 0, from: None, to: None }
    }

    /// As anyone may see it: where somebody else stood to the kilometre is for inspectors, and the sentence names towns.
    #[must_use]
    pub const fn without_places(self) -> Self {
        Self { from: None, to: None, ..self }
    }

    /// What was seen, as a sentence.
    pub fn explain(&self) -> String {
        let Self { seen, limit, distance_km, .. } = self;
        let within = within(self.within_seconds);
        let places = match (self.from, self.to) {
            (Some(from), Some(to)) if from.name() != to.name() => format!("in {} and {}", from.name(), to.name()),
            _ => "in two places".to_owned(),
        };
        match self.rule {
            CloneRule::TooMany => {
                format!("Scanned by {seen} people within {within}; {limit} are more than one product meets.")
            }
            CloneRule::TooFar => {
                format!(
                    "Scanned {places}, at least {distance_km} km apart, within {within}: no product travels faster \
                     than {limit} km/h."
                )
            }
            CloneRule::BeforeActivation => format!("Scanned by {seen} people before it was activated."),
            CloneRule::AfterDecommission => {
                format!("Scanned by {seen} people after it was taken out of circulation.")
            }
            CloneRule::DigitsGuessed => {
                format!(
                    "Found by somebody who had typed {seen} wrong digits within the hour; {limit} look like guesses."
                )
            }
            CloneRule::Batch => {
                format!(
                    "Scanned {places}, at least {distance_km} km apart, as {seen} codes of its batch were; {limit} are \
                     too many."
                )
            }
            CloneRule::Confirmed => "An inspector confirmed that there are copies of this stamp.".to_owned(),
        }
    }
}

fn within(seconds: u32) -> String {
    match seconds {
        0..120 => "two minutes".to_owned(),
        120..7200 => format!("{} minutes", seconds.div_ceil(60)),
        _ => format!("{} hours", seconds.div_ceil(3600)),
    }
}
