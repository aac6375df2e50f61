//! `kill -9` at any moment loses nothing and doubles nothing. Nor does a stop.

mod clerk;
mod demo;
mod life;
mod office;
mod random;

use std::time::Duration;

use crate::api::connect;
use crate::audit;
use crate::judge::views::Auditor;
use crate::server::Home;
use demo::Demo;
use office::Office;
use random::Random;

/// How often the platform is killed.
const KILLS: u32 = 50;
/// The longest time between two kills, from the moment the platform serves.
const LONGEST: Duration = Duration::from_millis(1500);
/// The longest time after which a platform is killed that only starts.
const STARTING: Duration = Duration::from_millis(600);
/// The clerks work for one tenant, the demo fills another.
const TENANTS: &str = "tenants=ci,sn";

fn random() -> Random {
    let seed = std::env::var("SCEAU_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(Random::any_seed);
    println!("SCEAU_SEED={seed}");
    Random(seed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_in_the_demo_lose_nothing_and_double_nothing() {
    let mut random = random();
    let home = Home::new();
    let mut server = home.serve_with(&[TENANTS]).await;
    let mut office = Office::open(&home.token_of("sn"), &server, random.next()).await;
    let demo = Demo { token: home.token() };
    let mut kills = 0;
    while kills < KILLS {
        office.goes_on(&server).await;
        let filling = demo.begin(&server);
        tokio::time::sleep(random.up_to(LONGEST)).await;
        server.kill().await;
        drop(filling);
        kills += 1;
        // Now and then it is killed again while it starts.
        while kills < KILLS && random.one_in(3) {
            kill_starting(&home, &mut random).await;
            kills += 1;
        }
        server = home.serve_with(&[TENANTS]).await;
    }
    office.goes_on(&server).await;
    office.close().await;
    let told = office.audit(&server).await;
    println!("{kills} kills, {told}");

    let filled = demo.complete(&server).await;
    let channel = connect(&server.grpc).await;
    let journal = Auditor { channel: &channel, token: &demo.token }.audit().await;
    let undisturbed = Demo::undisturbed().await;
    assert_eq!(demo::steps(&journal), undisturbed.steps, "each stream of the demo took the same steps");
    // And the key of the tenant's codes.
    audit::comes_to(&server.cli(&home).with_token(None), journal.public_facts() + 1).await;
    assert_eq!(filled["summary"], undisturbed.said["summary"], "the demo ends as it does undisturbed");
    assert!(server.stop().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_under_load_loses_nothing() {
    let mut random = random();
    let home = Home::new();
    let mut server = home.serve().await;
    let mut office = Office::open(&home.token(), &server, random.next()).await;
    for _ in 0..3 {
        office.goes_on(&server).await;
        tokio::time::sleep(LONGEST / 2 + random.up_to(LONGEST)).await;
        assert!(server.stop().await.success(), "a stop is no failure");
        assert!(home.log().contains(r#""saved":true"#), "states, rows and checkpoints are saved\n{}", home.log());
        server = home.serve().await;
    }
    office.goes_on(&server).await;
    office.close().await;
    println!("3 stops, {}", office.audit(&server).await);
}

#[tokio::test]
async fn a_kill_in_the_very_first_start_leaves_a_folder_that_starts() {
    let mut random = random();
    for _ in 0..8 {
        let home = Home::new();
        kill_starting(&home, &mut random).await;
        kill_starting(&home, &mut random).await;
        let server = home.serve().await;
        let companies = server.cli(&home).says(&["certify", "company", "list"]).await;
        assert_eq!(companies, "none\n");
        server.kill().await;
    }
}

async fn kill_starting(home: &Home, random: &mut Random) {
    let mut starting = home.command(&[TENANTS]).spawn().unwrap();
    tokio::time::sleep(random.up_to(STARTING)).await;
    starting.kill().await.unwrap();
}
