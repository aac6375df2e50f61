//! The release binary as a process of its own.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sceau::client::{Caller, connect, local_token};

use crate::Result;
use crate::setting::Setting;

/// How long a start or a stop may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(600);
/// Between two looks whether it has come up.
const LOOK: Duration = Duration::from_millis(2);
/// In which Linux counts processor time for programs, on every machine.
const TICKS_PER_SECOND: f64 = 100.0;

/// A running `sceau serve`. It is killed when dropped.
pub(crate) struct Server<'a> {
    setting: &'a Setting,
    process: Child,
    address: String,
    log: PathBuf,
    begun: Instant,
    token: Option<String>,
}

impl<'a> Server<'a> {
    /// Starts it on `data` and waits until it takes connections.
    pub(crate) async fn start(setting: &'a Setting, data: &Path) -> Result<Self> {
        Self::start_with(setting, data, &[]).await
    }

    /// Starts it on `data` with `settings` of its own, each `key=value`, and waits until it takes connections. What it
    /// logs is in the file beside `data`.
    pub(crate) async fn start_with(setting: &'a Setting, data: &Path, settings: &[String]) -> Result<Self> {
        let (grpc, http) = (free_port()?, free_port()?);
        let address = format!("http://127.0.0.1:{grpc}");
        let path = data.with_extension("log");
        let log = fs::File::create(&path)?;
        let mut command = Command::new(&setting.sceau);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SCEAU_")) {
            command.env_remove(name);
        }
        command.arg("serve").arg("--data").arg(data);
        command.args(["--grpc-listen", &format!("127.0.0.1:{grpc}"), "--http-listen", &format!("127.0.0.1:{http}")]);
        command.args(["--web-listen", "127.0.0.1:0"]);
        // Every caller comes from one address here, which must not be held back as one public caller would be.
        command.args(["--set", "public.rate=1000000", "--set", "log.level=warn"]);
        command.args(settings.iter().flat_map(|setting| ["--set", setting.as_str()]));
        let begun = Instant::now();
        let process = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        let mut server = Self { setting, process, address, log: path, begun, token: None };
        server.wait_until_reachable(data).await?;
        Ok(server)
    }

    /// When it was started.
    pub(crate) const fn begun(&self) -> Instant {
        self.begun
    }

    /// Its address, as a client takes it.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// How often `text` stands in what it has logged since its start.
    pub(crate) fn logged(&self, text: &str) -> Result<usize> {
        Ok(fs::read_to_string(&self.log)?.matches(text).count())
    }

    /// The seconds of processor time that it has taken so far, as Linux tells them.
    pub(crate) fn processor_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // The program's name, in parentheses, may hold anything; utime and stime are the 12th and 13th after it.
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks = after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(str::parse::<u64>)
            .sum::<std::result::Result<u64, _>>()?;
        Ok(ticks as f64 / TICKS_PER_SECOND)
    }

    /// A connection of its own, with the administrator's token.
    pub(crate) async fn caller(&self) -> Result<Caller> {
        Ok(connect(&self.address, self.token.as_deref()).await?)
    }

    /// A connection of its own, without a token: anyone's.
    pub(crate) async fn anyone(&self) -> Result<Caller> {
        Ok(connect(&self.address, None).await?)
    }

    async fn wait_until_reachable(&mut self, data: &Path) -> Result<()> {
        while self.begun.elapsed() < PATIENCE {
            if let Some(status) = self.process.try_wait()? {
                let said = fs::read_to_string(&self.log).unwrap_or_default();
                return Err(format!("sceau serve ended with {status}: {said}").into());
            }
            self.token = local_token(data);
            if self.token.is_some() && connect(&self.address, None).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
        Err("sceau serve does not come up".into())
    }

    /// Asks it to stop and waits until it has; the callers of this process hear of it meanwhile and hang up.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.note_memory();
        let told = Command::new("kill").arg("-TERM").arg(self.process.id().to_string()).status()?;
        if !told.success() {
            return Err("sceau serve is gone already".into());
        }
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if let Some(status) = self.process.try_wait()? {
                return if status.success() { Ok(()) } else { Err(format!("sceau serve ended with {status}").into()) };
            }
            tokio::time::sleep(LOOK).await;
        }
        Err("sceau serve does not stop".into())
    }

    /// Kills it, as a power cut would.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.note_memory();
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Bytes that it had resident at its highest, as Linux tells it.
    pub(crate) fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|rest| rest.split_whitespace().next()).and_then(|kib| kib.parse::<u64>().ok());
        kib.unwrap_or_default() << 10
    }

    fn note_memory(&self) {
        self.setting.saw_memory(self.memory());
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nobody listens on now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
