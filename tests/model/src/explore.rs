//! Breadth first through every world, and the way back as a story.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use crate::rule::Rule;
use crate::world::{Bounds, Violation, World};

/// What an exploration found.
pub struct Exploration {
    /// Different worlds visited.
    pub states: usize,
    /// Steps from the empty log to the farthest world.
    pub depth: usize,
    /// The shortest way to a violation, one sentence a step.
    pub broken: Option<(Violation, Vec<String>)>,
}

/// A world by its 64-bit fingerprint: among 10⁸ worlds, two share one with a probability of 1 in 3 700.
type Fingerprint = u64;

/// From which world each one was reached first.
type Parents = HashMap<Fingerprint, Fingerprint, BuildHasherDefault<Identity>>;

/// Visits every world within `bounds` under `rule`, shortest ways first, up to the first violation.
pub fn explore(rule: Rule, bounds: Bounds) -> Exploration {
    let begin = World::new(rule);
    let mut parents = Parents::default();
    parents.insert(fingerprint(&begin), fingerprint(&begin));
    let mut frontier = vec![begin];
    let mut depth = 0;
    while !frontier.is_empty() {
        let mut next = Vec::new();
        for world in &frontier {
            for step in world.steps(bounds, false) {
                match step.after {
                    Err(violation) => {
                        let story = story(rule, bounds, &parents, fingerprint(world), &violation);
                        return Exploration { states: parents.len(), depth, broken: Some((violation, story)) };
                    }
                    Ok(after) => {
                        if let Entry::Vacant(entry) = parents.entry(fingerprint(&after)) {
                            entry.insert(fingerprint(world));
                            next.push(after);
                        }
                    }
                }
            }
        }
        frontier = next;
        depth += 1;
    }
    Exploration { states: parents.len(), depth: depth - 1, broken: None }
}

/// Walks from the empty log to the world `last` and into the violation, telling each step.
fn story(rule: Rule, bounds: Bounds, parents: &Parents, last: Fingerprint, violation: &Violation) -> Vec<String> {
    let mut way = vec![last];
    let mut at = last;
    while parents[&at] != at {
        at = parents[&at];
        way.push(at);
    }
    let mut world = World::new(rule);
    let mut told = Vec::new();
    for next in way.iter().rev().skip(1) {
        let is_next = |after: &World| fingerprint(after) == *next;
        let step = world.steps(bounds, true).into_iter().find(|step| step.after.as_ref().is_ok_and(is_next));
        let Some((sentence, Ok(after))) = step.map(|step| (step.told, step.after)) else {
            break;
        };
        told.push(sentence);
        world = after;
    }
    let breaking = world.steps(bounds, true).into_iter().find(|step| step.after.as_ref().err() == Some(violation));
    told.extend(breaking.map(|step| step.told));
    told
}

fn fingerprint(world: &World) -> Fingerprint {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(world)
}

/// Fingerprints are hashes already.
#[derive(Default)]
struct Identity(u64);

impl std::hash::Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }
    fn write_u64(&mut self, fingerprint: u64) {
        self.0 = fingerprint;
    }
}
