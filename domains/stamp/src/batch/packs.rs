//! Which codes of a batch are in which container.

use serde::{Deserialize, Serialize};

use crate::{OrdinalRange, RangeSet, Sscc};

/// Consecutive codes in one container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pack {
    /// The codes.
    pub range: OrdinalRange,
    /// The container.
    pub container: Sscc,
}

impl Pack {
    /// What is left of it by `part`.
    fn cut(&self, part: impl Fn(RangeSet) -> RangeSet) -> Vec<Self> {
        let left = part([self.range].into_iter().collect());
        left.ranges().iter().map(|range| Self { range: *range, container: self.container }).collect()
    }
}

/// Those ranges of a set that meet this one.
fn near(codes: &RangeSet, range: OrdinalRange) -> RangeSet {
    let ranges = codes.ranges();
    let from = ranges.partition_point(|other| other.end() <= range.first);
    ranges[from..].iter().take_while(|other| other.first < range.end()).copied().collect()
}

/// The packed codes of a batch: packs that ascend and do not overlap. Equal packings are equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packs(Vec<Pack>);

impl Packs {
    /// Its packs, ascending.
    pub fn iter(&self) -> impl Iterator<Item = &Pack> {
        self.0.iter()
    }

    /// How many packs it is made of.
    pub fn fragments(&self) -> usize {
        self.0.len()
    }

    /// The container that holds a code.
    pub fn container_of(&self, ordinal: u64) -> Option<Sscc> {
        let after = self.0.partition_point(|pack| pack.range.first <= ordinal);
        let pack = self.0[..after].last()?;
        (ordinal < pack.range.end()).then_some(pack.container)
    }

    /// The codes in a container.
    pub fn held_by(&self, container: Sscc) -> RangeSet {
        self.0.iter().filter(|pack| pack.container == container).map(|pack| pack.range).collect()
    }

    /// The packs of these codes alone.
    #[must_use]
    pub fn among(&self, codes: &RangeSet) -> Self {
        Self(self.0.iter().flat_map(|pack| pack.cut(|own| own.intersection(&near(codes, pack.range)))).collect())
    }

    /// Puts codes that are in no container into one.
    pub fn put(&mut self, codes: &RangeSet, container: Sscc) {
        self.0.extend(codes.ranges().iter().map(|range| Pack { range: *range, container }));
        self.join();
    }

    /// Takes codes out of whatever they are in.
    pub fn take(&mut self, codes: &RangeSet) {
        self.0 = self.0.iter().flat_map(|pack| pack.cut(|own| own.minus(&near(codes, pack.range)))).collect();
    }

    /// The packs by container, in the order of the containers' numbers.
    pub fn by_container(&self) -> Vec<(Sscc, RangeSet)> {
        let mut packs = self.0.clone();
        packs.sort_unstable_by_key(|pack| (pack.container, pack.range.first));
        let of_one = |packs: &[Pack]| (packs[0].container, packs.iter().map(|pack| pack.range).collect());
        packs.chunk_by(|a, b| a.container == b.container).map(of_one).collect()
    }

    fn join(&mut self) {
        self.0.sort_unstable_by_key(|pack| pack.range.first);
        self.0.dedup_by(|next, last| {
            let touching = last.container == next.container && last.range.end() == next.range.first;
            if touching {
                last.range.count += next.range.count;
            }
            touching
        });
    }
}

impl FromIterator<Pack> for Packs {
    /// The packing of these packs, which overlap nowhere and may come in any order.
    fn from_iter<I: IntoIterator<Item = Pack>>(packs: I) -> Self {
        let mut all = Self(packs.into_iter().collect());
        all.join();
        all
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn sscc(n: u64) -> Sscc {
        (0..10).find_map(|digit| Sscc::of_value(n * 10 + digit)).unwrap()
    }

    fn codes(first: u64, count: u64) -> RangeSet {
        [OrdinalRange { first, count }].into_iter().collect()
    }

    proptest! {
        #[test]
        fn packs_are_the_container_of_each_code(
            steps in proptest::collection::vec((0_u64..60, 1_u64..9, 0_u64..4), 0..30),
        ) {
            let (mut packs, mut naive) = (Packs::default(), BTreeMap::new());
            for (first, count, container) in steps {
                let wanted = codes(first, count);
                packs.take(&wanted);
                if container == 0 {
                    naive.retain(|ordinal, _| !wanted.contains(*ordinal));
                } else {
                    packs.put(&wanted, sscc(container));
                    naive.extend((first..first + count).map(|ordinal| (ordinal, sscc(container))));
                }
                for ordinal in 0..70 {
                    prop_assert_eq!(packs.container_of(ordinal), naive.get(&ordinal).copied());
                }
                let among = packs.among(&codes(10, 20));
                let inside: Vec<u64> = among.iter().flat_map(|pack| pack.range.first..pack.range.end()).collect();
                prop_assert_eq!(inside, naive.keys().copied().filter(|n| (10..30).contains(n)).collect::<Vec<_>>());
                for (container, held) in packs.by_container() {
                    prop_assert_eq!(held.codes(), naive.values().filter(|of| **of == container).count() as u64);
                    prop_assert_eq!(packs.held_by(container), held);
                }
                prop_assert_eq!(packs.iter().copied().collect::<Packs>(), packs.clone());
            }
        }
    }
}
