//! Programs that prepare an engine and end: run with a limit, their output kept for when they fail.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::error::{EngineError, Said};

/// What a tool of Java may take on a busy machine: they take a second on an idle one.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Runs `program` in `folder` and returns what it wrote, or why it failed.
pub(crate) fn run<A: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = A>,
    folder: &Path,
    limit: Duration,
) -> Result<String, EngineError> {
    let output = Command::new("timeout")
        .args(["-s", "KILL", &limit.as_secs().to_string(), program])
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(EngineError::process(program))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    if output.status.success() {
        return Ok(text);
    }
    Err(EngineError::Tool { name: program.to_owned(), said: Said::of(&text) })
}
