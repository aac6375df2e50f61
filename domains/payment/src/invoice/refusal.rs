//! Why an invoice refuses.

use std::fmt;

use sceau_kernel::{Currency, Money, Refusal, RefusalKind};

use super::event::ReceiptNumber;

/// Why an invoice refuses, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvoiceRefusal {
    /// There is no such invoice.
    NotFound,
    /// The order was invoiced before, with other amounts.
    AlreadyIssued {
        /// What was invoiced.
        total: Money,
    },
    /// Its lines, tax and total disagree.
    DoesNotAddUp {
        /// The total given.
        total: Money,
    },
    /// Money came in another currency.
    CurrencyMismatch {
        /// The currency given.
        given: Currency,
        /// The invoice's.
        invoiced: Currency,
    },
    /// Money is at least one minor unit.
    AmountNotPositive {
        /// The amount given.
        amount: Money,
    },
    /// The receipt was counted before, for something else.
    ReceiptReused {
        /// Its number.
        receipt_number: ReceiptNumber,
        /// The amount it was counted for.
        counted: Money,
    },
    /// More was received than remains to be paid.
    Overpayment {
        /// The amount given.
        amount: Money,
        /// What remains to be paid.
        open: Money,
    },
    /// A credit note is for at least one line.
    NothingToCredit,
    /// The invoice has no such line.
    UnknownLine {
        /// The line named.
        line: u32,
    },
    /// A line is credited for some stamps, and at most for those left on it.
    CreditOutOfRange {
        /// Number of the line.
        line: u32,
        /// The count given.
        count: u64,
        /// How many were not credited yet.
        left: u64,
    },
    /// More was given back than is due.
    RefundExceedsDue {
        /// The amount given.
        amount: Money,
        /// What remains to be refunded.
        refund_due: Money,
    },
}

impl fmt::Display for InvoiceRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => write!(f, "there is no such invoice: look it up by its order, once that is confirmed"),
            Self::AlreadyIssued { total } => write!(f, "the order was invoiced before, for {total}: credit that first"),
            Self::DoesNotAddUp { total } => write!(f, "lines and tax do not add up to {total}: correct them"),
            Self::CurrencyMismatch { given, invoiced } => {
                write!(f, "{given} was given, the invoice is in {invoiced}: record the amount in {invoiced}")
            }
            Self::AmountNotPositive { amount } => {
                write!(f, "{amount} is not an amount of money: use at least one minor unit")
            }
            Self::ReceiptReused { receipt_number, counted } => {
                write!(f, "receipt {receipt_number} was counted before, for {counted}: check its number")
            }
            Self::Overpayment { amount, open } => {
                write!(
                    f,
                    "{amount} is more than the {open} that remain to be paid: record at most that, return the rest"
                )
            }
            Self::NothingToCredit => write!(f, "the credit note has no lines: name at least one, with a count"),
            Self::UnknownLine { line } => write!(f, "the invoice has no line {line}: use one of its lines"),
            Self::CreditOutOfRange { line, count, left: 0 } => {
                write!(f, "{count} stamps of line {line} cannot be credited: it was credited in full")
            }
            Self::CreditOutOfRange { line, count, left } => {
                write!(f, "{count} stamps of line {line} cannot be credited: use 1 to {left}")
            }
            Self::RefundExceedsDue { amount, refund_due } => {
                write!(f, "{amount} is more than the {refund_due} that remain to be refunded: give back at most that")
            }
        }
    }
}

impl std::error::Error for InvoiceRefusal {}

impl Refusal for InvoiceRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "INVOICE_NOT_FOUND",
            Self::AlreadyIssued { .. } => "INVOICE_ALREADY_ISSUED",
            Self::DoesNotAddUp { .. } => "INVOICE_DOES_NOT_ADD_UP",
            Self::CurrencyMismatch { .. } => "CURRENCY_MISMATCH",
            Self::AmountNotPositive { .. } => "AMOUNT_NOT_POSITIVE",
            Self::ReceiptReused { .. } => "RECEIPT_REUSED",
            Self::Overpayment { .. } => "OVERPAYMENT",
            Self::NothingToCredit => "NOTHING_TO_CREDIT",
            Self::UnknownLine { .. } => "UNKNOWN_INVOICE_LINE",
            Self::CreditOutOfRange { .. } => "CREDIT_OUT_OF_RANGE",
            Self::RefundExceedsDue { .. } => "REFUND_EXCEEDS_DUE",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound | Self::UnknownLine { .. } => RefusalKind::NotFound,
            Self::AlreadyIssued { .. } | Self::ReceiptReused { .. } => RefusalKind::AlreadyExists,
            Self::DoesNotAddUp { .. }
            | Self::CurrencyMismatch { .. }
            | Self::AmountNotPositive { .. }
            | Self::NothingToCredit => RefusalKind::Invalid,
            Self::Overpayment { .. } | Self::CreditOutOfRange { .. } | Self::RefundExceedsDue { .. } => {
                RefusalKind::Precondition
            }
        }
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotFound | Self::NothingToCredit => Vec::new(),
            Self::AlreadyIssued { total } | Self::DoesNotAddUp { total } => vec![("total", total.to_string())],
            Self::CurrencyMismatch { given, invoiced } => {
                vec![("given", given.to_string()), ("invoiced", invoiced.to_string())]
            }
            Self::AmountNotPositive { amount } => vec![("amount", amount.to_string())],
            Self::ReceiptReused { receipt_number, counted } => {
                vec![("receipt_number", receipt_number.to_string()), ("counted", counted.to_string())]
            }
            Self::Overpayment { amount, open } => vec![("amount", amount.to_string()), ("open", open.to_string())],
            Self::UnknownLine { line } => vec![("line", line.to_string())],
            Self::CreditOutOfRange { line, count, left } => {
                vec![("line", line.to_string()), ("count", count.to_string()), ("left", left.to_string())]
            }
            Self::RefundExceedsDue { amount, refund_due } => {
                vec![("amount", amount.to_string()), ("refund_due", refund_due.to_string())]
            }
        }
    }
}
