//! What an order answers.

use sceau_kernel::wire::Text;
use sceau_kernel::{Context, Role};

use super::command::{
    CancelOrder, ConfirmOrder, OrderCommand, PlaceOrder, QuoteOrder, RecordFulfilment, RecordPayment, RequestedLine,
};
use super::event::{
    ConfirmedLine, OrderCancelled, OrderConfirmed, OrderEvent, OrderExpired, OrderFulfilled, OrderLine, OrderPaid,
    OrderPlaced, OrderQuoted,
};
use super::facts::{CertificateFacts, Certificates};
use super::quote;
use super::refusal::{CertificateFault, OrderRefusal};
use super::state::{OrderState, OrderStatus, Owner, Quote};
use crate::{CertificateId, CompanyId};

/// The most lines of an order.
pub(super) const MOST_LINES: usize = 2000;
/// The most stamps of a line.
pub(super) const MOST_PER_LINE: u64 = 1_000_000_000;
/// The most stamps of an order: a thousandth of the national number space.
pub(super) const MOST_PER_ORDER: u64 = 1_000_000_000_000;

type Decision = Result<Vec<OrderEvent>, OrderRefusal>;

pub(super) fn decide(state: &OrderState, command: &OrderCommand, context: &Context) -> Decision {
    match command {
        OrderCommand::Place(command) => place(state, command, context),
        OrderCommand::Quote(command) => quote(state, command, context),
        OrderCommand::Confirm(command) => confirm(state, command, context),
        OrderCommand::Cancel(command) => cancel(state, command, context),
        OrderCommand::Expire => expire(state, context),
        OrderCommand::RecordPayment(command) => record_payment(state, command, context),
        OrderCommand::RecordFulfilment(command) => record_fulfilment(state, command, context),
    }
}

fn place(state: &OrderState, PlaceOrder { request, certificates }: &PlaceOrder, context: &Context) -> Decision {
    own_company(request.company_id, context)?;
    if state.standing().is_some() {
        return Err(OrderRefusal::AlreadyPlaced);
    }
    if request.lines.is_empty() || request.lines.len() > MOST_LINES {
        return Err(OrderRefusal::LinesOutOfRange { lines: request.lines.len(), most: MOST_LINES });
    }
    check_counts(&request.lines)?;
    let owner = Owner { company_id: request.company_id, placed_at: context.time };
    let mut lines = Vec::with_capacity(request.lines.len());
    for (line, RequestedLine { certificate_id, form, count }) in (1..).zip(&request.lines) {
        let facts = check_certificate(line, *certificate_id, owner, certificates, context)?;
        let product_name = facts.product_name.clone();
        lines.push(OrderLine { line, certificate_id: *certificate_id, product_name, form: *form, count: *count });
    }
    let Owner { company_id, placed_at } = owner;
    Ok(vec![OrderEvent::Placed(OrderPlaced { company_id, placed_at, lines, note: request.note.clone() })])
}

fn check_counts(lines: &[RequestedLine]) -> Result<(), OrderRefusal> {
    let mut sum = 0;
    for (line, RequestedLine { count, .. }) in (1..).zip(lines) {
        if !(1..=MOST_PER_LINE).contains(count) {
            return Err(OrderRefusal::CountOutOfRange { line, count: *count, most: MOST_PER_LINE });
        }
        sum += count;
    }
    if sum > MOST_PER_ORDER {
        return Err(OrderRefusal::TooManyStamps { count: sum, most: MOST_PER_ORDER });
    }
    Ok(())
}

fn check_certificate<'a>(
    line: u32,
    certificate_id: CertificateId,
    owner: Owner,
    certificates: &'a Certificates,
    context: &Context,
) -> Result<&'a CertificateFacts, OrderRefusal> {
    let refused = |fault| OrderRefusal::Certificate { line, certificate_id, fault };
    let facts = certificates.get(&certificate_id).ok_or_else(|| refused(CertificateFault::Unknown))?;
    facts.allow(owner.company_id, context.time).map_err(refused)?;
    Ok(facts)
}

fn quote(state: &OrderState, QuoteOrder { prices }: &QuoteOrder, context: &Context) -> Decision {
    let (owner, status) = known(state, context)?;
    let OrderState::Placed(_, lines) = state else {
        return Err(OrderRefusal::NotAwaitingQuote { status });
    };
    let prices = prices.as_ref().ok_or(OrderRefusal::NoPriceList)?;
    let Quote { lines, net, tax_rate, tax, total, valid_until } = quote::quote(lines, prices, context.time)?;
    let Owner { company_id, placed_at } = owner;
    Ok(vec![OrderEvent::Quoted(OrderQuoted { company_id, placed_at, lines, net, tax_rate, tax, total, valid_until })])
}

fn confirm(state: &OrderState, ConfirmOrder { certificates }: &ConfirmOrder, context: &Context) -> Decision {
    let (owner, status) = known(state, context)?;
    let (lines, quote) = match state {
        OrderState::Quoted(_, lines, quote) => (lines, quote),
        OrderState::Confirmed(..) => return Ok(Vec::new()),
        OrderState::Unplaced
        | OrderState::Placed(..)
        | OrderState::Paid(_)
        | OrderState::Fulfilled(_)
        | OrderState::Cancelled(_)
        | OrderState::Expired(_) => return Err(OrderRefusal::NotQuoted { status }),
    };
    if context.time >= quote.valid_until {
        return Err(OrderRefusal::QuoteExpired { valid_until: quote.valid_until });
    }
    for line in lines {
        check_certificate(line.line, line.certificate_id, owner, certificates, context)?;
    }
    let Owner { company_id, placed_at } = owner;
    Ok(vec![OrderEvent::Confirmed(OrderConfirmed {
        company_id,
        placed_at,
        valid_until: quote.valid_until,
        lines: lines.iter().zip(&quote.lines).map(|(line, priced)| confirmed_line(line, priced.net)).collect(),
        net: quote.net,
        tax_rate: quote.tax_rate,
        tax: quote.tax,
        total: quote.total,
    })])
}

fn confirmed_line(
    OrderLine { line, certificate_id, product_name, form, count }: &OrderLine,
    net: i64,
) -> ConfirmedLine {
    ConfirmedLine {
        line: *line,
        certificate_id: *certificate_id,
        product_name: product_name.clone(),
        form: *form,
        count: *count,
        net,
    }
}

fn cancel(state: &OrderState, CancelOrder { reason }: &CancelOrder, context: &Context) -> Decision {
    let (Owner { company_id, placed_at }, status) = known(state, context)?;
    let (valid_until, invoiced) = match state {
        OrderState::Placed(..) => (None, false),
        OrderState::Quoted(_, _, quote) => (Some(quote.valid_until), false),
        OrderState::Confirmed(_, _, valid_until) => (Some(*valid_until), true),
        OrderState::Cancelled(_) => return Ok(Vec::new()),
        OrderState::Unplaced | OrderState::Paid(_) | OrderState::Fulfilled(_) | OrderState::Expired(_) => {
            return Err(OrderRefusal::NotCancellable { status });
        }
    };
    let reason = reason.clone();
    Ok(vec![OrderEvent::Cancelled(OrderCancelled { company_id, placed_at, reason, valid_until, invoiced })])
}

fn expire(state: &OrderState, context: &Context) -> Decision {
    let (Owner { company_id, placed_at }, status) = known(state, context)?;
    match state {
        OrderState::Quoted(_, _, Quote { valid_until, .. }) if context.time < *valid_until => {
            Err(OrderRefusal::QuoteStillHolds { valid_until: *valid_until })
        }
        OrderState::Quoted(_, _, Quote { valid_until, .. }) => {
            Ok(vec![OrderEvent::Expired(OrderExpired { company_id, placed_at, valid_until: *valid_until })])
        }
        OrderState::Expired(_) => Ok(Vec::new()),
        OrderState::Unplaced
        | OrderState::Placed(..)
        | OrderState::Confirmed(..)
        | OrderState::Paid(_)
        | OrderState::Fulfilled(_)
        | OrderState::Cancelled(_) => Err(OrderRefusal::NotQuoted { status }),
    }
}

fn record_payment(state: &OrderState, command: &RecordPayment, context: &Context) -> Decision {
    let (Owner { company_id, placed_at }, status) = known(state, context)?;
    let ordered = match state {
        OrderState::Confirmed(_, lines, _) => lines,
        OrderState::Paid(_) | OrderState::Fulfilled(_) => return Ok(Vec::new()),
        OrderState::Unplaced
        | OrderState::Placed(..)
        | OrderState::Quoted(..)
        | OrderState::Cancelled(_)
        | OrderState::Expired(_) => return Err(OrderRefusal::NotAwaitingPayment { status }),
    };
    let mut lines = Vec::with_capacity(command.lines.len());
    for paid in &command.lines {
        match ordered.iter().find(|ordered| ordered.line == paid.line) {
            Some(ordered) if (1..=ordered.count).contains(&paid.count) => {
                lines.push(OrderLine { count: paid.count, ..ordered.clone() });
            }
            _ => {
                return Err(OrderRefusal::PaidOtherThanOrdered { line: paid.line, count: paid.count });
            }
        }
    }
    Ok(vec![OrderEvent::Paid(OrderPaid { company_id, placed_at, invoice_id: command.invoice_id, lines })])
}

fn record_fulfilment(state: &OrderState, command: &RecordFulfilment, context: &Context) -> Decision {
    let (Owner { company_id, placed_at }, status) = known(state, context)?;
    match state {
        OrderState::Paid(_) => {
            let batches = command.batches.clone();
            Ok(vec![OrderEvent::Fulfilled(OrderFulfilled { company_id, placed_at, batches })])
        }
        OrderState::Fulfilled(_) => Ok(Vec::new()),
        OrderState::Unplaced
        | OrderState::Placed(..)
        | OrderState::Quoted(..)
        | OrderState::Confirmed(..)
        | OrderState::Cancelled(_)
        | OrderState::Expired(_) => Err(OrderRefusal::NotPaid { status }),
    }
}

/// The order, if there is one and the caller may touch it.
fn known(state: &OrderState, context: &Context) -> Result<(Owner, OrderStatus), OrderRefusal> {
    let (owner, status) = state.standing().ok_or(OrderRefusal::NotFound)?;
    own_company(owner.company_id, context)?;
    Ok((owner, status))
}

/// A company touches its own orders only; the office and the platform touch all.
fn own_company(company_id: CompanyId, context: &Context) -> Result<(), OrderRefusal> {
    let party = context.actor.party.as_deref().and_then(CompanyId::parse);
    if context.actor.role == Role::Company && party != Some(company_id) {
        return Err(OrderRefusal::OfAnotherCompany);
    }
    Ok(())
}
