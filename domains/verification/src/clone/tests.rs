//! The rules, one by one: what speaks, what does not, and what it says.

use proptest::prelude::*;
use sceau_kernel::Timestamp;
use sceau_kernel::wire::Text;

use super::*;
use crate::{CaseOutcome, CodeState, Place, Scan, ScanChannel};

const NOON: Timestamp = Timestamp(1_767_268_800_000_000);
const MINUTE: i64 = 60_000_000;
const NO_BATCH: BatchCounts = BatchCounts { scanned: 0, apart: 0 };
const LIMITS: Thresholds = Thresholds {
    people: 8,
    window: Timestamp::DAY,
    speed_kmh: 250,
    near_km: 100,
    before_activation: 2,
    after_decommission: 1,
    wrong_digits: 20,
    apart_km: 150,
    batch_codes: 10,
    batch_per_thousand: 10,
};

fn scan(caller: u32, minute: i64, place: &str) -> Scan {
    Scan {
        caller: Some(caller),
        place: Place::new(place).ok(),
        found: Some(CodeState::Active),
        ..Scan::new(7, NOON.plus_micros(minute * MINUTE), ScanChannel::App)
    }
}

fn seen(scans: impl IntoIterator<Item = Scan>) -> Evidence {
    let mut evidence = Evidence::default();
    scans.into_iter().for_each(|scan| evidence.see(&scan));
    evidence
}

fn rule_of(evidence: &Evidence) -> Option<CloneRule> {
    assess(evidence, NO_BATCH, &LIMITS).map(|suspicion| suspicion.rule)
}

#[test]
fn a_few_people_in_one_town_are_plausible() {
    let people = (0..7).map(|caller| scan(caller, i64::from(caller) * 10, "Douala"));
    assert_eq!(rule_of(&seen(people)), None);
}

#[test]
fn too_many_people_within_a_day_are_not() {
    let people = |minutes: i64| seen((0..8).map(|caller| scan(caller, i64::from(caller) * minutes, "Douala")));
    let suspicion = assess(&people(60), NO_BATCH, &LIMITS).unwrap();
    assert_eq!((suspicion.rule, suspicion.seen, suspicion.limit), (CloneRule::TooMany, 8, 8));
    let said = "Scanned by 8 people within 24 hours; 8 are more than one product meets.";
    assert_eq!(suspicion.explain(), said);
    assert_eq!(rule_of(&people(24 * 60)), None, "one a day");
}

#[test]
fn no_product_is_in_two_towns_at_once() {
    let evidence = seen([scan(1, 0, "Douala"), scan(2, 20, "Garoua")]);
    let suspicion = assess(&evidence, NO_BATCH, &LIMITS).unwrap();
    assert_eq!((suspicion.rule, suspicion.within_seconds), (CloneRule::TooFar, 1_200));
    let said = "Scanned in Douala and Garoua, at least 662 km apart, within 20 minutes: no product travels faster than \
                250 km/h.";
    assert_eq!(suspicion.explain(), said);
    let by_road = seen([scan(1, 0, "Douala"), scan(2, 14 * 60, "Garoua")]);
    assert_eq!(rule_of(&by_road), None);
    let late = seen([scan(2, 20, "Garoua"), scan(1, 0, "Douala")]);
    assert_eq!(rule_of(&late), Some(CloneRule::TooFar), "whichever is recorded first");
}

#[test]
fn what_is_not_known_of_a_place_is_taken_off() {
    let in_country =
        |caller, country: &str| Scan { place: None, country: Country::parse(country), ..scan(caller, 0, "-") };
    let near = seen([scan(1, 0, "Garoua"), in_country(2, "TD")]);
    assert_eq!(rule_of(&near), None, "Chad may begin next door");
    let roamer = seen([scan(1, 0, "Douala"), in_country(2, "CN")]);
    assert_eq!(rule_of(&roamer), None, "one network that seems far away may be a roamer's");
    let among = seen([scan(1, 0, "Douala"), in_country(2, "CN"), in_country(3, "CM"), scan(4, 0, "Douala")]);
    assert_eq!(rule_of(&among), None, "however many he seems far away from");
    let two = seen([scan(1, 0, "Douala"), in_country(2, "CN"), in_country(3, "CN")]);
    assert_eq!(rule_of(&two), Some(CloneRule::TooFar));
    assert_eq!(rule_of(&seen([scan(1, 0, "Douala"), in_country(2, "ZZ")])), None, "nobody knows where that is");
    let exact = |caller, latitude, longitude| Scan {
        point: GridPoint::nearest(latitude, longitude),
        ..scan(caller, 0, "somewhere")
    };
    assert_eq!(rule_of(&seen([exact(1, 4.05, 9.70), exact(2, 4.40, 9.70)])), None, "across one city");
    assert_eq!(rule_of(&seen([exact(1, 4.05, 9.70), exact(2, 3.87, 11.52)])), Some(CloneRule::TooFar));
}

#[test]
fn one_person_is_one_however_often_and_wherever() {
    let shop = (0..50).map(|nth| scan(1, nth * 5, "Douala"));
    assert_eq!(seen(shop).witnesses().len(), 1);
    assert_eq!(rule_of(&seen([scan(1, 0, "Douala"), scan(1, 1, "Garoua")])), None);
}

#[test]
fn inspectors_and_those_of_whom_nothing_is_known_weigh_nothing() {
    let inspector = Scan { channel: ScanChannel::Inspector, ..scan(2, 0, "Garoua") };
    let nobody = Scan { caller: None, ..scan(3, 0, "Garoua") };
    assert_eq!(seen([scan(1, 0, "Douala"), inspector, nobody]).witnesses().len(), 1);
}

#[test]
fn a_code_is_met_neither_before_its_activation_nor_after_its_end() {
    let found = |caller, state| Scan { found: Some(state), ..scan(caller, 0, "Douala") };
    assert_eq!(rule_of(&seen([found(1, CodeState::Waiting)])), None, "once may be a slip at the press");
    let early = seen([found(1, CodeState::Waiting), found(2, CodeState::Waiting), found(3, CodeState::Active)]);
    assert_eq!(rule_of(&early), Some(CloneRule::BeforeActivation));
    assert_eq!(rule_of(&seen([found(1, CodeState::Decommissioned)])), Some(CloneRule::AfterDecommission));
    let again = seen([found(1, CodeState::Waiting), found(2, CodeState::Waiting), found(1, CodeState::Active)]);
    assert_eq!(rule_of(&again), Some(CloneRule::BeforeActivation), "who comes again has still been early");
}

#[test]
fn a_code_that_was_guessed_may_be_copied() {
    let mut guesses = Guesses::default();
    let before: Vec<u32> = (0..11).map(|nth| guesses.typed(1_000_000 + nth, nth == 10, NOON)).collect();
    assert_eq!((before[1], before[10]), (1, 19), "digits counted through weigh double");
    assert_eq!(guesses.typed(5, false, NOON.plus_micros(WRONG_WITHIN)), 0, "an hour later all is forgotten");
    let typo =
        [901_u64, 901, 901, 4711].map(|digits| guesses.typed(digits, digits == 4711, NOON.plus_micros(WRONG_WITHIN)));
    assert_eq!(typo, [1, 2, 2, 2], "the same again weighs nothing");
    let found = |wrong_before| seen([Scan { wrong_before, ..scan(1, 0, "Douala") }]);
    assert_eq!(rule_of(&found(19)), None);
    assert_eq!(rule_of(&found(20)), Some(CloneRule::DigitsGuessed));
}

#[test]
fn a_code_far_apart_is_suspect_where_too_many_of_its_batch_are() {
    let travelled = seen([scan(1, 0, "Douala"), scan(2, 5 * 24 * 60, "Garoua")]);
    let at_home = seen([scan(1, 0, "Douala"), scan(2, 5 * 24 * 60, "Douala")]);
    let of = |evidence, apart, scanned| assess(evidence, BatchCounts { scanned, apart }, &LIMITS).map(|it| it.rule);
    assert_eq!(of(&travelled, 10, 1_000), Some(CloneRule::Batch));
    assert_eq!(of(&travelled, 9, 100), None, "too few");
    assert_eq!(of(&travelled, 10, 1_001), None, "too small a share");
    assert_eq!(of(&at_home, 500, 1_000), None, "the others of the batch are not accused");
}

#[test]
fn an_inspectors_word_settles_what_was_seen() {
    let mut evidence = seen([scan(1, 0, "Douala"), scan(2, 1, "Garoua")]);
    evidence.close(CaseOutcome::Honest);
    assert_eq!(rule_of(&evidence), None);
    evidence.see(&scan(3, 2, "Maroua"));
    assert_eq!(rule_of(&evidence), None, "what was closed does not count again");
    evidence.see(&scan(4, 3, "Kribi"));
    assert_eq!(rule_of(&evidence), Some(CloneRule::TooFar), "new evidence does");
    evidence.close(CaseOutcome::Confirmed);
    assert_eq!(rule_of(&evidence), Some(CloneRule::Confirmed));
    evidence.close(CaseOutcome::Honest);
    assert_eq!(rule_of(&evidence), None);
}

#[test]
fn what_is_remembered_of_a_code_is_bounded() {
    let people = seen((0..1_000).map(|caller| scan(caller, i64::from(caller), "Douala")));
    assert_eq!(people.witnesses().len(), WITNESSES_KEPT);
    assert_eq!(people.witnesses().last().unwrap().caller, 999);
}

#[test]
fn distances_agree_with_the_map() {
    let point = |name| TOWNS.iter().find(|town| town.name == name).unwrap().point;
    assert_eq!(point("Douala").km_to(point("Yaoundé")), 202);
    assert_eq!(point("Brazzaville").km_to(point("Kinshasa")), 7);
    let pole = |longitude| GridPoint { latitude: 9_000, longitude };
    assert_eq!(pole(0).km_to(pole(18_000)), 0);
    let antipodes = GridPoint { latitude: 0, longitude: 0 }.km_to(GridPoint { latitude: 0, longitude: 18_000 });
    assert_eq!(antipodes, 20_015);
}

#[test]
fn no_explanation_calls_a_product_fake() {
    for rule in CloneRule::ALL {
        let said = Suspicion::counted(rule, 9, 8).explain().to_lowercase();
        assert!(["fake", "counterfeit", "forged"].iter().all(|word| !said.contains(word)), "{said}");
    }
}

fn any_scan() -> impl Strategy<Value = Scan> {
    let state = prop_oneof![Just(CodeState::Waiting), Just(CodeState::Active), Just(CodeState::Decommissioned)];
    let point = proptest::option::of((any::<i32>(), any::<i32>()));
    let point = point.prop_map(|point| point.map(|(latitude, longitude)| GridPoint { latitude, longitude }));
    let country = proptest::option::of("[A-Z]{2}").prop_map(|country| Country::parse(&country?));
    let told = (proptest::option::of(0..20_u32), any::<i64>(), point, country, state, any::<u32>());
    told.prop_map(|(caller, at, point, country, state, wrong_before)| Scan {
        caller,
        point,
        country,
        found: Some(state),
        wrong_before,
        ..Scan::new(7, Timestamp(at), ScanChannel::Web)
    })
}

proptest! {
    #[test]
    fn whatever_is_scanned_is_judged_and_explained(
        scans in proptest::collection::vec(any_scan(), 0..40), scanned: u64, apart: u64
    ) {
        let mut evidence = None;
        for mut scan in scans {
            let sight = Sight::of(&mut scan, evidence.as_ref(), &LIMITS);
            let judged = sight.judge(&mut scan, BatchCounts { scanned, apart }, &LIMITS);
            prop_assert_eq!(judged, scan.suspicion);
            prop_assert!(judged.is_none_or(|suspicion| !suspicion.explain().is_empty()));
            let evidence = evidence.get_or_insert_with(Evidence::default);
            evidence.see(&scan);
            prop_assert_eq!(&*evidence, sight.evidence());
            prop_assert!(evidence.witnesses().len() <= WITNESSES_KEPT);
        }
    }

    #[test]
    fn whoever_scans_the_same_again_changes_no_judgement(scan in any_scan(), earlier in any_scan()) {
        let once = seen([earlier.clone(), scan.clone()]);
        let twice = seen([earlier, scan.clone(), scan]);
        prop_assert_eq!(assess(&once, NO_BATCH, &LIMITS), assess(&twice, NO_BATCH, &LIMITS));
    }

    #[test]
    fn any_degrees_are_a_point_on_the_earth_or_none(latitude: f64, longitude: f64) {
        if let Some(point) = GridPoint::nearest(latitude, longitude) {
            prop_assert!(point.latitude.abs() <= 9_000 && point.longitude.abs() <= 18_000);
            let km = point.km_to(TOWNS[0].point);
            prop_assert!(km <= 20_016);
        }
    }
}
