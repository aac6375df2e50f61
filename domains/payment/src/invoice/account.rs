//! The arithmetic of an invoice.

use sceau_kernel::{Currency, Money, Timestamp};
use serde::{Deserialize, Serialize};

use super::event::{InvoiceIssued, LineCount, PaymentMethod, ReceiptNumber};
use super::refusal::InvoiceRefusal;
use crate::{CompanyId, OrderId};

/// Which way the money of a receipt went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReceiptKind {
    /// It was received.
    Settlement,
    /// It was given back.
    Refund,
}

/// A receipt that was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its number.
    pub number: ReceiptNumber,
    /// Which way the money went.
    pub kind: ReceiptKind,
    /// How much.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
}

/// A line, and how much of it was credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct AccountLine {
    line: u32,
    count: u64,
    net: i64,
    credited: u64,
}

impl AccountLine {
    fn left(self) -> u64 {
        self.count.saturating_sub(self.credited)
    }

    /// What `credited` stamps of the line are worth, rounded down: the line is worth its whole net amount only when all
    /// its stamps are credited, so that an invoice never closes by rounding while unpaid stamps are left on it.
    fn credited_net(self) -> i64 {
        share(self.net, self.credited, self.count)
    }
}

/// `amount × part / whole`, rounded down; nothing of nothing.
fn share(amount: i64, part: u64, whole: u64) -> i64 {
    let product = i128::from(amount) * i128::from(part);
    product.checked_div(i128::from(whole)).and_then(|share| i64::try_from(share).ok()).unwrap_or_default()
}

/// What a credit note takes off an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Credit {
    pub(super) net: Money,
    pub(super) tax: Money,
    pub(super) total: Money,
    pub(super) off_open: Money,
    pub(super) to_refund: Money,
}

/// Everything counted on an invoice. All amounts are minor units of one currency and at most the invoice's total, which
/// an order's limit holds far inside an `i64`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The order it is for.
    pub order_id: OrderId,
    /// Who has to pay.
    pub company_id: CompanyId,
    /// When it was issued.
    pub issued_at: Timestamp,
    currency: Currency,
    lines: Vec<AccountLine>,
    net: i64,
    tax: i64,
    credited_net: i64,
    credited_tax: i64,
    settled: i64,
    refunded: i64,
    credit_notes: u32,
    receipts: Vec<Receipt>,
}

impl Account {
    pub(super) fn new(issued: &InvoiceIssued) -> Self {
        let lines = issued.lines.iter().map(|line| AccountLine {
            line: line.line,
            count: line.count,
            net: line.net,
            credited: 0,
        });
        Self {
            order_id: issued.order_id,
            company_id: issued.company_id,
            issued_at: issued.issued_at,
            currency: issued.total.currency,
            lines: lines.collect(),
            net: issued.net.minor,
            tax: issued.tax.minor,
            credited_net: 0,
            credited_tax: 0,
            settled: 0,
            refunded: 0,
            credit_notes: 0,
            receipts: Vec::new(),
        }
    }

    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// The currency of every amount.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// What was invoiced.
    pub fn total(&self) -> Money {
        self.money(self.net + self.tax)
    }

    /// Money received and not given back.
    pub fn paid(&self) -> Money {
        self.money(self.settled - self.refunded)
    }

    /// What was credited.
    pub fn credited(&self) -> Money {
        self.money(self.credited_net + self.credited_tax)
    }

    /// What remains to be paid: total − credited − paid, when that is positive.
    pub fn open(&self) -> Money {
        self.money(self.balance().max(0))
    }

    /// What remains to be given back: paid + credited − total, when that is positive.
    pub fn refund_due(&self) -> Money {
        self.money((-self.balance()).max(0))
    }

    fn balance(&self) -> i64 {
        self.total().minor - self.credited().minor - self.paid().minor
    }

    /// The stamps not credited, by line; lines credited in full are left out.
    pub fn remaining(&self) -> Vec<LineCount> {
        let left = self.lines.iter().map(|line| LineCount { line: line.line, count: line.left() });
        left.filter(|line| line.count > 0).collect()
    }

    /// The number of the next credit note.
    pub fn next_credit_note(&self) -> u32 {
        self.credit_notes + 1
    }

    /// The receipt of this number, when it was counted before.
    pub fn receipt(&self, number: &ReceiptNumber) -> Option<&Receipt> {
        self.receipts.iter().find(|receipt| receipt.number == *number)
    }

    /// True when this is the invoice's own net and tax.
    pub(super) fn amounts_to(&self, net: Money, tax: Money) -> bool {
        self.money(self.net) == net && self.money(self.tax) == tax
    }

    /// What crediting these stamps beside all those credited before takes off. The amounts are differences of
    /// cumulative ones, so that crediting everything, in whatever parts, credits exactly the invoice.
    pub(super) fn credit(&self, lines: &[LineCount]) -> Result<Credit, InvoiceRefusal> {
        let after = self.with_credited(lines)?;
        let net_after: i64 = after.iter().map(|line| line.credited_net()).sum();
        let tax_after = share(self.tax, net_after.unsigned_abs(), self.net.unsigned_abs());
        let (net, tax) = (net_after - self.credited_net, tax_after - self.credited_tax);
        let off_open = self.open().minor.min(net + tax);
        Ok(Credit {
            net: self.money(net),
            tax: self.money(tax),
            total: self.money(net + tax),
            off_open: self.money(off_open),
            to_refund: self.money(net + tax - off_open),
        })
    }

    fn with_credited(&self, lines: &[LineCount]) -> Result<Vec<AccountLine>, InvoiceRefusal> {
        let mut after = self.lines.clone();
        for LineCount { line, count } in lines {
            let known = after.iter_mut().find(|known| known.line == *line);
            let known = known.ok_or(InvoiceRefusal::UnknownLine { line: *line })?;
            if !(1..=known.left()).contains(count) {
                return Err(InvoiceRefusal::CreditOutOfRange { line: *line, count: *count, left: known.left() });
            }
            known.credited += count;
        }
        Ok(after)
    }

    pub(super) fn take_receipt(&mut self, receipt: Receipt) {
        match receipt.kind {
            ReceiptKind::Settlement => self.settled += receipt.amount.minor,
            ReceiptKind::Refund => self.refunded += receipt.amount.minor,
        }
        self.receipts.push(receipt);
    }

    pub(super) fn take_credit(&mut self, number: u32, lines: &[LineCount], net: Money, tax: Money) {
        for credited in lines {
            if let Some(line) = self.lines.iter_mut().find(|line| line.line == credited.line) {
                line.credited += credited.count;
            }
        }
        self.credited_net += net.minor;
        self.credited_tax += tax.minor;
        self.credit_notes = number;
    }
}
