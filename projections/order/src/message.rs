//! Rows as the messages that `OrderQueryService` answers with.

use sceau_kernel::Money;
use sceau_kernel::uuid::Uuid;
use sceau_kernel::wire::Wire;
use sceau_proto::order::v1 as proto;

use crate::{OrderByCompanyKey, OrderByCompanyRow, OrderRow, PriceListRow};

impl PriceListRow {
    /// The price list; `None` when no prices were ever set.
    pub fn message(&self) -> Option<proto::PriceList> {
        self.prices.0.as_ref().map(|prices| {
            let proto::PriceListSet { currency, tax, quote_days, prices } = prices.to_wire();
            let (set_at, version) = (Some(self.set_at.to_wire()), self.version);
            proto::PriceList { currency, tax, quote_days, prices, set_at, version }
        })
    }
}

impl OrderRow {
    /// The order with this id.
    pub fn message(&self, id: Uuid) -> proto::Order {
        proto::Order {
            order_id: id.to_string(),
            company_id: self.company_id.to_string(),
            status: self.status.0.to_wire(),
            lines: self.lines.0.iter().map(Wire::to_wire).collect(),
            note: self.note.clone(),
            net: self.net.as_ref().map(Money::to_wire),
            tax_rate: self.tax_rate,
            tax: self.tax.as_ref().map(Money::to_wire),
            total: self.total.as_ref().map(Money::to_wire),
            valid_until: self.valid_until.as_ref().map(Wire::to_wire),
            invoice_id: self.invoice_id.map(|id| id.to_string()),
            cancel_reason: self.cancel_reason.clone(),
            placed_at: Some(self.placed_at.to_wire()),
            changed_at: Some(self.changed_at.to_wire()),
            version: self.version,
        }
    }
}

impl OrderByCompanyRow {
    /// The order of this key, as lists show it.
    pub fn summary(&self, key: &OrderByCompanyKey) -> proto::OrderSummary {
        proto::OrderSummary {
            order_id: key.order_id.to_string(),
            company_id: key.company_id.to_string(),
            status: self.status.0.to_wire(),
            lines: self.lines,
            count: self.count,
            total: self.total.as_ref().map(Money::to_wire),
            placed_at: Some(key.placed_at.to_wire()),
            changed_at: Some(self.changed_at.to_wire()),
            version: self.version,
        }
    }
}
