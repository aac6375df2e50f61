//! `sceau stamps readback`.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient as Commands;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient as Queries;
use sceau_proto::stamp::v1 as pb;

use crate::cli::{Session, command, parse};
use crate::client::{CallError, Caller};

/// Scans that are looked up at once, and the most of one command.
const SCANS: usize = 10_000;

/// `sceau stamps readback`.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("what").required(true).multiple(true),
    after_help = "Examples:\n  sceau stamps readback 0b7e… --good 0-999 --bad 17\n  sceau stamps readback 0b7e… --scans -      (a scanner that types: one code a line, then Ctrl-D)"
)]
pub struct ReadBack {
    /// The batch.
    batch: String,
    /// Ordinals that read well, as 0-99 or 7; may be given several times.
    #[arg(long, value_parser = parse::range, group = "what")]
    good: Vec<pb::OrdinalRange>,
    /// Ordinals whose label is not fit for use; may be given several times.
    #[arg(long, value_parser = parse::range, group = "what")]
    bad: Vec<pb::OrdinalRange>,
    /// Labels that could not be read at all.
    #[arg(long, default_value_t = 0, group = "what")]
    unreadable: u64,
    /// What a scanner read, one code a line; `-` for standard input. A code of the batch reads well; anything else counts
    /// as unreadable, and is named.
    #[arg(long, value_name = "FILE", group = "what")]
    scans: Option<PathBuf>,
}

pub(super) async fn run(session: &Session, read_back: ReadBack) -> Result<(), CallError> {
    let ReadBack { batch, mut good, bad, mut unreadable, scans } = read_back;
    if let Some(path) = scans {
        let found = scanned(session, &batch, lines(&path)?).await?;
        good.extend(found.good);
        unreadable = unreadable.saturating_add(found.unreadable);
    }
    let meta = Some(session.meta());
    let request = pb::RecordReadBackRequest { meta, batch_id: batch, good, bad, unreadable, codes: Vec::new() };
    command!(session, Commands<Caller>, record_read_back, request)
}

/// What the scans come to.
struct Found {
    good: Vec<pb::OrdinalRange>,
    unreadable: u64,
}

async fn scanned(session: &Session, batch: &str, lines: Vec<String>) -> Result<Found, CallError> {
    let (mut good, mut unreadable) = (Vec::new(), 0);
    for (n, chunk) in lines.chunks(SCANS).enumerate() {
        let request = pb::ResolveCodesRequest { meta: None, codes: chunk.to_vec() };
        let answer = Queries::new(session.caller.clone()).resolve_codes(request).await?.into_inner();
        for (line, code) in (n * SCANS + 1..).zip(answer.codes) {
            if code.fault.is_empty() && code.batch_id == batch {
                good.push(sceau_stamp::OrdinalRange { first: code.ordinal, count: 1 });
                continue;
            }
            let reason = if code.fault.is_empty() { format!("is of batch {}", code.batch_id) } else { code.fault };
            eprintln!("scan {line}: {reason}");
            unreadable += 1;
        }
    }
    let good: sceau_stamp::RangeSet = good.into_iter().collect();
    let wire = |range: &sceau_stamp::OrdinalRange| pb::OrdinalRange { first: range.first, count: range.count };
    Ok(Found { good: good.ranges().iter().map(wire).collect(), unreadable })
}

/// The lines of a file that are not empty; bytes that are no text are a scan that failed.
fn lines(path: &Path) -> Result<Vec<String>, CallError> {
    let unread = |error: std::io::Error| CallError::Unread { path: path.to_owned(), reason: error.to_string() };
    let source: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(std::io::stdin()),
        _ => Box::new(std::fs::File::open(path).map_err(unread)?),
    };
    let mut lines = Vec::new();
    for line in BufReader::new(source).split(b'\n') {
        let line = String::from_utf8_lossy(&line.map_err(unread)?).trim().to_owned();
        if !line.is_empty() {
            lines.push(line);
        }
    }
    Ok(lines)
}
