//! Proofs that a leaf is in a tree, and that a tree grew out of an earlier one (RFC 6962 §2.1.1, §2.1.2), and their
//! verification (RFC 9162 §2.1.3.2, §2.1.4.2).
//!
//! Making a proof reads hashes of levels through a function, `hash(level, index)`, which tiles answer.

use std::fmt;

use crate::{EMPTY_ROOT, Hash, node_hash};

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofError {
    /// The leaf or the earlier tree is beyond the tree's size.
    Beyond,
    /// It has more or fewer hashes than such a proof has.
    Length,
    /// It leads to another root.
    Root,
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Beyond => "the proof is about leaves that this tree does not have",
            Self::Length => "the proof has not as many hashes as it must",
            Self::Root => "the proof leads to another root: the log was changed, or the proof is of another log",
        })
    }
}

impl std::error::Error for ProofError {}

/// The root of the first `size` leaves.
pub fn tree_hash<E>(size: u64, hash: &mut impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    if size == 0 { Ok(EMPTY_ROOT) } else { span(0, size, hash) }
}

/// The hashes that lead from the leaf at `index` to the root of the first `size` leaves; none when there is no such
/// leaf.
pub fn prove_inclusion<E>(
    index: u64,
    size: u64,
    hash: &mut impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let mut proof = Vec::new();
    let (mut first, mut end) = (0, size);
    while index < end && end - first > 1 {
        let middle = first + split(end - first);
        let beside = if index < middle { (middle, end) } else { (first, middle) };
        proof.push(span(beside.0, beside.1, hash)?);
        if index < middle {
            end = middle;
        } else {
            first = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The hashes that show that the first `size` leaves begin with the first `old` of them.
pub fn prove_consistency<E>(
    old: u64,
    size: u64,
    hash: &mut impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let mut proof = Vec::new();
    if old == 0 || old >= size {
        return Ok(proof);
    }
    let (mut first, mut end) = (0, size);
    while old != end {
        let middle = first + split(end - first);
        if old <= middle {
            proof.push(span(middle, end, hash)?);
            end = middle;
        } else {
            proof.push(span(first, middle, hash)?);
            first = middle;
        }
    }
    // A subtree that the old tree is made of from its first leaf on is its root, which the verifier has.
    if first != 0 {
        proof.push(span(first, end, hash)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Is the leaf with this hash at `index` of the tree of `size` leaves with this root?
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, root: &Hash, proof: &[Hash]) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Beyond);
    }
    let (mut node, mut last, mut found) = (index, size - 1, leaf);
    for beside in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            found = node_hash(beside, &found);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            found = node_hash(&found, beside);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if found == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Does the tree of `size` leaves with `root` begin with the one of `old_size` with `old_root`?
pub fn verify_consistency(
    (old_size, old_root): (u64, &Hash),
    (size, root): (u64, &Hash),
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old_size > size {
        return Err(ProofError::Beyond);
    }
    if old_size == size || old_size == 0 {
        let expected = if old_size == 0 { &EMPTY_ROOT } else { root };
        return match proof {
            [] if old_root == expected => Ok(()),
            [] => Err(ProofError::Root),
            _ => Err(ProofError::Length),
        };
    }
    let (mut node, mut last) = (old_size - 1, size - 1);
    let whole = node.trailing_ones();
    node >>= whole;
    last >>= whole;
    let mut rest = proof.iter();
    let first = if old_size.is_power_of_two() { old_root } else { rest.next().ok_or(ProofError::Length)? };
    let (mut old_found, mut found) = (*first, *first);
    for beside in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            old_found = node_hash(beside, &old_found);
            found = node_hash(beside, &found);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            found = node_hash(&found, beside);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if old_found == *old_root && found == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Where a tree of `size` leaves is divided: the largest power of two below its size.
const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The root of the leaves from `first` to `end`, of which there is at least one, where `first` is a multiple of the
/// power of two at or above their number.
fn span<E>(first: u64, end: u64, hash: &mut impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    let size = end - first;
    if size.is_power_of_two() && size.trailing_zeros().is_multiple_of(8) {
        return hash((size.trailing_zeros() / 8) as u8, first / size);
    }
    let middle = first + split(size);
    Ok(node_hash(&span(first, middle, hash)?, &span(middle, end, hash)?))
}
