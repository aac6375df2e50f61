//! The callers: what they ask, how often, and what they were told.

use sceau_engine::Refused;
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, CommandDigest, CommandId};

use crate::bank::{BankCommand, digest_of, stream_of};
use crate::machine::{Answer, Envelope};
use crate::random::Random;

/// A stream remembers the last 32 commands of its callers: an account of theirs gets no more orders if they repeat
/// themselves.
const REPEATED_ORDERS: usize = 24;

/// Something a caller wants done, under one command id, until he gets a definite answer.
pub(crate) struct Order {
    pub(crate) id: Uuid,
    pub(crate) account: u32,
    pub(crate) command: BankCommand,
    pub(crate) expected_version: Option<u64>,
    pub(crate) settled: bool,
}

/// One message of a caller: an order, perhaps repeated, perhaps with another body than before.
pub(crate) struct Sending {
    pub(crate) order: usize,
    pub(crate) command: BankCommand,
    pub(crate) digest: CommandDigest,
    /// The machine it came to, and how many had come to machines before.
    pub(crate) arrived: Option<(u64, u64)>,
}

/// An answer that an owner gave, heard or not.
pub(crate) struct Told {
    /// Which sending it answers.
    pub(crate) sending: usize,
    /// How many records its partition held at that moment.
    pub(crate) landed: u64,
    pub(crate) answer: Answer,
}

/// All callers, and everything that passed between them and the platform.
pub(crate) struct Callers {
    pub(crate) accounts: u32,
    pub(crate) orders: Vec<Order>,
    pub(crate) sendings: Vec<Sending>,
    pub(crate) told: Vec<Told>,
    /// They ask each thing once and give up, and ask a lot of a few accounts: more than a stream remembers.
    pub(crate) hasty: bool,
    arrivals: u64,
    salt: u64,
}

impl Callers {
    pub(crate) fn new(random: &mut Random) -> Self {
        let hasty = random.chance(250);
        Self {
            accounts: if hasty { 2 } else { random.between(3, 7) as u32 },
            orders: Vec::new(),
            sendings: Vec::new(),
            told: Vec::new(),
            hasty,
            arrivals: 0,
            salt: random.next(),
        }
    }

    /// A new order; `None` when the account it would go to has had enough.
    pub(crate) fn order(&mut self, random: &mut Random) -> Option<usize> {
        let account = random.below(u64::from(self.accounts)) as u32;
        let former = self.orders.iter().filter(|order| order.account == account).count();
        if former >= REPEATED_ORDERS && !self.hasty {
            return None;
        }
        let amount = random.between(1, 120) as i64;
        let command = match random.below(10) {
            0 | 1 => BankCommand::Open { deposit: amount },
            2..=4 => BankCommand::Deposit { amount },
            _ => {
                let to = (account + random.between(1, u64::from(self.accounts) - 1) as u32) % self.accounts;
                BankCommand::Send { to, amount }
            }
        };
        let expected_version = random.chance(100).then(|| random.below(2 * former as u64 + 1));
        Some(self.place(account, command, expected_version))
    }

    /// An order that shows what the owner of `account` takes its state to be.
    pub(crate) fn probe(&mut self, account: u32) -> usize {
        self.place(account, BankCommand::Deposit { amount: 1 }, None)
    }

    fn place(&mut self, account: u32, command: BankCommand, expected_version: Option<u64>) -> usize {
        let id = Uuid::from_u64_pair(self.salt, self.orders.len() as u64);
        self.orders.push(Order { id, account, command, expected_version, settled: false });
        self.orders.len() - 1
    }

    /// Sends an order; `altered` sends another body under its id.
    pub(crate) fn send(&mut self, order: usize, altered: bool) -> (usize, Envelope) {
        let Order { id, account, command, expected_version, .. } = self.orders[order];
        let command = if altered { other_than(command) } else { command };
        let digest = digest_of(command);
        self.sendings.push(Sending { order, command, digest: digest.clone(), arrived: None });
        self.orders[order].settled |= self.hasty;
        let envelope = Envelope {
            stream: stream_of(account),
            command,
            command_id: CommandId::Client(id),
            digest,
            expected_version,
            actor: Actor::system(),
            traceparent: "".into(),
        };
        (self.sendings.len() - 1, envelope)
    }

    /// A sending comes to a machine.
    pub(crate) fn arrive(&mut self, sending: usize, instance: u64) {
        self.arrivals += 1;
        self.sendings[sending].arrived = Some((instance, self.arrivals));
    }

    /// A caller hears an answer. True when it settles its order now.
    pub(crate) fn hear(&mut self, sending: usize, definite: bool) -> bool {
        let Sending { order, command, .. } = self.sendings[sending];
        let order = &mut self.orders[order];
        definite && command == order.command && !std::mem::replace(&mut order.settled, true)
    }
}

/// Whether the caller need not ask again.
pub(crate) fn is_definite(answer: &Answer) -> bool {
    !matches!(answer, Err(Refused::Unavailable { .. } | Refused::Overloaded { .. }))
}

/// The same command for one more.
fn other_than(command: BankCommand) -> BankCommand {
    match command {
        BankCommand::Open { deposit } => BankCommand::Open { deposit: deposit + 1 },
        BankCommand::Deposit { amount } => BankCommand::Deposit { amount: amount + 1 },
        BankCommand::Send { to, amount } => BankCommand::Send { to, amount: amount + 1 },
        BankCommand::Receive { from, amount } => BankCommand::Receive { from, amount: amount + 1 },
    }
}
