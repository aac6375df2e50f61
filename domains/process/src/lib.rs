//! The stamp loop: what carries an order to its invoice, its payment and its stamps.
//!
//! | when | then |
//! | --- | --- |
//! | an order is confirmed | its invoice is issued |
//! | a confirmed order is cancelled | what its invoice still holds is credited |
//! | an invoice is settled | its order is paid, for the stamps not credited |
//! | an invoice is void before it was settled | its order is cancelled: nothing is allocated |
//! | an order is paid | its lines get numbers of the national number space |
//! | numbers are allocated | each line's batch is generated, and the order is fulfilled |
//!
//! Reactions keep no state: each event carries what its reactions need. That a reaction is carried out once is the
//! engine's part (its command id is the event's position). One that comes too late, such as the payment of an order
//! cancelled meanwhile, is refused by the stream's own rules; the credit of the cancelled order gives the money back.

mod allocation;
mod invoicing;
mod settlement;
pub mod witness;

use sceau_kernel::{DecodeError, Domain, Reactor, Recorded, StreamId};
use sceau_order::order::{OrderCancelled, OrderConfirmed, OrderPaid};
use sceau_order::{Ordering, OrderingCommand};
use sceau_payment::invoice::{InvoiceSettled, InvoiceVoided};
use sceau_payment::{PaymentCommand, Payments};
use sceau_stamp::{Stamping, StampingCommand, StampsAllocated};

/// A command of the stamp loop.
#[derive(Clone, Debug, PartialEq)]
pub enum ProcessCommand {
    /// To an order.
    Order(OrderingCommand),
    /// To an invoice.
    Payment(PaymentCommand),
    /// To the number space or a batch.
    Stamp(StampingCommand),
}

type Commands = Vec<(StreamId, ProcessCommand)>;

/// The stamp loop as a reactor.
pub struct StampLoop;

impl Reactor for StampLoop {
    const NAME: &'static str = "stamp-loop";
    const TOPICS: &'static [&'static str] = &[Ordering::TOPIC, Payments::TOPIC, Stamping::TOPIC];
    type Command = ProcessCommand;

    fn react(record: &Recorded<'_>) -> Result<Commands, DecodeError> {
        match record.type_name {
            OrderConfirmed::TYPE_NAME => invoicing::issue(record),
            OrderCancelled::TYPE_NAME => invoicing::credit(record),
            InvoiceSettled::TYPE_NAME => settlement::pay(record),
            InvoiceVoided::TYPE_NAME => settlement::cancel(record),
            OrderPaid::TYPE_NAME => allocation::allocate(record),
            StampsAllocated::TYPE_NAME => allocation::generate(record),
            _ => Ok(Vec::new()),
        }
    }
}
