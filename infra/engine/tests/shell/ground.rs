//! One log and one store, the nodes on them, and the road between the nodes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use sceau_commit::decode_commit;
use sceau_embedded::{Folder, Memory, Options};
use sceau_engine::{Commands, Elsewhere, Engine, Envelope, NotReached, Outcome, Refused, Settings};
use sceau_kernel::{CommandId, Domain};
use sceau_log::protocol::{Cursor, Verdict};
use sceau_log::{Body, Log, Partition};
use sceau_store::Store;
use tempfile::TempDir;

use crate::counting::{Counting, add};
use crate::memory::{MemoryLog, MemoryStore};

/// One log and one store.
pub(crate) struct Ground {
    pub(crate) log: Arc<dyn Log>,
    store: Arc<dyn Store>,
    partitions: u32,
    /// Goes when the ground does.
    _folder: Option<TempDir>,
}

impl Ground {
    /// The embedded engines in a folder of their own.
    pub(crate) fn embedded(partitions: u32) -> Self {
        let folder = TempDir::new().unwrap();
        let options = Options { topics: &[(Counting::TOPIC, partitions)], memory: Memory::default() };
        let (log, store) = Folder::open(folder.path(), options).unwrap();
        Self { log: Arc::new(log), store: Arc::new(store), partitions, _folder: Some(folder) }
    }

    /// A log in memory, and a store.
    pub(crate) fn over(log: Arc<MemoryLog>, partitions: u32) -> Self {
        Self { log, store: MemoryStore::new(), partitions, _folder: None }
    }

    /// A node whose commands do not go after their partitions for long.
    pub(crate) async fn open(&self, node: &str, elsewhere: Option<Arc<dyn Elsewhere>>) -> Engine<Counting> {
        self.open_chasing(node, elsewhere, Duration::from_millis(50)).await
    }

    async fn open_chasing(
        &self,
        node: &str,
        elsewhere: Option<Arc<dyn Elsewhere>>,
        chase: Duration,
    ) -> Engine<Counting> {
        let settings = Settings { retry_after: Duration::from_millis(5), chase, ..Settings::default() };
        Engine::open(self.log.clone(), self.store.clone(), node.into(), "".into(), settings, elsewhere).await.unwrap()
    }

    /// Two nodes with roads to each other.
    pub(crate) async fn two_nodes(&self) -> [Node; 2] {
        self.two_nodes_that_chase(Duration::from_millis(50)).await
    }

    /// The same, whose commands go after their partitions for so long.
    pub(crate) async fn two_nodes_that_chase(&self, chase: Duration) -> [Node; 2] {
        let [to_b, to_a] = [Road::new(), Road::new()];
        let a = self.open_chasing("a", Some(to_b.clone()), chase).await;
        let b = self.open_chasing("b", Some(to_a.clone()), chase).await;
        to_b.lead_to(&b);
        to_a.lead_to(&a);
        [Node { engine: Arc::new(a), road: to_b }, Node { engine: Arc::new(b), road: to_a }]
    }

    /// How many valid commits of each command there are.
    pub(crate) async fn landed(&self) -> BTreeMap<u128, u32> {
        let mut landed = BTreeMap::new();
        for number in 0..self.partitions {
            let partition = Partition { topic: Counting::TOPIC, number };
            let end = self.log.end(partition).await.unwrap();
            let mut cursor = Cursor::START;
            while cursor.next < end {
                for record in self.log.read(partition, cursor.next, 1 << 20, Duration::ZERO).await.unwrap() {
                    assert_eq!(record.offset, cursor.next);
                    if let (Verdict::Valid, Body::Commit { payload, .. }) = (cursor.pass(&record.body), &record.body) {
                        let CommandId::Client(id) = decode_commit(payload).unwrap().command_id().unwrap() else {
                            panic!("all commands are of clients")
                        };
                        *landed.entry(id.as_u128()).or_default() += 1;
                    }
                }
            }
        }
        landed
    }
}

/// An engine and the road from it.
pub(crate) struct Node {
    pub(crate) engine: Arc<Engine<Counting>>,
    pub(crate) road: Arc<Road>,
}

/// What is done to bytes on the road.
pub(crate) type Tamper = fn(&[u8]) -> Vec<u8>;

/// Leads to one other node. What goes over it may be tampered with.
#[derive(Default)]
pub(crate) struct Road {
    to: OnceLock<Commands<Counting>>,
    pub(crate) request: OnceLock<Tamper>,
    pub(crate) answer: OnceLock<Tamper>,
    /// The next answer gets lost, and so many others to the stream `a` are accepted meanwhile.
    pub(crate) lose_answer: Mutex<Option<u128>>,
    /// How many commands went this way.
    sent: AtomicU32,
}

impl Road {
    /// A road that leads nowhere yet.
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn lead_to(&self, engine: &Engine<Counting>) {
        assert!(self.to.set(engine.commands()).is_ok(), "a road leads to one node");
    }

    pub(crate) fn sent(&self) -> u32 {
        self.sent.load(Ordering::SeqCst)
    }
}

impl Elsewhere for Road {
    fn submit(&self, partition: Partition, envelope: Bytes) -> BoxFuture<'static, Result<Bytes, NotReached>> {
        self.sent.fetch_add(1, Ordering::SeqCst);
        let tamper = |tamper: &OnceLock<Tamper>| tamper.get().copied().unwrap_or(<[u8]>::to_vec);
        let (request, answer) = (tamper(&self.request), tamper(&self.answer));
        let Some(to) = self.to.get().cloned() else { return ready(Err(NotReached::NotTaken)).boxed() };
        let decided = to.decide_here(partition.number, &request(&envelope));
        let lost = self.lose_answer.lock().unwrap().take();
        async move {
            let told = answer(&decided.await).into();
            let Some(others) = lost else { return Ok(told) };
            for other in 0..others {
                to.submit(add(1000 + other, "a", 1)).await.unwrap();
            }
            Err(NotReached::Unanswered)
        }
        .boxed()
    }
}

/// Gives the same command until it is decided.
pub(crate) async fn insist(
    commands: &Commands<Counting>,
    envelope: impl Fn() -> Envelope<Counting>,
) -> Outcome<Counting> {
    loop {
        match commands.submit(envelope()).await {
            Err(Refused::Unavailable { retry_after } | Refused::Overloaded { retry_after }) => {
                tokio::time::sleep(retry_after).await;
            }
            outcome => return outcome,
        }
    }
}
