//! Cases: what an inspector finds a suspect code to be.
//!
//! A case opens with the first scan at which its code is found suspect. Closed as honest, it opens again only when new
//! evidence is enough anew; confirmed, the code stays suspect until the case is closed as honest after all.

use sceau_kernel::{Phrase, Wire};
use serde::{Deserialize, Serialize};

use super::{ScansEvent, ScansRefusal};

/// How something was found, in words.
pub type Note = Phrase<500>;

/// What an inspector found a case to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::verification::v1::CaseOutcome)]
pub enum CaseOutcome {
    /// There is an honest explanation.
    Honest,
    /// There are copies.
    Confirmed,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::verification::v1::CaseStatus)]
pub enum CaseStatus {
    /// It waits for an inspector.
    #[default]
    Open,
    /// It was closed with an honest explanation.
    Honest,
    /// It was confirmed.
    Confirmed,
}

/// What an inspector says of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::verification::v1::CloseCaseRequest)]
pub struct Closing {
    /// What was found.
    pub outcome: CaseOutcome,
    /// How it was found.
    pub note: Note,
}

/// What the view holds of the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// Where it stands.
    pub status: CaseStatus,
}

/// Closes the case of a suspect code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseCase {
    /// The code's number.
    pub number: u64,
    /// What the inspector says.
    pub closing: Closing,
    /// The case as it stands.
    pub facts: CaseFacts,
}

/// The case of a suspect code was closed.
#[derive(Clone, Debug, PartialEq, Eq, Wire)]
#[wire(sceau_proto::verification::v1::CaseClosed)]
pub struct CaseClosed {
    /// The code's number.
    pub number: u64,
    /// What was found.
    pub outcome: CaseOutcome,
    /// How it was found.
    pub note: Note,
}

pub(super) fn close(command: &CloseCase) -> Result<Vec<ScansEvent>, ScansRefusal> {
    let CloseCase { number, closing: Closing { outcome, note }, facts } = command;
    match (facts.status, outcome) {
        (CaseStatus::Honest, CaseOutcome::Confirmed) => Err(ScansRefusal::CaseIsHonest { number: *number }),
        (CaseStatus::Honest, CaseOutcome::Honest) | (CaseStatus::Confirmed, CaseOutcome::Confirmed) => Ok(Vec::new()),
        (CaseStatus::Open, _) | (CaseStatus::Confirmed, CaseOutcome::Honest) => {
            let closed = CaseClosed { number: *number, outcome: *outcome, note: note.clone() };
            Ok(vec![ScansEvent::CaseClosed(closed)])
        }
    }
}
