//! A platform as a child process.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::cli::Cli;

/// A platform that has not said that it is up after this long never will be.
const START: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(60);

/// The binary that is judged.
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("SCEAU_BIN").map_or_else(|| env!("CARGO_BIN_EXE_sceau-under-test").into(), PathBuf::from)
}

/// The binary, with no setting of this process' own environment.
pub(crate) fn sceau() -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SCEAU_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// A data folder and what was logged about it; both go when it goes.
pub(crate) struct Home(TempDir);

/// What a process left behind that ended before it served.
#[derive(Debug)]
pub(crate) struct Ended {
    pub status: ExitStatus,
    pub log: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        let mut folder = tempfile::tempdir().unwrap();
        if std::env::var_os("SCEAU_KEEP").is_some() {
            folder.disable_cleanup(true);
            println!("kept: {}", folder.path().display());
        }
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// The administrator's token of the first start.
    pub(crate) fn token(&self) -> String {
        std::fs::read_to_string(self.data().join("administrator.token")).unwrap()
    }

    /// The administrator's token of another tenant than the first.
    pub(crate) fn token_of(&self, tenant: &str) -> String {
        std::fs::read_to_string(self.data().join(format!("administrator.{tenant}.token"))).unwrap()
    }

    /// Everything that the servers of this folder wrote on standard error.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.path().join("server.log")
    }

    fn append_log(&self) -> File {
        OpenOptions::new().create(true).append(true).open(self.log_file()).unwrap()
    }

    /// `sceau serve` on this folder, on free ports.
    pub(crate) fn command(&self, settings: &[&str]) -> Command {
        let mut command = sceau();
        self.serve_arguments(&mut command, settings);
        command
    }

    /// Gives `command` the arguments and outputs of a server on this folder.
    pub(crate) fn serve_arguments(&self, command: &mut Command, settings: &[&str]) {
        command.arg("serve").arg("--data").arg(self.data());
        command.args(["--grpc-listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0", "--web-listen", "127.0.0.1:0"]);
        for setting in settings {
            command.args(["--set", setting]);
        }
        command.stdout(Stdio::piped()).stderr(self.append_log());
    }

    pub(crate) async fn serve(&self) -> Server {
        self.serve_with(&[]).await
    }

    /// Serves with these `key=value` settings.
    pub(crate) async fn serve_with(&self, settings: &[&str]) -> Server {
        match Server::up(self.command(settings), self).await {
            Ok(server) => server,
            Err(ended) => panic!("the server did not start: {}\n{}", ended.status, ended.log),
        }
    }

    /// Tries to serve and expects that it is refused.
    pub(crate) async fn refuses(&self, settings: &[&str]) -> Ended {
        match Server::up(self.command(settings), self).await {
            Ok(_) => panic!("the server started"),
            Err(ended) => ended,
        }
    }
}

/// A running `sceau serve`. Dropped, it is killed.
pub(crate) struct Server {
    child: Child,
    /// Where gRPC is served, as a URL.
    pub grpc: String,
    /// Where `/metrics` and `/health` are served.
    pub http: String,
    /// Where the verification page and public files are served.
    pub web: String,
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl Server {
    /// Starts `command` and waits until it says that it is up.
    pub(crate) async fn up(mut command: Command, home: &Home) -> Result<Self, Ended> {
        let logged = home.log().len();
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut grpc, mut http, mut web) = (None, None, None);
        let said = timeout(START, async {
            while let Some(line) = lines.next_line().await.unwrap() {
                let mut words = line.split_whitespace();
                match (words.next(), words.next()) {
                    (Some("gRPC"), Some(url)) => grpc = Some(url.to_owned()),
                    (Some("page"), Some(url)) => web = Some(url.to_owned()),
                    (Some("metrics"), Some(url)) => http = Some(url.trim_end_matches("/metrics").to_owned()),
                    (Some("data"), Some(_)) => return true,
                    _ => {}
                }
            }
            false
        });
        match (said.await, grpc, http, web) {
            (Ok(true), Some(grpc), Some(http), Some(web)) => Ok(Self { child, grpc, http, web, _stdout: lines }),
            (Ok(_), ..) => {
                let status = timeout(STOP, child.wait()).await.unwrap().unwrap();
                Err(Ended { status, log: home.log().split_off(logged) })
            }
            (Err(_), ..) => panic!("the server was not up in {START:?}\n{}", home.log()),
        }
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> String {
        self.child.id().expect("it runs").to_string()
    }

    /// Kills it with SIGKILL and waits until it is gone.
    pub(crate) async fn kill(mut self) {
        timeout(STOP, self.child.kill()).await.unwrap().unwrap();
    }

    /// Asks it to stop with SIGTERM and waits until it has.
    pub(crate) async fn stop(mut self) -> ExitStatus {
        assert!(Command::new("kill").args(["-TERM", &self.pid()]).status().await.unwrap().success());
        timeout(STOP, self.child.wait()).await.expect("it stops when asked").unwrap()
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ends(mut self) -> ExitStatus {
        timeout(STOP, self.child.wait()).await.expect("it ends").unwrap()
    }

    /// Its command line, as the administrator of `home`.
    pub(crate) fn cli(&self, home: &Home) -> Cli {
        Cli::new(&self.grpc, Some(home.token()))
    }
}
