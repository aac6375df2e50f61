//! The bar that shows how far an import is; on standard error, and only on a terminal.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

const LOOK: &str = "{msg:20} {wide_bar} {human_pos}/{human_len} lines  {rate} lines/s  {eta}";

/// Lines of the file that are done with.
pub(super) struct Progress {
    bar: ProgressBar,
    begun: Instant,
}

impl Progress {
    pub(super) fn begin(lines: u64, refused: u64) -> Self {
        let begun = Instant::now();
        let style = ProgressStyle::with_template(LOOK).unwrap_or_else(|_| ProgressStyle::default_bar());
        let style = style.with_key("rate", move |state: &indicatif::ProgressState, text: &mut dyn std::fmt::Write| {
            let rate = state.pos() as f64 / begun.elapsed().as_secs_f64().max(0.001);
            // What cannot be shown is not shown.
            let _ = write!(text, "{rate:.0}");
        });
        let bar = ProgressBar::new(lines).with_style(style).with_position(refused);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, begun }
    }

    /// Names what is being done.
    pub(super) fn stage(&self, name: &'static str) {
        self.bar.set_message(name);
    }

    /// So many lines more are done with.
    pub(super) fn lines(&self, lines: usize) {
        self.bar.inc(lines as u64);
    }

    /// Takes the bar away and says how long it took.
    pub(super) fn finish(&self) {
        let (lines, seconds) = (self.bar.length().unwrap_or_default(), self.begun.elapsed().as_secs_f64());
        self.bar.finish_and_clear();
        eprintln!("{lines} lines in {seconds:.1} s: {:.0} lines/s", lines as f64 / seconds.max(0.001));
    }
}
