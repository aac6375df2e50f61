//! Why a price list is refused.

use std::fmt;

use sceau_kernel::{Refusal, RefusalKind};

use crate::StampForm;

/// Why a price list is refused, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PriceListRefusal {
    /// A quote has to hold for some days, and not for ever.
    QuoteDaysOutOfRange {
        /// The days given.
        quote_days: u32,
        /// The most allowed.
        most: u32,
    },
    /// It prices nothing.
    Empty,
    /// A form stands in it twice.
    FormPricedTwice {
        /// The form.
        form: StampForm,
    },
    /// Every count from 1 on needs a price.
    TiersMustBeginAtOne {
        /// The form.
        form: StampForm,
    },
    /// Tiers stand by ascending count.
    TiersNotAscending {
        /// The form.
        form: StampForm,
        /// The first count that is not above the one before it.
        from_count: u64,
    },
    /// A price is negative or too high.
    PriceOutOfRange {
        /// The form.
        form: StampForm,
        /// The price of a thousand given.
        price_per_thousand: i64,
        /// The highest allowed.
        most: i64,
    },
}

impl fmt::Display for PriceListRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QuoteDaysOutOfRange { quote_days, most } => {
                write!(f, "quotes cannot hold {quote_days} days: use 1 to {most}")
            }
            Self::Empty => write!(f, "the price list prices nothing: give the tiers of at least one form"),
            Self::FormPricedTwice { form } => {
                write!(f, "{form} is priced twice: give each form once, with all its tiers")
            }
            Self::TiersMustBeginAtOne { form } => {
                write!(f, "the tiers of {form} do not begin at 1: add a tier from 1 on")
            }
            Self::TiersNotAscending { form, from_count } => {
                write!(
                    f,
                    "the tier of {form} from {from_count} on is not above the one before it: sort them, each once"
                )
            }
            Self::PriceOutOfRange { form, price_per_thousand, most } => {
                write!(f, "{price_per_thousand} for a thousand stamps of {form} is out of range: use 0 to {most}")
            }
        }
    }
}

impl std::error::Error for PriceListRefusal {}

impl Refusal for PriceListRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::QuoteDaysOutOfRange { .. } => "QUOTE_DAYS_OUT_OF_RANGE",
            Self::Empty => "PRICE_LIST_EMPTY",
            Self::FormPricedTwice { .. } => "FORM_PRICED_TWICE",
            Self::TiersMustBeginAtOne { .. } => "TIERS_MUST_BEGIN_AT_ONE",
            Self::TiersNotAscending { .. } => "TIERS_NOT_ASCENDING",
            Self::PriceOutOfRange { .. } => "PRICE_OUT_OF_RANGE",
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::QuoteDaysOutOfRange { quote_days, most } => {
                vec![("quote_days", quote_days.to_string()), ("most", most.to_string())]
            }
            Self::Empty => Vec::new(),
            Self::FormPricedTwice { form } | Self::TiersMustBeginAtOne { form } => vec![("form", form.to_string())],
            Self::TiersNotAscending { form, from_count } => {
                vec![("form", form.to_string()), ("from_count", from_count.to_string())]
            }
            Self::PriceOutOfRange { form, price_per_thousand, most } => vec![
                ("form", form.to_string()),
                ("price_per_thousand", price_per_thousand.to_string()),
                ("most", most.to_string()),
            ],
        }
    }
}
