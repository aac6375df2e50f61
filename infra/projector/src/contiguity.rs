//! Whether stream versions follow one another.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use sceau_commit::Commit;

/// How many streams are remembered. A stream that falls on the place of another takes it, so memory is bounded and
/// busy streams are checked nearly always.
const PLACES: usize = 1 << 10;

/// The last version seen of each of some streams.
#[derive(Debug)]
pub(crate) struct Contiguity {
    /// Hash of the stream's name, and its version.
    places: Vec<(u64, u64)>,
}

impl Default for Contiguity {
    fn default() -> Self {
        Self { places: vec![(0, 0); PLACES] }
    }
}

impl Contiguity {
    /// Remembers the commit; false when events of its stream are missing before it.
    pub(crate) fn follows(&mut self, commit: &Commit<'_>) -> bool {
        let mut hasher = FixedState::default().build_hasher();
        hasher.write(commit.stream.as_str().as_bytes());
        let hash = hasher.finish();
        let place = &mut self.places[hash as usize % PLACES];
        let (known, version) = std::mem::replace(place, (hash, commit.version()));
        known != hash || version == commit.first_version
    }
}
