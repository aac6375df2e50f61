//! Scans as they happen: recorded without a question, grouped into few events.
//!
//! The scans of a tenant go to 64 streams, by the code's number modulo 64, so that all scans of a code are in one
//! partition and no stream is too busy. A scan changes no state: nothing about a code is decided by its scans here.

mod refusal;

use sceau_kernel::{Context, Decider, Phrase, StreamId, Tenant, Timestamp, Wire};
use serde::{Deserialize, Serialize};

pub use refusal::ScansRefusal;

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
        let ScansCommand::Record(RecordScans { scans }) = command;
        let Some(first) = scans.first() else {
            return Ok(Vec::new());
        };
        if scans.len() > MAX_SCANS {
            return Err(ScansRefusal::TooMany { scans: scans.len() });
        }
        if let Some(stray) = scans.iter().find(|scan| shard_of(scan.number) != shard_of(first.number)) {
            return Err(ScansRefusal::OfAnotherShard { number: stray.number, shard: shard_of(first.number) });
        }
        Ok(vec![ScansEvent::Scanned(CodesScanned { scans: scans.clone() })])
    }

    fn evolve(_: &mut ScansState, event: &ScansEvent) {
        let ScansEvent::Scanned(_) = event;
    }
}

#[cfg(test)]
mod tests;
