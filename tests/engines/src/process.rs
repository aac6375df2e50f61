//! A process with its output in a file: one that cannot outlive us, or one that is meant to.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Runs its arguments as a program, writes the program's id, and ends with it. Standard input is a pipe whose other end
/// only the starting process holds: when that process ends, even by `kill -9`, the read returns and the program is
/// killed. The program itself gets no copy of the pipe.
const GUARD: &str = r#"
log=$1; shift
exec 3<&0
"$@" </dev/null >>"$log" 2>&1 3<&- &
program=$!
{ read -r _ <&3; kill -KILL $program; } >/dev/null 2>&1 &
watch=$!
echo $program
wait $program
kill -KILL $watch
"#;

/// How long the system may take to carry out a `kill -9`.
const DEATH: Duration = Duration::from_secs(10);
/// Between two looks at a process.
const LOOK: Duration = Duration::from_millis(10);

/// A signal that a process is sent.
#[derive(Clone, Copy, Debug)]
pub enum Signal {
    /// End at once.
    Kill,
    /// End in good order.
    Terminate,
    /// Stand still.
    Stop,
    /// Go on.
    Continue,
}

impl Signal {
    /// Sends it to the process `pid`, through the shell's own `kill`, which every system has.
    pub fn send(self, pid: u32) -> io::Result<()> {
        let name = match self {
            Self::Kill => "KILL",
            Self::Terminate => "TERM",
            Self::Stop => "STOP",
            Self::Continue => "CONT",
        };
        let output = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).output()?;
        if output.status.success() {
            return Ok(());
        }
        Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

/// How to start a program.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program and its arguments.
    pub command: Vec<OsString>,
    /// Its working folder.
    pub folder: PathBuf,
    /// Where its output is added.
    pub log: PathBuf,
}

impl Launch {
    /// Starts it so that it ends when this process does, however that comes about.
    pub fn guarded(&self) -> io::Result<Process> {
        let mut child = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(&self.log)
            .args(&self.command)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A Ctrl-C at the terminal is for us; the guard follows when we end.
            .process_group(0)
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let pid = line.trim().parse().map_err(|_| io::Error::other("the guard told no process id"))?;
        Ok(Process { pid, lifeline: child.stdin.take(), child })
    }

    /// Starts it in a session of its own, where it stays when this process ends.
    pub(crate) fn detached(&self) -> io::Result<Process> {
        let log = self.log()?;
        let child = Command::new("setsid")
            .args(&self.command)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        // A process that leads no group becomes the program that setsid is given: their ids are one.
        Ok(Process { pid: child.id(), lifeline: None, child })
    }

    /// How much has been written to the log so far, in bytes.
    pub(crate) fn logged(&self) -> u64 {
        fs::metadata(&self.log).map_or(0, |file| file.len())
    }

    fn log(&self) -> io::Result<File> {
        OpenOptions::new().create(true).append(true).open(&self.log)
    }
}

/// A program that was started.
#[derive(Debug)]
pub struct Process {
    pid: u32,
    /// Held open for as long as the program may live; a detached one has none.
    lifeline: Option<ChildStdin>,
    /// The guard, or a detached program itself.
    child: Child,
}

impl Process {
    /// Its id: the program's own, not the guard's.
    pub const fn pid(&self) -> u32 {
        self.pid
    }

    /// Has it ended?
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until it has ended, at most for `limit`; has it?
    pub fn ends_within(&mut self, limit: Duration) -> bool {
        let begun = Instant::now();
        while !self.has_ended() {
            if begun.elapsed() > limit {
                return false;
            }
            sleep(LOOK);
        }
        true
    }

    /// Kills it and waits until it is gone.
    pub fn kill(&mut self) {
        if !self.has_ended() {
            // It may end by itself in between, and then there is nobody to signal.
            let _ = Signal::Kill.send(self.pid);
            self.ends_within(DEATH);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.lifeline.is_some() {
            self.kill();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;
    use std::path::Path;

    /// Tells the copy of this test binary that is to be killed where to leave the id of the program it guards.
    const VICTIM: &str = "SCEAU_ENGINES_TEST_VICTIM";

    fn sleeper(folder: &Path) -> Launch {
        Launch {
            command: vec!["sleep".into(), "600".into()],
            folder: folder.to_owned(),
            log: folder.join("sleeper.log"),
        }
    }

    fn within_ten_seconds(what: &str, mut is_so: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !is_so() {
            assert!(begun.elapsed() < DEATH, "{what}");
            sleep(LOOK);
        }
    }

    fn lives(pid: u32) -> bool {
        // A dead process that nobody has waited for has no command line left; a new one has none for a moment.
        fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
    }

    #[test]
    fn a_guarded_program_dies_with_the_process_that_started_it_even_by_kill_9() {
        const NAME: &str = "process::tests::a_guarded_program_dies_with_the_process_that_started_it_even_by_kill_9";
        if let Ok(file) = env::var(VICTIM) {
            let file = PathBuf::from(file);
            let process = sleeper(file.parent().unwrap()).guarded().unwrap();
            let unfinished = file.with_extension("unfinished");
            fs::write(&unfinished, process.pid().to_string()).unwrap();
            fs::rename(&unfinished, &file).unwrap();
            // Killed here; the limit is for a parent that failed.
            sleep(DEATH);
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let mut victim = Command::new(env::current_exe().unwrap())
            .args(["--exact", NAME])
            .env(VICTIM, &file)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        within_ten_seconds("the victim starts its program", || file.exists());
        let pid = fs::read_to_string(&file).unwrap().parse().unwrap();
        within_ten_seconds("the program runs", || lives(pid));
        Signal::Stop.send(pid).unwrap();
        victim.kill().unwrap();
        victim.wait().unwrap();
        within_ten_seconds("the program is killed, even when it stands still", || !lives(pid));
    }

    #[test]
    fn dropping_a_guarded_program_kills_it() {
        let folder = tempfile::tempdir().unwrap();
        let process = sleeper(folder.path()).guarded().unwrap();
        let pid = process.pid();
        within_ten_seconds("the program runs", || lives(pid));
        drop(process);
        assert!(!lives(pid));
    }

    #[test]
    fn a_program_that_ends_is_seen_to_and_its_output_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut launch = sleeper(folder.path());
        launch.command = vec!["sh".into(), "-c".into(), "echo last words".into()];
        let mut process = launch.guarded().unwrap();
        assert!(process.ends_within(DEATH));
        assert_eq!(fs::read_to_string(&launch.log).unwrap(), "last words\n");
    }
}
