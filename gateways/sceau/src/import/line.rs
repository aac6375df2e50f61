//! What a line of the file means, and why some lines cannot be taken.
//!
//! The data is a shop's ledger, not a list of orders: beside sales it holds postage, samples, discounts, bank charges,
//! corrections of the stock and of the books. One rule after the other looks at a line, and the first that it breaks
//! names it.

use std::fmt;
use std::str::FromStr;

use prost_types::Timestamp;

use super::file::Fields;

/// The most stamps of a line of an order.
pub(super) const MOST_STAMPS: u64 = 1_000_000_000;

/// A line that can be taken.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entry<'a> {
    /// Goods were sold: stamps are ordered for them.
    Sale(Item<'a>),
    /// Goods came back: their stamps are taken out of circulation.
    Return(Item<'a>),
}

/// So many pieces of a product on an invoice.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item<'a> {
    pub(super) invoice: &'a str,
    /// Upper case: the shop's tills write both `85123A` and `85123a`.
    pub(super) stock_code: String,
    pub(super) description: &'a str,
    pub(super) count: u64,
    pub(super) at: Timestamp,
}

/// Why a line cannot be taken, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LineRefusal {
    /// It has more or fewer columns than the header.
    ColumnCount {
        /// How many it has.
        found: usize,
        /// How many the header has.
        expected: usize,
    },
    /// A field is not UTF-8.
    NotText {
        /// Its column.
        column: &'static str,
    },
    /// The quantity is no whole number.
    Quantity {
        /// The text given.
        text: String,
    },
    /// The date is none.
    Date {
        /// The text given.
        text: String,
    },
    /// The price is no decimal number.
    Price {
        /// The text given.
        text: String,
    },
    /// The invoice number begins with A: the books were corrected, nothing was sold.
    BadDebt {
        /// The invoice.
        invoice: String,
    },
    /// The invoice number is neither digits nor C and digits.
    Invoice {
        /// The text given.
        text: String,
    },
    /// The stock code stands for a service, a charge or a voucher, not for a product.
    ServiceCode {
        /// The stock code.
        stock_code: String,
    },
    /// Nothing or less than nothing was sold: the stock was corrected.
    StockAdjustment {
        /// The quantity.
        quantity: i64,
    },
    /// A return of nothing or of less than nothing.
    ReturnNotNegative {
        /// The quantity.
        quantity: i64,
    },
    /// More pieces than an order's line may have stamps.
    TooMany {
        /// The quantity.
        quantity: i64,
    },
    /// The price is zero or less: goods that were lost, damaged or given away are no sale.
    NotSold {
        /// The price.
        unit_price: String,
    },
    /// A return of a product of which no stamp is in force: none was ever ordered, or all came back before.
    NothingInForce {
        /// The stock code.
        stock_code: String,
    },
    /// The platform refused the command that the line became part of.
    Platform {
        /// The platform's reason.
        reason: String,
        /// What it said.
        text: String,
    },
}

impl LineRefusal {
    /// The reason in one word, by which the report counts.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::ColumnCount { .. } => "COLUMN_COUNT",
            Self::NotText { .. } => "NOT_UTF8",
            Self::Quantity { .. } => "QUANTITY_NOT_A_NUMBER",
            Self::Date { .. } => "DATE_NOT_A_DATE",
            Self::Price { .. } => "PRICE_NOT_A_NUMBER",
            Self::BadDebt { .. } => "BAD_DEBT",
            Self::Invoice { .. } => "INVOICE_NUMBER",
            Self::ServiceCode { .. } => "NO_PRODUCT",
            Self::StockAdjustment { .. } => "STOCK_ADJUSTMENT",
            Self::ReturnNotNegative { .. } => "RETURN_NOT_NEGATIVE",
            Self::TooMany { .. } => "TOO_MANY",
            Self::NotSold { .. } => "NO_PRICE",
            Self::NothingInForce { .. } => "NOTHING_IN_FORCE",
            Self::Platform { reason, .. } => reason,
        }
    }
}

impl fmt::Display for LineRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ColumnCount { found, expected } => {
                write!(f, "{found} columns where the header has {expected}: look for a stray comma or quote")
            }
            Self::NotText { column } => write!(f, "{column} is not UTF-8: save the file as UTF-8"),
            Self::Quantity { text } => write!(f, "quantity `{text}` is no whole number"),
            Self::Date { text } => write!(f, "date `{text}` is none: write it as 2010-12-01 08:26:00"),
            Self::Price { text } => write!(f, "unit price `{text}` is no decimal number: write it as 2.55"),
            Self::BadDebt { invoice } => write!(f, "invoice {invoice} corrects the books and sells nothing"),
            Self::Invoice { text } => {
                write!(f, "invoice number `{text}` is neither digits (a sale) nor C and digits (a return)")
            }
            Self::ServiceCode { stock_code } => {
                write!(f, "stock code `{stock_code}` is a service or a charge, not a product that could be stamped")
            }
            Self::StockAdjustment { quantity } => {
                write!(f, "a quantity of {quantity} on an invoice corrects the stock and sells nothing")
            }
            Self::ReturnNotNegative { quantity } => write!(f, "a return of {quantity} pieces gives nothing back"),
            Self::TooMany { quantity } => write!(f, "{quantity} pieces are more than the {MOST_STAMPS} of a line"),
            Self::NotSold { unit_price } => write!(f, "a unit price of {unit_price} is no sale"),
            Self::NothingInForce { stock_code } => {
                write!(f, "no stamp of product {stock_code} is in force that could be taken back")
            }
            Self::Platform { text, .. } => f.write_str(text),
        }
    }
}

/// What a line means.
pub(super) fn read_line<'a>(fields: &Fields<'a>) -> Result<Entry<'a>, LineRefusal> {
    let quantity: i64 =
        fields.quantity.parse().map_err(|_| LineRefusal::Quantity { text: fields.quantity.to_owned() })?;
    let at = instant(fields.invoice_date).ok_or_else(|| LineRefusal::Date { text: fields.invoice_date.to_owned() })?;
    let sold =
        above_zero(fields.unit_price).ok_or_else(|| LineRefusal::Price { text: fields.unit_price.to_owned() })?;
    let returned = match kind_of(fields.invoice) {
        Some(InvoiceKind::Sale) => false,
        Some(InvoiceKind::Return) => true,
        Some(InvoiceKind::BadDebt) => return Err(LineRefusal::BadDebt { invoice: fields.invoice.to_owned() }),
        None => return Err(LineRefusal::Invoice { text: fields.invoice.to_owned() }),
    };
    let stock_code = fields.stock_code.to_uppercase();
    if !is_product(&stock_code) {
        return Err(LineRefusal::ServiceCode { stock_code });
    }
    match (returned, quantity) {
        (false, ..=0) => return Err(LineRefusal::StockAdjustment { quantity }),
        (true, 0..) => return Err(LineRefusal::ReturnNotNegative { quantity }),
        _ => {}
    }
    let count = quantity.unsigned_abs();
    if count > MOST_STAMPS {
        return Err(LineRefusal::TooMany { quantity });
    }
    if !sold {
        return Err(LineRefusal::NotSold { unit_price: fields.unit_price.to_owned() });
    }
    let item = Item { invoice: fields.invoice, stock_code, description: fields.description, count, at };
    Ok(if returned { Entry::Return(item) } else { Entry::Sale(item) })
}

enum InvoiceKind {
    Sale,
    Return,
    BadDebt,
}

/// Digits are a sale, after a C a return, after an A a bad debt.
fn kind_of(invoice: &str) -> Option<InvoiceKind> {
    let (kind, digits) = match invoice.split_at_checked(1)? {
        ("C" | "c", digits) => (InvoiceKind::Return, digits),
        ("A" | "a", digits) => (InvoiceKind::BadDebt, digits),
        _ => (InvoiceKind::Sale, invoice),
    };
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(kind)
}

/// Products have five digits, and up to two letters for the variant; the shop's own range begins with DCGS. Everything
/// else stands for something that is no goods: POST, D, M, BANK CHARGES, `GIFT_0001_20`, PADS …
fn is_product(stock_code: &str) -> bool {
    if let Some(own) = stock_code.strip_prefix("DCGS") {
        return !own.is_empty() && own.bytes().all(|byte| byte.is_ascii_alphanumeric());
    }
    let digits = stock_code.bytes().take_while(u8::is_ascii_digit).count();
    let variant = stock_code.as_bytes().get(digits..).unwrap_or_default();
    digits == 5 && variant.len() <= 2 && variant.iter().all(u8::is_ascii_uppercase)
}

/// `2010-12-01 08:26:00`, taken as UTC since the file names no zone.
fn instant(text: &str) -> Option<Timestamp> {
    let (day, time) = text.split_once(' ')?;
    if (day.len(), time.len()) != (10, 8) {
        return None;
    }
    Timestamp::from_str(&format!("{day}T{time}Z")).ok()
}

/// Whether a decimal number is above zero; `None` for anything else. The amount itself is not used: stamps are priced by
/// the office's list, whatever the shop took for the goods.
fn above_zero(text: &str) -> Option<bool> {
    let (negative, number) = text.strip_prefix('-').map_or((false, text), |number| (true, number));
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let nonzero = number.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    (digits(whole) && digits(part)).then_some(nonzero && !negative)
}
