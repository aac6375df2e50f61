//! How well copies are told, on a simulated country; each run is another seed. The tables of the rules and of the
//! counterfeiters go to standard error.

use sceau_clones::{Country, Score, Size};
use sceau_verification::clone::Thresholds;

use crate::Result;
use crate::figure::Figure;
use crate::setting::Setting;

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let seeds = 1..=setting.runs() as u64;
    let scores: Vec<Score> =
        seeds.map(|seed| Score::of(&Country::of(seed, Size::FULL), &Thresholds::default())).collect();
    if let Some(score) = scores.first() {
        eprintln!("\n{}", score.table());
    }
    let of = |value: fn(&Score) -> f64| -> Vec<f64> { scores.iter().map(value).collect() };
    Ok(vec![
        Figure::beside_limit("clones.false_alerts", &of(Score::false_alert_percent)),
        Figure::alone("clones.precision", &of(|score| score.precision() * 100.0)),
        Figure::alone("clones.recall", &of(|score| score.recall() * 100.0)),
    ])
}
