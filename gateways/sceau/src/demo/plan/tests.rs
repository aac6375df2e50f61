use std::collections::BTreeSet;

use super::*;

fn lines(plan: &Plan) -> impl Iterator<Item = &LinePlan> {
    plan.companies.iter().flat_map(|company| &company.orders).flat_map(|order| &order.lines)
}

#[test]
fn the_same_seed_is_the_same_country_and_another_seed_another() {
    assert_eq!(Plan::new(1, 40), Plan::new(1, 40));
    assert_ne!(Plan::new(1, 40), Plan::new(2, 40));
}

#[test]
fn a_larger_country_holds_the_smaller_one() {
    let (small, large) = (Plan::new(3, 8), Plan::new(3, 400));
    assert_eq!(small.companies[..], large.companies[..8]);
    assert_eq!(small.stampers, large.stampers);
}

#[test]
fn names_registrations_and_products_are_not_shared() {
    let plan = Plan::new(1, 400);
    let names: BTreeSet<&str> = plan.companies.iter().map(|company| company.name.as_str()).collect();
    assert_eq!(names.len(), 400);
    let products: Vec<&ProductPlan> = plan.companies.iter().flat_map(|company| &company.products).collect();
    let gtins: BTreeSet<&str> = products.iter().map(|product| product.gtin.as_str()).collect();
    assert_eq!(gtins.len(), products.len());
    assert!(gtins.iter().all(|gtin| gtin.parse::<sceau_certification::Gtin>().is_ok()));
}

#[test]
fn every_seed_shows_one_code_for_each_verdict() {
    for seed in 0..50 {
        let plan = Plan::new(seed, 8);
        let shown: Vec<Verdict> = lines(&plan).flat_map(|line| &line.samples).map(|(_, verdict)| *verdict).collect();
        let all =
            [Verdict::Genuine, Verdict::NotActivated, Verdict::Decommissioned, Verdict::Suspect, Verdict::Suspended];
        assert_eq!(shown, all, "seed {seed}");
    }
}

#[test]
fn orders_are_for_granted_products_and_ranges_stay_within_their_batches() {
    for seed in 0..20 {
        for company in Plan::new(seed, 40).companies {
            for order in company.orders {
                assert!(order.cancelled.is_none() || order.payments.is_empty());
                for line in order.lines {
                    let review = &company.products[line.product].review;
                    assert!(review.iter().any(|step| matches!(step, Review::Grant { .. })), "{}", company.name);
                    let gone = line.decommissioned.iter().map(|(range, _)| *range);
                    let ranges: Vec<OrdinalRange> = line.activated.into_iter().chain(gone).collect();
                    assert!(ranges.iter().all(|range| range.count > 0 && range.first + range.count <= line.count));
                    assert!(line.stamper.is_some() || ranges.is_empty(), "a batch in the office is not in use");
                    assert!(line.scans.iter().all(|scan| scan.ordinal < line.count));
                }
            }
        }
    }
}
