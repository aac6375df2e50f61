//! Every read model can be built anew beside the one that serves, and gives the same answers.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::api::connect;
use crate::cli::Cli;
use crate::judge::views::Auditor;
use crate::server::Home;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_projection_rebuilt_gives_the_same_answers() {
    let home = Home::new();
    let server = home.serve().await;
    let cli = server.cli(&home);
    let before = cli.json(&["demo", "--size", "small"]).await;
    rebuild_everything(&cli).await;
    let channel = connect(&server.grpc).await;
    Auditor { channel: &channel, token: &home.token() }.audit().await;
    let after = cli.json(&["demo", "--size", "small"]).await;
    assert_eq!(after["summary"], before["summary"]);
    assert!(server.stop().await.success());
}

/// Builds every read model anew, gives it up, builds it again and lets it serve.
pub(crate) async fn rebuild_everything(cli: &Cli) {
    let names = names(cli).await;
    assert!(names.len() >= 10, "{names:?}");
    for name in &names {
        cli.says(&["projection", "rebuild", name]).await;
        cli.says(&["projection", "cancel", name]).await;
        let said = cli.run(&["projection", "switch", name]).await;
        assert_ne!(said.code, 0, "{name}: there is nothing to switch to after a cancel");
        cli.says(&["projection", "rebuild", name]).await;
        switch(cli, name).await;
    }
}

async fn names(cli: &Cli) -> Vec<String> {
    let list = cli.json(&["projection", "list"]).await;
    let name = |projection: &Value| projection["name"].as_str().unwrap().to_owned();
    list["projections"].as_array().unwrap().iter().map(name).collect()
}

/// Switches as soon as the new one has caught up: every row of it is as it was.
async fn switch(cli: &Cli, name: &str) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let said = cli.run(&["--json", "projection", "switch", name]).await;
        if said.code == 0 {
            let compared: Value = serde_json::from_str(&said.out).unwrap();
            assert_eq!(compared["different"], 0, "{name}: {compared}");
            assert_eq!(compared["rows_before"], compared["rows_now"], "{name}");
            return;
        }
        assert!(said.err.contains("PROJECTION_BEHIND"), "{name}: {}", said.err);
        assert!(Instant::now() < deadline, "{name} does not catch up: {}", said.err);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
