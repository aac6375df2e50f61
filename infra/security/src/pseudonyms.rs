//! Telling people apart without knowing them.

use sha2::{Digest, Sha256};

/// Separates these hashes from whatever else the secret is used for.
const CONTEXT: &[u8] = b"sceau/pseudonym/v1\0";

/// Gives everybody a number of 32 bits that says nothing to who does not hold the secret: the beginning of the SHA-256
/// of the secret and the name. Enough to tell the few people apart who meet one thing; too little to follow one of
/// millions.
pub struct Pseudonyms {
    keyed: Sha256,
}

impl Pseudonyms {
    /// Those under a secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self { keyed: Sha256::new().chain_update(CONTEXT).chain_update(secret) }
    }

    /// The number of `name` among those of a `kind`, which holds no NUL.
    pub fn of(&self, kind: &str, name: &[u8]) -> u32 {
        let digest = self.keyed.clone().chain_update(kind).chain_update([0]).chain_update(name).finalize();
        digest.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_has_the_same_number_under_the_same_secret_only() {
        let (one, other) = (Pseudonyms::new(&[1; 32]), Pseudonyms::new(&[2; 32]));
        let number = one.of("device", b"+237600000000");
        assert_eq!(Pseudonyms::new(&[1; 32]).of("device", b"+237600000000"), number);
        let others =
            [other.of("device", b"+237600000000"), one.of("address", b"+237600000000"), one.of("device", b"+2376")];
        assert!(!others.contains(&number));
    }
}
