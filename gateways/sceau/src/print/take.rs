//! One part: taken, gone on with wherever it broke, and believed when its receipt is the platform's.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sceau_parts::{Entry, Job, Part, Receipt};
use tonic::Status;

use super::keys::Keys;
use super::manifest::{Held, hash};
use super::progress::Progress;
use super::reply::Reply;
use super::unwritten;
use crate::client::{CallError, Caller};

/// A job that breaks so often without a byte in between is given up.
pub(super) const TRIES: u32 = 8;
/// Before the second try; each further one waits twice as long.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(5);

/// Takes the parts of a job.
pub(super) struct Taker<'a> {
    caller: &'a Caller,
    job: &'a Job,
    query: &'a str,
    keys: Keys<'a>,
    progress: &'a Progress,
    /// Bytes that have come, of any part: all are on one connection, and whichever moves shows that it works.
    came: AtomicU64,
}

/// Why a transfer did not come to its end.
#[derive(Debug)]
pub(super) enum Broken {
    /// The connection.
    Cut(String),
    /// The platform has too much to do.
    Busy { after: Duration, status: Box<Status> },
    /// There are not so many bytes: what is here is of another file.
    Beyond,
    /// The platform refuses.
    Refused(CallError),
    /// It cannot be written.
    Unwritten(io::Error),
}

impl Broken {
    pub(super) fn cut(reason: &dyn std::fmt::Display) -> Self {
        Self::Cut(reason.to_string())
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Unwritten(error)
    }
}

impl<'a> Taker<'a> {
    /// Takes parts of `job`, which the platform knows by `query`.
    pub(super) fn new(caller: &'a Caller, job: &'a Job, query: &'a str, progress: &'a Progress) -> Self {
        Self { caller, job, query, keys: Keys::of_platform(caller), progress, came: AtomicU64::new(0) }
    }

    /// Takes a part to its place, beside which it stands until it is whole and believed.
    pub(super) async fn take(&self, part: &Part, path: &Path) -> Result<Held, CallError> {
        let beside = path.with_added_extension("partial");
        let receipt = self.whole(part, path, &beside).await?;
        let held = match self.believed(part, path, &beside, &receipt).await {
            Ok(held) => held,
            // What was here before may have been of another file: from the beginning, once.
            Err(CallError::Unsound { .. }) => {
                fs::remove_file(&beside).map_err(|error| unwritten(&beside, &error))?;
                let receipt = self.whole(part, path, &beside).await?;
                self.believed(part, path, &beside, &receipt).await?
            }
            Err(error) => return Err(error),
        };
        let kept = File::open(&beside).and_then(|file| file.sync_all()).and_then(|()| fs::rename(&beside, path));
        kept.map_err(|error| unwritten(path, &error))?;
        Ok(held)
    }

    /// Takes what is missing of a part, however often the transfer breaks: its receipt.
    async fn whole(&self, part: &Part, path: &Path, beside: &Path) -> Result<String, CallError> {
        let mut tag = None;
        let (mut tries, mut before) = (0, self.came.load(Ordering::Relaxed));
        loop {
            let broken = match self.rest(part, beside, &mut tag).await {
                Ok(receipt) => return Ok(receipt),
                Err(broken) => broken,
            };
            let now = self.came.load(Ordering::Relaxed);
            tries = if now > before { 0 } else { tries + 1 };
            before = now;
            let (pause, error) = match broken {
                Broken::Refused(error) => return Err(error),
                Broken::Unwritten(error) => return Err(unwritten(beside, &error)),
                Broken::Beyond => {
                    fs::remove_file(beside).map_err(|error| unwritten(beside, &error))?;
                    continue;
                }
                Broken::Busy { after, status } => (after, CallError::Refused(status)),
                Broken::Cut(reason) => {
                    let pause = pause(tries);
                    (pause, CallError::Broken { path: path.to_owned(), reason })
                }
            };
            if tries >= TRIES {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// One transfer, from the last byte that is here: so the receipt comes even when nothing is missing.
    async fn rest(&self, part: &Part, beside: &Path, tag: &mut Option<String>) -> Result<String, Broken> {
        let from = length(beside).saturating_sub(1);
        let about = self.job.about();
        let path = format!("/v1/batches/{}/parts/{}?{}", about.batch, part.number, self.query);
        let mut reply = Reply::to(self.caller, &path, from, tag.as_deref()).await?;
        tag.clone_from(&reply.tag);
        let mut file = OpenOptions::new().create(true).write(true).truncate(false).open(beside)?;
        file.set_len(reply.first)?;
        file.seek(SeekFrom::End(0))?;
        let mut at = reply.first;
        let mut shown = Shown { progress: self.progress, codes: part.count, total: reply.total.max(1), before: 0 };
        while let Some(bytes) = reply.next().await? {
            file.write_all(&bytes)?;
            at += bytes.len() as u64;
            self.came.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            shown.at(at);
        }
        if at != reply.total {
            return Err(Broken::cut(&format!("it ended after {at} of {} bytes", reply.total)));
        }
        shown.stays();
        Ok(reply.receipt)
    }

    /// What the manifest says of a part that is whole, if the platform signed just that.
    async fn believed(&self, part: &Part, path: &Path, file: &Path, receipt: &str) -> Result<Held, CallError> {
        let unsound = |reason: String| CallError::Unsound { path: path.to_owned(), faults: vec![reason] };
        let known = self.keys.of(receipt).await?;
        let said = Receipt::verify(receipt, |id| known.get(id).copied()).map_err(|error| unsound(error.to_string()))?;
        let (bytes, sha256) = hash(file).map_err(|error| unwritten(file, &error))?;
        let entry = Entry::of(part, bytes, sha256);
        if said.part != entry || said.job != self.job.about() {
            return Err(unsound("what came is not what the platform signed: take it again".to_owned()));
        }
        Ok(Held { entry, taken_by: said.taken_by, taken_at: said.taken_at, receipt: receipt.to_owned() })
    }
}

/// How long to wait after so many tries in vain.
pub(super) fn pause(tries: u32) -> Duration {
    PAUSE.saturating_mul(1 << tries.min(7)).min(LONGEST)
}

fn length(path: &Path) -> u64 {
    path.metadata().map_or(0, |metadata| metadata.len())
}

/// How many codes of a part the bar shows; taken back when the transfer breaks.
struct Shown<'a> {
    progress: &'a Progress,
    codes: u64,
    total: u64,
    /// Codes that are shown already.
    before: u64,
}

impl Shown<'_> {
    fn at(&mut self, bytes: u64) {
        let codes = (u128::from(self.codes) * u128::from(bytes.min(self.total)) / u128::from(self.total)) as u64;
        self.progress.add(codes.saturating_sub(self.before));
        self.before = self.before.max(codes);
    }

    fn stays(mut self) {
        self.before = 0;
    }
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        self.progress.take_back(self.before);
    }
}
