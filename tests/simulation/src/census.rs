//! What a run went through, counted, so that a test can show that runs do meet what they are meant to meet.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use sceau_engine::Refused;

use crate::machine::Answer;

/// How often each thing happened, by its name.
#[derive(Clone, Debug, Default)]
pub struct Census(BTreeMap<&'static str, u64>);

impl Census {
    /// What every hundred runs or so should meet.
    pub const EXPECTED: [&'static str; 19] = [
        "accepted",
        "nothing to do",
        "repeated",
        "rejected",
        "version mismatch",
        "id reused",
        "unavailable",
        "overloaded",
        "fence",
        "valid commit",
        "void commit",
        "foreign record",
        "reaction",
        "failed write",
        "death",
        "pause",
        "move",
        "clock jump",
        "audit",
    ];

    pub(crate) fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub(crate) fn count_answer(&mut self, answer: &Answer) {
        self.count(match answer {
            Ok(accepted) if accepted.repeated => "repeated",
            Ok(accepted) if accepted.events == 0 => "nothing to do",
            Ok(_) => "accepted",
            Err(Refused::Rejected(_)) => "rejected",
            Err(Refused::VersionMismatch { .. }) => "version mismatch",
            Err(Refused::IdReused { .. }) => "id reused",
            Err(Refused::Unavailable { .. }) => "unavailable",
            Err(Refused::Overloaded { .. }) => "overloaded",
            Err(Refused::TooLarge { .. } | Refused::UnknownKind | Refused::Unreadable { .. }) => "cannot be served",
            Err(Refused::RejectedElsewhere(_) | Refused::Malformed { .. }) => "told by another node",
        });
    }

    /// How often it happened.
    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }
}

impl AddAssign<&Census> for Census {
    fn add_assign(&mut self, other: &Census) {
        for (what, count) in &other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }
}

impl std::fmt::Display for Census {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts: Vec<String> = self.0.iter().map(|(what, count)| format!("{what} {count}")).collect();
        f.write_str(&counts.join(", "))
    }
}
