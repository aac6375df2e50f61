//! Where an order stands.

use std::fmt;

use sceau_kernel::{Money, Rate, Timestamp, Wire};
use serde::{Deserialize, Serialize};

use super::event::{OrderEvent, OrderLine, PricedLine};
use crate::CompanyId;

/// Whose order it is, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The ordering company.
    pub company_id: CompanyId,
    /// When the order was placed.
    pub placed_at: Timestamp,
}

/// The price of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The price of each line.
    pub lines: Vec<PricedLine>,
    /// Sum of the lines.
    pub net: Money,
    /// The rate of tax.
    pub tax_rate: Rate,
    /// The tax on the net sum.
    pub tax: Money,
    /// Net and tax.
    pub total: Money,
    /// The quote can be confirmed until this instant.
    pub valid_until: Timestamp,
}

/// The situations of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderState {
    /// There is no such order.
    #[default]
    Unplaced,
    /// Waiting for its price.
    Placed(Owner, Vec<OrderLine>),
    /// Waiting for the company.
    Quoted(Owner, Vec<OrderLine>, Quote),
    /// Waiting for payment.
    Confirmed(Owner, Vec<OrderLine>, Timestamp),
    /// Waiting for its stamps.
    Paid(Owner),
    /// Its stamps are allocated.
    Fulfilled(Owner),
    /// Given up before it was paid.
    Cancelled(Owner),
    /// Not confirmed in time.
    Expired(Owner),
}

/// The name of a situation, for refusals and views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::order::v1::OrderStatus)]
pub enum OrderStatus {
    /// Waiting for its price.
    #[default]
    Placed,
    /// Waiting for the company.
    Quoted,
    /// Waiting for payment.
    Confirmed,
    /// Waiting for its stamps.
    Paid,
    /// Its stamps are allocated.
    Fulfilled,
    /// Given up before it was paid.
    Cancelled,
    /// Not confirmed in time.
    Expired,
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Placed => "placed",
            Self::Quoted => "quoted",
            Self::Confirmed => "confirmed",
            Self::Paid => "paid",
            Self::Fulfilled => "fulfilled",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        })
    }
}

impl OrderState {
    /// Whose order it is and where it stands; `None` when there is no such order.
    pub(super) fn standing(&self) -> Option<(Owner, OrderStatus)> {
        match self {
            Self::Unplaced => None,
            Self::Placed(owner, _) => Some((*owner, OrderStatus::Placed)),
            Self::Quoted(owner, ..) => Some((*owner, OrderStatus::Quoted)),
            Self::Confirmed(owner, ..) => Some((*owner, OrderStatus::Confirmed)),
            Self::Paid(owner) => Some((*owner, OrderStatus::Paid)),
            Self::Fulfilled(owner) => Some((*owner, OrderStatus::Fulfilled)),
            Self::Cancelled(owner) => Some((*owner, OrderStatus::Cancelled)),
            Self::Expired(owner) => Some((*owner, OrderStatus::Expired)),
        }
    }

    /// Takes the lines out, for the next situation that needs them.
    fn take_lines(&mut self) -> Vec<OrderLine> {
        match self {
            Self::Placed(_, lines) | Self::Quoted(_, lines, _) | Self::Confirmed(_, lines, _) => std::mem::take(lines),
            Self::Unplaced | Self::Paid(_) | Self::Fulfilled(_) | Self::Cancelled(_) | Self::Expired(_) => Vec::new(),
        }
    }

    pub(super) fn evolve(&mut self, event: &OrderEvent) {
        let owner = event.owner();
        *self = match event {
            OrderEvent::Placed(e) => Self::Placed(owner, e.lines.clone()),
            OrderEvent::Quoted(e) => {
                let quote = Quote {
                    lines: e.lines.clone(),
                    net: e.net,
                    tax_rate: e.tax_rate,
                    tax: e.tax,
                    total: e.total,
                    valid_until: e.valid_until,
                };
                Self::Quoted(owner, self.take_lines(), quote)
            }
            OrderEvent::Confirmed(e) => Self::Confirmed(owner, self.take_lines(), e.valid_until),
            OrderEvent::Paid(_) => Self::Paid(owner),
            OrderEvent::Fulfilled(_) => Self::Fulfilled(owner),
            OrderEvent::Cancelled(_) => Self::Cancelled(owner),
            OrderEvent::Expired(_) => Self::Expired(owner),
        };
    }
}
