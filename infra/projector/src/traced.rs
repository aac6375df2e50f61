//! The last leg of a trace: from reading a commit to its rows being in the store.

use std::collections::VecDeque;

use sceau_commit::decode_commit;
use sceau_kernel::Source;
use sceau_log::{Body, Record};
use tracing::Span;

/// Spans kept open; of more than so many commits between two flushes the rest go untraced.
const MOST: usize = 1024;

/// The open spans of one partition of one table, by the offset of their commit.
#[derive(Default)]
pub(crate) struct Traced {
    open: VecDeque<(u64, Span)>,
}

impl Traced {
    /// Opens a span for each traced commit among `records`. Does nothing while nothing is exported.
    pub(crate) fn read(&mut self, table: &str, source: &Source, records: &[Record]) {
        if !sceau_trace::exporting() {
            return;
        }
        for record in records.iter().take(MOST.saturating_sub(self.open.len())) {
            let Body::Commit { payload, .. } = &record.body else { continue };
            let Ok(commit) = decode_commit(payload) else { continue };
            if !commit.traceparent.is_empty() {
                let span = sceau_trace::rows(table, source.topic, source.partition, commit.traceparent);
                self.open.push_back((record.offset, span));
            }
        }
    }

    /// Closes the spans of commits whose rows are in the store: those before `offset`.
    pub(crate) fn stored(&mut self, offset: u64) {
        while self.open.front().is_some_and(|(commit, _)| *commit < offset) {
            self.open.pop_front();
        }
    }
}
