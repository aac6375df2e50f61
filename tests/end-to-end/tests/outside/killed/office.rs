//! An office of clerks who work while the platform comes and goes, and what is checked whenever it has come.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tonic::transport::Channel;

use super::clerk::{Answers, Clerk, Door};
use super::life;
use crate::api::connect;
use crate::cli::Cli;
use crate::judge::journal::{Journal, place};
use crate::judge::views::Auditor;
use crate::server::Server;

/// How many people work at the same time.
const CLERKS: u32 = 8;
/// The subject of their token.
const SUBJECT: &str = "clerks";
/// How long they take to end what they have begun.
const PATIENCE: Duration = Duration::from_secs(120);

/// Clerks at work.
pub(crate) struct Office {
    token: Arc<str>,
    clerks: JoinSet<()>,
    answers: Answers,
    door: watch::Sender<Option<Channel>>,
    closing: watch::Sender<bool>,
    before: Journal,
}

impl Office {
    /// Lets the clerks in, with a token of their own that `administrator` issues.
    pub(crate) async fn open(administrator: &str, server: &Server, seed: u64) -> Self {
        let cli = Cli::new(&server.grpc, Some(administrator.to_owned()));
        let issued = cli.json(&["token", "issue", "--subject", SUBJECT, "--role", "administrator"]).await;
        let token: Arc<str> = issued["token"].as_str().unwrap().into();
        let (door, entrance) = watch::channel(None);
        let (closing, closed) = watch::channel(false);
        let answers = Answers::default();
        let mut clerks = JoinSet::new();
        for number in 0..CLERKS {
            let door = Door { channel: entrance.clone(), token: Arc::clone(&token) };
            let mut clerk = Clerk::new(door, answers.clone(), number, seed);
            let closed = closed.clone();
            clerks.spawn(async move { life::work(&mut clerk, &closed).await });
        }
        Self { token, clerks, answers, door, closing, before: Journal::default() }
    }

    /// Checks a platform that has just come, and lets the clerks work with it.
    pub(crate) async fn goes_on(&mut self, server: &Server) {
        assert!(self.clerks.try_join_next().is_none(), "a clerk gave up");
        let channel = connect(&server.grpc).await;
        self.check(&channel).await;
        self.door.send_replace(Some(channel));
    }

    /// All that was answered or read before is in the log.
    async fn check(&mut self, channel: &Channel) {
        // First what was answered, then the log: the answer to a call may be on its way.
        let answered = self.answers.places();
        let journal = Journal::read(channel, &self.token).await.unwrap();
        journal.must_be_dense();
        journal.must_hold(&self.before);
        let commits = journal.commits_by(SUBJECT);
        for (at, created) in answered {
            assert_eq!(commits.get(&at), Some(&created), "what was answered with {at:?} is not there");
        }
        self.before = journal;
    }

    /// Waits until everybody has ended what he had begun.
    pub(crate) async fn close(&mut self) {
        self.closing.send_replace(true);
        let all = async {
            while let Some(clerk) = self.clerks.join_next().await {
                clerk.unwrap();
            }
        };
        timeout(PATIENCE, all).await.expect("the clerks finish their work");
    }

    /// Holds every rule and every view against the log, and the log against what was answered: each answer names one
    /// commit of the clerks, and they have no other.
    pub(crate) async fn audit(&self, server: &Server) -> String {
        let channel = connect(&server.grpc).await;
        let journal = Auditor { channel: &channel, token: &self.token }.audit().await;
        journal.must_hold(&self.before);
        let commits = journal.commits_by(SUBJECT);
        let answered = self.answers.all();
        let places: BTreeSet<_> = answered.iter().map(|answer| place(answer.position.as_ref().unwrap())).collect();
        assert_eq!(places.len(), answered.len(), "two commands were answered with one commit");
        assert_eq!(places.len(), commits.len(), "commits and answers");
        for answer in answered {
            let at = place(answer.position.as_ref().unwrap());
            assert_eq!(commits.get(&at), Some(&(answer.id, answer.version)), "{at:?}");
        }
        format!("{} events, {}", journal.len(), self.answers.summary())
    }
}
