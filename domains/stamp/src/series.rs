//! The national number space of a tenant: numbers from 1 up, each given once.
//!
//! The state is one number. A batch never crosses a multiple of 2^32: where it would, allocation goes on at the next
//! multiple, so that the batch of any number is found by its bucket (`number >> 32`) and the highest first number at or
//! below it.

mod refusal;

use sceau_kernel::{Context, Decider, StreamId, Tenant, Wire};
use serde::{Deserialize, Serialize};

pub use refusal::SeriesRefusal;

use crate::{BatchId, BatchRef, CertificateId, CompanyId, GenerateBatch, OrderId, StampForm};

/// Numbers are below this, so that they have 15 digits.
pub const NUMBER_LIMIT: u64 = 1_000_000_000_000_000;
/// The most stamps of a line.
pub const MAX_COUNT: u64 = 1_000_000_000;
/// The most lines of an order.
pub const MAX_LINES: usize = 2_000;

/// The part of the number space in which the batch of a number lies.
pub const fn bucket_of(number: u64) -> u64 {
    number >> 32
}

/// The stream of a tenant's number space.
pub fn series_stream(tenant: &Tenant) -> StreamId {
    StreamId::new(tenant, "series", "national")
}

/// A command to the number space.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SeriesCommand {
    /// Take numbers for a paid order.
    Allocate(AllocateStamps),
}

/// Takes numbers for all lines of a paid order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AllocateStamps {
    /// The order.
    pub order_id: OrderId,
    /// The company that ordered.
    pub company_id: CompanyId,
    /// Its lines.
    pub lines: Vec<AllocationLine>,
}

/// A line that needs numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AllocationLine {
    /// Number of the line within its order.
    pub line: u32,
    /// The certificate of the stamped product.
    pub certificate_id: CertificateId,
    /// The product's name at the time of the order.
    pub product_name: String,
    /// Form of the stamps.
    pub form: StampForm,
    /// How many, 1 to [`MAX_COUNT`].
    pub count: u64,
}

/// What happened to the number space.
#[derive(Clone, Debug, PartialEq, Wire)]
pub enum SeriesEvent {
    /// Numbers were taken.
    Allocated(StampsAllocated),
}

/// Numbers were taken for the lines of a paid order.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::StampsAllocated)]
pub struct StampsAllocated {
    /// The order.
    pub order_id: OrderId,
    /// The company that ordered.
    pub company_id: CompanyId,
    /// One entry for each line.
    pub lines: Vec<AllocatedLine>,
}

/// The numbers of one line.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::AllocatedLine)]
pub struct AllocatedLine {
    /// Number of the line within its order.
    pub line: u32,
    /// The batch that these numbers form.
    pub batch_id: BatchId,
    /// The certificate of the stamped product.
    pub certificate_id: CertificateId,
    /// The product's name at the time of the order.
    pub product_name: String,
    /// Form of the stamps.
    pub form: StampForm,
    /// First number.
    pub first_number: u64,
    /// How many numbers.
    pub count: u64,
}

impl StampsAllocated {
    /// The batches that come of it, each to be generated in a stream of its own.
    pub fn batches(&self) -> impl Iterator<Item = GenerateBatch> {
        self.lines.iter().map(|line| GenerateBatch {
            batch: BatchRef {
                batch_id: line.batch_id,
                order_id: self.order_id,
                line: line.line,
                certificate_id: line.certificate_id,
                company_id: self.company_id,
                first_number: line.first_number,
                count: line.count,
            },
            product_name: line.product_name.clone(),
            form: line.form,
        })
    }
}

/// How far the number space is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesState {
    next_number: u64,
}

impl Default for SeriesState {
    /// No number is taken. The first is 1, so that 0 can stand for none.
    fn default() -> Self {
        Self { next_number: 1 }
    }
}

/// The number space as a decider.
pub struct Series;

impl Decider for Series {
    type State = SeriesState;
    type Command = SeriesCommand;
    type Event = SeriesEvent;
    type Refusal = SeriesRefusal;

    fn decide(state: &SeriesState, command: &SeriesCommand, _: &Context) -> Result<Vec<SeriesEvent>, SeriesRefusal> {
        let SeriesCommand::Allocate(command) = command;
        check_lines(&command.lines)?;
        let mut next = state.next_number;
        let mut lines = Vec::with_capacity(command.lines.len());
        for wanted in &command.lines {
            let first_number = place(next, wanted.count);
            next = first_number + wanted.count;
            if next > NUMBER_LIMIT {
                return Err(SeriesRefusal::NumbersExhausted { line: wanted.line, count: wanted.count });
            }
            lines.push(AllocatedLine {
                line: wanted.line,
                batch_id: BatchId::of_line(command.order_id, wanted.line),
                certificate_id: wanted.certificate_id,
                product_name: wanted.product_name.clone(),
                form: wanted.form,
                first_number,
                count: wanted.count,
            });
        }
        let (order_id, company_id) = (command.order_id, command.company_id);
        Ok(vec![SeriesEvent::Allocated(StampsAllocated { order_id, company_id, lines })])
    }

    fn evolve(state: &mut SeriesState, event: &SeriesEvent) {
        let SeriesEvent::Allocated(allocated) = event;
        if let Some(last) = allocated.lines.last() {
            state.next_number = last.first_number + last.count;
        }
    }
}

/// The first of `count` numbers from `next` on that lie in one bucket.
const fn place(next: u64, count: u64) -> u64 {
    if bucket_of(next) == bucket_of(next + count - 1) { next } else { (bucket_of(next) + 1) << 32 }
}

fn check_lines(lines: &[AllocationLine]) -> Result<(), SeriesRefusal> {
    if lines.is_empty() {
        return Err(SeriesRefusal::NoLines);
    }
    if lines.len() > MAX_LINES {
        return Err(SeriesRefusal::TooManyLines { lines: lines.len() });
    }
    let mut numbers: Vec<u32> = lines.iter().map(|line| line.line).collect();
    numbers.sort_unstable();
    if let Some(pair) = numbers.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(SeriesRefusal::LineRepeated { line: pair[0] });
    }
    match lines.iter().find(|line| !(1..=MAX_COUNT).contains(&line.count)) {
        Some(line) => Err(SeriesRefusal::CountOutOfRange { line: line.line, count: line.count }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
