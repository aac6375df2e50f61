//! The import of a real order stream: its report adds up, after a kill, a second run and rebuilds too.
//!
//! The data is not ours to keep in the repository: it is looked for beside it, or where `SCEAU_ORDERS` says.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;

use crate::api::connect;
use crate::cli::Cli;
use crate::judge::journal::Journal;
use crate::judge::views::Auditor;
use crate::rebuild::rebuild_everything;
use crate::server::{Home, sceau};

const FILE: &str = "online_retail_2010-12_2011-09.csv.gz";
/// Lines of the file that are imported here.
const LINES: usize = 3000;

/// The first lines of the real file, as a file of their own.
fn prefix(folder: &Path) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(FILE);
    let given = std::env::var_os("SCEAU_ORDERS").map_or(beside, PathBuf::from);
    if !given.exists() {
        skipped!("the import of {FILE}, which is not at {}", given.display());
        return None;
    }
    let mut gzip = std::process::Command::new("gzip").arg("-dc").arg(given).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(gzip.stdout.take().unwrap()).split(b'\n');
    let path = folder.join("orders.csv");
    let mut file = std::fs::File::create(&path).unwrap();
    for line in lines.take(LINES + 1) {
        file.write_all(&line.unwrap()).unwrap();
        file.write_all(b"\n").unwrap();
    }
    gzip.kill().unwrap();
    gzip.wait().unwrap();
    Some(path)
}

/// `sceau import orders`, as the administrator of `home`.
struct Import<'a> {
    home: &'a Home,
    file: &'a str,
    refused: String,
}

impl Import<'_> {
    fn arguments(&self) -> Vec<&str> {
        vec!["import", "orders", self.file, "--refused", &self.refused]
    }

    /// The report; the command fails when it does not add up.
    async fn report(&self, cli: &Cli) -> Value {
        cli.json(&self.arguments()).await
    }

    fn begin(&self, server: &str) -> Command {
        let mut command = sceau();
        command.args(self.arguments()).args(["--server", server]).env("SCEAU_TOKEN", self.home.token());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_adds_up_after_a_kill_a_repeat_and_rebuilds() {
    let home = Home::new();
    let Some(file) = prefix(home.path()) else { return };
    let refused = home.path().join("refused.csv").display().to_string();
    let import = Import { home: &home, file: file.to_str().unwrap(), refused };

    let mut server = home.serve().await;
    for after in [300, 150, 450, 250] {
        let mut importing = import.begin(&server.grpc).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(after)).await;
        server.kill().await;
        let _ = importing.kill().await;
        server = home.serve().await;
        let channel = connect(&server.grpc).await;
        println!("killed at {} events", Journal::read(&channel, &home.token()).await.unwrap().len());
    }
    let cli = server.cli(&home);
    let report = import.report(&cli).await;
    let channel = connect(&server.grpc).await;
    let auditor = Auditor { channel: &channel, token: &home.token() };
    let journal = auditor.audit().await;

    println!("ended at {} events", journal.len());
    let again = import.report(&cli).await;
    assert_eq!(again, report, "a second run reports the same");
    let now = Journal::read(&channel, &home.token()).await.unwrap();
    now.must_hold(&journal);
    assert_eq!(now.len(), journal.len(), "a second run adds nothing");

    rebuild_everything(&cli).await;
    let rebuilt = cli.json(&[&import.arguments()[..], &["--report-only"]].concat()).await;
    assert_eq!(rebuilt, report, "rebuilt views give the same report");
    assert!(server.stop().await.success());

    // A platform on which nothing went wrong.
    let calm = Home::new();
    let server = calm.serve().await;
    let undisturbed = import.report(&server.cli(&calm)).await;
    assert_eq!(undisturbed, report, "an import that was never disturbed reports the same");
    server.kill().await;
}
