//! Where and how thoroughly is measured, and how much memory it took.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::figure::Figure;
use crate::{Options, Result};

/// What every bench goes by.
pub(crate) struct Setting {
    pub(crate) quick: bool,
    /// The release binary.
    pub(crate) sceau: PathBuf,
    /// The order stream to import.
    pub(crate) orders: PathBuf,
    folder: PathBuf,
    only: Option<String>,
    /// The most memory that a server had resident, in bytes.
    peak: Cell<u64>,
}

impl Setting {
    pub(crate) fn of(options: &Options) -> Result<Self> {
        let beside = std::env::current_exe()?.with_file_name("sceau");
        let sceau = options.sceau.clone().unwrap_or(beside);
        if !sceau.exists() {
            return Err(
                format!("{} is not there: build it with `cargo build --release -p sceau`", sceau.display()).into()
            );
        }
        fs::create_dir_all(&options.folder)?;
        Ok(Self {
            quick: options.quick,
            sceau,
            orders: options.orders.clone(),
            folder: options.folder.clone(),
            only: options.only.clone(),
            peak: Cell::new(0),
        })
    }

    /// Whether this figure is asked for. Memory is looked at over all that runs.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|only| name.starts_with(only))
    }

    /// How often each measurement is made.
    pub(crate) const fn runs(&self) -> usize {
        if self.quick { 3 } else { 5 }
    }

    /// How long one measurement of a rate takes.
    pub(crate) const fn run_time(&self) -> Duration {
        Duration::from_millis(if self.quick { 1_000 } else { 4_000 })
    }

    /// How many single times make a percentile of one run.
    pub(crate) const fn samples(&self) -> u64 {
        if self.quick { 200 } else { 1_000 }
    }

    /// A folder on the disk that is measured, gone when dropped.
    pub(crate) fn data(&self) -> Result<TempDir> {
        Ok(tempfile::Builder::new().prefix("data-").tempdir_in(&self.folder)?)
    }

    /// Takes note of what a server had resident at its highest.
    pub(crate) fn saw_memory(&self, bytes: u64) {
        self.peak.set(self.peak.get().max(bytes));
    }

    /// `memory.peak`, when a server ran.
    pub(crate) fn memory(&self) -> Option<Figure> {
        let peak = self.peak.get();
        (peak > 0).then(|| Figure::beside_limit("memory.peak", &[peak as f64 / f64::from(1 << 20)]))
    }

    /// What this is measured on.
    pub(crate) fn machine(&self) -> String {
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        let how = if self.quick { "a rough answer" } else { "the full measure" };
        format!("{how} on {cores} cores, data in {}, load {}", self.folder.display(), load_average())
    }
}

/// The load of the machine over the last minute, as Linux tells it.
pub(crate) fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// Bytes that the files under `folder` hold. What the engines reserved behind the end of a file is not counted.
pub(crate) fn bytes_under(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { bytes_under(&entry.path())? } else { held(&fs::read(entry.path())?) };
    }
    Ok(bytes)
}

/// Bytes up to the last that is not zero.
fn held(content: &[u8]) -> u64 {
    content.iter().rposition(|byte| *byte != 0).map_or(0, |last| last as u64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_is_not_counted() {
        assert_eq!((held(&[]), held(&[0; 9]), held(&[1, 0, 2, 0, 0])), (0, 0, 3));
    }
}
