//! Pricing an order.

use sceau_kernel::{Money, Timestamp};

use super::event::{OrderLine, PricedLine};
use super::refusal::OrderRefusal;
use super::state::Quote;
use crate::price_list::{Prices, line_net};

/// The highest total of an order, in minor units.
pub(super) const HIGHEST_TOTAL: i64 = 1_000_000_000_000_000;

/// The lines priced each at the tier of its own count, their sum, the tax on the sum, rounded once, and the total.
pub(super) fn quote(lines: &[OrderLine], prices: &Prices, now: Timestamp) -> Result<Quote, OrderRefusal> {
    let too_large = OrderRefusal::TotalTooLarge { most: Money::new(HIGHEST_TOTAL, prices.currency) };
    let mut priced = Vec::with_capacity(lines.len());
    let mut net = Money::zero(prices.currency);
    for OrderLine { line, form, count, .. } in lines {
        let no_price = OrderRefusal::NoPrice { line: *line, form: *form };
        let price_per_thousand = prices.price_per_thousand(*form, *count).ok_or(no_price)?;
        let line_net = line_net(*count, price_per_thousand).ok_or_else(|| too_large.clone())?;
        net = net.plus(Money::new(line_net, prices.currency)).ok_or_else(|| too_large.clone())?;
        priced.push(PricedLine { line: *line, price_per_thousand, net: line_net });
    }
    let tax = prices.tax.of(net).ok_or_else(|| too_large.clone())?;
    let total = net.plus(tax).filter(|total| total.minor <= HIGHEST_TOTAL).ok_or(too_large)?;
    let valid_until = now.plus_days(i64::from(prices.quote_days));
    Ok(Quote { lines: priced, net, tax_rate: prices.tax, tax, total, valid_until })
}
