//! Somebody who sends commands and does not give up until each is answered.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::stream;
use sceau_api::submit::v1::submit_service_client::SubmitServiceClient;
use sceau_proto::common::v1::CommandReceipt;
use sceau_proto::submit::v1::submit_request::Command;
use sceau_proto::submit::v1::submit_response::Outcome;
use sceau_proto::submit::v1::{CommandFailure, SubmitRequest};
use tokio::sync::watch;
use tonic::transport::Channel;
use tonic::{Code, Status};
use uuid::Uuid;

use super::random::Random;
use crate::api::by;
use crate::judge::journal::{Place, place};

/// A command that is not answered for so long will never be.
const PATIENCE: Duration = Duration::from_secs(90);

/// The way to the server, wherever it is now.
#[derive(Clone)]
pub(crate) struct Door {
    pub channel: watch::Receiver<Option<Channel>>,
    pub token: Arc<str>,
}

impl Door {
    /// The connection to the present server.
    pub(crate) async fn channel(&mut self) -> Channel {
        self.channel.wait_for(Option::is_some).await.unwrap().clone().unwrap()
    }
}

/// Every command that was answered.
#[derive(Clone, Default)]
pub(crate) struct Answers {
    receipts: Arc<Mutex<Vec<CommandReceipt>>>,
    /// Answers that were lost with a process, and given again by another.
    again: Arc<AtomicU64>,
    failed: Arc<AtomicU64>,
}

impl Answers {
    pub(crate) fn all(&self) -> Vec<CommandReceipt> {
        self.receipts.lock().unwrap().clone()
    }

    /// Where each commit stands, its stream and version.
    pub(crate) fn places(&self) -> BTreeMap<Place, (String, u64)> {
        let receipts = self.receipts.lock().unwrap();
        receipts
            .iter()
            .map(|receipt| (place(receipt.position.as_ref().unwrap()), (receipt.id.clone(), receipt.version)))
            .collect()
    }

    pub(crate) fn summary(&self) -> String {
        let answered = self.receipts.lock().unwrap().len();
        let (failed, again) = (self.failed.load(Ordering::Relaxed), self.again.load(Ordering::Relaxed));
        format!("{answered} commands answered, {failed} calls failed, {again} of them after their commit")
    }
}

/// Somebody who works.
pub(crate) struct Clerk {
    pub door: Door,
    pub number: u32,
    pub random: Random,
    answers: Answers,
    commands: u64,
}

impl Clerk {
    pub(crate) fn new(door: Door, answers: Answers, number: u32, seed: u64) -> Self {
        Self { door, number, random: Random(seed ^ u64::from(number) << 32), answers, commands: 0 }
    }

    /// A fresh command id.
    pub(crate) fn id(&mut self) -> Uuid {
        self.commands += 1;
        Uuid::from_u128(0x00c1_e4c0_u128 << 96 | u128::from(self.number) << 64 | u128::from(self.commands))
    }

    /// Sends a command until it is answered; sometimes once more, which must give the same answer.
    pub(crate) async fn does(&mut self, command: Command) -> CommandReceipt {
        let deadline = Instant::now() + PATIENCE;
        let mut tries = 0;
        let receipt = loop {
            tries += 1;
            match self.send(command.clone()).await {
                Ok(receipt) => break receipt,
                Err(status) => {
                    assert!(passing(&status), "{command:?} is refused: {status:?}");
                    assert!(Instant::now() < deadline, "{command:?} is not answered: {status:?}");
                    self.answers.failed.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        };
        assert!(tries > 1 || !receipt.repeated, "a command was known before it was sent: {receipt:?}");
        self.answers.again.fetch_add(u64::from(receipt.repeated), Ordering::Relaxed);
        self.answers.receipts.lock().unwrap().push(receipt.clone());
        if self.random.one_in(4)
            && let Ok(second) = self.send(command.clone()).await
        {
            let first = CommandReceipt { repeated: true, ..receipt.clone() };
            assert_eq!(second, first, "the second answer to {command:?}");
        }
        receipt
    }

    async fn send(&mut self, command: Command) -> Result<CommandReceipt, Status> {
        let mut submit = SubmitServiceClient::new(self.door.channel().await);
        let request = by(&self.door.token, stream::iter([SubmitRequest { command: Some(command) }]));
        let mut answers = submit.submit(request).await?.into_inner();
        let answer = answers.message().await?.ok_or_else(|| Status::unavailable("the stream ended first"))?;
        match answer.outcome.expect("an answer has an outcome") {
            Outcome::Receipt(receipt) => Ok(receipt),
            Outcome::Failure(CommandFailure { code, message, .. }) => Err(Status::new(Code::from(code), message)),
        }
    }
}

/// What passes when the server is back.
pub(crate) fn passing(status: &Status) -> bool {
    // A connection that breaks under a call is UNKNOWN, INTERNAL or CANCELLED to the client, by how far the call was.
    let broken = matches!(status.code(), Code::Unknown | Code::Internal | Code::Cancelled);
    let retried = matches!(status.code(), Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded);
    retried || broken && std::error::Error::source(status).is_some() || broken && status.message().contains("h2")
}
