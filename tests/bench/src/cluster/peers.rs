//! The same job as others do it: the projects under `tests/peers`, built by Maven and run on engines that are started
//! for it, beside the platform's engine in this process on the same ones. What the job is and why the comparison is
//! fair stands in `tests/peers/README.md`. Where one cannot be built, its figures are skipped aloud.

mod pekko;
mod streams;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sceau_certification::Certification;
use sceau_engine::{Engine, Settings};
use sceau_engines::Launch;
use sceau_log::Log;
use sceau_store::Store;
use serde::Deserialize;

pub(super) use pekko::measure as pekko;
pub(super) use streams::measure as streams;

use crate::Result;
use crate::company::{COMPANIES, InProcess};
use crate::setting::Setting;

/// What a first build may take, with all that it fetches over a slow line.
const BUILD: Duration = Duration::from_mins(15);
/// What a peer may take besides the time that it measures, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(10);
/// How long a stop may take.
const GRACE: Duration = Duration::from_mins(1);
/// Lines of a program's output that are shown when it fails.
const LAST_WORDS: usize = 20;

/// A peer that is built.
struct Peer {
    name: &'static str,
    folder: PathBuf,
}

/// What a peer prints when it is done: one value for each run.
#[derive(Debug, Deserialize)]
struct Measured {
    commands_per_second: Vec<f64>,
    /// Of the times from command to answer, one command at a time.
    p99_ms: Vec<f64>,
}

impl Peer {
    /// Builds it, its output in `scratch`; none, and a loud word, where Java, Maven or what they fetch is missing.
    fn build(name: &'static str, scratch: &Path) -> Result<Option<Self>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../peers").join(name);
        let said = run(["mvn", "-B", "-ntp", "package"].map(OsString::from).into(), &folder, scratch, BUILD)?;
        if said.contains("BUILD SUCCESS") {
            return Ok(Some(Self { name, folder }));
        }
        // Maven says so of a Java without a compiler, too.
        if said.contains("COMPILATION ERROR") && !said.contains("No compiler is provided") {
            return Err(format!("peer {name} does not compile:\n{}", last_words(&said)).into());
        }
        let advice = "it needs a Java development kit, Maven, and a repository that Maven reaches";
        eprintln!("SKIPPED peer {name}: {advice}; Maven said:\n{}", last_words(&said));
        Ok(None)
    }

    /// Has it measure itself on the engine at `contact`, with so many commands in flight.
    fn measure(&self, setting: &Setting, scratch: &Path, contact: &str, in_flight: u64) -> Result<Measured> {
        let seconds = setting.run_time().as_secs();
        let numbers = [seconds, setting.runs() as u64, in_flight, setting.samples()];
        let mut command =
            ["java", "-cp", "target/classes:target/lib/*", "sceau.Peer", contact].map(OsString::from).to_vec();
        command.extend(numbers.map(|number| number.to_string().into()));
        let said = run(command, &self.folder, scratch, PATIENCE + setting.run_time() * 10)?;
        let line = said.lines().rev().find(|line| line.starts_with('{'));
        let line =
            line.ok_or_else(|| format!("peer {} measured nothing; it said:\n{}", self.name, last_words(&said)))?;
        Ok(serde_json::from_str(line)?)
    }
}

/// Runs a program to its end and gives what it wrote. It does not outlive this process.
fn run(command: Vec<OsString>, folder: &Path, scratch: &Path, limit: Duration) -> Result<String> {
    let log = scratch.join("peer.log");
    fs::write(&log, "")?;
    let mut process = Launch { command, folder: folder.to_owned(), log: log.clone() }.guarded()?;
    let ended = process.ends_within(limit);
    let said = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    if ended { Ok(said) } else { Err(format!("not done in {limit:?}; it said:\n{}", last_words(&said)).into()) }
}

fn last_words(said: &str) -> String {
    let lines: Vec<_> = said.lines().collect();
    lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n")
}

/// The platform's engine in this process, and callers who give it commands.
struct Ours {
    engine: Engine<Certification>,
    callers: InProcess,
}

impl Ours {
    /// Opens it and enters the companies in the register.
    async fn start(log: Arc<dyn Log>, store: Arc<dyn Store>) -> Result<Self> {
        let settings = Settings { cached_streams: COMPANIES as usize, ..Settings::default() };
        let engine = Engine::start(log, store, "bench".into(), "".into(), settings).await?;
        let callers = InProcess::new(engine.commands())?;
        callers.register(COMPANIES).await?;
        Ok(Self { engine, callers })
    }

    /// Commands answered per second in a run of the `kind`.
    async fn crowd(&self, setting: &Setting, kind: u64) -> Result<f64> {
        self.callers.crowd(kind, setting.run_time(), u64::MAX).await
    }

    async fn stop(self) -> Result<()> {
        Ok(self.engine.shutdown(GRACE).await?)
    }
}
