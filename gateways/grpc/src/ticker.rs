//! What falls due with time: certificates and quotes that expire, keys of codes that give place to new ones.
//!
//! It looks at the deadlines up to now and asks each open one to expire, as the platform itself. A command that comes
//! twice, or for something that was renewed meanwhile, changes nothing: the stream decides.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use sceau_certification::certificate::CertificateCommand;
use sceau_certification::{CertificateId, Certification, CertificationCommand};
use sceau_certification_view::{CertificateDeadline, CertificateDeadlineKey, CertificateDeadlineRow};
use sceau_engine::{Commands, Envelope};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, CommandDigest, CommandId, Domain, StreamId, Tenant, Timestamp};
use sceau_order::order::OrderCommand;
use sceau_order::{OrderId, Ordering, OrderingCommand};
use sceau_order_view::{OrderDeadline, OrderDeadlineKey, OrderDeadlineRow};
use sceau_projection::{Cell, Projection};
use sceau_projector::{Range, ViewError, ViewReader};
use sceau_security::CodeKeys;

use crate::Gateway;

/// Deadlines read in one step.
const STEP: usize = 256;
/// A view may lag: deadlines that fell due within this are looked at again.
const LOOK_BACK: i64 = Timestamp::DAY;

/// Sends what falls due.
pub struct Ticker {
    certificates: Deadlines<CertificateDeadline>,
    quotes: Deadlines<OrderDeadline>,
    rotation: Rotation,
    clock: fn() -> Timestamp,
    interval: Duration,
}

/// Replaces keys of codes by schedule.
struct Rotation {
    keys: Arc<CodeKeys>,
    tenants: Vec<Tenant>,
    days: u32,
}

impl Ticker {
    /// The ticker of this gateway's platform.
    pub fn of(gateway: &Gateway) -> Self {
        let door = &gateway.door;
        let (certification, order) = (door.engines.certification.clone(), door.engines.order.clone());
        Self {
            certificates: Deadlines::new(door.tables.certificate_deadline.clone(), certification),
            quotes: Deadlines::new(door.tables.order_deadline.clone(), order),
            rotation: Rotation {
                keys: Arc::clone(&door.code_keys),
                tenants: door.authority.tenants().to_vec(),
                days: door.settings.rotate_days,
            },
            clock: door.settings.clock,
            interval: door.settings.tick,
        }
    }

    /// Ticks until `shutdown` is done, whenever `leads` says so: of several nodes one is enough.
    pub async fn run(mut self, leads: Arc<AtomicBool>, shutdown: impl Future<Output = ()> + Send) {
        tokio::pin!(shutdown);
        let mut interval = tokio::time::interval(self.interval);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut shutdown => return,
                _ = interval.tick() => {
                    if leads.load(Relaxed) {
                        self.tick_and_tell().await;
                    }
                }
            }
        }
    }

    async fn tick_and_tell(&mut self) {
        self.rotation.rotate((self.clock)());
        match self.tick().await {
            Ok(0) => {}
            Ok(expired) => tracing::info!(expired, "asked what was due to expire"),
            Err(error) => tracing::debug!(%error, "deadlines cannot be read yet"),
        }
    }

    /// Asks everything that is due by now to expire; the number of commands that were accepted.
    pub async fn tick(&mut self) -> Result<u64, ViewError> {
        let now = (self.clock)();
        Ok(self.certificates.expire(now).await? + self.quotes.expire(now).await?)
    }
}

impl Rotation {
    fn rotate(&self, now: Timestamp) {
        if self.days == 0 {
            return;
        }
        for tenant in &self.tenants {
            match self.keys.rotate_due(tenant, now.plus_days(-i64::from(self.days)), now) {
                Ok(false) => {}
                Ok(true) => tracing::info!(%tenant, "a new key signs codes from now on"),
                Err(error) => tracing::warn!(%tenant, %error, "the key of codes is due and cannot be replaced"),
            }
        }
    }
}

/// A view of deadlines, and what is asked of the things in it.
trait Expiring: Projection {
    type Domain: Domain;
    const KIND: &'static str;
    /// The first key at or after this instant.
    fn from(due: Timestamp) -> Self::Key;
    fn due(key: &Self::Key) -> Timestamp;
    /// The thing that is still to expire: its tenant, its id.
    fn open<'a>(key: &'a Self::Key, row: &Self::Row) -> Option<(&'a str, Uuid)>;
    fn stream(tenant: &Tenant, id: Uuid) -> StreamId;
    fn expire() -> <Self::Domain as Domain>::Command;
}

macro_rules! expiring {
    ($view:ty, $key:ident, $row:ty, $domain:ty, $id:ident, $field:ident, $command:expr) => {
        impl Expiring for $view {
            type Domain = $domain;
            const KIND: &'static str = $key::KIND;
            fn from(due: Timestamp) -> $key {
                $key { kind: $key::KIND.to_owned(), due, tenant: String::new(), $field: Uuid::nil() }
            }
            fn due(key: &$key) -> Timestamp {
                key.due
            }
            fn open<'a>(key: &'a $key, row: &$row) -> Option<(&'a str, Uuid)> {
                row.open.then_some((&key.tenant, key.$field))
            }
            fn stream(tenant: &Tenant, id: Uuid) -> StreamId {
                $id(id).stream(tenant)
            }
            fn expire() -> <$domain as Domain>::Command {
                $command
            }
        }
    };
}

expiring!(
    CertificateDeadline,
    CertificateDeadlineKey,
    CertificateDeadlineRow,
    Certification,
    CertificateId,
    certificate_id,
    CertificationCommand::Certificate(CertificateCommand::Expire)
);
expiring!(
    OrderDeadline,
    OrderDeadlineKey,
    OrderDeadlineRow,
    Ordering,
    OrderId,
    order_id,
    OrderingCommand::Order(OrderCommand::Expire)
);

struct Deadlines<P: Expiring> {
    reader: ViewReader<P>,
    commands: Commands<P::Domain>,
    /// Every deadline before this is closed.
    closed_before: Timestamp,
}

impl<P: Expiring> Deadlines<P> {
    fn new(reader: ViewReader<P>, commands: Commands<P::Domain>) -> Self {
        Self { reader, commands, closed_before: Timestamp::default() }
    }

    async fn expire(&mut self, now: Timestamp) -> Result<u64, ViewError> {
        let mut accepted = 0;
        let mut first_open = now.plus_micros(-LOOK_BACK).max(self.closed_before);
        let mut range = Range::of(vec![Cell::Text(P::KIND.to_owned())], STEP).from(P::from(self.closed_before));
        loop {
            let rows = self.reader.scan(range).await?;
            for (key, row) in rows.iter().filter(|(key, _)| P::due(key) <= now) {
                let open = P::open(key, row);
                if let Some((tenant, id)) = open.and_then(|(tenant, id)| Some((tenant.parse().ok()?, id))) {
                    first_open = first_open.min(P::due(key));
                    accepted += u64::from(self.ask(&tenant, id, P::due(key)).await);
                }
            }
            match rows.last() {
                Some((last, _)) if rows.len() == STEP && P::due(last) <= now => {
                    range = Range::of(vec![Cell::Text(P::KIND.to_owned())], STEP).after(last.clone());
                }
                _ => break,
            }
        }
        self.closed_before = first_open;
        Ok(accepted)
    }

    async fn ask(&self, tenant: &Tenant, id: Uuid, due: Timestamp) -> bool {
        let answer = self.commands.submit(Envelope {
            stream: P::stream(tenant, id),
            command: P::expire(),
            // The same deadline is asked about with the same id, however often.
            command_id: CommandId::Client(Uuid::new_v5(&id, &due.0.to_be_bytes())),
            digest: CommandDigest::of(&[], 0),
            expected_version: None,
            actor: Actor::system(),
            traceparent: "".into(),
        });
        match answer.await {
            Ok(accepted) => accepted.events > 0 && !accepted.repeated,
            Err(refused) => {
                tracing::debug!(%refused, "a deadline did not expire");
                false
            }
        }
    }
}
