//! Two read models that add up, so that an event folded twice or not at all shows.

use sceau_kernel::{DecodeError, Domain, Recorded};
use sceau_projection::{Projection, Row};

use super::domain::{Bank, BankEvent, TOPIC, account_of};

/// An account's balance; a row is fed by one partition.
pub(crate) struct Balances;

/// Names an account.
#[derive(Clone, PartialEq, Eq, Hash, Row)]
pub(crate) struct AccountKey {
    account: u32,
}

/// What is known of an account.
#[derive(Clone, Default, Row)]
pub(crate) struct BalanceRow {
    balance: i64,
    events: i64,
    version: u64,
}

/// What an event adds to the account it happened to.
fn gain(event: &BankEvent) -> i64 {
    match *event {
        BankEvent::Opened => 0,
        BankEvent::Deposited { amount, .. } | BankEvent::Received { amount, .. } => amount,
        BankEvent::Sent { amount, .. } => -amount,
    }
}

impl Projection for Balances {
    const NAME: &'static str = "balances";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = &[TOPIC];
    const PARTITION_COLUMNS: usize = 1;
    type Event = BankEvent;
    type Key = AccountKey;
    type Row = BalanceRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<BankEvent, DecodeError>> {
        Some(Bank::decode(record.type_name, record.payload))
    }

    fn route(_: &BankEvent, record: &Recorded<'_>) -> Vec<AccountKey> {
        vec![AccountKey { account: account_of(record.stream) }]
    }

    fn apply(row: &mut BalanceRow, _: &AccountKey, event: &BankEvent, record: &Recorded<'_>) {
        row.balance += gain(event);
        row.events += 1;
        row.version = record.version;
    }
}

/// How often each kind of event happened and what it moved, over all accounts; a row is fed by every partition.
pub(crate) struct Totals;

/// Names a kind of event.
#[derive(Clone, PartialEq, Eq, Hash, Row)]
pub(crate) struct KindKey {
    kind: String,
}

/// What is known of a kind of event.
#[derive(Clone, Default, Row)]
pub(crate) struct TotalRow {
    count: i64,
    amount: i64,
}

impl Projection for Totals {
    const NAME: &'static str = "totals";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = &[TOPIC];
    const PARTITION_COLUMNS: usize = 1;
    const PARTIAL: bool = true;
    type Event = BankEvent;
    type Key = KindKey;
    type Row = TotalRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<BankEvent, DecodeError>> {
        Some(Bank::decode(record.type_name, record.payload))
    }

    fn route(_: &BankEvent, record: &Recorded<'_>) -> Vec<KindKey> {
        vec![KindKey { kind: record.type_name.to_owned() }]
    }

    fn apply(row: &mut TotalRow, _: &KindKey, event: &BankEvent, _: &Recorded<'_>) {
        row.count += 1;
        row.amount += gain(event).abs();
    }

    fn merge(row: &mut TotalRow, other: TotalRow) {
        row.count += other.count;
        row.amount += other.amount;
    }
}
