//! The bar that shows how far an import is; on standard error, and only on a terminal.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

const LOOK: &str = "{msg:20} {wide_bar} {human_pos}/{human_len} lines  {rate} lines/s  {eta}";

/// Lines of the file that are done with.
pub(super) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    /// What was done, and since when.
    stages: RefCell<Vec<(&'static str, Instant)>>,
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
        Self { bar, begun, stages: RefCell::default() }
    }

    /// Names what is being done.
    pub(super) fn stage(&self, name: &'static str) {
        self.bar.set_message(name);
        self.stages.borrow_mut().push((name, Instant::now()));
    }

    /// So many lines more are done with.
    pub(super) fn lines(&self, lines: usize) {
        self.bar.inc(lines as u64);
    }

    /// Takes the bar away and says how long it took.
    pub(super) fn finish(&self) {
        let (lines, seconds) = (self.bar.length().unwrap_or_default(), self.begun.elapsed().as_secs_f64());
        self.bar.finish_and_clear();
        let stages = self.stages.borrow();
        let ends = stages.iter().skip(1).map(|(_, since)| *since).chain([Instant::now()]);
        let spans =
            stages.iter().zip(ends).map(|((name, since), end)| format!("{name} {:.1} s", (end - *since).as_secs_f64()));
        let spans: Vec<String> = spans.collect();
        eprintln!(
            "{lines} lines in {seconds:.1} s, {:.0} a second ({})",
            lines as f64 / seconds.max(0.001),
            spans.join(", ")
        );
    }
}
