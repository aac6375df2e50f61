//! What a run came to, as a page.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

/// What was done, and what was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Gives the same faults again.
    pub seed: u64,
    /// How long callers worked while things went wrong.
    pub time: Duration,
    /// Faults by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// How often a node ended by itself and was started again.
    pub ended_by_themselves: u64,
    /// Commands given.
    pub commands: u64,
    /// Commands answered with a receipt.
    pub answered: u64,
    /// Calls that gave a command again.
    pub retries: u64,
    /// Answers that told of a commit whose first answer had been lost.
    pub repeats: u64,
    /// The longest time in which no caller got an answer.
    pub silence: Duration,
    /// Valid commits in the log.
    pub valid: u64,
    /// Commits in the log that count for nobody.
    pub void: u64,
    /// How often a partition was taken.
    pub fences: u64,
    /// Companies, orders and ledgers compared with the fold of the log.
    pub rows: u64,
    /// Everything that should not be, one sentence each.
    pub found: Vec<String>,
}

impl Report {
    /// Whether nothing was found.
    pub const fn is_clean(&self) -> bool {
        self.found.is_empty()
    }

    /// The page, as Markdown.
    pub fn to_markdown(&self) -> String {
        let verdict = if self.is_clean() { "nothing found".to_owned() } else { format!("{} found", self.found.len()) };
        let mut page = format!("# Torture: {verdict}\n\n");
        let lines = [
            ("seed", self.seed.to_string()),
            ("time under faults", format!("{:.1} min", self.time.as_secs_f64() / 60.0)),
            ("commands given", self.commands.to_string()),
            ("commands answered", self.answered.to_string()),
            ("calls made again", self.retries.to_string()),
            ("first answers lost and given again", self.repeats.to_string()),
            ("longest time without any answer", format!("{:.1} s", self.silence.as_secs_f64())),
            ("valid commits in the log, reactions included", self.valid.to_string()),
            ("void commits in the log, skipped by all", self.void.to_string()),
            ("times a partition was taken", self.fences.to_string()),
            ("nodes that ended by themselves and were started again", self.ended_by_themselves.to_string()),
            ("rows compared with the fold of the log", self.rows.to_string()),
        ];
        page.push_str("| | |\n| --- | ---: |\n");
        for (name, value) in lines {
            // Writing to a String does not fail.
            let _ = writeln!(page, "| {name} | {value} |");
        }
        page.push_str("\n| fault | times |\n| --- | ---: |\n");
        for (kind, count) in &self.faults {
            let _ = writeln!(page, "| {kind} | {count} |");
        }
        if !self.is_clean() {
            page.push_str("\n## Found\n\n");
            for found in &self.found {
                let _ = writeln!(page, "- {found}");
            }
        }
        page
    }
}
