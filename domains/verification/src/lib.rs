//! Scans of codes, the verdict on one, and the problems that people report.
//!
//! Whoever verifies a code is told a [`Verdict`]: a pure function of what the code's own check said, and of the rows
//! that the views hold of its batch, its certificate and its earlier scans. The scan itself is recorded as an event,
//! many of them in one, so that only scanned codes take space.
//!
//! This crate knows neither keys nor texts of codes (`sceau-code` does) nor how a batch came to be (`sceau-stamp`).

pub mod clone;
mod question;
mod report;
mod scan;
mod verdict;

pub use question::{Question, Witnessed};
pub use report::{
    ProblemReported, ReportCommand, ReportEvent, ReportProblem, ReportRefusal, ReportState, ReportedCode, Reports,
    report_stream,
};
pub use scan::{
    CaseClosed, CaseFacts, CaseOutcome, CaseStatus, CloseCase, Closing, CodesScanned, MAX_SCANS, Note, Place,
    RecordScans, SHARDS, Scan, ScanChannel, Scans, ScansCommand, ScansEvent, ScansRefusal, ScansState, scan_stream,
    shard_of,
};
pub use verdict::{
    BatchFacts, CertificateFacts, CertificateStatus, Checked, CodeState, ReleaseFacts, SuspectReason, UnknownReason,
    Verdict, verdict,
};

sceau_kernel::domain! {
    /// The verification domain.
    Verification, topic "sceau.verification",
    state VerificationState, command VerificationCommand, event VerificationEvent, refusal VerificationRefusal;
    Scans: scan::Scans as "scan",
    Report: report::Reports as "report",
}
