//! A measured figure, and the file that collects them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::goal::{Goal, number, target_of};

/// A figure: the median over several runs, beside the limit or peer that it is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    /// As in the table of targets.
    pub(crate) name: String,
    /// The median.
    pub(crate) value: f64,
    /// Of value and peer value.
    pub(crate) unit: String,
    /// How many runs the median is of.
    pub(crate) runs: usize,
    /// What it is compared with.
    pub(crate) peer: String,
    /// The peer's own median, measured in the same runs, or the limit.
    pub(crate) peer_value: f64,
    /// Value over peer value.
    pub(crate) ratio: f64,
}

impl Figure {
    /// The median of `runs`, beside the limit of its target.
    pub(crate) fn beside_limit(name: &str, runs: &[f64]) -> Self {
        let limit = target_of(name).and_then(|target| target.goals.first()).copied().map_or(0.0, Goal::limit);
        Self::new(name, runs, "the limit", limit)
    }

    /// The median of `runs`, beside that of what a peer did in the same runs.
    pub(crate) fn beside_peer(name: &str, runs: &[f64], peer: &str, peer_runs: &[f64]) -> Self {
        Self::new(name, runs, peer, median(peer_runs))
    }

    /// The median of `runs`, published without anything beside it.
    pub(crate) fn alone(name: &str, runs: &[f64]) -> Self {
        Self::new(name, runs, "", 0.0)
    }

    fn new(name: &str, runs: &[f64], peer: &str, peer_value: f64) -> Self {
        let value = median(runs);
        let unit = target_of(name).map_or("", |target| target.unit);
        let ratio = if peer_value == 0.0 { 0.0 } else { value / peer_value };
        Self {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            runs: runs.len(),
            peer: peer.to_owned(),
            peer_value,
            ratio,
        }
    }

    /// Whether every goal of its target is met; true of a figure without a target.
    pub(crate) fn met(&self) -> bool {
        target_of(&self.name).is_none_or(|target| target.goals.iter().all(|goal| goal.met(self)))
    }
}

/// The middle of the sorted values; of an even number, the mean of the middle two.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        count if count.is_multiple_of(2) => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
        count => sorted[count / 2],
    }
}

/// Puts `figures` into `figures.json` in `folder`, in the place of those of the same name, and writes the table beside
/// it. The figures that stand there now.
pub(crate) fn merge(folder: &Path, figures: Vec<Figure>) -> Result<Vec<Figure>> {
    let path = folder.join("figures.json");
    let mut all: Vec<Figure> = match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| format!("{}: {error}: delete it", path.display()))?,
        Err(_) => Vec::new(),
    };
    for figure in figures {
        match all.iter_mut().find(|known| known.name == figure.name) {
            Some(known) => *known = figure,
            None => all.push(figure),
        }
    }
    fs::write(&path, serde_json::to_string_pretty(&all)? + "\n")?;
    fs::write(folder.join("figures.md"), table(&all))?;
    Ok(all)
}

/// The figures as a Markdown table.
pub(crate) fn table(figures: &[Figure]) -> String {
    let mut text = "| figure | median | unit | runs | beside | its value | ratio | must reach | |\n\
                    |---|---:|---|---:|---|---:|---:|---|---|\n"
        .to_owned();
    for figure in figures {
        let goals = target_of(&figure.name).map(|target| target.goals).unwrap_or_default();
        let goals: Vec<String> = goals.iter().map(ToString::to_string).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {:.2} | {} | {} |",
            figure.name,
            number(figure.value),
            figure.unit,
            figure.runs,
            figure.peer,
            number(figure.peer_value),
            figure.ratio,
            goals.join(", "),
            match (goals.is_empty(), figure.met()) {
                (true, _) => "",
                (false, true) => "met",
                (false, false) => "MISSED",
            },
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn figures_replace_those_of_the_same_name_and_leave_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let of = |value| Figure::beside_limit("import", &[value]);
        merge(folder.path(), vec![of(1.0), Figure::beside_limit("restart", &[1.0])]).unwrap();
        let all = merge(folder.path(), vec![of(10_000.0)]).unwrap();
        assert_eq!(all.iter().map(|figure| figure.name.as_str()).collect::<Vec<_>>(), ["import", "restart"]);
        assert!((all[0].value - 10_000.0).abs() < f64::EPSILON);
        let written = fs::read_to_string(folder.path().join("figures.md")).unwrap();
        assert!(
            written.contains("| `import` | 10 000 | lines/s | 1 | the limit | 8 000 | 1.25 | ≥ 8 000 | met |"),
            "{written}"
        );
    }
}
