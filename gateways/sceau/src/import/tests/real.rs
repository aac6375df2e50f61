use std::path::PathBuf;

use super::*;

/// The real order stream (UCI "Online Retail", CC BY 4.0), which is too large for the repository.
pub(super) fn real_file() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("SHARED_DATA").map_or(beside, PathBuf::from);
    let path = folder.join("online_retail_2010-12_2011-09.csv.gz");
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED, NOTHING WAS TESTED: {} is not there; set SHARED_DATA to its folder", path.display());
    None
}

#[test]
fn the_real_stream_is_planned_to_the_line() {
    let Some(path) = real_file() else { return };
    let (plan, refused, read) = super::super::plan(&path, Names::of("Online Retail"), OnRefusal::Skip).unwrap();
    assert_eq!(read, 370_931);
    assert_eq!(plan.taken + refused.lines(), read);
    let reasons: Vec<(String, u64)> =
        refused.by_reason().into_iter().map(|(reason, (lines, _))| (reason, lines)).collect();
    let reasons: Vec<(&str, u64)> = reasons.iter().map(|(reason, lines)| (reason.as_str(), *lines)).collect();
    // Counted by a script of its own, with Python's csv and gzip.
    let expected = [
        ("BAD_DEBT", 3),
        ("NOTHING_IN_FORCE", 67),
        ("NO_PRICE", 923),
        ("NO_PRODUCT", 2201),
        ("STOCK_ADJUSTMENT", 1023),
    ];
    assert_eq!(reasons, expected);
    let ordered: u64 = plan.orders.iter().flat_map(|order| &order.lines).map(|line| u64::from(line.count)).sum();
    let credits = plan.orders.iter().flat_map(|order| &order.credits).flat_map(|credit| &credit.taken);
    let returned: u64 = credits.map(|taken| u64::from(taken.count)).sum();
    assert_eq!((plan.products.len(), plan.orders.len()), (3637, 14_201));
    assert_eq!((ordered, returned, plan.beyond), (3_892_006, 141_084, 10_801));
}
