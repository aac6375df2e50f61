//! Scans as they happen: recorded without a question, grouped into few events.
//!
//! The scans of a tenant go to 64 streams, by the code's number modulo 64, so that all scans of a code are in one
//! partition and no stream is too busy. A scan changes no state: nothing about a code is decided by its scans here.
//!
//! The case of a suspect code is closed in the stream of its scans, so that what was closed and what was scanned since
//! have one order.

mod case;
mod refusal;

use sceau_kernel::{Context, Decider, Phrase, StreamId, Tenant, Timestamp, Wire};
use serde::{Deserialize, Serialize};

pub use case::{CaseClosed, CaseFacts, CaseOutcome, CaseStatus, CloseCase, Closing, Note};
pub use refusal::ScansRefusal;

use crate::CodeState;
use crate::clone::{Country, GridPoint, Suspicion};

/// How many streams the scans of a tenant go to.
pub const SHARDS: u64 = 64;
/// The most scans of one command.
pub const MAX_SCANS: usize = 10_000;

/// Where a code was scanned, coarsely: a town, a district.
pub type Place = Phrase<64>;

/// Which of the streams the scans of this number go to.
pub const fn shard_of(number: u64) -> u64 {
    number % SHARDS
}

/// The stream that the scans of this number go to.
pub fn scan_stream(tenant: &Tenant, number: u64) -> StreamId {
    StreamId::new(tenant, "scan", &format!("{:02}", shard_of(number)))
}

/// A command to a stream of scans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ScansCommand {
    /// Record scans.
    Record(RecordScans),
    /// Close the case of a suspect code.
    CloseCase(CloseCase),
}

/// Records scans, all of one shard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordScans {
    /// The scans, in the order in which they were received.
    pub scans: Vec<Scan>,
}

/// What happened in a stream of scans.
#[derive(Clone, Debug, PartialEq, Wire)]
pub enum ScansEvent {
    /// Codes were verified.
    Scanned(CodesScanned),
    /// The case of a suspect code was closed.
    CaseClosed(CaseClosed),
}

/// Codes were verified.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::verification::v1::CodesScanned)]
pub struct CodesScanned {
    /// The scans, in the order in which they were received.
    pub scans: Vec<Scan>,
}

/// One verification of one code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::verification::v1::Scan)]
pub struct Scan {
    /// The code's number.
    pub number: u64,
    /// When it was verified.
    pub at: Timestamp,
    /// By what way.
    pub channel: ScanChannel,
    /// Where, when the caller said so.
    pub place: Option<Place>,
    /// Where, when the person consented.
    pub point: Option<GridPoint>,
    /// Country of the caller's network, when it is known.
    pub country: Option<Country>,
    /// Tells callers apart; `None` for one of whom nothing is known, whose scan weighs nothing.
    pub caller: Option<u32>,
    /// What had become of the code; `None` for old records.
    pub found: Option<CodeState>,
    /// How many digits that no stamp has this caller had typed within the hour.
    pub wrong_before: u32,
    /// First number of the code's batch; 0 for old records.
    pub batch: u64,
    /// Whether no scan of the code was known before.
    pub first: bool,
    /// Whether this scan first showed the code in places far apart.
    pub apart: bool,
    /// Why the code was found suspect, if it was.
    pub suspicion: Option<Suspicion>,
}

impl Scan {
    /// A scan of which no more is known than that it was.
    pub const fn new(number: u64, at: Timestamp, channel: ScanChannel) -> Self {
        Self {
            number,
            at,
            channel,
            place: None,
            point: None,
            country: None,
            caller: None,
            found: None,
            wrong_before: 0,
            batch: 0,
            first: false,
            apart: false,
            suspicion: None,
        }
    }
}

/// By what way a code was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::verification::v1::ScanChannel)]
pub enum ScanChannel {
    /// A verification app.
    App,
    /// The verification page.
    Web,
    /// A text message.
    Sms,
    /// A USSD session.
    Ussd,
    /// An inspector of the office.
    Inspector,
}

/// A stream of scans keeps no state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScansState;

/// A stream of scans as a decider.
pub struct Scans;

impl Decider for Scans {
    type State = ScansState;
    type Command = ScansCommand;
    type Event = ScansEvent;
    type Refusal = ScansRefusal;

    fn decide(_: &ScansState, command: &ScansCommand, _: &Context) -> Result<Vec<ScansEvent>, ScansRefusal> {
        match command {
            ScansCommand::Record(RecordScans { scans }) => record(scans),
            ScansCommand::CloseCase(command) => case::close(command),
        }
    }

    fn evolve(_: &mut ScansState, event: &ScansEvent) {
        match event {
            ScansEvent::Scanned(_) | ScansEvent::CaseClosed(_) => {}
        }
    }
}

fn record(scans: &[Scan]) -> Result<Vec<ScansEvent>, ScansRefusal> {
    let Some(first) = scans.first() else {
        return Ok(Vec::new());
    };
    if scans.len() > MAX_SCANS {
        return Err(ScansRefusal::TooMany { scans: scans.len() });
    }
    if let Some(stray) = scans.iter().find(|scan| shard_of(scan.number) != shard_of(first.number)) {
        return Err(ScansRefusal::OfAnotherShard { number: stray.number, shard: shard_of(first.number) });
    }
    Ok(vec![ScansEvent::Scanned(CodesScanned { scans: scans.to_vec() })])
}

#[cfg(test)]
mod tests;
