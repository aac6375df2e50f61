//! `kill -9` at any moment loses nothing and doubles nothing.

mod clerk;
mod life;
mod random;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::api::connect;
use crate::judge::journal::{Journal, place};
use crate::judge::views::Auditor;
use crate::server::Home;
use clerk::{Answers, Clerk, Door};
use random::Random;

/// How often the platform is killed.
const KILLS: u32 = 50;
/// How many people work at the same time.
const CLERKS: u32 = 8;
/// The longest time between two kills, from the moment the process is started.
const LONGEST: Duration = Duration::from_millis(2500);
/// The subject of the clerks' token.
const SUBJECT: &str = "clerks";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_lose_nothing_and_double_nothing() {
    let seed = std::env::var("SCEAU_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(Random::any_seed);
    println!("SCEAU_SEED={seed}");
    let mut random = Random(seed);
    let home = Home::new();
    let mut server = home.serve().await;
    let issued = server.cli(&home).json(&["token", "issue", "--subject", SUBJECT, "--role", "administrator"]).await;
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

    let mut before = Journal::default();
    let mut kills = 0;
    while kills < KILLS {
        let channel = connect(&server.grpc).await;
        assert!(clerks.try_join_next().is_none(), "a clerk gave up");
        before = check(&channel, &token, &answers, &before).await;
        door.send_replace(Some(channel));
        tokio::time::sleep(random.up_to(LONGEST / 2)).await;
        server.kill().await;
        kills += 1;
        // Now and then it is killed again while it starts.
        while kills < KILLS && random.one_in(3) {
            let mut starting = home.command(&[]).spawn().unwrap();
            tokio::time::sleep(random.up_to(LONGEST / 4)).await;
            starting.kill().await.unwrap();
            kills += 1;
        }
        server = home.serve().await;
    }
    let channel = connect(&server.grpc).await;
    door.send_replace(Some(channel.clone()));
    closing.send_replace(true);
    finish(clerks).await;

    let journal = Auditor { channel: &channel, token: &token }.audit().await;
    journal.must_hold(&before);
    every_answer_is_one_commit(&answers, &journal);
    println!("{kills} kills, {} events, {}", journal.len(), answers.summary());
    assert!(server.stop().await.success());
}

/// Reads the log of a platform that has just come back: all that was answered or read before must be in it.
async fn check(channel: &tonic::transport::Channel, token: &str, answers: &Answers, before: &Journal) -> Journal {
    // First what was answered, then the log: the clerks may be at work already.
    let answered = answers.places();
    let journal = Journal::read(channel, token).await.unwrap();
    journal.must_be_dense();
    journal.must_hold(before);
    let commits = journal.commits_by(SUBJECT);
    for (at, created) in answered {
        assert_eq!(commits.get(&at), Some(&created), "what was answered with {at:?} is not there");
    }
    journal
}

async fn finish(mut clerks: JoinSet<()>) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while let Some(clerk) =
        tokio::time::timeout_at(deadline.into(), clerks.join_next()).await.expect("the clerks finish their work")
    {
        clerk.unwrap();
    }
}

/// Each command was answered, each answer names one commit of the clerks, and they have no other.
fn every_answer_is_one_commit(answers: &Answers, journal: &Journal) {
    let commits = journal.commits_by(SUBJECT);
    let answered = answers.all();
    let places: BTreeSet<_> = answered.iter().map(|answer| place(answer.position.as_ref().unwrap())).collect();
    assert_eq!(places.len(), answered.len(), "two commands were answered with one commit");
    assert_eq!(places.len(), commits.len(), "commits and answers");
    for answer in answered {
        let at = place(answer.position.as_ref().unwrap());
        assert_eq!(commits.get(&at), Some(&(answer.id, answer.version)), "{at:?}");
    }
}
