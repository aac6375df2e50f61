//! How far the printing has come, for a person who waits.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

const LOOK: &str = "{wide_bar} {human_pos}/{human_len} codes  {per_sec}  {eta}";

/// A bar on standard error; it draws nothing when that is not a terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar of so many codes.
    pub(super) fn begin(codes: u64) -> Self {
        let style = ProgressStyle::with_template(LOOK).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(codes).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// So many codes more are there.
    pub(super) fn add(&self, codes: u64) {
        self.0.inc(codes);
    }

    /// So many codes have to be taken again.
    pub(super) fn take_back(&self, codes: u64) {
        self.0.dec(codes);
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
