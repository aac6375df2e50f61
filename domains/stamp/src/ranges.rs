//! Sets of ordinals as ranges: what is said of millions of codes takes a few words.

use sceau_kernel::Wire;
use serde::{Deserialize, Serialize};

/// The most fragments a batch keeps for its active and for its decommissioned codes. 10 000 fragments are some
/// 100 kB of state; whoever gets near it treats codes one by one that belong together.
pub const MAX_FRAGMENTS: usize = 10_000;

/// Consecutive codes of a batch, by ordinal (their place in the batch, from 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::stamp::v1::OrdinalRange)]
pub struct OrdinalRange {
    /// First ordinal.
    pub first: u64,
    /// How many codes; a range of none holds nothing.
    pub count: u64,
}

impl OrdinalRange {
    /// The first ordinal after it.
    pub const fn end(&self) -> u64 {
        self.first.saturating_add(self.count)
    }

    const fn between(first: u64, end: u64) -> Self {
        Self { first, count: end - first }
    }
}

/// A set of ordinals, kept as ranges that ascend and neither overlap nor touch. Equal sets are equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RangeSet(Vec<OrdinalRange>);

impl RangeSet {
    /// Its ranges, ascending.
    pub fn ranges(&self) -> &[OrdinalRange] {
        &self.0
    }

    /// How many ranges it is made of.
    pub fn fragments(&self) -> usize {
        self.0.len()
    }

    /// How many ordinals it holds.
    pub fn codes(&self) -> u64 {
        self.0.iter().map(|range| range.count).sum()
    }

    /// True when it holds none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when it holds this ordinal.
    pub fn contains(&self, ordinal: u64) -> bool {
        let after = self.0.partition_point(|range| range.first <= ordinal);
        after > 0 && ordinal < self.0[after - 1].end()
    }

    /// What is in this set or in the other.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.0.iter().chain(&other.0).copied().collect()
    }

    /// What is in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut ours, mut theirs) = (self.0.as_slice(), other.0.as_slice());
        let mut common = Vec::new();
        while let ([a, after_a @ ..], [b, after_b @ ..]) = (ours, theirs) {
            let (first, end) = (a.first.max(b.first), a.end().min(b.end()));
            if first < end {
                common.push(OrdinalRange::between(first, end));
            }
            if a.end() <= b.end() {
                ours = after_a;
            } else {
                theirs = after_b;
            }
        }
        Self(common)
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut rest = Vec::new();
        let mut theirs = other.0.iter().peekable();
        for range in &self.0 {
            let mut from = range.first;
            while theirs.next_if(|cut| cut.end() <= from).is_some() {}
            // A cut may reach into the next range too, so it is looked at and left in place unless it ends in this one.
            while let Some(cut) = theirs.peek().filter(|cut| cut.first < range.end()) {
                if from < cut.first {
                    rest.push(OrdinalRange::between(from, cut.first));
                }
                from = cut.end();
                if from >= range.end() {
                    break;
                }
                theirs.next();
            }
            if from < range.end() {
                rest.push(OrdinalRange::between(from, range.end()));
            }
        }
        Self(rest)
    }
}

impl FromIterator<OrdinalRange> for RangeSet {
    /// The set of all ordinals in these ranges, which may come in any order, overlap, touch or be empty.
    fn from_iter<I: IntoIterator<Item = OrdinalRange>>(ranges: I) -> Self {
        let mut sorted: Vec<OrdinalRange> = ranges.into_iter().filter(|range| range.count > 0).collect();
        sorted.sort_unstable_by_key(|range| range.first);
        let mut joined: Vec<OrdinalRange> = Vec::with_capacity(sorted.len());
        for range in sorted {
            match joined.last_mut() {
                Some(last) if range.first <= last.end() => {
                    *last = OrdinalRange::between(last.first, last.end().max(range.end()));
                }
                _ => joined.push(range),
            }
        }
        Self(joined)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn ranges() -> impl Strategy<Value = Vec<OrdinalRange>> {
        let range = (0_u64..60, 0_u64..8).prop_map(|(first, count)| OrdinalRange { first, count });
        proptest::collection::vec(range, 0..12)
    }

    /// The same set, ordinal by ordinal.
    fn naive(ranges: &[OrdinalRange]) -> BTreeSet<u64> {
        ranges.iter().flat_map(|range| range.first..range.end()).collect()
    }

    fn canonical(set: &RangeSet) -> bool {
        set.ranges().iter().all(|range| range.count > 0)
            && set.ranges().windows(2).all(|pair| pair[0].end() < pair[1].first)
    }

    proptest! {
        #[test]
        fn a_range_set_is_the_set_of_its_ordinals(a in ranges(), b in ranges()) {
            let (set_a, set_b): (RangeSet, RangeSet) = (a.iter().copied().collect(), b.iter().copied().collect());
            let (naive_a, naive_b) = (naive(&a), naive(&b));
            prop_assert_eq!(set_a.codes(), naive_a.len() as u64);
            for ordinal in 0..70 {
                prop_assert_eq!(set_a.contains(ordinal), naive_a.contains(&ordinal));
            }
            let cases = [
                (set_a.union(&set_b), naive_a.union(&naive_b).copied().collect::<BTreeSet<_>>()),
                (set_a.intersection(&set_b), naive_a.intersection(&naive_b).copied().collect()),
                (set_a.minus(&set_b), naive_a.difference(&naive_b).copied().collect()),
            ];
            for (set, expected) in cases {
                prop_assert!(canonical(&set), "{:?}", set);
                prop_assert_eq!(naive(set.ranges()), expected);
            }
        }
    }

    #[test]
    fn touching_ranges_become_one() {
        let set: RangeSet =
            [(5, 5), (0, 5), (20, 0)].map(|(first, count)| OrdinalRange { first, count }).into_iter().collect();
        assert_eq!(set.ranges(), [OrdinalRange { first: 0, count: 10 }]);
    }
}
