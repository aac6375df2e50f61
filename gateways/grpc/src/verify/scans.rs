//! Recording scans: gathered for a moment, one command for each stream of scans, and dropped and counted when too many
//! come at once. Verification never waits for it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use sceau_engine::{Commands, Envelope, Refused};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, CommandDigest, CommandId, StreamId, Tenant};
use sceau_verification::{RecordScans, Scan, ScansCommand, Verification, VerificationCommand, scan_stream};
use tokio::sync::{mpsc, oneshot};

use crate::ids::Ids;
use crate::settings::Settings;

/// Scans that are recorded together.
const GROUP: usize = 512;
/// How often a command of scans is sent before they are dropped.
const ATTEMPTS: u32 = 5;

enum Asked {
    Record(Tenant, Scan),
    Finish(oneshot::Sender<()>),
}

/// The way to the task that records. It ends when this is dropped.
pub(super) struct Recorder {
    ask: mpsc::Sender<Asked>,
    dropped: Arc<AtomicU64>,
}

impl Recorder {
    pub(super) fn start(commands: Commands<Verification>, settings: &Settings) -> Self {
        let (ask, asked) = mpsc::channel(settings.scans_waiting.max(1));
        let dropped = Arc::new(AtomicU64::new(0));
        let work = Work { commands, ids: Ids::new(), dropped: Arc::clone(&dropped), gather: settings.scans_gather };
        tokio::spawn(work.run(asked));
        Self { ask, dropped }
    }

    /// Takes a scan, or counts it as dropped.
    pub(super) fn record(&self, tenant: &Tenant, scan: Scan) {
        if self.ask.try_send(Asked::Record(tenant.clone(), scan)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until every scan taken so far is recorded.
    pub(super) async fn finish(&self) {
        let (done, finished) = oneshot::channel();
        if self.ask.send(Asked::Finish(done)).await.is_ok() {
            // An error means that the task has ended, and with it all it had.
            let _ = finished.await;
        }
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

struct Work {
    commands: Commands<Verification>,
    ids: Ids,
    dropped: Arc<AtomicU64>,
    gather: Duration,
}

impl Work {
    async fn run(self, mut asked: mpsc::Receiver<Asked>) {
        let mut group = Vec::with_capacity(GROUP);
        while asked.recv_many(&mut group, GROUP).await > 0 {
            let gathered = tokio::time::Instant::now() + self.gather;
            while group.len() < GROUP && !group.iter().any(|asked| matches!(asked, Asked::Finish(_))) {
                match tokio::time::timeout_at(gathered, asked.recv()).await {
                    Ok(Some(next)) => group.push(next),
                    Ok(None) | Err(_) => break,
                }
            }
            let mut finished = Vec::new();
            let mut streams: BTreeMap<StreamId, Vec<Scan>> = BTreeMap::new();
            for asked in group.drain(..) {
                match asked {
                    Asked::Record(tenant, scan) => {
                        streams.entry(scan_stream(&tenant, scan.number)).or_default().push(scan);
                    }
                    Asked::Finish(done) => finished.push(done),
                }
            }
            join_all(streams.into_iter().map(|(stream, scans)| self.record(stream, scans))).await;
            for done in finished {
                let _ = done.send(());
            }
        }
    }

    async fn record(&self, stream: StreamId, scans: Vec<Scan>) {
        let (count, id) = (scans.len() as u64, self.ids.next());
        let command = VerificationCommand::Scans(ScansCommand::Record(RecordScans { scans }));
        for _ in 0..ATTEMPTS {
            match self.commands.submit(envelope(stream.clone(), command.clone(), id)).await {
                Ok(_) => return,
                Err(Refused::Unavailable { retry_after } | Refused::Overloaded { retry_after }) => {
                    tokio::time::sleep(retry_after).await;
                }
                Err(refused) => {
                    tracing::warn!(%stream, count, %refused, "scans were refused");
                    break;
                }
            }
        }
        self.dropped.fetch_add(count, Ordering::Relaxed);
    }
}

fn envelope(stream: StreamId, command: VerificationCommand, id: Uuid) -> Envelope<Verification> {
    Envelope {
        stream,
        command,
        command_id: CommandId::Client(id),
        digest: CommandDigest::of(&[], 0),
        expected_version: None,
        actor: Actor::system(),
        traceparent: "".into(),
    }
}
