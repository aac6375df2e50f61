//! How well the rules tell copies.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use sceau_verification::ScanChannel;
use sceau_verification::clone::{BatchCounts, CloneRule, Evidence, Sight, Thresholds, suspicions};

use crate::{Country, Kind, Sort, Witnessed};

/// What a rule did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfRule {
    /// Codes that it found suspect.
    pub codes: u64,
    /// Of them, codes that were copied or used again.
    pub rightly: u64,
    /// Honest scans of codes that nobody copied, for which it spoke.
    pub false_alerts: u64,
}

impl OfRule {
    /// Of the codes it found suspect, the share that was copied; `None` when it found none.
    pub fn precision(&self) -> Option<f64> {
        share(self.rightly, self.codes)
    }
}

/// What became of a kind of counterfeiter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfKind {
    /// Batches that he went for, by their first numbers.
    pub batches: BTreeSet<u64>,
    /// Of them, those in which the rule that is meant for him found a code of his.
    pub batches_found: BTreeSet<u64>,
    /// Codes he copied or used again.
    pub codes: u64,
    /// Of them, those of which a copy was scanned at all.
    pub scanned: u64,
    /// Of those, found suspect by any rule.
    pub found: u64,
    /// Of those, found suspect by the rule that is meant for him.
    pub by_rule: u64,
    /// For each code found: how many scans of it there were from the first scan of a copy to the first alert.
    delays: Vec<u64>,
}

impl OfKind {
    /// Of the codes of which a copy was scanned, the share found suspect.
    pub fn recall(&self) -> Option<f64> {
        share(self.found, self.scanned)
    }

    /// The same, by the rule that is meant for him.
    pub fn recall_of_rule(&self) -> Option<f64> {
        share(self.by_rule, self.scanned)
    }

    /// The median of scans until the first alert.
    pub fn delay(&self) -> Option<u64> {
        let mut sorted = self.delays.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

/// How well the rules tell copies in a country.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Scans of codes that nobody copied, but those of inspectors.
    pub honest_scans: u64,
    /// Of them, those for which some rule spoke.
    pub false_alerts: u64,
    /// Each rule.
    pub rules: BTreeMap<CloneRule, OfRule>,
    /// Each kind of counterfeiter.
    pub kinds: BTreeMap<Kind, OfKind>,
}

/// What happened to one code so far.
#[derive(Default)]
struct Code {
    evidence: Option<Evidence>,
    spoke: Vec<CloneRule>,
    /// Scans since a copy was first scanned.
    since_copy: u64,
}

impl Score {
    /// Judges every scan of a country in its order, as the platform does.
    pub fn of(country: &Country, thresholds: &Thresholds) -> Self {
        let mut codes: HashMap<u64, Code> = HashMap::new();
        let mut batches: HashMap<u64, BatchCounts> = HashMap::new();
        let mut score = Self::default();
        for kind in Kind::ALL {
            let codes = country.touched.values().filter(|touched| **touched == kind).count() as u64;
            score.kinds.insert(kind, OfKind { codes, ..OfKind::default() });
        }
        for rule in CloneRule::ALL {
            score.rules.insert(rule, OfRule::default());
        }
        for witnessed in &country.scans {
            let code = codes.entry(witnessed.scan.number).or_default();
            let batch = batches.entry(witnessed.scan.batch).or_default();
            let mut scan = witnessed.scan.clone();
            let sight = Sight::of(&mut scan, code.evidence.as_ref(), thresholds);
            let rules: Vec<CloneRule> =
                suspicions(sight.evidence(), *batch, thresholds).map(|suspicion| suspicion.rule).collect();
            batch.scanned += u64::from(scan.first);
            batch.apart += u64::from(scan.apart);
            code.evidence.get_or_insert_default().see(&scan);
            let touched = country.touched.get(&scan.number).copied();
            if scan.channel != ScanChannel::Inspector {
                score.count(code, touched, witnessed, &rules);
            }
        }
        score
    }

    fn count(&mut self, code: &mut Code, touched: Option<Kind>, witnessed: &Witnessed, rules: &[CloneRule]) {
        if touched.is_none() {
            self.honest_scans += 1;
            self.false_alerts += u64::from(!rules.is_empty());
        }
        for rule in rules {
            let of_rule = self.rules.entry(*rule).or_default();
            of_rule.false_alerts += u64::from(touched.is_none());
            if !code.spoke.contains(rule) {
                of_rule.codes += 1;
                of_rule.rightly += u64::from(touched.is_some());
            }
        }
        if let Some(kind) = touched {
            let of_kind = self.kinds.entry(kind).or_default();
            let is_copy = matches!(witnessed.sort, Sort::Copy(_));
            of_kind.scanned += u64::from(is_copy && code.since_copy == 0);
            code.since_copy += u64::from(is_copy || code.since_copy > 0);
            of_kind.take(kind, code, rules);
            of_kind.batches.insert(witnessed.scan.batch);
            if rules.contains(&kind.rule()) {
                of_kind.batches_found.insert(witnessed.scan.batch);
            }
        }
        code.spoke.extend(rules);
        code.spoke.sort_unstable();
        code.spoke.dedup();
    }

    /// Of a hundred honest scans, those that raised a false alert.
    pub fn false_alert_percent(&self) -> f64 {
        share(self.false_alerts, self.honest_scans).unwrap_or_default() * 100.0
    }

    /// Of all codes found suspect, by whatever rule, the share that was copied.
    pub fn precision(&self) -> f64 {
        let codes = self.rules.values().map(|rule| rule.codes).sum();
        share(self.rules.values().map(|rule| rule.rightly).sum(), codes).unwrap_or_default()
    }

    /// Of all codes of which a copy was scanned, the share found suspect.
    pub fn recall(&self) -> f64 {
        let scanned = self.kinds.values().map(|kind| kind.scanned).sum();
        share(self.kinds.values().map(|kind| kind.found).sum(), scanned).unwrap_or_default()
    }

    /// The score as Markdown tables.
    pub fn table(&self) -> String {
        let percent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |it| format!("{:.1} %", it * 100.0));
        let mut text = format!(
            "{} honest scans, {} false alerts: {:.4} %; precision {:.1} %, recall {:.1} % of all codes\n\n",
            self.honest_scans,
            self.false_alerts,
            self.false_alert_percent(),
            self.precision() * 100.0,
            self.recall() * 100.0
        );
        text += "| rule | codes suspect | precision | false alerts |\n|---|---:|---:|---:|\n";
        // Writing to a string cannot fail.
        for (rule, of) in self.rules.iter().filter(|(rule, _)| **rule != CloneRule::Confirmed) {
            let precision = percent(of.precision());
            let _ = writeln!(text, "| {} | {} | {precision} | {} |", rule.name(), of.codes, of.false_alerts);
        }
        text += "\n| counterfeiter | codes | a copy scanned | recall | its own rule | its recall | batches found | delay in scans |\n\
                 |---|---:|---:|---:|---|---:|---:|---:|\n";
        for (kind, of) in &self.kinds {
            let (all, own) = (percent(of.recall()), percent(of.recall_of_rule()));
            let delay = of.delay().map_or_else(|| "–".to_owned(), |scans| scans.to_string());
            let (name, rule) = (kind.name(), kind.rule().name());
            let batches = format!("{} of {}", of.batches_found.len(), of.batches.len());
            let (codes, scanned) = (of.codes, of.scanned);
            let _ = writeln!(text, "| {name} | {codes} | {scanned} | {all} | {rule} | {own} | {batches} | {delay} |");
        }
        text
    }
}

impl OfKind {
    /// Counts a code once it is found. One that was found before any copy was scanned is found without delay when one
    /// is.
    fn take(&mut self, kind: Kind, code: &Code, rules: &[CloneRule]) {
        if code.since_copy == 0 {
            return;
        }
        let before = if code.since_copy == 1 { &[][..] } else { &code.spoke };
        let known = |rule: Option<CloneRule>| match rule {
            Some(rule) => before.contains(&rule),
            None => !before.is_empty(),
        };
        if !rules.is_empty() && !known(None) {
            self.found += 1;
            self.delays.push(code.since_copy);
        }
        self.by_rule += u64::from(rules.contains(&kind.rule()) && !known(Some(kind.rule())));
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
