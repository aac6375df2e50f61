//! Lines that were found, checked against their batches and against each other.

use std::collections::BTreeMap;

use sceau_proto::stamp::v1 as pb;
use sceau_stamp::{MAX_RANGES, OrdinalRange, RangeSet};

use super::file::{About, Line};

/// What is to be activated.
pub(super) struct Plan {
    /// The only batch that is meant; any when there is none.
    only: Option<String>,
    batches: BTreeMap<String, Batch>,
}

/// A batch, as far as the file is about it.
struct Batch {
    count: u64,
    released: bool,
    decommissioned: RangeSet,
    /// The codes that lines name, by first ordinal: where they end, and the line.
    named: BTreeMap<u64, (u64, u64)>,
    ranges: BTreeMap<About, Vec<OrdinalRange>>,
}

impl Plan {
    pub(super) fn new(only: Option<&str>) -> Self {
        Self { only: only.map(str::to_owned), batches: BTreeMap::new() }
    }

    pub(super) fn knows(&self, batch_id: &str) -> bool {
        self.batches.contains_key(batch_id)
    }

    /// Learns how a batch stands.
    pub(super) fn learn(&mut self, batch: pb::Batch) {
        let released = batch.status() == pb::BatchStatus::Released;
        let gone = batch.decommissioned_ranges.iter();
        let decommissioned = gone.map(|range| OrdinalRange { first: range.first, count: range.count }).collect();
        let (named, ranges) = (BTreeMap::new(), BTreeMap::new());
        let known = Batch { count: batch.count, released, decommissioned, named, ranges };
        self.batches.insert(batch.batch_id, known);
    }

    /// Takes a line in, or says why it cannot be.
    pub(super) fn take(&mut self, line: Line, found: &pb::ResolvedCode) -> Result<(), String> {
        let code = &line.code;
        if !found.fault.is_empty() {
            return Err(format!("`{code}` {}", found.fault));
        }
        if self.only.as_ref().is_some_and(|only| *only != found.batch_id) {
            return Err(format!("`{code}` is of batch {}", found.batch_id));
        }
        let Some(batch) = self.batches.get_mut(&found.batch_id) else {
            return Err(format!("`{code}` is of a batch that cannot be read: {}", found.batch_id));
        };
        let range = OrdinalRange { first: found.ordinal, count: line.count };
        batch.check(range).map_err(|reason| format!("`{code}` {reason}"))?;
        batch.named.insert(range.first, (range.end(), line.number));
        batch.ranges.entry(line.about).or_default().push(range);
        Ok(())
    }

    /// How many codes are named.
    pub(super) fn codes(&self) -> u64 {
        self.batches.values().flat_map(|batch| batch.ranges.values().flatten()).map(|range| range.count).sum()
    }

    /// How many batches they are of.
    pub(super) fn batches(&self) -> usize {
        self.batches.values().filter(|batch| !batch.ranges.is_empty()).count()
    }

    /// The commands that activate them, which still want a meta.
    pub(super) fn activations(&self) -> impl Iterator<Item = pb::ActivateCodesRequest> {
        self.batches.iter().flat_map(|(batch_id, batch)| {
            batch.ranges.iter().flat_map(move |(about, ranges)| {
                let joined: RangeSet = ranges.iter().copied().collect();
                let chunks = joined.ranges().chunks(MAX_RANGES).map(<[OrdinalRange]>::to_vec).collect::<Vec<_>>();
                chunks.into_iter().map(move |ranges| request(batch_id, about, &ranges))
            })
        })
    }
}

fn request(batch_id: &str, about: &About, ranges: &[OrdinalRange]) -> pb::ActivateCodesRequest {
    let wire = |range: &OrdinalRange| pb::OrdinalRange { first: range.first, count: range.count };
    pb::ActivateCodesRequest {
        batch_id: batch_id.to_owned(),
        ranges: ranges.iter().map(wire).collect(),
        production_line: about.production_line.clone(),
        lot: about.lot.clone(),
        place: about.place.clone(),
        ..pb::ActivateCodesRequest::default()
    }
}

impl Batch {
    fn check(&self, range: OrdinalRange) -> Result<(), String> {
        if !self.released {
            return Err("is of a batch that is not released: the office must release it first".to_owned());
        }
        let left = self.count.saturating_sub(range.first);
        if range.count > left {
            return Err(format!("begins {} codes, but its batch ends after {left}: name fewer", range.count));
        }
        let wanted: RangeSet = [range].into_iter().collect();
        if let Some(gone) = wanted.intersection(&self.decommissioned).ranges().first() {
            return Err(format!(
                "and what follows holds {} codes that are out of circulation: leave them out",
                gone.count
            ));
        }
        match self.named.range(..range.end()).next_back() {
            Some((_, (end, line))) if *end > range.first => Err(format!("names codes that line {line} names already")),
            _ => Ok(()),
        }
    }
}
