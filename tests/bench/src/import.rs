//! The real order stream of a retailer, through the public API, by the real `sceau import`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use crate::Result;
use crate::figure::Figure;
use crate::server::Server;
use crate::setting::Setting;

/// Lines of a rough answer, with the header.
const QUICK_LINES: usize = 50_001;

/// What is read of the import's report.
#[derive(Deserialize)]
struct Report {
    lines: Lines,
    adds_up: bool,
}

#[derive(Deserialize)]
struct Lines {
    read: u64,
}

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    if !setting.orders.exists() {
        eprint!("(skipped: {} is not there, --orders names another) ", setting.orders.display());
        return Ok(Vec::new());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut rates = Vec::new();
    for _ in 0..if setting.quick { 1 } else { 3 } {
        rates.push(runtime.block_on(run(setting))?);
    }
    Ok(vec![Figure::beside_limit("import", &rates)])
}

/// Lines per second of one import into a fresh platform, from the start of the program to its report.
async fn run(setting: &Setting) -> Result<f64> {
    let data = setting.data()?;
    let folder = data.path().join("sceau");
    let orders = if setting.quick { beginning(&setting.orders, data.path())? } else { setting.orders.clone() };
    let server = Server::start(setting, &folder).await?;
    let begun = Instant::now();
    let import = Command::new(&setting.sceau)
        .args(["--json", "--server", server.address(), "--data"])
        .arg(&folder)
        .args(["import", "orders"])
        .arg(orders)
        .arg("--refused")
        .arg(data.path().join("refused.csv"))
        .stdin(Stdio::null())
        .output()?;
    let seconds = begun.elapsed().as_secs_f64();
    if !import.status.success() {
        return Err(format!("sceau import: {}", String::from_utf8_lossy(&import.stderr)).into());
    }
    let report: Report = serde_json::from_slice(&import.stdout)?;
    if !report.adds_up {
        return Err("the report of the import does not add up".into());
    }
    server.stop().await?;
    Ok(report.lines.read as f64 / seconds)
}

/// The first lines of a file, in a file of their own.
fn beginning(orders: &Path, folder: &Path) -> Result<PathBuf> {
    let path = folder.join("orders.csv");
    let mut lines = BufReader::new(MultiGzDecoder::new(File::open(orders)?));
    let mut written = BufWriter::new(fs::File::create(&path)?);
    let mut line = Vec::new();
    for _ in 0..QUICK_LINES {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        written.write_all(&line)?;
    }
    written.flush()?;
    Ok(path)
}
