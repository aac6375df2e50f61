//! The rules, each a pure function of a code's evidence.

use sceau_kernel::Timestamp;

use super::{CloneRule, Evidence, Spot, Suspicion, Thresholds, Witness};
use crate::CodeState;

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;
/// Clocks and networks are not more exact than this, in seconds.
const LEAST_SECONDS: u64 = 60;

/// What is known of the codes of a batch together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchCounts {
    /// Codes that were scanned.
    pub scanned: u64,
    /// Codes that were scanned in places far apart.
    pub apart: u64,
}

/// Two people who scanned a code in places far apart, whenever it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Apart {
    /// The earlier place.
    pub from: Spot,
    /// The later place.
    pub to: Spot,
    /// Kilometres that lie at least between them.
    pub km: u32,
    /// Seconds between the scans.
    pub seconds: u64,
}

/// Why the code is suspect: the first of its [`suspicions`].
pub fn assess(evidence: &Evidence, batch: BatchCounts, thresholds: &Thresholds) -> Option<Suspicion> {
    suspicions(evidence, batch, thresholds).next()
}

/// Everything that speaks against a code, what says most first ([`CloneRule::ALL`]).
pub fn suspicions(evidence: &Evidence, batch: BatchCounts, thresholds: &Thresholds) -> impl Iterator<Item = Suspicion> {
    CloneRule::ALL.into_iter().filter_map(move |rule| match rule {
        CloneRule::Confirmed => evidence.confirmed().then(|| Suspicion::counted(rule, 1, 1)),
        CloneRule::TooFar => too_far(evidence, thresholds),
        CloneRule::TooMany => too_many(evidence, thresholds),
        CloneRule::AfterDecommission => found(rule, evidence, CodeState::Decommissioned, thresholds.after_decommission),
        CloneRule::BeforeActivation => found(rule, evidence, CodeState::Waiting, thresholds.before_activation),
        CloneRule::DigitsGuessed => guessed(evidence, thresholds.wrong_digits),
        CloneRule::Batch => of_batch(evidence, batch, thresholds),
    })
}

/// The two places farthest apart, if they are far apart; places known by a country alone do not count.
pub fn apart(evidence: &Evidence, thresholds: &Thresholds) -> Option<Apart> {
    let pairs = met(evidence.witnesses()).map(|(_, pair)| pair);
    let clear = pairs.filter(|pair| !pair.from.is_vague() && !pair.to.is_vague());
    clear.filter(|pair| pair.km >= thresholds.apart_km.max(1)).max_by_key(|pair| pair.km)
}

/// Two people, too far apart in too little time; the fastest pair of all. Where one person whose place is known by a
/// network's country alone would explain every such pair, nobody is accused: he may roam.
fn too_far(evidence: &Evidence, thresholds: &Thresholds) -> Option<Suspicion> {
    let too_fast = |pair: &Apart| pair.km >= thresholds.near_km.max(1) && speed(pair) > thresholds.speed_kmh;
    let fast = || met(evidence.witnesses()).filter(|(_, pair)| too_fast(pair));
    let (_, fastest) = fast().max_by_key(|(_, pair)| speed(pair))?;
    let vague = evidence.witnesses().iter().filter(|witness| witness.spot.is_some_and(Spot::is_vague));
    let mut alone = vague.filter(|witness| fast().all(|(callers, _)| callers.contains(&witness.caller)));
    if alone.next().is_some() {
        return None;
    }
    Some(Suspicion {
        rule: CloneRule::TooFar,
        seen: speed(&fastest),
        limit: thresholds.speed_kmh,
        distance_km: fastest.km,
        within_seconds: whole(fastest.seconds),
        from: Some(fastest.from),
        to: Some(fastest.to),
    })
}

/// Too many people within a window.
fn too_many(evidence: &Evidence, thresholds: &Thresholds) -> Option<Suspicion> {
    let limit = thresholds.people.max(1);
    let witnesses = evidence.witnesses();
    if witnesses.len() < limit as usize {
        return None;
    }
    let mut times: Vec<Timestamp> = witnesses.iter().map(|witness| witness.at).collect();
    times.sort_unstable();
    let within = |from: &Timestamp| {
        times.iter().filter(|at| *at >= from && at.0.saturating_sub(from.0) < thresholds.window).count()
    };
    let most = times.iter().map(within).max().unwrap_or(0) as u32;
    let window = (thresholds.window / SECOND).unsigned_abs();
    (most >= limit)
        .then(|| Suspicion { within_seconds: whole(window), ..Suspicion::counted(CloneRule::TooMany, most, limit) })
}

/// Too many people who found the code in a state in which nobody should meet it.
fn found(rule: CloneRule, evidence: &Evidence, state: CodeState, limit: u32) -> Option<Suspicion> {
    let seen = evidence.witnesses().iter().filter(|witness| witness.found == state).count() as u32;
    (seen >= limit.max(1)).then(|| Suspicion::counted(rule, seen, limit))
}

/// Found by somebody who guesses digits.
fn guessed(evidence: &Evidence, limit: u32) -> Option<Suspicion> {
    let seen = evidence.witnesses().iter().map(|witness| witness.wrong_before).max()?;
    (seen >= limit.max(1)).then(|| Suspicion::counted(CloneRule::DigitsGuessed, seen, limit))
}

/// Far apart itself, as too many codes of its batch are.
fn of_batch(evidence: &Evidence, batch: BatchCounts, thresholds: &Thresholds) -> Option<Suspicion> {
    let share = batch.apart.saturating_mul(1000) >= batch.scanned.saturating_mul(thresholds.batch_per_thousand.into());
    if batch.apart < thresholds.batch_codes.max(1).into() || !share {
        return None;
    }
    apart(evidence, thresholds).map(|pair| Suspicion {
        rule: CloneRule::Batch,
        seen: whole(batch.apart),
        limit: thresholds.batch_codes,
        distance_km: pair.km,
        within_seconds: whole(pair.seconds),
        from: Some(pair.from),
        to: Some(pair.to),
    })
}

/// Every two people whose places are known not to be the same, and what lies between them.
fn met(witnesses: &[Witness]) -> impl Iterator<Item = ([u32; 2], Apart)> {
    let known = || witnesses.iter().filter_map(|witness| Some((witness, witness.spot?)));
    known().enumerate().flat_map(move |(nth, (one, spot))| {
        known().skip(nth + 1).filter_map(move |(other, other_spot)| {
            Some(([one.caller, other.caller], between((one.at, spot), (other.at, other_spot))?))
        })
    })
}

/// What lies between two people; `None` when it may be nothing.
fn between(one: (Timestamp, Spot), other: (Timestamp, Spot)) -> Option<Apart> {
    let ((at, from), (later_at, to)) = if one.0 <= other.0 { (one, other) } else { (other, one) };
    let seconds = later_at.0.abs_diff(at.0) / SECOND.unsigned_abs();
    let km = from.km_at_least(to);
    (km > 0).then_some(Apart { from, to, km, seconds })
}

/// How fast one product would have travelled, in km/h.
fn speed(pair: &Apart) -> u32 {
    whole(u64::from(pair.km) * 3600 / pair.seconds.max(LEAST_SECONDS))
}

fn whole(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
