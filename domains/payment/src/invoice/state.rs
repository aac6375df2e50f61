//! Where an invoice stands.

use std::fmt;

use sceau_kernel::Wire;
use serde::{Deserialize, Serialize};

use super::account::{Account, Receipt, ReceiptKind};
use super::event::InvoiceEvent;

/// The situations of an invoice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvoiceState {
    /// There is no such invoice.
    #[default]
    Unissued,
    /// It was issued, and nothing closed it yet.
    Open(Account),
    /// Nothing remains to be paid; something may remain to be refunded.
    Settled(Account),
    /// Credited in full before it was settled; something may remain to be refunded.
    Voided(Account),
}

/// The name of a situation, for views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::payment::v1::InvoiceStatus)]
pub enum InvoiceStatus {
    /// Something remains to be paid.
    #[default]
    Open,
    /// Nothing remains to be paid.
    Settled,
    /// Credited in full before it was settled.
    Voided,
}

impl fmt::Display for InvoiceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Settled => "settled",
            Self::Voided => "voided",
        })
    }
}

impl InvoiceState {
    /// What is counted on it; `None` when there is no such invoice.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Unissued => None,
            Self::Open(account) | Self::Settled(account) | Self::Voided(account) => Some(account),
        }
    }

    fn account_mut(&mut self) -> Option<&mut Account> {
        match self {
            Self::Unissued => None,
            Self::Open(account) | Self::Settled(account) | Self::Voided(account) => Some(account),
        }
    }

    /// Moves the account into another situation.
    fn move_to(&mut self, situation: fn(Account) -> Self) {
        *self = match std::mem::take(self) {
            Self::Unissued => Self::Unissued,
            Self::Open(account) | Self::Settled(account) | Self::Voided(account) => situation(account),
        };
    }

    pub(super) fn evolve(&mut self, event: &InvoiceEvent) {
        match event {
            InvoiceEvent::Issued(e) => *self = Self::Open(Account::new(e)),
            InvoiceEvent::SettlementRecorded(e) => self.take_receipt(Receipt {
                number: e.receipt_number.clone(),
                kind: ReceiptKind::Settlement,
                amount: e.amount,
                method: e.method,
            }),
            InvoiceEvent::RefundRecorded(e) => self.take_receipt(Receipt {
                number: e.receipt_number.clone(),
                kind: ReceiptKind::Refund,
                amount: e.amount,
                method: e.method,
            }),
            InvoiceEvent::Credited(e) => {
                if let Some(account) = self.account_mut() {
                    account.take_credit(e.number, &e.lines, e.net, e.tax);
                }
            }
            InvoiceEvent::Settled(_) => self.move_to(Self::Settled),
            InvoiceEvent::Voided(_) => self.move_to(Self::Voided),
        }
    }

    fn take_receipt(&mut self, receipt: Receipt) {
        if let Some(account) = self.account_mut() {
            account.take_receipt(receipt);
        }
    }
}
