//! The transparency log of a tenant: which leaves it has, in which order, and how far its sources were read.
//!
//! A leaf is a public fact about a certificate, a key or a batch, as JSON text. Facts stand in several partitions, which
//! have no order among them; this stream gives them one. Whoever adds leaves says from where to where he has read, and
//! what was read already is refused: so each fact becomes one leaf, whoever reads, and however often.

use std::collections::BTreeMap;
use std::fmt;

use sceau_kernel::{Context, Decider, Refusal, RefusalKind, StreamId, Tenant, Wire};
use serde::{Deserialize, Serialize};

/// The most leaves of one command.
pub const MAX_LEAVES: usize = 1_000;
/// The longest leaf, in bytes of UTF-8. A bundle of leaves can say up to 65 535 (C2SP tlog-tiles).
pub const MAX_LEAF: usize = 8_192;

/// The stream of a tenant's transparency log.
pub fn transparency_stream(tenant: &Tenant) -> StreamId {
    StreamId::new(tenant, "transparency", "log")
}

/// A command to a transparency log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TransparencyCommand {
    /// Add leaves; given by the platform.
    Add(AddLeaves),
}

/// Adds what was found in a stretch of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddLeaves {
    /// The source.
    pub source: LeafSource,
    /// Where reading began.
    pub from: u64,
    /// Where it goes on.
    pub place: SourcePlace,
    /// The leaves found, in order.
    pub leaves: Vec<String>,
}

/// Where leaves come from: a partition of a topic, or `keys`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LeafSource {
    /// The topic, or `keys`.
    pub source: String,
    /// The partition; 0 for keys.
    pub partition: u32,
}

/// A place in a source, and what is needed to go on reading from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::certification::v1::SourcePlace)]
pub struct SourcePlace {
    /// Offset of the next record; for keys, how many changes were read.
    pub next: u64,
    /// Offset of the last fence before it; `None` before the first.
    pub epoch: Option<u64>,
    /// Valid commits between that fence and the place.
    pub seq: u64,
}

/// What happened to a transparency log.
#[derive(Clone, Debug, PartialEq, Wire)]
pub enum TransparencyEvent {
    /// Leaves were added.
    Logged(LeavesLogged),
}

/// Leaves were added.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::LeavesLogged)]
pub struct LeavesLogged {
    /// Index of the first of the leaves; the others follow it.
    pub first_index: u64,
    /// The leaves, each a JSON object.
    pub leaves: Vec<String>,
    /// What was read: a topic, or `keys`.
    pub source: String,
    /// Partition of the topic; 0 for keys.
    pub partition: u32,
    /// Where reading goes on.
    pub place: SourcePlace,
}

/// How far a transparency log has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TransparencyState {
    size: u64,
    places: BTreeMap<LeafSource, SourcePlace>,
}

/// Why leaves are refused.
#[derive(Clone, Debug, PartialEq)]
pub enum TransparencyRefusal {
    /// Another reader has read further, or this one has left something out.
    ReadElsewhere {
        /// Where reading must begin.
        next: u64,
    },
    /// The stretch ends before it begins.
    Backwards,
    /// More leaves than [`MAX_LEAVES`].
    TooMany {
        /// How many there are.
        leaves: usize,
    },
    /// A leaf longer than [`MAX_LEAF`].
    TooLong {
        /// How many bytes it has.
        bytes: usize,
    },
}

/// The decider of transparency logs.
pub struct TransparencyLog;

impl Decider for TransparencyLog {
    type State = TransparencyState;
    type Command = TransparencyCommand;
    type Event = TransparencyEvent;
    type Refusal = TransparencyRefusal;

    fn decide(
        state: &TransparencyState,
        command: &TransparencyCommand,
        _: &Context,
    ) -> Result<Vec<TransparencyEvent>, TransparencyRefusal> {
        let TransparencyCommand::Add(command) = command;
        let next = state.places.get(&command.source).map_or(0, |place| place.next);
        if command.from != next {
            return Err(TransparencyRefusal::ReadElsewhere { next });
        }
        if command.place.next < next {
            return Err(TransparencyRefusal::Backwards);
        }
        if command.leaves.len() > MAX_LEAVES {
            return Err(TransparencyRefusal::TooMany { leaves: command.leaves.len() });
        }
        if let Some(leaf) = command.leaves.iter().find(|leaf| leaf.len() > MAX_LEAF) {
            return Err(TransparencyRefusal::TooLong { bytes: leaf.len() });
        }
        if command.place.next == next {
            return Ok(Vec::new());
        }
        Ok(vec![TransparencyEvent::Logged(LeavesLogged {
            first_index: state.size,
            leaves: command.leaves.clone(),
            source: command.source.source.clone(),
            partition: command.source.partition,
            place: command.place,
        })])
    }

    fn evolve(state: &mut TransparencyState, event: &TransparencyEvent) {
        let TransparencyEvent::Logged(event) = event;
        state.size = event.first_index + event.leaves.len() as u64;
        let source = LeafSource { source: event.source.clone(), partition: event.partition };
        state.places.insert(source, event.place);
    }
}

impl Refusal for TransparencyRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::ReadElsewhere { .. } => "TRANSPARENCY_READ_ELSEWHERE",
            Self::Backwards => "TRANSPARENCY_BACKWARDS",
            Self::TooMany { .. } => "TRANSPARENCY_TOO_MANY_LEAVES",
            Self::TooLong { .. } => "TRANSPARENCY_LEAF_TOO_LONG",
        }
    }
    fn kind(&self) -> RefusalKind {
        match self {
            Self::ReadElsewhere { .. } => RefusalKind::Precondition,
            Self::Backwards | Self::TooMany { .. } | Self::TooLong { .. } => RefusalKind::Invalid,
        }
    }
    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::ReadElsewhere { next } => vec![("next", next.to_string())],
            Self::Backwards => Vec::new(),
            Self::TooMany { leaves } => vec![("leaves", leaves.to_string())],
            Self::TooLong { bytes } => vec![("bytes", bytes.to_string())],
        }
    }
}

impl fmt::Display for TransparencyRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadElsewhere { next } => write!(f, "this source was read up to {next}: go on from there"),
            Self::Backwards => f.write_str("what was read ends before it begins: give the place after it"),
            Self::TooMany { leaves } => write!(f, "{leaves} leaves are too many at once: at most {MAX_LEAVES}"),
            Self::TooLong { bytes } => write!(f, "a leaf of {bytes} bytes is too long: at most {MAX_LEAF}"),
        }
    }
}

impl std::error::Error for TransparencyRefusal {}
