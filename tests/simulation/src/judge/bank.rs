//! The toy domain told a second time, as plainly as can be.

use super::reader::Told;
use crate::bank::BankCommand;

/// An account after some of its commits; `None` is one that was never opened.
pub(super) type Balance = Option<i64>;

/// What a command gives rise to: events, or the code of the refusal.
pub(super) fn expected(balance: Balance, command: BankCommand) -> Result<Vec<Told>, &'static str> {
    let told = |kind: &str, amount, balance, other| Told { kind: kind.to_owned(), amount, balance, other };
    let opened = || told("sim.Opened", 0, 0, None);
    match command {
        BankCommand::Open { .. } if balance.is_some() => Ok(vec![]),
        BankCommand::Open { deposit } => Ok(vec![opened(), told("sim.Deposited", deposit, deposit, None)]),
        BankCommand::Receive { from, amount } => {
            let received = told("sim.Received", amount, balance.unwrap_or(0) + amount, Some(from));
            Ok(if balance.is_none() { vec![opened(), received] } else { vec![received] })
        }
        BankCommand::Deposit { amount } => match balance {
            None => Err("ACCOUNT_NOT_OPEN"),
            Some(held) => Ok(vec![told("sim.Deposited", amount, held + amount, None)]),
        },
        BankCommand::Send { to, amount } => match balance {
            None => Err("ACCOUNT_NOT_OPEN"),
            Some(held) if held < amount => Err("ACCOUNT_BALANCE_INSUFFICIENT"),
            Some(held) => Ok(vec![told("sim.Sent", amount, held - amount, Some(to))]),
        },
    }
}

/// The account after an event.
pub(super) fn after(balance: Balance, event: &Told) -> i64 {
    let held = balance.unwrap_or(0);
    match event.kind.as_str() {
        "sim.Deposited" | "sim.Received" => held + event.amount,
        "sim.Sent" => held - event.amount,
        _ => held,
    }
}
