//! Money: integers of minor units of one currency.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::wire::{Fault, Faults, Field, Text, Wire};

/// The currencies the platform settles in, by ISO 4217 alphabetic code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Currency {
    /// CFA franc BCEAO, no decimals.
    Xof,
    /// CFA franc BEAC, no decimals.
    Xaf,
    /// Congolese franc, 2 decimals.
    Cdf,
    /// US dollar, 2 decimals.
    Usd,
    /// Euro, 2 decimals.
    Eur,
    /// Pound sterling, 2 decimals.
    Gbp,
}

impl Currency {
    /// Every currency, in the order of declaration.
    pub const ALL: [Self; 6] = [Self::Xof, Self::Xaf, Self::Cdf, Self::Usd, Self::Eur, Self::Gbp];

    /// The ISO 4217 alphabetic code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Xof => "XOF",
            Self::Xaf => "XAF",
            Self::Cdf => "CDF",
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
        }
    }

    /// Decimals of the minor unit (ISO 4217).
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Xof | Self::Xaf => 0,
            Self::Cdf | Self::Usd | Self::Eur | Self::Gbp => 2,
        }
    }

    /// The currency with this code, if the platform settles in it.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Text for Currency {
    const WHAT: &'static str = "a currency this platform settles in: use one of XOF, XAF, CDF, USD, EUR, GBP";
    fn parse(text: &str) -> Option<Self> {
        Self::from_code(text)
    }
    fn print(&self) -> String {
        self.code().to_owned()
    }
}
crate::text_wire!(Currency);

/// An amount of one currency, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units: francs for XOF, cents for EUR.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// `minor` units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The sum; `None` when the currencies differ or the sum does not fit.
    pub fn plus(self, other: Self) -> Option<Self> {
        (self.currency == other.currency)
            .then(|| self.minor.checked_add(other.minor))
            .flatten()
            .map(|minor| Self::new(minor, self.currency))
    }

    /// The difference; `None` when the currencies differ or it does not fit.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self::new(other.minor.checked_neg()?, other.currency))
    }

    /// This amount `count` times; `None` when it does not fit.
    pub fn times(self, count: u64) -> Option<Self> {
        let minor = i64::try_from(count).ok().and_then(|count| self.minor.checked_mul(count))?;
        Some(Self::new(minor, self.currency))
    }
}

impl fmt::Display for Money {
    /// Major units with the currency's decimals, then the code: `1250 XOF`, `12.50 EUR`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u64.pow(self.currency.decimals());
        let sign = if self.minor < 0 { "-" } else { "" };
        let minor = self.minor.unsigned_abs();
        match self.currency.decimals() {
            0 => write!(f, "{sign}{minor} {}", self.currency),
            places => {
                write!(f, "{sign}{}.{:0width$} {}", minor / unit, minor % unit, self.currency, width = places as usize)
            }
        }
    }
}

impl Wire for Money {
    type Proto = sceau_proto::common::v1::Money;
    fn to_wire(&self) -> Self::Proto {
        Self::Proto { minor: self.minor, currency: self.currency.code().to_owned() }
    }
    fn from_wire(proto: Self::Proto) -> Result<Self, Faults> {
        let currency = Currency::from_wire(proto.currency).map_err(|faults| faults.under("currency"))?;
        Ok(Self::new(proto.minor, currency))
    }
}
crate::message_field!(Money);

/// A proportion in parts per million: a tax of 18 % is `Rate(180_000)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rate(pub u32);

impl Rate {
    /// This proportion of `amount`, rounded half up to the minor unit (away from zero for negative amounts);
    /// `None` when it does not fit.
    pub fn of(self, amount: Money) -> Option<Money> {
        let product = i128::from(amount.minor) * i128::from(self.0);
        let half = if product < 0 { -500_000 } else { 500_000 };
        i64::try_from((product + half) / 1_000_000).ok().map(|minor| Money::new(minor, amount.currency))
    }
}

impl Field<u32> for Rate {
    fn put(&self) -> u32 {
        self.0
    }
    fn take(parts_per_million: u32) -> Result<Self, Faults> {
        if parts_per_million > 1_000_000 {
            return Err(Fault::here(format!(
                "{parts_per_million} parts per million is over 100 %: use at most 1000000"
            ))
            .into());
        }
        Ok(Self(parts_per_million))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn money_prints_with_the_decimals_of_its_currency() {
        assert_eq!(Money::new(1250, Currency::Xof).to_string(), "1250 XOF");
        assert_eq!(Money::new(1205, Currency::Eur).to_string(), "12.05 EUR");
        assert_eq!(Money::new(-5, Currency::Usd).to_string(), "-0.05 USD");
    }

    #[test]
    fn a_rate_rounds_half_up() {
        assert_eq!(Rate(180_000).of(Money::new(25, Currency::Xof)), Some(Money::new(5, Currency::Xof)));
        assert_eq!(Rate(500_000).of(Money::new(-1, Currency::Xof)), Some(Money::new(-1, Currency::Xof)));
    }

    proptest! {
        #[test]
        fn adding_then_taking_away_gives_the_amount_back(a in -1_000_000_000_i64..1_000_000_000, b in -1_000_000_000_i64..1_000_000_000) {
            let (a, b) = (Money::new(a, Currency::Xaf), Money::new(b, Currency::Xaf));
            prop_assert_eq!(a.plus(b).and_then(|sum| sum.minus(b)), Some(a));
        }

        #[test]
        fn currencies_never_mix(a: i64, b: i64) {
            prop_assert_eq!(Money::new(a, Currency::Xaf).plus(Money::new(b, Currency::Xof)), None);
        }
    }
}
