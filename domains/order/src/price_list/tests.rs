use proptest::prelude::*;
use sceau_kernel::testing::given;
use sceau_kernel::{Currency, Rate, Refusal};

use super::*;
use crate::StampForm;

fn tier(from_count: u64, price_per_thousand: i64) -> PriceTier {
    PriceTier { from_count, price_per_thousand }
}

fn command() -> SetPriceList {
    SetPriceList {
        currency: Currency::Xof,
        tax: Rate(180_000),
        quote_days: 30,
        prices: vec![FormPrices { form: StampForm::SignedQr, tiers: vec![tier(1, 5000), tier(10_000, 4000)] }],
    }
}

fn set(command: SetPriceList) -> PriceListCommand {
    PriceListCommand::Set(command)
}

fn event() -> PriceListEvent {
    let SetPriceList { currency, tax, quote_days, prices } = command();
    PriceListEvent::Set(Prices { currency, tax, quote_days, prices })
}

#[test]
fn prices_are_set_and_setting_them_again_changes_nothing() {
    given::<PriceList>([]).when(&set(command())).then([event()]);
    given::<PriceList>([event()]).when(&set(command())).then([]);
}

#[test]
fn other_prices_replace_them() {
    let dearer = SetPriceList { tax: Rate(200_000), ..command() };
    let PriceListEvent::Set(prices) = event();
    given::<PriceList>([event()])
        .when(&set(dearer))
        .then([PriceListEvent::Set(Prices { tax: Rate(200_000), ..prices })]);
}

/// Each command has its own fault and all that come after it, so the order of the table is the precedence.
#[test]
fn faults_are_refused_in_order_of_precedence() {
    let form = StampForm::Digits;
    let prices = |tiers: Vec<PriceTier>| vec![FormPrices { form, tiers }];
    let table = [
        (
            SetPriceList { quote_days: 0, prices: Vec::new(), ..command() },
            PriceListRefusal::QuoteDaysOutOfRange { quote_days: 0, most: 366 },
        ),
        (SetPriceList { prices: Vec::new(), ..command() }, PriceListRefusal::Empty),
        (
            SetPriceList { prices: [prices(vec![tier(1, 1)]), prices(Vec::new())].concat(), ..command() },
            PriceListRefusal::FormPricedTwice { form },
        ),
        (
            SetPriceList { prices: prices(vec![tier(2, -1), tier(2, -1)]), ..command() },
            PriceListRefusal::TiersMustBeginAtOne { form },
        ),
        (
            SetPriceList { prices: prices(vec![tier(1, -1), tier(1, -1)]), ..command() },
            PriceListRefusal::TiersNotAscending { form, from_count: 1 },
        ),
        (
            SetPriceList { prices: prices(vec![tier(1, 0), tier(2, -1)]), ..command() },
            PriceListRefusal::PriceOutOfRange { form, price_per_thousand: -1, most: 1_000_000_000 },
        ),
    ];
    for (command, refusal) in table {
        assert!(refusal.to_string().contains(": "), "{refusal} says what to do");
        assert!(refusal.code().chars().all(|c| c.is_ascii_uppercase() || c == '_'));
        given::<PriceList>([event()]).when(&set(command)).refused(&refusal);
    }
}

#[test]
fn the_price_is_that_of_the_highest_tier_reached() {
    let PriceListEvent::Set(prices) = event();
    for (count, price) in [(1, 5000), (9_999, 5000), (10_000, 4000), (1_000_000_000, 4000)] {
        assert_eq!(prices.price_per_thousand(StampForm::SignedQr, count), Some(price), "{count} stamps");
    }
    assert_eq!(prices.price_per_thousand(StampForm::SmallQr, 1), None);
}

#[test]
fn a_line_is_rounded_half_up() {
    for (count, price, net) in
        [(1, 499, 0), (1, 500, 1), (3, 500, 2), (1000, 7, 7), (1_000_000_000, 1_000_000_000, 1_000_000_000_000_000)]
    {
        assert_eq!(line_net(count, price), Some(net), "{count} x {price}");
    }
    assert_eq!(line_net(u64::MAX, i64::MAX), None);
}

proptest! {
    #[test]
    fn a_line_is_within_half_a_unit(count in 1_u64..=1_000_000_000, price in 0_i64..=1_000_000_000) {
        let exact_thousandfold = i128::from(count) * i128::from(price);
        let net = line_net(count, price).map(i128::from);
        prop_assert!(net.is_some_and(|net| (net * 1000 - exact_thousandfold).abs() <= 500));
    }
}
