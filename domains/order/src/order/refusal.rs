//! Why an order refuses.

use std::fmt;

use sceau_kernel::{Money, Refusal, RefusalKind, Timestamp};

use super::state::OrderStatus;
use crate::{CertificateId, StampForm};

/// Why a certificate does not allow stamps to be ordered, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// No such certificate is known.
    Unknown,
    /// The ordering company does not hold it.
    OfAnotherCompany,
    /// It is not in force.
    NotInForce {
        /// Where it stands instead.
        status: Box<str>,
    },
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("does not exist: use a granted one"),
            Self::OfAnotherCompany => f.write_str("is another company's: use one of your own"),
            Self::NotInForce { status } => write!(f, "is {status}: have it put in force first"),
        }
    }
}

/// Why an order refuses, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderRefusal {
    /// There is no such order.
    NotFound,
    /// The caller's company is not the ordering one.
    OfAnotherCompany,
    /// An order of this id was placed before.
    AlreadyPlaced,
    /// An order has some lines, and not too many.
    LinesOutOfRange {
        /// How many were given.
        lines: usize,
        /// The most allowed.
        most: usize,
    },
    /// A line is for some stamps, and not too many.
    CountOutOfRange {
        /// Number of the line.
        line: u32,
        /// The count given.
        count: u64,
        /// The most allowed.
        most: u64,
    },
    /// All lines together are for too many stamps.
    TooManyStamps {
        /// The sum of the lines.
        count: u64,
        /// The most allowed.
        most: u64,
    },
    /// The certificate of a line does not allow it.
    Certificate {
        /// Number of the line.
        line: u32,
        /// The certificate named.
        certificate_id: CertificateId,
        /// Why not.
        fault: CertificateFault,
    },
    /// Only a placed order can be quoted.
    NotAwaitingQuote {
        /// Where it stands.
        status: OrderStatus,
    },
    /// The tenant has no prices.
    NoPriceList,
    /// The form of a line is not sold.
    NoPrice {
        /// Number of the line.
        line: u32,
        /// The form.
        form: StampForm,
    },
    /// The order's total is beyond what an invoice can hold.
    TotalTooLarge {
        /// The highest total.
        most: Money,
    },
    /// Only a quoted order can be confirmed or expire.
    NotQuoted {
        /// Where it stands.
        status: OrderStatus,
    },
    /// The quote has run out.
    QuoteExpired {
        /// When it did.
        valid_until: Timestamp,
    },
    /// The quote has not run out yet.
    QuoteStillHolds {
        /// When it will.
        valid_until: Timestamp,
    },
    /// Only an order that is not paid can be cancelled.
    NotCancellable {
        /// Where it stands.
        status: OrderStatus,
    },
    /// Only a confirmed order can be paid.
    NotAwaitingPayment {
        /// Where it stands.
        status: OrderStatus,
    },
    /// A payment is for stamps that were not ordered.
    PaidOtherThanOrdered {
        /// Number of the line.
        line: u32,
        /// The count paid for.
        count: u64,
    },
    /// Only a paid order can be fulfilled.
    NotPaid {
        /// Where it stands.
        status: OrderStatus,
    },
}

impl fmt::Display for OrderRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => write!(f, "there is no such order: use the id that placing it gave"),
            Self::OfAnotherCompany => write!(f, "the order is another company's: use a token of that company"),
            Self::AlreadyPlaced => write!(f, "the order was placed before: place another under a new command id"),
            Self::LinesOutOfRange { lines, most } => write!(f, "an order cannot have {lines} lines: use 1 to {most}"),
            Self::CountOutOfRange { line, count, most } => {
                write!(f, "line {line} cannot be for {count} stamps: use 1 to {most}")
            }
            Self::TooManyStamps { count, most } => {
                write!(f, "an order cannot be for {count} stamps: place several of at most {most}")
            }
            Self::Certificate { line, certificate_id, fault } => {
                write!(f, "line {line} names certificate {certificate_id}, which {fault}")
            }
            Self::NotAwaitingQuote { status } => {
                write!(f, "the order is {status}: only a placed order can be quoted, place a new one")
            }
            Self::NoPriceList => write!(f, "no prices were set: have the office set the price list"),
            Self::NoPrice { line, form } => {
                write!(f, "line {line} is for {form} stamps, which have no price: use another form or have it priced")
            }
            Self::TotalTooLarge { most } => write!(f, "the order would cost over {most}: place several smaller ones"),
            Self::NotQuoted { status } => {
                write!(f, "the order is {status}: only a quoted order can be confirmed or expire")
            }
            Self::QuoteExpired { valid_until } => write!(f, "the quote ran out at {valid_until}: place a new order"),
            Self::QuoteStillHolds { valid_until } => {
                write!(f, "the quote holds until {valid_until}: expire it after that")
            }
            Self::NotCancellable { status } => {
                write!(f, "the order is {status}: only an order that is not paid can be cancelled, have it credited")
            }
            Self::NotAwaitingPayment { status } => {
                write!(f, "the order is {status}: only a confirmed order can be paid, refund what was received")
            }
            Self::PaidOtherThanOrdered { line, count } => {
                write!(f, "{count} stamps of line {line} were paid for, which were not ordered: check the invoice")
            }
            Self::NotPaid { status } => write!(f, "the order is {status}: only a paid order can be fulfilled"),
        }
    }
}

impl std::error::Error for OrderRefusal {}

impl Refusal for OrderRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "ORDER_NOT_FOUND",
            Self::OfAnotherCompany => "ORDER_OF_ANOTHER_COMPANY",
            Self::AlreadyPlaced => "ORDER_ALREADY_PLACED",
            Self::LinesOutOfRange { .. } => "ORDER_LINES_OUT_OF_RANGE",
            Self::CountOutOfRange { .. } => "COUNT_OUT_OF_RANGE",
            Self::TooManyStamps { .. } => "ORDER_COUNT_TOO_LARGE",
            Self::Certificate { fault: CertificateFault::Unknown, .. } => "UNKNOWN_CERTIFICATE",
            Self::Certificate { fault: CertificateFault::OfAnotherCompany, .. } => "CERTIFICATE_OF_ANOTHER_COMPANY",
            Self::Certificate { fault: CertificateFault::NotInForce { .. }, .. } => "CERTIFICATE_NOT_IN_FORCE",
            Self::NotAwaitingQuote { .. } => "ORDER_NOT_AWAITING_QUOTE",
            Self::NoPriceList => "NO_PRICE_LIST",
            Self::NoPrice { .. } => "NO_PRICE",
            Self::TotalTooLarge { .. } => "ORDER_TOTAL_TOO_LARGE",
            Self::NotQuoted { .. } => "ORDER_NOT_QUOTED",
            Self::QuoteExpired { .. } => "QUOTE_EXPIRED",
            Self::QuoteStillHolds { .. } => "QUOTE_STILL_HOLDS",
            Self::NotCancellable { .. } => "ORDER_NOT_CANCELLABLE",
            Self::NotAwaitingPayment { .. } => "ORDER_NOT_AWAITING_PAYMENT",
            Self::PaidOtherThanOrdered { .. } => "PAID_OTHER_THAN_ORDERED",
            Self::NotPaid { .. } => "ORDER_NOT_PAID",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound | Self::Certificate { fault: CertificateFault::Unknown, .. } => RefusalKind::NotFound,
            Self::OfAnotherCompany | Self::Certificate { fault: CertificateFault::OfAnotherCompany, .. } => {
                RefusalKind::Forbidden
            }
            Self::AlreadyPlaced => RefusalKind::AlreadyExists,
            Self::LinesOutOfRange { .. }
            | Self::CountOutOfRange { .. }
            | Self::TooManyStamps { .. }
            | Self::TotalTooLarge { .. }
            | Self::PaidOtherThanOrdered { .. } => RefusalKind::Invalid,
            Self::Certificate { fault: CertificateFault::NotInForce { .. }, .. }
            | Self::NotAwaitingQuote { .. }
            | Self::NoPriceList
            | Self::NoPrice { .. }
            | Self::NotQuoted { .. }
            | Self::QuoteExpired { .. }
            | Self::QuoteStillHolds { .. }
            | Self::NotCancellable { .. }
            | Self::NotAwaitingPayment { .. }
            | Self::NotPaid { .. } => RefusalKind::Precondition,
        }
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotFound | Self::OfAnotherCompany | Self::AlreadyPlaced | Self::NoPriceList => Vec::new(),
            Self::LinesOutOfRange { lines, most } => vec![("lines", lines.to_string()), ("most", most.to_string())],
            Self::CountOutOfRange { line, count, most } => {
                vec![("line", line.to_string()), ("count", count.to_string()), ("most", most.to_string())]
            }
            Self::TooManyStamps { count, most } => vec![("count", count.to_string()), ("most", most.to_string())],
            Self::Certificate { line, certificate_id, .. } => {
                vec![("line", line.to_string()), ("certificate_id", certificate_id.to_string())]
            }
            Self::NoPrice { line, form } => vec![("line", line.to_string()), ("form", form.to_string())],
            Self::TotalTooLarge { most } => vec![("most", most.to_string())],
            Self::QuoteExpired { valid_until } | Self::QuoteStillHolds { valid_until } => {
                vec![("valid_until", valid_until.to_string())]
            }
            Self::PaidOtherThanOrdered { line, count } => {
                vec![("line", line.to_string()), ("count", count.to_string())]
            }
            Self::NotAwaitingQuote { status }
            | Self::NotQuoted { status }
            | Self::NotCancellable { status }
            | Self::NotAwaitingPayment { status }
            | Self::NotPaid { status } => vec![("status", status.to_string())],
        }
    }
}
