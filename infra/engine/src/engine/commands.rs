//! The way in: to the owner here, or to the node where the owner is.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sceau_kernel::Domain;
use sceau_log::Partition;
use tokio::sync::oneshot;
use tracing::Span;

use super::door::{Door, Entry};
use crate::command::{Envelope, Outcome};
use crate::elsewhere::{Elsewhere, NotReached};
use crate::forward::{Answer, Unread, read_answer, read_envelope, write_answer, write_envelope};
use crate::placement::partition_of;
use crate::refused::Refused;
use crate::settings::Settings;
use crate::status::Status;

/// The pause before a command looks for its partition again.
const STEP: Duration = Duration::from_millis(10);

/// Gives commands to the owners of their partitions. Cheap to clone.
pub struct Commands<D: Domain> {
    doors: Arc<[Door<D>]>,
    elsewhere: Option<Arc<dyn Elsewhere>>,
    retry_after: Duration,
    chase: Duration,
}

impl<D: Domain> Clone for Commands<D> {
    fn clone(&self) -> Self {
        Self { doors: self.doors.clone(), elsewhere: self.elsewhere.clone(), ..*self }
    }
}

impl<D: Domain> Commands<D> {
    pub(super) fn new(partitions: u32, elsewhere: Option<Arc<dyn Elsewhere>>, settings: &Settings) -> Self {
        let doors = (0..partitions).map(|_| Door::new()).collect();
        Self { doors, elsewhere, retry_after: settings.retry_after, chase: settings.chase }
    }

    /// Gives a command; the future is its answer. For a partition owned here it is on its way when this returns, so
    /// commands to one stream are decided in the order of the calls, and dropping the future does not take the command
    /// back. For a partition owned elsewhere it goes on its way when the future is polled.
    ///
    /// A command that no node takes, because its partition is on the move, goes after it for [`Settings::chase`]. One
    /// that may have been taken is never given again: by then its stream may have forgotten it.
    pub fn submit(&self, envelope: Envelope<D>) -> impl Future<Output = Outcome<D>> + Send + use<D> {
        let number = partition_of(&envelope.stream, self.partitions());
        self.enter(number, envelope)
            .unwrap_or_else(|envelope| self.send_on(number, &envelope))
            .outcome(self.retry_after)
    }

    /// Decides a command that came from another node, given in the bytes that [`Elsewhere`] carries, and gives the
    /// bytes to carry back. It is never sent on again: without an owner here they say so.
    pub fn decide_here(&self, number: u32, envelope: &[u8]) -> impl Future<Output = Bytes> + Send + use<D> {
        let way = match read_envelope(envelope) {
            Ok(envelope) => self.enter_from_elsewhere(number, envelope),
            Err(Unread::OtherVersion) => Some(self.unavailable()),
            Err(Unread::Malformed { reason }) => {
                Some(Way::Refused(Refused::Malformed { size: envelope.len(), reason }))
            }
        };
        let retry_after = self.retry_after;
        async move {
            write_answer::<D>(match way {
                Some(way) => Answer::Outcome(way.outcome(retry_after).await),
                None => Answer::NotOwner,
            })
        }
    }

    /// What the owner of every partition is doing, in their order. One that is not here is idle.
    pub fn status(&self) -> Vec<Status> {
        let read = |door: &Door<D>| *door.status.lock().unwrap_or_else(PoisonError::into_inner);
        self.doors.iter().map(read).collect()
    }

    /// Whether commands for the partition are taken here.
    pub fn owns(&self, number: u32) -> bool {
        self.door(number).is_some_and(Door::is_open)
    }

    /// How many partitions the topic has.
    pub fn partitions(&self) -> u32 {
        self.doors.len() as u32
    }

    pub(super) fn door(&self, number: u32) -> Option<&Door<D>> {
        self.doors.get(number as usize)
    }

    /// Gives a command to the owner here; back, if there is none.
    fn enter(&self, number: u32, envelope: Envelope<D>) -> Result<Way<D>, Box<Envelope<D>>> {
        let Some(door) = self.door(number) else { return Err(Box::new(envelope)) };
        match door.enter(number, envelope) {
            Entry::In(answered, span) => Ok(Way::Here(answered, span)),
            Entry::Full => Ok(Way::Refused(Refused::Overloaded { retry_after: self.retry_after })),
            Entry::Closed(envelope) => Err(Box::new(envelope)),
        }
    }

    /// The same for a command from another node. One that counts other partitions than this node would put a stream
    /// where nobody looks for it.
    fn enter_from_elsewhere(&self, number: u32, envelope: Envelope<D>) -> Option<Way<D>> {
        let here = partition_of(&envelope.stream, self.partitions());
        if here != number {
            let stream = envelope.stream;
            tracing::warn!(%stream, number, here, "another node counts other partitions: restart the older one");
            return Some(self.unavailable());
        }
        self.enter(number, envelope).ok()
    }

    fn send_on(&self, number: u32, envelope: &Envelope<D>) -> Way<D> {
        match (&self.elsewhere, write_envelope(envelope)) {
            (Some(elsewhere), Ok(bytes)) => {
                Way::Elsewhere(self.clone().chase(elsewhere.clone(), number, bytes).boxed())
            }
            _ => self.unavailable(),
        }
    }

    /// Gives a command to whoever owns its partition, again and again as long as nobody takes it.
    async fn chase(self, elsewhere: Arc<dyn Elsewhere>, number: u32, envelope: Bytes) -> Outcome<D> {
        let unavailable = Err(Refused::Unavailable { retry_after: self.retry_after });
        let begun = Instant::now();
        loop {
            match elsewhere.submit(Partition { topic: D::TOPIC, number }, envelope.clone()).await {
                Ok(answer) => match read_answer::<D>(&answer) {
                    Ok(Answer::Outcome(outcome)) => return outcome,
                    Ok(Answer::NotOwner) => {}
                    Err(unread) => {
                        tracing::debug!(topic = D::TOPIC, ?unread, "the answer of another node cannot be read");
                        return unavailable;
                    }
                },
                Err(NotReached::NotTaken) => {}
                Err(NotReached::Unanswered) => return unavailable,
            }
            if begun.elapsed() >= self.chase {
                return unavailable;
            }
            tokio::time::sleep(STEP).await;
            // The partition may have come here.
            if self.owns(number)
                && let Ok(envelope) = read_envelope(&envelope)
                && let Ok(way) = self.enter(number, envelope)
            {
                return way.outcome(self.retry_after).await;
            }
        }
    }

    fn unavailable(&self) -> Way<D> {
        Way::Refused(Refused::Unavailable { retry_after: self.retry_after })
    }
}

/// Where the outcome of a command comes from.
enum Way<D: Domain> {
    Here(oneshot::Receiver<Outcome<D>>, Span),
    Elsewhere(BoxFuture<'static, Outcome<D>>),
    Refused(Refused<D::Refusal>),
}

impl<D: Domain> Way<D> {
    async fn outcome(self, retry_after: Duration) -> Outcome<D> {
        match self {
            Self::Here(answered, span) => {
                let outcome = answered.await.unwrap_or(Err(Refused::Unavailable { retry_after }));
                drop(span);
                outcome
            }
            Self::Elsewhere(outcome) => outcome.await,
            Self::Refused(refused) => Err(refused),
        }
    }
}
