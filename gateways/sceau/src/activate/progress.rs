//! How far a file of activations has come, for a person who waits.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error; it draws nothing when that is not a terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar of the bytes of a file that is read.
    pub(super) fn of_bytes(bytes: u64) -> Self {
        Self::new(bytes, "{wide_bar} {bytes}/{total_bytes} read  {eta}")
    }

    /// A bar of codes that are activated.
    pub(super) fn of_codes(codes: u64) -> Self {
        Self::new(codes, "{wide_bar} {human_pos}/{human_len} codes  {eta}")
    }

    fn new(length: u64, look: &str) -> Self {
        let style = ProgressStyle::with_template(look).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(length).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    pub(super) fn at(&self, position: u64) {
        self.0.set_position(position);
    }

    pub(super) fn add(&self, more: u64) {
        self.0.inc(more);
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
