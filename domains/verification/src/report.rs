//! Problems that people report about a stamp or a product, each a stream of its own.
//!
//! Nothing is decided by a report: it is kept for those who look into it. A photo is kept outside the log; the event
//! has its fingerprint, so that nobody exchanges it unseen.

mod refusal;

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Context, Decider, Personal, Phrase, StreamId, Tenant, Wire};
use serde::{Deserialize, Serialize};

pub use refusal::ReportRefusal;

use crate::{Place, ScanChannel};

/// The code that a report is about, as it was scanned or typed.
pub type ReportedCode = Phrase<256>;

/// The stream of a report.
pub fn report_stream(tenant: &Tenant, id: Uuid) -> StreamId {
    StreamId::new(tenant, "report", &id.to_string())
}

/// A command to a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ReportCommand {
    /// Report a problem.
    Report(ReportProblem),
}

/// Reports a problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportProblem {
    /// The code it is about, when there is one.
    pub code: Option<ReportedCode>,
    /// What the person says, which may name people.
    pub text: Personal<String>,
    /// Where, when the person says so.
    pub place: Option<Place>,
    /// SHA-256 of the photo (FIPS 180-4) in 64 hexadecimal digits, when there is one.
    pub photo_sha256: Option<Phrase<64>>,
    /// By what way it came.
    pub channel: ScanChannel,
}

/// What happened to a report.
#[derive(Clone, Debug, PartialEq, Wire)]
pub enum ReportEvent {
    /// A problem was reported.
    Reported(ProblemReported),
}

/// A problem was reported.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::verification::v1::ProblemReported)]
pub struct ProblemReported {
    /// The code it is about, when there is one.
    pub code: Option<ReportedCode>,
    /// What the person says, which may name people.
    pub text: Personal<String>,
    /// Where, when the person says so.
    pub place: Option<Place>,
    /// SHA-256 of the photo (FIPS 180-4) in 64 hexadecimal digits, when there is one.
    pub photo_sha256: Option<Phrase<64>>,
    /// By what way it came.
    pub channel: ScanChannel,
}

/// Whether there is a report yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReportState {
    /// There is none.
    #[default]
    Absent,
    /// There is one.
    Made,
}

/// A report as a decider.
pub struct Reports;

impl Decider for Reports {
    type State = ReportState;
    type Command = ReportCommand;
    type Event = ReportEvent;
    type Refusal = ReportRefusal;

    fn decide(state: &ReportState, command: &ReportCommand, _: &Context) -> Result<Vec<ReportEvent>, ReportRefusal> {
        let ReportCommand::Report(report) = command;
        match state {
            ReportState::Made => Err(ReportRefusal::AlreadyMade),
            ReportState::Absent => {
                let ReportProblem { code, text, place, photo_sha256, channel } = report.clone();
                Ok(vec![ReportEvent::Reported(ProblemReported { code, text, place, photo_sha256, channel })])
            }
        }
    }

    fn evolve(state: &mut ReportState, event: &ReportEvent) {
        let ReportEvent::Reported(_) = event;
        *state = ReportState::Made;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sceau_kernel::testing::given;

    fn report() -> ReportCommand {
        ReportCommand::Report(ReportProblem {
            code: ReportedCode::new("1234567890123456").ok(),
            text: Personal::new("Étiquette recollée".to_owned()),
            place: Place::new("Bouaké").ok(),
            photo_sha256: None,
            channel: ScanChannel::Web,
        })
    }

    fn reported() -> ReportEvent {
        ReportEvent::Reported(ProblemReported {
            code: ReportedCode::new("1234567890123456").ok(),
            text: Personal::new("Étiquette recollée".to_owned()),
            place: Place::new("Bouaké").ok(),
            photo_sha256: None,
            channel: ScanChannel::Web,
        })
    }

    #[test]
    fn a_problem_is_recorded_as_it_was_told() {
        given::<Reports>([]).when(&report()).then([reported()]);
    }

    #[test]
    fn a_report_is_made_once() {
        given::<Reports>([reported()]).when(&report()).refused(&ReportRefusal::AlreadyMade);
    }
}
