//! A script of steps in a browser, one line of JSON to and fro.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// No step of a page takes longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Names that distributions give to Chromium.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A running browser, which ends with it.
pub struct Browser {
    process: Child,
    steps: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

/// Why a step was not done.
#[derive(Debug)]
pub enum BrowserError {
    /// The driver cannot be run or spoken to.
    Driver(std::io::Error),
    /// It ended, or said nothing for too long.
    Silent,
    /// The step failed, as the driver says.
    Step(String),
}

impl fmt::Display for BrowserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Driver(error) => write!(f, "the browser's driver cannot be run: {error}"),
            Self::Silent => write!(f, "the browser's driver ended, or said nothing for {PATIENCE:?}"),
            Self::Step(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for BrowserError {}

impl From<std::io::Error> for BrowserError {
    fn from(error: std::io::Error) -> Self {
        Self::Driver(error)
    }
}

impl Browser {
    /// A browser, or `None`, said aloud, where Chromium, Node.js or playwright-core is missing.
    pub async fn or_skip() -> Result<Option<Self>, BrowserError> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let playwright = root.join("target/tools/node_modules/playwright-core");
        let (chromium, node) = (NAMES.into_iter().find_map(program), program("node"));
        let (Some(chromium), Some(node), true) = (chromium, node, playwright.is_dir()) else {
            eprintln!("SKIPPED: no Chromium, Node.js or playwright-core here; `make browser` brings them");
            return Ok(None);
        };
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("driver.cjs");
        let mut command = Command::new(node);
        command.arg(driver).arg(playwright).arg(chromium);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn()?;
        let (Some(steps), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(BrowserError::Silent);
        };
        let mut browser = Self { process, steps, answers: BufReader::new(answers).lines() };
        browser.answer().await?;
        Ok(Some(browser))
    }

    /// Does a step: the name of one in `driver.cjs`, with what it needs.
    pub async fn step(&mut self, step: Value) -> Result<Value, BrowserError> {
        self.steps.write_all(format!("{step}\n").as_bytes()).await?;
        self.answer().await
    }

    /// Ends it.
    pub async fn close(mut self) -> Result<(), BrowserError> {
        drop(self.steps);
        match tokio::time::timeout(PATIENCE, self.process.wait()).await {
            Ok(ended) => Ok(ended.map(|_| ())?),
            Err(_) => Ok(self.process.kill().await?),
        }
    }

    async fn answer(&mut self) -> Result<Value, BrowserError> {
        let line =
            tokio::time::timeout(PATIENCE, self.answers.next_line()).await.map_err(|_| BrowserError::Silent)??;
        let answer: Value = line.and_then(|line| serde_json::from_str(&line).ok()).ok_or(BrowserError::Silent)?;
        match answer["error"].as_str() {
            Some(error) => Err(BrowserError::Step(error.to_owned())),
            None => Ok(answer),
        }
    }
}

fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
