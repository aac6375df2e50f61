//! The way into one partition, which opens and closes as its owner comes and goes.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use sceau_kernel::Domain;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tracing::Span;

use crate::command::{Envelope, Outcome};
use crate::status::Status;

/// A command and where its answer goes.
pub(super) type Asked<D> = (Envelope<D>, oneshot::Sender<Outcome<D>>);

/// The way into one partition.
pub(super) struct Door<D: Domain> {
    /// Its owner's queue, while there is an owner here.
    queue: RwLock<Option<mpsc::Sender<Asked<D>>>>,
    pub(super) status: Arc<Mutex<Status>>,
}

/// What becomes of a command at a door.
pub(super) enum Entry<D: Domain> {
    /// It is in. Its answer comes here, and the span is the command's until then.
    In(oneshot::Receiver<Outcome<D>>, Span),
    /// The queue is full.
    Full,
    /// There is no owner behind the door.
    Closed(Envelope<D>),
}

impl<D: Domain> Door<D> {
    /// A closed door.
    pub(super) fn new() -> Self {
        Self { queue: RwLock::new(None), status: Arc::default() }
    }

    /// Opens the door on to this queue.
    pub(super) fn open(&self, queue: mpsc::Sender<Asked<D>>) {
        *self.queue.write().unwrap_or_else(PoisonError::into_inner) = Some(queue);
    }

    /// Closes it. What is in the queue stays there; the owner sees its end behind it.
    pub(super) fn close(&self) {
        *self.queue.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// True while there is an owner behind it.
    pub(super) fn is_open(&self) -> bool {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        queue.as_ref().is_some_and(|queue| !queue.is_closed())
    }

    /// Lets a command in, if there is an owner for it. `number` is the partition's.
    pub(super) fn enter(&self, number: u32, mut envelope: Envelope<D>) -> Entry<D> {
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
                Entry::In(answered, span)
            }
            Err(TrySendError::Full(())) => Entry::Full,
            Err(TrySendError::Closed(())) => Entry::Closed(envelope),
        }
    }
}
