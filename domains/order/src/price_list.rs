//! The tenant's price list: one stream, `<tenant>/price-list/current`.

mod prices;
mod refusal;
#[cfg(test)]
mod tests;

pub use prices::{FormPrices, PriceTier, Prices, line_net};
pub use refusal::PriceListRefusal;
use sceau_kernel::{Context, Currency, Decider, Rate, StreamId, Tenant, Wire};
use serde::{Deserialize, Serialize};

/// The only price list of a tenant.
pub const CURRENT: &str = "current";

/// The stream of the tenant's price list.
pub fn stream(tenant: &Tenant) -> StreamId {
    StreamId::new(tenant, "price-list", CURRENT)
}

/// Sets the tenant's prices: orders quoted from now on use them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::order::v1::SetPriceListRequest)]
pub struct SetPriceList {
    /// Currency of every price.
    pub currency: Currency,
    /// Tax on the net total of an order.
    pub tax: Rate,
    /// For how many days a quote holds.
    pub quote_days: u32,
    /// Prices by form.
    pub prices: Vec<FormPrices>,
}

/// A command to a price list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PriceListCommand {
    /// Sets the prices.
    Set(SetPriceList),
}

/// An event of a price list.
#[derive(Clone, Debug, PartialEq, Wire)]
pub enum PriceListEvent {
    /// The prices were set.
    Set(Prices),
}

/// The situations of a price list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PriceListState {
    /// No prices were ever set.
    #[default]
    Unset,
    /// These prices hold.
    Set(Prices),
}

/// The decider of price lists.
pub struct PriceList;

impl Decider for PriceList {
    type State = PriceListState;
    type Command = PriceListCommand;
    type Event = PriceListEvent;
    type Refusal = PriceListRefusal;

    fn decide(
        state: &PriceListState,
        command: &PriceListCommand,
        _: &Context,
    ) -> Result<Vec<PriceListEvent>, PriceListRefusal> {
        let PriceListCommand::Set(SetPriceList { currency, tax, quote_days, prices }) = command;
        let asked = Prices { currency: *currency, tax: *tax, quote_days: *quote_days, prices: prices.clone() };
        asked.check()?;
        match state {
            PriceListState::Set(current) if *current == asked => Ok(Vec::new()),
            PriceListState::Unset | PriceListState::Set(_) => Ok(vec![PriceListEvent::Set(asked)]),
        }
    }

    fn evolve(state: &mut PriceListState, event: &PriceListEvent) {
        let PriceListEvent::Set(prices) = event;
        *state = PriceListState::Set(prices.clone());
    }
}
