//! A folder that goes away with the process.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::EngineError;
use crate::jars;

/// Waits until the process that holds the other end of its input has ended, then removes the folder: twice, since an
/// engine that is being killed at the same moment may still write a file.
const SWEEPER: &str = r#"read -r _; rm -rf "$1"; sleep 2; rm -rf "$1""#;

/// A new folder for one engine's data, removed when this is dropped and also when the process ends without dropping it,
/// as it does with what stands in a static.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    sweeper: Child,
}

impl Scratch {
    /// Makes one, on the disk that the build is on.
    pub fn new() -> Result<Self, EngineError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = jars::cache().join("runs").join(name);
        // Under its full name, by which an engine's process is known.
        let path = fs::create_dir_all(&path).and_then(|()| path.canonicalize()).map_err(EngineError::file(&path))?;
        let sweeper = Command::new("sh")
            .args(["-c", SWEEPER, "sweeper"])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A Ctrl-C at the terminal is for us; the sweeper follows when we end.
            .process_group(0)
            .spawn()
            .map_err(EngineError::process("sh"))?;
        Ok(Self { path, sweeper })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the sweeper, or is litter under target/.
        if fs::remove_dir_all(&self.path).is_ok() {
            let _ = self.sweeper.kill();
        }
        drop(self.sweeper.stdin.take());
        let _ = self.sweeper.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scratch_folder_is_there_until_it_is_dropped() {
        let scratch = Scratch::new().unwrap();
        let path = scratch.path().to_owned();
        fs::write(path.join("file"), "content").unwrap();
        assert_ne!(Scratch::new().unwrap().path(), path);
        drop(scratch);
        assert!(!path.exists());
    }
}
