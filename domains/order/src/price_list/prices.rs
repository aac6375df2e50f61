//! What stamps cost.

use sceau_kernel::{Currency, Rate, Wire};
use serde::{Deserialize, Serialize};

use super::PriceListRefusal;
use crate::StampForm;

/// The longest time a quote may hold.
const MOST_QUOTE_DAYS: u32 = 366;
/// The highest price of a thousand stamps, in minor units. With it a line of 10⁹ stamps costs at most 10¹⁵, so that the
/// sum of 2000 lines and its tax fit an `i64`.
const HIGHEST_PRICE: i64 = 1_000_000_000;

/// A price that holds from a number of stamps on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::order::v1::PriceTier)]
pub struct PriceTier {
    /// The smallest count of a line at which this price holds.
    pub from_count: u64,
    /// Price of a thousand stamps, in minor units.
    pub price_per_thousand: i64,
}

/// The prices of one form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::order::v1::FormPrices)]
pub struct FormPrices {
    /// The form.
    pub form: StampForm,
    /// Its tiers, by ascending count.
    pub tiers: Vec<PriceTier>,
}

/// A tenant's prices, as the event that set them tells, and as a quote takes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::order::v1::PriceListSet)]
pub struct Prices {
    /// Currency of every price.
    pub currency: Currency,
    /// Tax on the net total of an order.
    pub tax: Rate,
    /// For how many days a quote holds.
    pub quote_days: u32,
    /// Prices by form.
    pub prices: Vec<FormPrices>,
}

impl Prices {
    /// The price of a thousand stamps at the tier of this count; `None` when the form is not sold.
    pub fn price_per_thousand(&self, form: StampForm, count: u64) -> Option<i64> {
        let prices = self.prices.iter().find(|prices| prices.form == form)?;
        let tier = prices.tiers.iter().rev().find(|tier| tier.from_count <= count)?;
        Some(tier.price_per_thousand)
    }

    pub(super) fn check(&self) -> Result<(), PriceListRefusal> {
        if !(1..=MOST_QUOTE_DAYS).contains(&self.quote_days) {
            return Err(PriceListRefusal::QuoteDaysOutOfRange { quote_days: self.quote_days, most: MOST_QUOTE_DAYS });
        }
        if self.prices.is_empty() {
            return Err(PriceListRefusal::Empty);
        }
        for (n, prices) in self.prices.iter().enumerate() {
            if self.prices[..n].iter().any(|earlier| earlier.form == prices.form) {
                return Err(PriceListRefusal::FormPricedTwice { form: prices.form });
            }
            prices.check()?;
        }
        Ok(())
    }
}

impl FormPrices {
    fn check(&self) -> Result<(), PriceListRefusal> {
        let form = self.form;
        if self.tiers.first().is_none_or(|tier| tier.from_count != 1) {
            return Err(PriceListRefusal::TiersMustBeginAtOne { form });
        }
        let counts = self.tiers.iter().map(|tier| tier.from_count);
        if let Some((_, from_count)) = counts.clone().zip(counts.skip(1)).find(|(lower, upper)| lower >= upper) {
            return Err(PriceListRefusal::TiersNotAscending { form, from_count });
        }
        match self.tiers.iter().find(|tier| !(0..=HIGHEST_PRICE).contains(&tier.price_per_thousand)) {
            Some(tier) => Err(PriceListRefusal::PriceOutOfRange {
                form,
                price_per_thousand: tier.price_per_thousand,
                most: HIGHEST_PRICE,
            }),
            None => Ok(()),
        }
    }
}

/// The net amount of a line in minor units: count × price of a thousand / 1000, rounded half up; `None` when it does
/// not fit.
pub fn line_net(count: u64, price_per_thousand: i64) -> Option<i64> {
    let product = i128::from(count) * i128::from(price_per_thousand);
    i64::try_from((product + 500).div_euclid(1000)).ok()
}
