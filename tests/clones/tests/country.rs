//! What the simulated country must show of the rules.

use std::sync::LazyLock;

use sceau_clones::{Country, Kind, Score, Size};
use sceau_verification::clone::{CloneRule, Thresholds};

const SMALL: Size = Size { honest_batches: 5, codes: 1_000 };

static SCORE: LazyLock<Score> = LazyLock::new(|| Score::of(&Country::of(1, Size::FULL), &Thresholds::default()));

#[test]
fn the_same_seed_gives_the_same_country_to_the_last_scan() {
    assert_eq!(Country::of(7, SMALL).scans, Country::of(7, SMALL).scans);
    assert_ne!(Country::of(7, SMALL).scans, Country::of(8, SMALL).scans);
}

#[test]
fn honest_scans_seldom_raise_an_alert() {
    assert!(SCORE.honest_scans > 50_000, "{}", SCORE.honest_scans);
    assert!(SCORE.false_alert_percent() < 0.05, "{}", SCORE.table());
}

#[test]
fn every_counterfeiter_is_caught_by_the_rule_that_is_meant_for_him() {
    for kind in Kind::ALL {
        let of = &SCORE.kinds[&kind];
        assert!(of.scanned > 0 && of.by_rule > 0, "{}\n{}", kind.name(), SCORE.table());
    }
}

#[test]
fn without_thresholds_to_reach_nobody_is_suspect() {
    let never = Thresholds {
        people: u32::MAX,
        speed_kmh: u32::MAX,
        before_activation: u32::MAX,
        after_decommission: u32::MAX,
        wrong_digits: u32::MAX,
        batch_codes: u32::MAX,
        ..Thresholds::default()
    };
    let score = Score::of(&Country::of(7, SMALL), &never);
    assert_eq!((score.false_alerts, score.rules[&CloneRule::TooMany].codes), (0, 0));
    assert!(score.kinds.values().all(|kind| kind.found == 0));
}
