//! The command line as a person types it.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;

use crate::server::sceau;

const PATIENCE: Duration = Duration::from_secs(60);

/// A person at a terminal, with a server and a token.
#[derive(Clone)]
pub(crate) struct Cli {
    server: String,
    token: Option<String>,
}

/// What a command said when it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Cli {
    pub(crate) fn new(server: &str, token: Option<String>) -> Self {
        Self { server: server.to_owned(), token }
    }

    /// Somebody else at the same server.
    pub(crate) fn with_token(&self, token: Option<&str>) -> Self {
        Self { server: self.server.clone(), token: token.map(str::to_owned) }
    }

    /// Runs a command, whatever comes of it.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Said {
        let mut command = sceau();
        command.env("SCEAU_SERVER", &self.server).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        // No local token is to be found when there is none of one's own.
        command.current_dir(std::env::temp_dir());
        if let Some(token) = &self.token {
            command.env("SCEAU_TOKEN", token);
        }
        let output = timeout(PATIENCE, command.output()).await.expect("the command ends").unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Runs a command that must go well; what it printed.
    #[track_caller]
    pub(crate) fn says(&self, arguments: &[&str]) -> impl Future<Output = String> + use<> {
        let (cli, arguments): (Self, Vec<String>) = (self.clone(), arguments.iter().map(|&a| a.to_owned()).collect());
        let caller = std::panic::Location::caller();
        async move {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let said = cli.run(&arguments).await;
            assert!(said.code == 0, "{caller}: sceau {} ended with {}: {}", arguments.join(" "), said.code, said.err);
            said.out
        }
    }

    /// Runs a command that must go well; its JSON.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> impl Future<Output = Value> + use<> {
        let arguments = [&["--json"], arguments].concat();
        let said = self.says(&arguments);
        async move { serde_json::from_str(&said.await).expect("the output is JSON") }
    }
}
