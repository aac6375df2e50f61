//! How much an owner takes on.

use std::time::Duration;

use sceau_log::Body;
use sceau_log::protocol::{Cursor, Verdict};

/// Bounds of one owner. The defaults suit a node with 20 partitions and 1 GiB.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Commands that may wait for a decision or an answer.
    pub queue: usize,
    /// Commands decided into one append, at most.
    pub batch_commands: usize,
    /// Bytes of commits in one append, about.
    pub batch_bytes: usize,
    /// Appends on their way at the same time.
    pub appends_in_flight: usize,
    /// Bytes that one commit may have.
    pub commit_bytes: usize,
    /// Streams whose state is kept in memory. Twice as many are held while changed ones wait to be saved.
    pub cached_streams: usize,
    /// Keys in one load.
    pub load_keys: usize,
    /// Rows in one write.
    pub write_rows: usize,
    /// States are saved after this many records of the log; it bounds what a restart reads.
    pub save_records: u64,
    /// States are saved after this long, if any changed.
    pub save_every: Duration,
    /// A fence or commit that was not reported for this long ends the epoch.
    pub append_timeout: Duration,
    /// Wait before a failed take, load or write is tried again; callers are told the same.
    pub retry_after: Duration,
    /// How long a command goes after a partition that is on its way from one node to another.
    pub chase: Duration,
    /// After this many failed takes waiting commands are answered instead of kept.
    pub patience: u32,
    /// The rule to leave out.
    #[cfg(feature = "weaken")]
    pub weaken: Option<crate::Rule>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            queue: 16_384,
            batch_commands: 1024,
            batch_bytes: 128 << 10,
            appends_in_flight: 4,
            commit_bytes: 1 << 20,
            cached_streams: 4096,
            load_keys: 256,
            write_rows: 256,
            save_records: 50_000,
            save_every: Duration::from_secs(5),
            append_timeout: Duration::from_secs(10),
            retry_after: Duration::from_millis(200),
            chase: Duration::from_secs(5),
            patience: 3,
            #[cfg(feature = "weaken")]
            weaken: None,
        }
    }
}

#[cfg(feature = "weaken")]
impl Settings {
    fn without(&self, rule: crate::Rule) -> bool {
        self.weaken == Some(rule)
    }
}

/// Without the feature every rule holds, and the compiler sees it.
macro_rules! rules {
    ($($name:ident: $rule:ident),*) => {
        impl Settings {
            $(pub(crate) fn $name(&self) -> bool {
                #[cfg(feature = "weaken")]
                return self.without(crate::Rule::$rule);
                #[cfg(not(feature = "weaken"))]
                false
            })*
        }
    };
}
rules! {
    without_offset_check: AcknowledgeAtOffset,
    without_waiting: AnswerWhenDurable,
    without_deduplication: Deduplicate,
    without_reading: ReadBeforeServing,
    without_keeping_unsaved: KeepUnsaved,
    without_rows_first: RowsBeforeCheckpoint,
    without_watermark: RowWatermark
}

impl Settings {
    /// [`Cursor::pass`], which a test may weaken.
    #[cfg_attr(
        not(feature = "weaken"),
        allow(clippy::unused_self, reason = "only a weakened reader looks at the settings")
    )]
    pub(crate) fn pass(&self, cursor: &mut Cursor, body: &Body) -> Verdict {
        #[cfg(feature = "weaken")]
        if let Some(rule) = self.weaken {
            return crate::weaken::pass(cursor, body, rule);
        }
        cursor.pass(body)
    }
}
