//! The way in: to the owner here, or to the node where the owner is.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use sceau_kernel::Domain;
use sceau_log::Partition;
use tokio::sync::{mpsc, oneshot};
use tracing::Span;

use super::Asked;
use crate::command::{Envelope, Outcome};
use crate::elsewhere::{Elsewhere, NotReached};
use crate::forward::{Unread, read_envelope, read_outcome, write_envelope, write_outcome};
use crate::placement::partition_of;
use crate::refused::Refused;
use crate::status::Status;

/// How long a command goes after its partition before it is answered `Unavailable`.
const CHASE: Duration = Duration::from_secs(5);
/// The pause before it tries again.
const STEP: Duration = Duration::from_millis(10);

/// Gives commands to the owners of their partitions. Cheap to clone.
pub struct Commands<D: Domain> {
    doors: Arc<[Door<D>]>,
    elsewhere: Option<Arc<dyn Elsewhere>>,
    retry_after: Duration,
}

impl<D: Domain> Clone for Commands<D> {
    fn clone(&self) -> Self {
        Self { doors: self.doors.clone(), elsewhere: self.elsewhere.clone(), retry_after: self.retry_after }
    }
}

impl<D: Domain> Commands<D> {
    pub(super) fn new(partitions: u32, elsewhere: Option<Arc<dyn Elsewhere>>, retry_after: Duration) -> Self {
        let doors = (0..partitions).map(|_| Door { queue: RwLock::new(None), status: Arc::default() }).collect();
        Self { doors, elsewhere, retry_after }
    }

    /// Gives a command. For a partition owned here it is on its way when this returns, so commands to one stream are
    /// decided in the order of the calls, and dropping the future does not take the command back. For a partition owned
    /// elsewhere it goes on its way when the future is polled. The future is its answer.
    ///
    /// With other nodes, a command that finds its partition on the move goes after it for a few seconds: under its id it
    /// is decided once, however often it arrives.
    pub fn submit(&self, envelope: Envelope<D>) -> impl Future<Output = Outcome<D>> + Send + use<D> {
        let number = partition_of(&envelope.stream, self.partitions());
        let chased = self.elsewhere.as_ref().and_then(|_| Some((self.clone(), write_envelope(&envelope).ok()?)));
        let way = match (self.enter(number, envelope), &chased) {
            (Entry::Way(way), _) => way,
            (Entry::Closed(_), Some((_, envelope))) => self.send_on(number, envelope.clone()),
            (Entry::Closed(_), None) => self.unavailable(),
        };
        let answer = way.answer(self.retry_after);
        async move {
            let begun = Instant::now();
            let mut outcome = answer.await;
            let Some((commands, envelope)) = chased else { return outcome };
            while matches!(outcome, Err(Refused::Unavailable { .. })) && begun.elapsed() < CHASE {
                tokio::time::sleep(STEP).await;
                outcome = commands.again(number, &envelope).await;
            }
            outcome
        }
    }

    /// Gives a command once more, wherever its partition is now.
    async fn again(&self, number: u32, envelope: &Bytes) -> Outcome<D> {
        let way = match read_envelope(envelope) {
            Ok(copy) if self.owns(number) => self.enter_from_elsewhere(number, copy),
            _ => self.send_on(number, envelope.clone()),
        };
        way.answer(self.retry_after).await
    }

    /// Decides a command that came from another node, given in the bytes that [`Elsewhere`] carries, and gives the
    /// bytes to carry back. It is never sent on again: without an owner here the outcome is `Unavailable`.
    pub fn decide_here(&self, number: u32, envelope: &[u8]) -> impl Future<Output = Bytes> + Send + use<D> {
        let way = match read_envelope(envelope) {
            Ok(envelope) => self.enter_from_elsewhere(number, envelope),
            Err(Unread::OtherVersion) => self.unavailable(),
            Err(Unread::Malformed { reason }) => Way::Refused(Refused::Malformed { size: envelope.len(), reason }),
        };
        let answer = way.answer(self.retry_after);
        async move { write_outcome::<D>(answer.await) }
    }

    /// What the owner of every partition is doing, in their order. One that is not here is idle.
    pub fn status(&self) -> Vec<Status> {
        let read = |door: &Door<D>| *door.status.lock().unwrap_or_else(PoisonError::into_inner);
        self.doors.iter().map(read).collect()
    }

    /// Whether commands for the partition are taken here.
    pub fn owns(&self, number: u32) -> bool {
        self.door(number).is_some_and(|door| door.queue.read().unwrap_or_else(PoisonError::into_inner).is_some())
    }

    /// How many partitions the topic has.
    pub fn partitions(&self) -> u32 {
        self.doors.len() as u32
    }

    pub(super) fn door(&self, number: u32) -> Option<&Door<D>> {
        self.doors.get(number as usize)
    }

    fn enter(&self, number: u32, envelope: Envelope<D>) -> Entry<D> {
        match self.door(number) {
            Some(door) => door.enter(number, envelope, self.retry_after),
            None => Entry::Way(self.unavailable()),
        }
    }

    /// A node that counts other partitions than this one would put a stream where nobody looks for it.
    fn enter_from_elsewhere(&self, number: u32, envelope: Envelope<D>) -> Way<D> {
        let here = partition_of(&envelope.stream, self.partitions());
        if here != number {
            let stream = envelope.stream;
            tracing::warn!(%stream, number, here, "another node counts other partitions: restart the older one");
            return self.unavailable();
        }
        match self.enter(number, envelope) {
            Entry::Way(way) => way,
            Entry::Closed(_) => self.unavailable(),
        }
    }

    fn send_on(&self, number: u32, envelope: Bytes) -> Way<D> {
        match &self.elsewhere {
            Some(elsewhere) => Way::Elsewhere(elsewhere.submit(Partition { topic: D::TOPIC, number }, envelope)),
            None => self.unavailable(),
        }
    }

    fn unavailable(&self) -> Way<D> {
        Way::Refused(Refused::Unavailable { retry_after: self.retry_after })
    }
}

/// The way into one partition.
pub(super) struct Door<D: Domain> {
    /// Its owner's queue, while there is an owner here.
    queue: RwLock<Option<mpsc::Sender<Asked<D>>>>,
    pub(super) status: Arc<Mutex<Status>>,
}

impl<D: Domain> Door<D> {
    /// Opens the door on to this queue.
    pub(super) fn open(&self, queue: mpsc::Sender<Asked<D>>) {
        *self.queue.write().unwrap_or_else(PoisonError::into_inner) = Some(queue);
    }

    /// Closes it. What is in the queue stays there; the owner sees its end behind it.
    pub(super) fn close(&self) {
        *self.queue.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn enter(&self, number: u32, mut envelope: Envelope<D>, retry_after: Duration) -> Entry<D> {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = &*queue else { return Entry::Closed(envelope) };
        match queue.try_reserve() {
            Ok(place) => {
                let span = sceau_trace::commit(D::TOPIC, number, &envelope.traceparent);
                if !span.is_none() {
                    envelope.traceparent = sceau_trace::traceparent(&span).into();
                }
                let (answer, answered) = oneshot::channel();
                place.send((envelope, answer));
                Entry::Way(Way::Here(answered, span))
            }
            Err(mpsc::error::TrySendError::Full(())) => Entry::Way(Way::Refused(Refused::Overloaded { retry_after })),
            Err(mpsc::error::TrySendError::Closed(())) => Entry::Closed(envelope),
        }
    }
}

/// What becomes of a command at a door.
enum Entry<D: Domain> {
    /// It is on its way, or refused.
    Way(Way<D>),
    /// There is no owner behind the door.
    Closed(Envelope<D>),
}

/// Where the answer to a command comes from.
enum Way<D: Domain> {
    Here(oneshot::Receiver<Outcome<D>>, Span),
    Elsewhere(BoxFuture<'static, Result<Bytes, NotReached>>),
    Refused(Refused<D::Refusal>),
}

impl<D: Domain> Way<D> {
    async fn answer(self, retry_after: Duration) -> Outcome<D> {
        let unavailable = Refused::Unavailable { retry_after };
        match self {
            Self::Here(answered, span) => {
                let outcome = answered.await.unwrap_or(Err(unavailable));
                drop(span);
                outcome
            }
            Self::Elsewhere(answer) => match answer.await {
                Ok(bytes) => read_outcome::<D>(&bytes).unwrap_or_else(|unread| {
                    tracing::debug!(topic = D::TOPIC, ?unread, "the answer of another node cannot be read");
                    Err(unavailable)
                }),
                Err(NotReached) => Err(unavailable),
            },
            Self::Refused(refused) => Err(refused),
        }
    }
}
