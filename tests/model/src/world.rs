//! Two nodes, a log, the records between them, and every step that can come next.
//!
//! The log itself is not kept. Whether a record is valid depends on what landed before it alone, so the reader at the
//! log's end, with the chain of valid commits, says all that the past can mean for the future; it also is why
//! "acknowledged and valid now" means "for ever".

use std::fmt;

use bytes::Bytes;
use sceau_log::protocol::{Verdict, Writer};
use sceau_log::{Body, Delivery};

use crate::rule::{Reader, Rule};

/// How large the world may grow. Everything within it is explored.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Fences between the two nodes, at most 15.
    pub fences: u8,
    /// Commits between the two nodes, all of which may be in flight at once, at most 7.
    pub commits: u8,
    /// How often a fence may land.
    pub fence_copies: u8,
    /// How often a commit may land.
    pub commit_copies: u8,
}

/// A commit, named by the take that wrote it and its seq there. A pair is used for one content only, so this is the
/// content as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct CommitName {
    take: u8,
    seq: u8,
}

impl fmt::Display for CommitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.take, self.seq)
    }
}

/// A fold: which commits it is made of, in order. A byte per commit below a leading 1, so that comparing is cheap.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Fold(u64);

impl Fold {
    const EMPTY: Self = Self(1);

    fn with(self, name: CommitName) -> Self {
        Self(self.0 << 8 | u64::from(name.take << 4 | name.seq))
    }

    fn names(self) -> Vec<CommitName> {
        let bytes = self.0.to_be_bytes();
        let begin = bytes.iter().position(|byte| *byte != 0).map_or(8, |leading| leading + 1);
        bytes[begin..].iter().map(|byte| CommitName { take: byte >> 4, seq: byte & 15 }).collect()
    }
}

impl fmt::Display for Fold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.names().iter().map(ToString::to_string).collect();
        write!(f, "[{}]", names.join(" "))
    }
}

/// A record that was sent and may still land.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Sent {
    Fence { take: u8 },
    Commit { name: CommitName, epoch: u64, decided_on: Fold },
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Flying {
    sent: Sent,
    /// How often it may still land.
    copies: u8,
}

/// What a node is doing. Idle nodes may take; a fencing one may lose patience and take again.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Node {
    Idle,
    Fencing {
        take: u8,
    },
    Serving {
        take: u8,
        writer: Writer,
        issued: u8,
        /// What it decides on: the fold up to its fence, and its own commits since.
        fold: Fold,
        /// Where its unacknowledged commits landed: `(seq, offset)`, ascending.
        landed: Vec<(u8, u64)>,
    },
}

impl Node {
    /// Nodes in a fixed order, since which of the two is called first changes nothing: a take belongs to one node.
    fn order(&self) -> u8 {
        match self {
            Self::Idle => 0,
            Self::Fencing { take } | Self::Serving { take, .. } => *take,
        }
    }
}

/// Everything that decides what can happen next.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct World {
    reader: Reader,
    /// The fold of the log.
    valid: Fold,
    /// The take whose fence landed last.
    holder: u8,
    flying: Vec<Flying>,
    nodes: [Node; 2],
    takes: u8,
    commits: u8,
}

/// What must never happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A commit was acknowledged that readers skip.
    AcknowledgedButVoid,
    /// A valid commit was decided on another fold than that of the valid records before it.
    DecidedOnAnotherFold,
    /// A commit is valid though another node's fence landed before it.
    ZombieValid,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AcknowledgedButVoid => "a commit was acknowledged that every reader skips",
            Self::DecidedOnAnotherFold => {
                "a valid commit was decided on another fold than that of the valid ones before it"
            }
            Self::ZombieValid => "a commit of a deposed writer is valid",
        })
    }
}

/// One step: what happened, as a sentence, and the world after it or what it violated.
pub struct Step {
    /// What happened.
    pub told: String,
    /// What came of it.
    pub after: Result<World, Violation>,
}

/// Collects the steps out of one world; sentences are only made for stories.
struct Steps {
    tell: bool,
    steps: Vec<Step>,
}

impl Steps {
    fn add(&mut self, after: Result<World, Violation>, told: impl FnOnce() -> String) {
        let told = if self.tell { told() } else { String::new() };
        self.steps.push(Step { told, after: after.map(World::canonical) });
    }
}

impl World {
    /// An empty log and two idle nodes that go by `rule`.
    pub fn new(rule: Rule) -> Self {
        Self {
            reader: Reader::new(rule),
            valid: Fold::EMPTY,
            holder: 0,
            flying: Vec::new(),
            nodes: [Node::Idle, Node::Idle],
            takes: 0,
            commits: 0,
        }
    }

    /// Every step that can come next, with its sentence when `tell` asks for it.
    pub fn steps(&self, bounds: Bounds, tell: bool) -> Vec<Step> {
        let mut steps = Steps { tell, steps: Vec::new() };
        for node in 0..self.nodes.len() {
            self.take(node, bounds, &mut steps);
            self.commit(node, bounds, &mut steps);
            self.report(node, &mut steps);
        }
        for flying in 0..self.flying.len() {
            self.land(flying, &mut steps);
        }
        steps.steps
    }

    /// A node that serves nothing sends a fence.
    fn take(&self, node: usize, bounds: Bounds, steps: &mut Steps) {
        if self.takes == bounds.fences || matches!(self.nodes[node], Node::Serving { .. }) {
            return;
        }
        let mut after = self.clone();
        after.takes += 1;
        let take = after.takes;
        after.nodes[node] = Node::Fencing { take };
        after.flying.push(Flying { sent: Sent::Fence { take }, copies: bounds.fence_copies });
        steps.add(Ok(after), || match &self.nodes[node] {
            Node::Fencing { take: former } => {
                format!("the node of take {former} loses patience and sends a fence, take {take}")
            }
            _ => format!("an idle node sends a fence, take {take}"),
        });
    }

    /// A serving node decides a command on its fold and sends the commit, whatever is still in flight.
    fn commit(&self, node: usize, bounds: Bounds, steps: &mut Steps) {
        let mut after = self.clone();
        let Node::Serving { take, writer, issued, fold, .. } = &mut after.nodes[node] else {
            return;
        };
        if self.commits == bounds.commits {
            return;
        }
        let name = CommitName { take: *take, seq: u8::try_from(writer.issue()).unwrap_or(u8::MAX) };
        let decided_on = *fold;
        *issued += 1;
        *fold = fold.with(name);
        let sent = Sent::Commit { name, epoch: writer.epoch(), decided_on };
        after.flying.push(Flying { sent, copies: bounds.commit_copies });
        after.commits += 1;
        steps.add(Ok(after), || format!("take {} decides commit {name} on {decided_on} and sends it", name.take));
    }

    /// A serving node hears of its oldest unacknowledged commit: where it landed, that it is lost, or that nobody
    /// knows. (Reports that come out of order end the epoch as well; that is the same step as "nobody knows".)
    fn report(&self, node: usize, steps: &mut Steps) {
        let Node::Serving { take, writer, issued, landed, .. } = &self.nodes[node] else {
            return;
        };
        if writer.in_flight() == 0 {
            return;
        }
        let seq = u64::from(*issued) - writer.in_flight();
        let name = CommitName { take: *take, seq: u8::try_from(seq).unwrap_or(u8::MAX) };
        let offsets: Vec<u64> = landed.iter().filter(|(of, _)| *of == name.seq).map(|(_, offset)| *offset).collect();
        let never_landed = offsets.is_empty();
        for offset in offsets {
            self.reported(node, name, Delivery::At(offset), steps);
        }
        self.reported(node, name, Delivery::Unknown, steps);
        if never_landed {
            let mut lost = self.clone();
            lost.flying.retain(|flying| !matches!(flying.sent, Sent::Commit { name: of, .. } if of == name));
            lost.reported(node, name, Delivery::Lost, steps);
        }
    }

    fn reported(&self, node: usize, name: CommitName, delivery: Delivery, steps: &mut Steps) {
        let mut after = self.clone();
        let Node::Serving { writer, landed, .. } = &mut after.nodes[node] else {
            return;
        };
        let acknowledged = self.reader.report(writer, u64::from(name.seq), delivery).is_ok();
        if acknowledged {
            landed.retain(|(seq, _)| *seq != name.seq);
        } else {
            after.nodes[node] = Node::Idle;
        }
        let void = acknowledged && !self.valid.names().contains(&name);
        let after = if void { Err(Violation::AcknowledgedButVoid) } else { Ok(after) };
        steps.add(after, || {
            let outcome = if acknowledged { "acknowledges it" } else { "ends its epoch" };
            format!("take {} is told {delivery:?} of commit {name} and {outcome}", name.take)
        });
    }

    /// A copy of a record lands at the end of the log.
    fn land(&self, flying: usize, steps: &mut Steps) {
        let mut after = self.clone();
        after.flying[flying].copies -= 1;
        let offset = self.reader.next();
        match self.flying[flying].sent {
            Sent::Fence { take } => after.fence_lands(take, offset, steps),
            Sent::Commit { name, epoch, decided_on } => {
                let verdict =
                    after.reader.pass(&Body::Commit { epoch, seq: u64::from(name.seq), payload: Bytes::new() });
                let after = after.commit_landed(name, decided_on, offset, verdict);
                steps.add(after, || {
                    format!("commit {name} lands at {offset}: {verdict:?} (fold before: {})", self.valid)
                });
            }
        }
    }

    /// The fence lands. Its node is told and serves what it reads up to there, or is never told. (Being told later is
    /// being told now and acting later.)
    fn fence_lands(mut self, take: u8, offset: u64, steps: &mut Steps) {
        self.reader.pass(&Body::Fence { node: "".into(), address: "".into() });
        self.holder = take;
        if let Some(node) = self.nodes.iter().position(|node| *node == Node::Fencing { take }) {
            let mut told = self.clone();
            let writer = Writer::new(offset);
            told.nodes[node] = Node::Serving { take, writer, issued: 0, fold: self.valid, landed: Vec::new() };
            steps.add(Ok(told), || {
                format!("the fence of take {take} lands at {offset}; its node reads {} and serves", self.valid)
            });
        }
        steps.add(Ok(self), || format!("the fence of take {take} lands at {offset}; nobody is told"));
    }

    fn commit_landed(
        mut self,
        name: CommitName,
        decided_on: Fold,
        offset: u64,
        verdict: Verdict,
    ) -> Result<Self, Violation> {
        if verdict == Verdict::Valid {
            if decided_on != self.valid {
                return Err(Violation::DecidedOnAnotherFold);
            }
            if name.take != self.holder {
                return Err(Violation::ZombieValid);
            }
            self.valid = self.valid.with(name);
        }
        for node in &mut self.nodes {
            if let Node::Serving { take, writer, issued, landed, .. } = node {
                let unacknowledged = u64::from(name.seq) + writer.in_flight() >= u64::from(*issued);
                if *take == name.take && unacknowledged {
                    landed.push((name.seq, offset));
                }
            }
        }
        Ok(self)
    }

    /// The one form of all worlds that differ in nothing that matters.
    fn canonical(mut self) -> Self {
        self.flying.retain(|flying| flying.copies > 0);
        self.flying.sort_unstable();
        self.nodes.sort_by_key(Node::order);
        for node in &mut self.nodes {
            if let Node::Serving { landed, .. } = node {
                landed.sort_unstable();
            }
        }
        self
    }
}
