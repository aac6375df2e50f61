//! One server of an engine: started, waited for, hurt and started again.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::{EngineError, Said};
use crate::process::{Launch, Process, Signal};

/// How long a server may take to answer: seconds on an idle machine, three quarters of a minute beside a build.
const START: Duration = Duration::from_secs(180);
/// How long a server may take to end in good order.
pub(crate) const GRACE: Duration = Duration::from_secs(15);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// Does a server answer, given what it has logged since it was started?
pub(crate) type Answers = Box<dyn Fn(&Log<'_>) -> bool + Send + Sync>;

/// One server, running or not.
pub(crate) struct Server {
    name: String,
    launch: Launch,
    answers: Answers,
    running: Mutex<Option<Running>>,
}

struct Running {
    process: Process,
    /// Where its part of the log begins, in bytes.
    logged: u64,
}

/// The part of a log that a server has written since it was started.
pub(crate) struct Log<'a> {
    path: &'a Path,
    from: u64,
}

impl Log<'_> {
    /// Has it written this?
    pub(crate) fn says(&self, phrase: &str) -> bool {
        self.text().contains(phrase)
    }

    fn text(&self) -> String {
        let mut bytes = Vec::new();
        // A log that is not there yet says nothing.
        let _ = File::open(self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.from))?;
            file.read_to_end(&mut bytes)
        });
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Server {
    pub(crate) fn new(name: String, launch: Launch, answers: Answers) -> Self {
        Self { name, launch, answers, running: Mutex::new(None) }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its process id while it runs.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.running().as_ref().map(|running| running.process.pid())
    }

    /// Starts it so that it ends with this process; does nothing if it runs.
    pub(crate) fn start(&self) -> Result<(), EngineError> {
        self.start_by(Launch::guarded)
    }

    /// Starts it so that it stays when this process ends.
    pub(crate) fn detach(&self) -> Result<(), EngineError> {
        self.start_by(Launch::detached)
    }

    fn start_by(&self, by: impl Fn(&Launch) -> std::io::Result<Process>) -> Result<(), EngineError> {
        let mut running = self.running();
        if running.as_mut().is_some_and(|running| !running.process.has_ended()) {
            return Ok(());
        }
        let logged = self.launch.logged();
        let process = by(&self.launch).map_err(EngineError::process(&self.name))?;
        *running = Some(Running { process, logged });
        Ok(())
    }

    /// Waits until it answers.
    pub(crate) fn wait_until_it_answers(&self) -> Result<(), EngineError> {
        let begun = Instant::now();
        loop {
            let mut running = self.running();
            let Some(Running { process, logged }) = running.as_mut() else {
                return Err(EngineError::NotRunning { name: self.name.clone() });
            };
            let log = Log { path: &self.launch.log, from: *logged };
            if (self.answers)(&log) {
                return Ok(());
            }
            let (name, path) = (self.name.clone(), self.launch.log.clone());
            if process.has_ended() {
                return Err(EngineError::Ended { name, log: path, said: Said::of(&log.text()) });
            }
            if begun.elapsed() > START {
                return Err(EngineError::Silent { name, waited: START, log: path, said: Said::of(&log.text()) });
            }
            drop(running);
            sleep(LOOK);
        }
    }

    /// `kill -9`; returns when it is gone.
    pub(crate) fn kill(&self) {
        if let Some(mut running) = self.running().take() {
            running.process.kill();
        }
    }

    /// Asks it to end in good order and waits; kills it when it does not.
    pub(crate) fn stop(&self) {
        self.ask_to_end();
        self.end();
    }

    /// Asks it to end, without waiting.
    pub(crate) fn ask_to_end(&self) {
        if let Some(running) = self.running().as_ref() {
            // What has ended already need not be asked.
            let _ = Signal::Terminate.send(running.process.pid());
        }
    }

    /// Waits until it has ended, and kills it when its time is over.
    pub(crate) fn end(&self) {
        if let Some(mut running) = self.running().take()
            && !running.process.ends_within(GRACE)
        {
            running.process.kill();
        }
    }

    /// Sends `signal` to the running server.
    pub(crate) fn signal(&self, signal: Signal) -> Result<(), EngineError> {
        if let Some(running) = self.running().as_mut()
            && !running.process.has_ended()
        {
            return signal.send(running.process.pid()).map_err(EngineError::process(&self.name));
        }
        Err(EngineError::NotRunning { name: self.name.clone() })
    }

    /// Lets the running server add to no file any more, as when its quota of disk space is used up: every write beyond
    /// the first byte of a file fails (`RLIMIT_FSIZE`, see prlimit(1)).
    pub(crate) fn fill_disk(&self) -> Result<(), EngineError> {
        let Some(pid) = self.running().as_ref().map(|running| running.process.pid()) else {
            return Err(EngineError::NotRunning { name: self.name.clone() });
        };
        let limited = Command::new("prlimit").args(["--fsize=1:1", "--pid", &pid.to_string()]).output();
        let done = limited.and_then(|said| {
            let reason = String::from_utf8_lossy(&said.stderr).into_owned();
            if said.status.success() { Ok(()) } else { Err(io::Error::other(reason)) }
        });
        done.map_err(EngineError::process(&self.name))
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("name", &self.name).field("launch", &self.launch).finish_non_exhaustive()
    }
}
