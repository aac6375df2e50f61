//! Parts that were made not long ago, for those whose transfer broke, and who took them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use sceau_kernel::uuid::Uuid;

/// Bytes that are kept at most.
const ROOM: usize = 48 << 20;
/// Takers of a part that are remembered; one more is recorded again.
const TAKERS: usize = 16;

/// Which part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) tenant: String,
    pub(crate) batch_id: Uuid,
    /// How it is printed.
    pub(crate) query: String,
    pub(crate) number: u64,
}

/// A part's bytes.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) bytes: Bytes,
    /// SHA-256, in hexadecimal.
    pub(crate) sha256: String,
}

#[derive(Debug)]
struct Place {
    named: Named,
    kept: Kept,
    takers: Vec<Box<str>>,
}

/// Parts that were made not long ago: those last asked for, as many as there is room for.
#[derive(Debug, Default)]
pub(crate) struct KeptParts(Mutex<VecDeque<Place>>);

impl KeptParts {
    /// The part, if it is kept still.
    pub(crate) fn find(&self, named: &Named) -> Option<Kept> {
        let mut places = self.places();
        let at = places.iter().position(|place| place.named == *named)?;
        let place = places.remove(at)?;
        let kept = place.kept.clone();
        places.push_back(place);
        Some(kept)
    }

    /// Keeps a part, in place of those that nobody has asked for the longest.
    pub(crate) fn keep(&self, named: Named, kept: Kept) {
        let mut places = self.places();
        places.retain(|place| place.named != named);
        places.push_back(Place { named, kept, takers: Vec::new() });
        let mut room: usize = places.iter().map(|place| place.kept.bytes.len()).sum();
        while room > ROOM
            && let Some(gone) = places.pop_front()
        {
            room -= gone.kept.bytes.len();
        }
    }

    /// Remembers who takes a part.
    pub(crate) fn taken(&self, named: &Named, by: &str) {
        if let Some(place) = self.places().iter_mut().find(|place| place.named == *named)
            && place.takers.len() < TAKERS
            && place.takers.iter().all(|taker| &**taker != by)
        {
            place.takers.push(by.into());
        }
    }

    /// Whether he is known to have taken it.
    pub(crate) fn was_taken(&self, named: &Named, by: &str) -> bool {
        let places = self.places();
        let place = places.iter().find(|place| place.named == *named);
        place.is_some_and(|place| place.takers.iter().any(|taker| &**taker == by))
    }

    fn places(&self) -> MutexGuard<'_, VecDeque<Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(number: u64) -> Named {
        Named { tenant: "ci".to_owned(), batch_id: Uuid::from_u128(1), query: "format=csv".to_owned(), number }
    }

    fn part(bytes: usize) -> Kept {
        Kept { bytes: vec![0; bytes].into(), sha256: String::new() }
    }

    #[test]
    fn what_was_asked_for_last_stays() {
        let parts = KeptParts::default();
        parts.keep(named(1), part(ROOM / 2));
        parts.keep(named(2), part(ROOM / 2));
        assert!(parts.find(&named(1)).is_some());
        parts.keep(named(3), part(1));
        assert!(parts.find(&named(2)).is_none() && parts.find(&named(1)).is_some());
        parts.keep(named(4), part(ROOM + 1));
        assert!(parts.find(&named(4)).is_none(), "what has no room is not kept");
    }

    #[test]
    fn who_took_a_part_is_known_while_it_is_kept() {
        let parts = KeptParts::default();
        parts.taken(&named(1), "awa");
        assert!(!parts.was_taken(&named(1), "awa"));
        parts.keep(named(1), part(1));
        parts.taken(&named(1), "awa");
        assert!(parts.was_taken(&named(1), "awa") && !parts.was_taken(&named(1), "ibou"));
    }
}
