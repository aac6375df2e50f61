//! Accounts: events that add to a balance or move from one to another, and the projections of them.

use bytes::{Bytes, BytesMut};
use sceau_commit::{NewCommit, encode_commit};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{
    Actor, CommandDigest, CommandId, DecodeError, EncodedEvent, Reactor, Recorded, Source, StreamId, Tenant, Timestamp,
};
use sceau_log::{Body, NewRecord, Record};
use sceau_projection::{Projection, Row};

pub(crate) const TOPIC: &str = "test.account";

/// What happened to accounts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    Added {
        account: u32,
        amount: i64,
    },
    Moved {
        from: u32,
        to: u32,
        amount: i64,
    },
    /// Of a type that nobody cares for.
    Noted,
    /// Of a known type, but not an encoding of it.
    Damaged,
}

impl Event {
    fn encode(&self) -> EncodedEvent {
        let (type_name, payload) = match self {
            Self::Added { account, amount } => ("test.Added", format!("{account} {amount}")),
            Self::Moved { from, to, amount } => ("test.Moved", format!("{from} {to} {amount}")),
            Self::Noted => ("test.Noted", String::new()),
            Self::Damaged => ("test.Added", "damaged".to_owned()),
        };
        EncodedEvent { type_name, payload: payload.into_bytes() }
    }

    fn decode(record: &Recorded<'_>) -> Option<Result<Self, DecodeError>> {
        let text = String::from_utf8_lossy(record.payload);
        let numbers: Vec<i64> = text.split(' ').filter_map(|word| word.parse().ok()).collect();
        Some(match (record.type_name, numbers[..].as_ref()) {
            ("test.Added", [account, amount]) => Ok(Self::Added { account: *account as u32, amount: *amount }),
            ("test.Moved", [from, to, amount]) => {
                Ok(Self::Moved { from: *from as u32, to: *to as u32, amount: *amount })
            }
            ("test.Noted", _) => return None,
            (name, _) => Err(DecodeError::Malformed { type_name: name.to_owned(), reason: "not numbers".to_owned() }),
        })
    }
}

pub(crate) fn added(account: u32, amount: i64) -> Event {
    Event::Added { account, amount }
}

/// The payload of a commit of `events` to the stream of `account`.
pub(crate) fn commit(account: u32, first_version: u64, events: &[Event]) -> Bytes {
    let stream = StreamId::new(&"ci".parse::<Tenant>().unwrap(), "account", &account);
    let events: Vec<_> = events.iter().map(Event::encode).collect();
    let new = NewCommit {
        stream: &stream,
        first_version,
        events: &events,
        command_id: &CommandId::Client(Uuid::from_u128(1)),
        digest: &CommandDigest::default(),
        actor: &Actor::system(),
        time: Timestamp(1),
        traceparent: "00-trace",
    };
    encode_commit(&new, &mut BytesMut::new())
}

/// A log partition as a writer of the fenced protocol makes it.
#[derive(Default)]
pub(crate) struct Writing {
    pub(crate) records: Vec<Record>,
    epoch: u64,
    seq: u64,
    versions: std::collections::HashMap<u32, u64>,
}

impl Writing {
    /// A partition that begins with a fence.
    pub(crate) fn new() -> Self {
        let mut writing = Self::default();
        writing.fence();
        writing
    }

    fn put(&mut self, body: Body) -> &mut Self {
        let offset = self.records.len() as u64;
        self.records.push(Record { offset, key: Bytes::new(), body });
        self
    }

    pub(crate) fn fence(&mut self) -> &mut Self {
        (self.epoch, self.seq) = (self.records.len() as u64, 0);
        self.put(Body::Fence { node: "a".into(), address: "".into() })
    }

    /// A commit to the stream of `account`.
    pub(crate) fn commit(&mut self, account: u32, events: &[Event]) -> &mut Self {
        let version = self.versions.entry(account).or_default();
        let payload = commit(account, *version, events);
        *version += events.len() as u64;
        self.seq += 1;
        let (epoch, seq) = (self.epoch, self.seq - 1);
        self.put(Body::Commit { epoch, seq, payload })
    }

    /// A commit that a deposed writer left behind.
    pub(crate) fn void(&mut self, account: u32, events: &[Event]) -> &mut Self {
        let payload = commit(account, 0, events);
        self.put(Body::Commit { epoch: self.epoch, seq: self.seq + 7, payload })
    }

    /// A valid record that is no commit.
    pub(crate) fn garbage(&mut self) -> &mut Self {
        self.seq += 1;
        let (epoch, seq) = (self.epoch, self.seq - 1);
        self.put(Body::Commit { epoch, seq, payload: Bytes::from_static(b"\xff\xff") })
    }

    pub(crate) fn new_records(&self) -> Vec<NewRecord> {
        let new = |record: &Record| NewRecord { key: record.key.clone(), body: record.body.clone() };
        self.records.iter().map(new).collect()
    }
}

pub(crate) fn source(partition: u32) -> Source {
    Source { topic: TOPIC, partition }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub(crate) struct Account {
    pub(crate) bank: String,
    pub(crate) account: u32,
}

pub(crate) fn account(account: u32) -> Account {
    Account { bank: "bank".to_owned(), account }
}

#[derive(Clone, Debug, Default, PartialEq, Row)]
pub(crate) struct Balance {
    pub(crate) balance: i64,
    pub(crate) changes: u32,
}

/// The balance of every account, by account.
macro_rules! balances {
    ($name:ident, $table:literal, version $version:literal, partial $partial:literal, factor $factor:literal) => {
        pub(crate) struct $name;

        impl Projection for $name {
            const NAME: &'static str = $table;
            const VERSION: u32 = $version;
            const TOPICS: &'static [&'static str] = &[TOPIC];
            const PARTITION_COLUMNS: usize = 1;
            const PARTIAL: bool = $partial;
            type Event = Event;
            type Key = Account;
            type Row = Balance;

            fn interpret(record: &Recorded<'_>) -> Option<Result<Event, DecodeError>> {
                Event::decode(record)
            }
            fn route(event: &Event, _: &Recorded<'_>) -> Vec<Account> {
                match event {
                    Event::Added { account: to, .. } => vec![account(*to)],
                    Event::Moved { from, to, .. } => vec![account(*from), account(*to)],
                    Event::Noted | Event::Damaged => vec![],
                }
            }
            fn apply(row: &mut Balance, key: &Account, event: &Event, _: &Recorded<'_>) {
                row.changes += 1;
                row.balance += $factor
                    * match event {
                        Event::Moved { from, amount, .. } if *from == key.account => -amount,
                        Event::Added { amount, .. } | Event::Moved { amount, .. } => *amount,
                        Event::Noted | Event::Damaged => 0,
                    };
            }
            fn merge(row: &mut Balance, other: Balance) {
                row.balance += other.balance;
                row.changes += other.changes;
            }
        }
    };
}
balances!(Balances, "balance", version 1, partial false, factor 1);
balances!(BalancesInCents, "balance", version 2, partial false, factor 100);
balances!(Totals, "total", version 1, partial true, factor 1);

/// Answers every movement with a command to each of its two accounts.
pub(crate) struct Clerk;

impl Reactor for Clerk {
    const NAME: &'static str = "clerk";
    const TOPICS: &'static [&'static str] = &[TOPIC];
    type Command = i64;

    fn react(record: &Recorded<'_>) -> Result<Vec<(StreamId, i64)>, DecodeError> {
        let to = |account: u32| StreamId::new(&"ci".parse::<Tenant>().unwrap(), "statement", &account);
        match Event::decode(record).transpose()? {
            Some(Event::Moved { from, to: other, amount }) => Ok(vec![(to(from), -amount), (to(other), amount)]),
            _ => Ok(Vec::new()),
        }
    }
}
