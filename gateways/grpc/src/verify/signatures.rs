//! Checking signatures together: what many callers ask at the same time is verified as one batch, at less than half
//! the cost each, on threads of its own so that no call waits behind the arithmetic.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

use sceau_code::{SignedCode, VerifyingKey, verify_batch};
use tokio::sync::{mpsc, oneshot};
use tonic::{Code, Status};

use crate::failure;

/// Signatures in one batch; more save little and delay the first.
const BATCH: usize = 64;
/// Signatures that wait for a thread.
const WAITING: usize = 8192;

type Asked = (SignedCode, VerifyingKey, oneshot::Sender<bool>);

/// The way to the threads. They end when this is dropped.
pub(super) struct Signatures(mpsc::Sender<Asked>);

impl Signatures {
    pub(super) fn start() -> Self {
        let (ask, asked) = mpsc::channel::<Asked>(WAITING);
        let asked = Arc::new(Mutex::new(asked));
        for _ in 0..available_parallelism().map_or(1, usize::from) {
            let asked = Arc::clone(&asked);
            tokio::task::spawn_blocking(move || work(&asked));
        }
        Self(ask)
    }

    /// Whether `key` signed `code`.
    pub(super) async fn verify(&self, code: SignedCode, key: VerifyingKey) -> Result<bool, Status> {
        let (answer, answered) = oneshot::channel();
        let busy = || {
            let text = "too many codes are being verified: try again";
            failure::retry(Code::ResourceExhausted, "OVERLOADED", text, Duration::from_millis(100))
        };
        self.0.try_send((code, key, answer)).map_err(|_| busy())?;
        answered.await.map_err(|_| busy())
    }
}

/// Takes batches until nobody can ask any more.
fn work(asked: &Mutex<mpsc::Receiver<Asked>>) {
    let mut batch = Vec::with_capacity(BATCH);
    while asked.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv_many(&mut batch, BATCH) > 0 {
        let codes: Vec<(SignedCode, VerifyingKey)> = batch.iter().map(|(code, key, _)| (*code, *key)).collect();
        for ((_, _, answer), valid) in batch.drain(..).zip(verify_batch(&codes)) {
            // A caller who has gone needs no answer.
            let _ = answer.send(valid);
        }
    }
}
