//! A toy domain in which everything that can go wrong shows: accounts that send each other money.
//!
//! A deposit makes money, nothing destroys it. `Send` takes it from one account, and a reactor brings it to the other
//! with `Receive`, across streams and partitions. Every event carries the balance after it, so one that was decided on
//! another state than the fold before it gives itself away.

mod domain;
mod reactor;
mod view;

pub(crate) use domain::{Bank, BankCommand, TOPIC, digest_of, stream_of};
pub(crate) use reactor::Courier;
pub(crate) use view::{Balances, Totals};
