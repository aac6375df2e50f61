//! One node: `sceau serve` as a process of its own, with a folder and ports that stay its own when it dies.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sceau_engines::{Launch, Port, Process, Signal};

use crate::error::FaultsError;

/// How long a node may take from its start, or from the healing of what it needs, to be ready.
const READY: Duration = Duration::from_secs(90);
/// How long a node may take to leave in good order.
const FAREWELL: Duration = Duration::from_secs(90);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(100);

/// How a node is started.
pub(crate) struct Setting<'a> {
    /// The binary.
    pub(crate) sceau: &'a Path,
    /// Where nodes have their folders and logs.
    pub(crate) folder: &'a Path,
    pub(crate) kafka: String,
    pub(crate) scylla: String,
}

/// A node, running or not. It dies with this process.
pub(crate) struct Node {
    pub(crate) name: String,
    launch: Launch,
    token: PathBuf,
    grpc: Port,
    http: Port,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    process: Option<Process>,
    /// Whether it should run: then it is started again when it ends.
    wanted: bool,
    ended_by_itself: u64,
}

impl Node {
    /// The nth node, not yet started.
    pub(crate) fn new(setting: &Setting<'_>, number: usize) -> Result<Self, FaultsError> {
        let name = format!("node-{number}");
        let data = setting.folder.join(&name);
        fs::create_dir_all(&data).map_err(|cause| FaultsError::File { path: data.clone(), cause })?;
        let (grpc, http) = (Port::claim()?, Port::claim()?);
        let mut command: Vec<OsString> = vec!["env".into()];
        // No setting of this process' own environment.
        for (variable, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SCEAU_")) {
            command.extend(["-u".into(), variable]);
        }
        command.extend([setting.sceau.into(), "serve".into(), "--data".into(), data.clone().into()]);
        let keys = setting.folder.join("keys");
        for (flag, value) in [
            ("--kafka", setting.kafka.clone()),
            ("--scylla", setting.scylla.clone()),
            ("--node", name.clone()),
            ("--grpc-listen", format!("127.0.0.1:{}", grpc.number())),
            ("--http-listen", format!("127.0.0.1:{}", http.number())),
            ("--web-listen", "127.0.0.1:0".to_owned()),
            ("--set", format!("keys.folder={}", keys.display())),
            ("--set", "scylla.replication=1".to_owned()),
            // The least that brokers allow, so that a node can be silent for longer without much waiting.
            ("--set", "kafka.session_timeout=6s".to_owned()),
            ("--set", "log.level=info".to_owned()),
        ] {
            command.extend([flag.into(), value.into()]);
        }
        let log = setting.folder.join(format!("{name}.log"));
        let launch = Launch { command, folder: setting.folder.to_owned(), log };
        let token = data.join("administrator.token");
        Ok(Self { name, launch, token, grpc, http, state: Mutex::default() })
    }

    /// Where it serves gRPC.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.grpc.number())
    }

    /// The administrator's token, which its first start left.
    pub(crate) fn token(&self) -> Result<String, FaultsError> {
        fs::read_to_string(&self.token).map_err(|cause| FaultsError::File { path: self.token.clone(), cause })
    }

    /// How often it ended though it should run.
    pub(crate) fn ended_by_itself(&self) -> u64 {
        self.state().ended_by_itself
    }

    /// Starts it unless it runs; from now on it should run.
    pub(crate) fn start(&self) -> Result<(), FaultsError> {
        let mut state = self.state();
        state.wanted = true;
        if state.process.as_mut().is_none_or(Process::has_ended) {
            let started = self.launch.guarded();
            state.process = Some(started.map_err(|cause| FaultsError::Start { node: self.name.clone(), cause })?);
        }
        Ok(())
    }

    /// Starts it again when it has ended though it should run, as whoever keeps services running would.
    pub(crate) fn revive(&self) -> Result<(), FaultsError> {
        let mut state = self.state();
        if state.wanted && state.process.as_mut().is_some_and(Process::has_ended) {
            state.ended_by_itself += 1;
            drop(state);
            self.start()?;
        }
        Ok(())
    }

    /// `kill -9`; it should not run until it is started.
    pub(crate) fn kill(&self) {
        if let Some(mut process) = self.unwanted() {
            process.kill();
        }
    }

    /// Asks it to leave in good order and waits until it has; false when it has not in time and was killed.
    pub(crate) fn leave(&self) -> bool {
        let Some(mut process) = self.unwanted() else { return true };
        // It may have ended by itself in between.
        let _ = Signal::Terminate.send(process.pid());
        let left = process.ends_within(FAREWELL);
        process.kill();
        left
    }

    /// Makes it stand still, with all it has open; nothing happens to one that does not run.
    pub(crate) fn pause(&self) {
        self.signal(Signal::Stop);
    }

    /// Wakes it when it stands still.
    pub(crate) fn resume(&self) {
        self.signal(Signal::Continue);
    }

    /// Waits until it says that it is ready.
    pub(crate) fn wait_until_ready(&self) -> Result<(), FaultsError> {
        let begun = Instant::now();
        while !self.is_ready().is_ok_and(|ready| ready) {
            if begun.elapsed() > READY {
                let (node, log) = (self.name.clone(), self.launch.log.clone());
                return Err(FaultsError::NotReady { node, waited: READY, log });
            }
            sleep(LOOK);
        }
        Ok(())
    }

    fn is_ready(&self) -> io::Result<bool> {
        let limit = Some(Duration::from_secs(2));
        let mut stream = TcpStream::connect(("127.0.0.1", self.http.number()))?;
        stream.set_read_timeout(limit)?;
        stream.write_all(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(&status == b"HTTP/1.1 200")
    }

    fn signal(&self, signal: Signal) {
        if let Some(process) = self.state().process.as_mut()
            && !process.has_ended()
        {
            // It may end by itself in between.
            let _ = signal.send(process.pid());
        }
    }

    fn unwanted(&self) -> Option<Process> {
        let mut state = self.state();
        state.wanted = false;
        state.process.take()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
