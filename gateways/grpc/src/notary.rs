//! Who fills the transparency log: reads what happened, and adds a leaf for each public fact.
//!
//! It runs where the platform is led. How far each source was read stands in the transparency log itself, and a stretch
//! that was read already is refused there. So a notary may stop anywhere, and two may run at once for a while: every
//! fact becomes one leaf. A place that was not yet noted is read again at the next start.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use sceau_certification::transparency::{
    AddLeaves, LeafSource, MAX_LEAVES, SourcePlace, TransparencyCommand, transparency_stream,
};
use sceau_certification::{Certification, CertificationCommand};
use sceau_certification_view::{Place, TransparencyHead, TransparencyHeadKey, TransparencyHeadRow};
use sceau_commit::decode_commit;
use sceau_engine::{Commands, Envelope};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, CommandDigest, CommandId, DecodeError, Source, Tenant};
use sceau_log::protocol::{Cursor, Verdict};
use sceau_log::{Body, Log, LogError, Partition};
use sceau_process::witness::{self, KeyFact, WITNESSED};
use sceau_projector::{ViewError, ViewReader};
use sceau_security::CodeKeys;

use crate::Gateway;

/// The source of leaves about keys. Each key is a partition of it: made is 0, withdrawn is 1.
const KEYS: &str = "keys";
/// Between two rounds when there was nothing to read.
const PAUSE: Duration = Duration::from_secs(1);
const READ_BYTES: usize = 1 << 20;
/// A stretch without leaves is noted when it is this long, in records: so much is read again at most.
const STRETCH: u64 = 10_000;

/// Fills the transparency log of every tenant.
pub struct Notary {
    log: Arc<dyn Log>,
    commands: Commands<Certification>,
    head: ViewReader<TransparencyHead>,
    keys: Arc<CodeKeys>,
    tenants: Vec<Tenant>,
    readings: HashMap<(Tenant, &'static str, u32), Reading>,
}

/// How far a source was read for a tenant.
struct Reading {
    /// Where the transparency log says that reading goes on.
    noted: u64,
    cursor: Cursor,
}

/// Why a round ended early; the next one begins where the transparency log says.
#[derive(Debug)]
enum Trouble {
    Log(LogError),
    View(ViewError),
    Event(DecodeError),
    Refused(String),
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Log(error) => error.fmt(f),
            Self::View(error) => error.fmt(f),
            Self::Event(error) => error.fmt(f),
            Self::Refused(reason) => f.write_str(reason),
        }
    }
}

impl Notary {
    /// The notary of this gateway's platform.
    pub fn of(gateway: &Gateway) -> Self {
        let door = &gateway.door;
        Self {
            log: Arc::clone(&door.log),
            commands: door.engines.certification.clone(),
            head: door.tables.transparency_head.clone(),
            keys: Arc::clone(&door.code_keys),
            tenants: door.authority.tenants().to_vec(),
            readings: HashMap::new(),
        }
    }

    /// Reads until `shutdown` is done, whenever `leads` says so.
    pub async fn run(mut self, leads: Arc<AtomicBool>, shutdown: impl Future<Output = ()> + Send) {
        tokio::pin!(shutdown);
        let mut pause = Duration::ZERO;
        loop {
            tokio::select! {
                () = &mut shutdown => return,
                () = tokio::time::sleep(pause) => {}
            }
            let busy = leads.load(Relaxed) && self.round().await;
            pause = if busy { Duration::ZERO } else { PAUSE };
        }
    }

    /// Reads a piece of every source; true when there may be more.
    async fn round(&mut self) -> bool {
        let mut more = false;
        for tenant in self.tenants.clone() {
            match self.witness(&tenant).await {
                Ok(found) => more |= found,
                Err(trouble) => {
                    tracing::debug!(%tenant, %trouble, "the transparency log is not led further for now");
                    self.readings.retain(|(of, ..), _| *of != tenant);
                }
            }
        }
        more
    }

    async fn witness(&mut self, tenant: &Tenant) -> Result<bool, Trouble> {
        let key = TransparencyHeadKey { tenant: tenant.to_string() };
        let head = self.head.get(&key).await.map_err(Trouble::View)?.unwrap_or_default();
        self.witness_keys(tenant, &head).await?;
        let mut more = false;
        for topic in WITNESSED {
            for number in 0..self.log.partitions(topic).await.map_err(Trouble::Log)? {
                more |= self.witness_partition(tenant, &head, Partition { topic, number }).await?;
            }
        }
        Ok(more)
    }

    async fn witness_keys(&self, tenant: &Tenant, head: &TransparencyHeadRow) -> Result<(), Trouble> {
        for key in self.keys.of_tenant(tenant) {
            let made = Some((KeyFact::Made, key.since));
            let withdrawn = key.withdrawn.as_ref().map(|withdrawal| (KeyFact::Withdrawn, withdrawal.at));
            let facts: Vec<_> = made.into_iter().chain(withdrawn).collect();
            let noted = head.place(KEYS, key.id.into()).next;
            let leaf = |(fact, at): &(KeyFact, _)| witness::key_leaf(*fact, *at, key.id, key.verifying.as_bytes());
            let leaves: Vec<String> = facts.iter().skip(noted as usize).map(leaf).collect();
            if !leaves.is_empty() {
                let place = SourcePlace { next: facts.len() as u64, ..SourcePlace::default() };
                self.add(tenant, KEYS, key.id.into(), noted, place, leaves).await?;
            }
        }
        Ok(())
    }

    async fn witness_partition(
        &mut self,
        tenant: &Tenant,
        head: &TransparencyHeadRow,
        partition: Partition,
    ) -> Result<bool, Trouble> {
        let Partition { topic, number } = partition;
        let begin = || Reading::at(head.place(topic, number));
        let reading = self.readings.entry((tenant.clone(), topic, number)).or_insert_with(begin);
        let (noted, mut cursor) = (reading.noted, reading.cursor);
        let read = self.log.read(partition, cursor.next, READ_BYTES, Duration::ZERO);
        let records = read.await.map_err(Trouble::Log)?;
        let mut leaves = Vec::new();
        for record in &records {
            let mut passed = cursor;
            if let (Verdict::Valid, Body::Commit { payload, .. }) = (passed.pass(&record.body), &record.body) {
                let found = leaves_of(tenant, partition, record.offset, payload)?;
                // What one command may not hold is left for the next.
                if leaves.len() + found.len() > MAX_LEAVES {
                    break;
                }
                leaves.extend(found);
            }
            cursor = passed;
        }
        let place = SourcePlace { next: cursor.next, epoch: cursor.epoch, seq: cursor.seq };
        let note = !leaves.is_empty() || cursor.next - noted >= STRETCH;
        if note {
            self.add(tenant, topic, number, noted, place, leaves).await?;
        }
        let noted = if note { cursor.next } else { noted };
        self.readings.insert((tenant.clone(), topic, number), Reading { noted, cursor });
        Ok(!records.is_empty())
    }

    async fn add(
        &self,
        tenant: &Tenant,
        source: &str,
        partition: u32,
        from: u64,
        place: SourcePlace,
        leaves: Vec<String>,
    ) -> Result<(), Trouble> {
        let id = format!("{tenant}/{source}/{partition}/{from}/{}", place.next);
        let source = LeafSource { source: source.to_owned(), partition };
        let add = AddLeaves { source, from, place, leaves };
        let answer = self.commands.submit(Envelope {
            stream: transparency_stream(tenant),
            command: CertificationCommand::Transparency(TransparencyCommand::Add(add)),
            command_id: CommandId::Client(Uuid::new_v5(&Uuid::NAMESPACE_OID, id.as_bytes())),
            digest: CommandDigest::of(&[], 0),
            expected_version: None,
            actor: Actor::system(),
            traceparent: "".into(),
        });
        answer.await.map(drop).map_err(|refused| Trouble::Refused(refused.to_string()))
    }
}

impl Reading {
    fn at(place: Place) -> Self {
        let Place { next, epoch, seq } = place;
        Self { noted: next, cursor: Cursor { next, epoch, seq } }
    }
}

/// The leaves of a valid commit of this tenant. The tenant's own transparency log gives none.
fn leaves_of(tenant: &Tenant, partition: Partition, offset: u64, payload: &[u8]) -> Result<Vec<String>, Trouble> {
    // A commit that nobody can read is told of by every view; here it is passed over.
    let Ok(commit) = decode_commit(payload) else { return Ok(Vec::new()) };
    if commit.stream.tenant() != tenant.as_str() {
        return Ok(Vec::new());
    }
    let source = Source { topic: partition.topic, partition: partition.number };
    let leaves = commit.recorded(&source, offset).filter_map(|record| witness::leaf(&record).transpose());
    leaves.collect::<Result<_, _>>().map_err(Trouble::Event)
}
