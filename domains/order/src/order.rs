//! An order of stamps: one stream, `<tenant>/order/<order id>`.

mod command;
mod decide;
mod event;
mod facts;
mod quote;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use command::{
    CancelOrder, ConfirmOrder, OrderCommand, PaidLine, PlaceOrder, QuoteOrder, RecordFulfilment, RecordPayment,
    RequestedLine, RequestedOrder,
};
pub use event::{
    ConfirmedLine, LineBatch, OrderCancelled, OrderConfirmed, OrderEvent, OrderExpired, OrderFulfilled, OrderLine,
    OrderPaid, OrderPlaced, OrderQuoted, PricedLine,
};
pub use facts::{CertificateFacts, Certificates, Standing};
pub use refusal::{CertificateFault, OrderRefusal};
use sceau_kernel::{Context, Decider};
pub use state::{OrderState, OrderStatus, Owner, Quote};

/// The decider of orders.
pub struct Order;

impl Decider for Order {
    type State = OrderState;
    type Command = OrderCommand;
    type Event = OrderEvent;
    type Refusal = OrderRefusal;

    fn decide(state: &OrderState, command: &OrderCommand, context: &Context) -> Result<Vec<OrderEvent>, OrderRefusal> {
        decide::decide(state, command, context)
    }

    fn evolve(state: &mut OrderState, event: &OrderEvent) {
        state.evolve(event);
    }
}
