//! The lines that were not taken.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::ImportError;
use super::line::LineRefusal;
use super::plan::Plan;
use super::run::Unsent;

/// Lines that were not taken, each with its first reason.
#[derive(Debug, Default)]
pub(super) struct Refused {
    lines: BTreeMap<u64, LineRefusal>,
}

impl Refused {
    pub(super) fn line(&mut self, line: u64, refusal: LineRefusal) {
        self.lines.entry(line).or_insert(refusal);
    }

    /// Adds the lines of what the platform refused.
    pub(super) fn platform(&mut self, plan: &Plan, unsent: &Unsent) {
        for (order, refusal) in &unsent.orders {
            for source in plan.orders[*order].sources() {
                self.line(source, refusal.clone());
            }
        }
        for ((order, credit), refusal) in &unsent.credits {
            for source in &plan.orders[*order].credits[*credit].sources {
                self.line(*source, refusal.clone());
            }
        }
    }

    /// How many.
    pub(super) fn lines(&self) -> u64 {
        self.lines.len() as u64
    }

    /// How many for each reason, and the first line of each.
    pub(super) fn by_reason(&self) -> BTreeMap<String, (u64, u64)> {
        let mut reasons = BTreeMap::new();
        for (line, refusal) in &self.lines {
            let (count, _) = reasons.entry(refusal.code().to_owned()).or_insert((0, *line));
            *count += 1;
        }
        reasons
    }

    /// Lists them in a file.
    pub(super) fn write(&self, path: &Path) -> Result<(), ImportError> {
        let failed = |reason| ImportError::RefusedFile { path: path.to_owned(), reason };
        let mut file = csv::Writer::from_path(path).map_err(|error| failed(error.into()))?;
        file.write_record(["line", "reason", "text"]).map_err(|error| failed(error.into()))?;
        for (line, refusal) in &self.lines {
            let row = [line.to_string(), refusal.code().to_owned(), refusal.to_string()];
            file.write_record(row).map_err(|error| failed(error.into()))?;
        }
        file.flush().map_err(failed)?;
        eprintln!("{} refused lines are listed in {}", self.lines(), path.display());
        Ok(())
    }
}
