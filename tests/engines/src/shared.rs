//! One engine for all tests of a binary.

use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;

use crate::error::EngineError;
use crate::scratch::Scratch;

/// What all tests of a binary use together, started by the first that needs it:
///
/// ```no_run
/// use sceau_engines::{Kafka, Shared};
///
/// static KAFKA: Shared<Kafka> = Shared::new();
///
/// // In each test:
/// let Some(kafka) = KAFKA.get(|folder| Kafka::start(1, folder)).unwrap() else { return };
/// println!("{}", kafka.bootstrap());
/// ```
#[derive(Debug, Default)]
pub struct Shared<E> {
    started: OnceLock<Result<(E, Scratch), EngineError>>,
}

impl<E> Shared<E> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self { started: OnceLock::new() }
    }

    /// What `start` made of a folder of its own the first time; none, and a loud word, where this machine cannot run it.
    pub fn get(&self, start: impl FnOnce(&Path) -> Result<E, EngineError>) -> Result<Option<&E>, &EngineError> {
        let started = self.started.get_or_init(|| {
            let scratch = Scratch::new()?;
            Ok((start(scratch.path())?, scratch))
        });
        match started {
            Ok((engine, _)) => Ok(Some(engine)),
            Err(EngineError::Missing(missing)) => {
                say_skipped(missing);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Turns "this machine cannot run it" into none and a loud word, so that a test with an engine of its own can end early.
pub fn or_skip<E>(started: Result<E, EngineError>) -> Result<Option<E>, EngineError> {
    match started {
        Ok(engine) => Ok(Some(engine)),
        Err(EngineError::Missing(missing)) => {
            say_skipped(&missing);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn say_skipped(missing: &crate::Missing) {
    let thread = std::thread::current();
    say(&format!("SKIPPED {}: {missing}", thread.name().unwrap_or("a test")));
}

/// Writes a line past the test harness, which keeps what a passing test prints to itself.
pub(crate) fn say(line: &str) {
    // Nobody can be told that the terminal is gone.
    let _ = writeln!(std::io::stderr(), "{line}");
}
