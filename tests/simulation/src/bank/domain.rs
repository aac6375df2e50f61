//! The accounts.

use std::fmt;

use sceau_kernel::{CommandDigest, Context, DecodeError, Domain, EncodedEvent, Refusal, RefusalKind, StreamId};
use serde::{Deserialize, Serialize};

/// The one topic.
pub(crate) const TOPIC: &str = "sim.account";

/// The stream of account `number`.
pub(crate) fn stream_of(number: u32) -> StreamId {
    match format!("sim/account/{number}").parse() {
        Ok(stream) => stream,
        Err(_) => unreachable!("a tenant, a kind and an id"),
    }
}

/// The account of a stream.
pub(crate) fn account_of(stream: &StreamId) -> u32 {
    stream.id().parse().unwrap_or(u32::MAX)
}

/// What may be asked of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum BankCommand {
    /// Open it with a first deposit; nothing happens when it is open.
    Open { deposit: i64 },
    /// Bring money in.
    Deposit { amount: i64 },
    /// Take money out, for another account.
    Send { to: u32, amount: i64 },
    /// Take money in that another account sent; opens the account if need be.
    Receive { from: u32, amount: i64 },
}

/// The digest of a command, over a protobuf encoding of it: field 1 is the kind, 2 the amount, 3 the other account.
pub(crate) fn digest_of(command: BankCommand) -> CommandDigest {
    let (kind, amount, other) = match command {
        BankCommand::Open { deposit } => (1, deposit, 0),
        BankCommand::Deposit { amount } => (2, amount, 0),
        BankCommand::Send { to, amount } => (3, amount, to),
        BankCommand::Receive { from, amount } => (4, amount, from),
    };
    let mut encoded = Vec::new();
    for (tag, value) in [(0x08, kind), (0x10, amount as u64), (0x18, u64::from(other))] {
        encoded.push(tag);
        let mut rest = value;
        while rest >= 0x80 {
            encoded.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        encoded.push(rest as u8);
    }
    CommandDigest::of(&encoded, 0)
}

/// What may have happened to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BankEvent {
    Opened,
    Deposited { amount: i64, balance: i64 },
    Sent { to: u32, amount: i64, balance: i64 },
    Received { from: u32, amount: i64, balance: i64 },
}

/// An account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Account {
    #[default]
    Absent,
    Open {
        balance: i64,
    },
}

/// Why an account refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BankRefusal {
    NotOpen,
    Insufficient { balance: i64, amount: i64 },
}

impl fmt::Display for BankRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpen => f.write_str("the account is not open: open it first"),
            Self::Insufficient { balance, amount } => {
                write!(f, "the account holds {balance}, {amount} were to be sent: send less")
            }
        }
    }
}

impl std::error::Error for BankRefusal {}

impl Refusal for BankRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotOpen => "ACCOUNT_NOT_OPEN",
            Self::Insufficient { .. } => "ACCOUNT_BALANCE_INSUFFICIENT",
        }
    }
    fn kind(&self) -> RefusalKind {
        RefusalKind::Precondition
    }
}

/// All accounts.
#[derive(Debug)]
pub(crate) struct Bank;

impl Domain for Bank {
    const TOPIC: &'static str = TOPIC;
    type State = Account;
    type Command = BankCommand;
    type Event = BankEvent;
    type Refusal = BankRefusal;

    fn initial(kind: &str) -> Option<Account> {
        (kind == "account").then_some(Account::Absent)
    }

    fn decide(state: &Account, command: &BankCommand, _: &Context) -> Result<Vec<BankEvent>, BankRefusal> {
        match (*state, *command) {
            (Account::Absent, BankCommand::Open { deposit }) => {
                Ok(vec![BankEvent::Opened, BankEvent::Deposited { amount: deposit, balance: deposit }])
            }
            (Account::Open { .. }, BankCommand::Open { .. }) => Ok(Vec::new()),
            (Account::Absent, BankCommand::Receive { from, amount }) => {
                Ok(vec![BankEvent::Opened, BankEvent::Received { from, amount, balance: amount }])
            }
            (Account::Absent, BankCommand::Deposit { .. } | BankCommand::Send { .. }) => Err(BankRefusal::NotOpen),
            (Account::Open { balance }, BankCommand::Deposit { amount }) => {
                Ok(vec![BankEvent::Deposited { amount, balance: balance + amount }])
            }
            (Account::Open { balance }, BankCommand::Receive { from, amount }) => {
                Ok(vec![BankEvent::Received { from, amount, balance: balance + amount }])
            }
            (Account::Open { balance }, BankCommand::Send { amount, .. }) if balance < amount => {
                Err(BankRefusal::Insufficient { balance, amount })
            }
            (Account::Open { balance }, BankCommand::Send { to, amount }) => {
                Ok(vec![BankEvent::Sent { to, amount, balance: balance - amount }])
            }
        }
    }

    fn evolve(state: &mut Account, event: &BankEvent) {
        let before = match *state {
            Account::Absent => 0,
            Account::Open { balance } => balance,
        };
        let balance = match *event {
            BankEvent::Opened => 0,
            BankEvent::Deposited { amount, .. } | BankEvent::Received { amount, .. } => before + amount,
            BankEvent::Sent { amount, .. } => before - amount,
        };
        *state = Account::Open { balance };
    }

    fn encode(event: &BankEvent) -> EncodedEvent {
        let (type_name, text) = match event {
            BankEvent::Opened => ("sim.Opened", String::new()),
            BankEvent::Deposited { amount, balance } => ("sim.Deposited", format!("{amount} {balance}")),
            BankEvent::Sent { to, amount, balance } => ("sim.Sent", format!("{amount} {balance} {to}")),
            BankEvent::Received { from, amount, balance } => ("sim.Received", format!("{amount} {balance} {from}")),
        };
        EncodedEvent { type_name, payload: text.into_bytes() }
    }

    fn decode(type_name: &str, payload: &[u8]) -> Result<BankEvent, DecodeError> {
        let malformed = || DecodeError::Malformed { type_name: type_name.to_owned(), reason: "not numbers".to_owned() };
        let text = std::str::from_utf8(payload).map_err(|_| malformed())?;
        let numbers: Vec<i64> = text.split(' ').filter_map(|number| number.parse().ok()).collect();
        match (type_name, numbers.as_slice()) {
            ("sim.Opened", []) => Ok(BankEvent::Opened),
            ("sim.Deposited", &[amount, balance]) => Ok(BankEvent::Deposited { amount, balance }),
            ("sim.Sent", &[amount, balance, to]) => Ok(BankEvent::Sent { to: to as u32, amount, balance }),
            ("sim.Received", &[amount, balance, from]) => {
                Ok(BankEvent::Received { from: from as u32, amount, balance })
            }
            _ => Err(malformed()),
        }
    }
}
