//! How far the demo has come, for a person who waits.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error; it draws nothing when that is not a terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar of as many steps.
    pub(super) fn new(what: &'static str, steps: usize) -> Self {
        let bar = ProgressBar::new(steps as u64).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}  {elapsed}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// One step is done.
    pub(super) fn step(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
