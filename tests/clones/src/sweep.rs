//! What other thresholds would do, one changed at a time.

use std::fmt::Write as _;

use sceau_verification::clone::Thresholds;

use crate::{Country, Kind, Score};

/// A setting: its name, the values tried, the kind of counterfeiter it is meant for, and how it is set.
type Setting = (&'static str, [u32; 4], Kind, fn(&mut Thresholds, u32));

const SETTINGS: [Setting; 6] = [
    ("clones.people", [10, 12, 14, 16], Kind::FewOften, |limits, people| limits.people = people),
    ("clones.speed_kmh", [250, 400, 500, 600], Kind::FewOften, |limits, speed| limits.speed_kmh = speed),
    ("clones.before_activation", [1, 2, 3, 4], Kind::BeforeSale, |limits, people| limits.before_activation = people),
    ("clones.after_decommission", [1, 2, 3, 4], Kind::Reused, |limits, people| limits.after_decommission = people),
    ("clones.wrong_digits", [5, 10, 20, 40], Kind::Guessed, |limits, wrong| limits.wrong_digits = wrong),
    ("clones.batch_per_thousand", [5, 10, 20, 40], Kind::ManyOnce, |limits, share| limits.batch_per_thousand = share),
];

/// False alerts, and the recall of the counterfeiter that a setting is meant for, by value, as a Markdown table.
pub fn sweep(country: &Country) -> String {
    let mut text = "| setting | value | false alerts | precision | counterfeiter | recall | by any rule |\n\
                    |---|---:|---:|---:|---|---:|---:|\n"
        .to_owned();
    for (name, values, kind, set) in SETTINGS {
        for value in values {
            let mut thresholds = Thresholds::default();
            set(&mut thresholds, value);
            let score = Score::of(country, &thresholds);
            let of_kind = &score.kinds[&kind];
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "| `{name}` | {value} | {:.4} % | {:.1} % | {} | {:.1} % | {:.1} % |",
                score.false_alert_percent(),
                score.precision() * 100.0,
                kind.name(),
                of_kind.recall_of_rule().unwrap_or_default() * 100.0,
                of_kind.recall().unwrap_or_default() * 100.0,
            );
        }
    }
    text
}
