//! Rules that a test can leave out, one at a time, to show that the simulation would notice.

use sceau_log::Body;
use sceau_log::protocol::{Cursor, Verdict};

/// A rule of the write side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A reader takes a commit of any epoch whose seq fits.
    ReaderEpoch,
    /// A reader takes any commit of the epoch, whatever its seq.
    ReaderSeq,
    /// A commit is acknowledged wherever it landed.
    AcknowledgeAtOffset,
    /// A refusal or repeat that rests on commits which are not durable yet waits for them.
    AnswerWhenDurable,
    /// A repeated command meets what the stream remembers.
    Deduplicate,
    /// The tail of the log is folded before the first decision.
    ReadBeforeServing,
    /// A changed state stays in memory until it is saved.
    KeepUnsaved,
    /// The checkpoint is written after the rows it stands for.
    RowsBeforeCheckpoint,
    /// A commit at or below the offset that a row includes is not folded again.
    RowWatermark,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 9] = [
        Self::ReaderEpoch,
        Self::ReaderSeq,
        Self::AcknowledgeAtOffset,
        Self::AnswerWhenDurable,
        Self::Deduplicate,
        Self::ReadBeforeServing,
        Self::KeepUnsaved,
        Self::RowsBeforeCheckpoint,
        Self::RowWatermark,
    ];
}

/// [`Cursor::pass`] without one of its halves.
pub(crate) fn pass(cursor: &mut Cursor, body: &Body, without: Rule) -> Verdict {
    let claims = match body {
        Body::Commit { epoch, seq, payload } => {
            let epoch = if without == Rule::ReaderEpoch { cursor.epoch.unwrap_or(*epoch) } else { *epoch };
            let seq = if without == Rule::ReaderSeq { cursor.seq } else { *seq };
            &Body::Commit { epoch, seq, payload: payload.clone() }
        }
        other => other,
    };
    cursor.pass(claims)
}
