//! Chance that is the same every time.

use sceau_kernel::uuid::Uuid;

/// The namespace of the demo's command ids: version 5 of `urn:sceau:demo` under the URL namespace of RFC 9562.
pub(super) fn id(seed: u64, step: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("urn:sceau:demo:{seed}:{step}").as_bytes())
}

/// A stream of numbers by SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
pub(super) struct Dice(u64);

impl Dice {
    /// Those of a seed and a name, such as a company's number: what one company rolls moves no other.
    pub(super) fn of(seed: u64, name: &str) -> Self {
        let (high, low) = id(seed, name).as_u64_pair();
        Self(high ^ low)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// True `percent` times of a hundred.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub(super) fn one_of<T: Copy, const N: usize>(&mut self, choices: &[T; N]) -> T {
        const { assert!(N > 0) }
        choices[self.below(N as u64) as usize]
    }
}
