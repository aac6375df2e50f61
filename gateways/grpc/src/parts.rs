//! A batch cut into files, each made whole when it is asked for.
//!
//! A part is made in memory, so that its length and its hash are known before its first byte leaves, and any byte of it
//! can be asked for. It is kept a little while for those whose transfer broke; after that it is made again, to the same
//! bytes. How many are under way is bounded, and so is the size of each: the memory of a download does not grow with
//! its batch.

mod kept;

use std::time::Duration;

use bytes::Bytes;
use sceau_label::Label;
use sceau_parts::{Batch, Entry, Format, Hash, Job, Part, Receipt, Spec};
use sceau_projection::row::Json;
use sceau_proto::stamp::v1::Code;
use sceau_qr::Version;
use sceau_stamp::{BatchId, DownloadedPart, OrdinalRange, RecordDownload, StampForm};
use sceau_stamp_view::BatchRow;
use tokio::sync::OwnedSemaphorePermit;
use tonic::metadata::MetadataMap;
use tonic::{Code as StatusCode, Status};
use tracing::Instrument;

use crate::call::{Call, Envelope};
use crate::door::Door;
use crate::stamps::{CHUNK, DOWNLOAD, DOWNLOADS, Press};
use crate::{Gateway, failure};
pub(crate) use kept::KeptParts;
use kept::{Kept, Named};

/// A part, as somebody asks for it.
#[derive(Clone, Copy, Debug)]
pub struct PartAsked<'a> {
    /// The batch.
    pub batch_id: &'a str,
    /// Its place among the parts, from 1.
    pub number: &'a str,
    /// How it is to be printed: a [`Spec`] as a query.
    pub query: &'a str,
    /// What is to be done with it.
    pub r#use: Use,
}

/// What is to be done with a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Nothing of it leaves.
    Look,
    /// It is handed out, which is recorded.
    Take,
    /// The rest of it is handed out; that it was begun is recorded already, unless that is too long ago to know.
    GoOn,
}

/// A part that is made.
#[derive(Clone, Debug)]
pub struct MadePart {
    /// What its file is called.
    pub file: String,
    /// Its format; a ZIP file of it if so asked.
    pub format: Format,
    /// Whether it is a ZIP file.
    pub zip: bool,
    /// Whether it is encrypted.
    pub sealed: bool,
    /// Its bytes. While any of them is held it counts among the downloads under way.
    pub bytes: Bytes,
    /// SHA-256 of them, in hexadecimal.
    pub sha256: String,
    /// What the platform signs of it; none for who only looks.
    pub receipt: Option<String>,
}

/// Bytes that count among the downloads under way.
struct Counted {
    bytes: Bytes,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Gateway {
    /// A part of a batch, for whom `DownloadCodes` is open; `metadata` carries his token.
    pub async fn part(&self, metadata: &MetadataMap, asked: PartAsked<'_>) -> Result<MadePart, Status> {
        let mut envelope = Envelope::of(metadata, self.door.patience());
        let span = envelope.enter(DOWNLOAD.method);
        let made = async {
            let call = self.door.let_in(&envelope, DOWNLOAD)?;
            self.door.part(&call, asked).await
        };
        self.door.calls.counted(DOWNLOAD.method, made.instrument(span).await)
    }
}

impl Door {
    async fn part(&self, call: &Call, asked: PartAsked<'_>) -> Result<MadePart, Status> {
        let (batch_id, batch) = self.batch_of(call, asked.batch_id, None).await?;
        let spec = Spec::of_query(asked.query);
        let job = spec.and_then(|spec| Ok((Job::new(&spec, &described(batch_id, &batch))?, spec.query())));
        let (job, query) = job.map_err(|error| failure::bad_field(error.parameter(), error.to_string()))?;
        let part = numbered(&job, asked.number)?;
        let named = Named { tenant: call.tenant.to_string(), batch_id: batch_id.0, query, number: part.number };
        self.check_key(batch_id, &batch)?;
        let permit = self.turn(call).await?;
        let begun = self.parts.was_taken(&named, &call.actor.subject);
        match asked.r#use {
            Use::GoOn if begun => {}
            Use::Take | Use::GoOn => self.record_download(call, batch_id, recorded(&job, &part)).await?,
            Use::Look => {}
        }
        let press = self.press(call, batch_id, batch, None)?;
        let key = press.key.clone();
        let kept = match self.parts.find(&named) {
            Some(kept) => kept,
            None => {
                let (job, part) = (job.clone(), part.clone());
                let made = tokio::task::spawn_blocking(move || make(&press, &job, &part)).await;
                let kept = made.map_err(|error| unmade(&error))??;
                self.parts.keep(named.clone(), kept.clone());
                kept
            }
        };
        let receipt = if asked.r#use == Use::Look {
            None
        } else {
            self.parts.taken(&named, &call.actor.subject);
            let receipt = self.receipt(call, &job, &part, &kept);
            Some(receipt.sign(key.id, &key.signing).map_err(|error| unmade(&error))?)
        };
        Ok(MadePart {
            file: part.file,
            format: job.format(),
            zip: job.is_zip(),
            sealed: job.is_sealed(),
            bytes: Bytes::from_owner(Counted { bytes: kept.bytes, _permit: permit }),
            sha256: kept.sha256,
            receipt,
        })
    }

    /// Waits, as long as the caller does, until another download may be under way.
    async fn turn(&self, call: &Call) -> Result<OwnedSemaphorePermit, Status> {
        let turn = std::sync::Arc::clone(&self.downloads).acquire_owned();
        match tokio::time::timeout_at(call.deadline.into(), turn).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => {
                let text = format!("{DOWNLOADS} downloads are under way, which is all there can be: try again soon");
                let after = Duration::from_secs(1);
                Err(failure::retry(StatusCode::ResourceExhausted, "DOWNLOADS_BUSY", &text, after))
            }
        }
    }

    fn receipt(&self, call: &Call, job: &Job, part: &Part, kept: &Kept) -> Receipt {
        Receipt {
            issuer: call.tenant.to_string(),
            job: job.about(),
            part: Entry::of(part, kept.bytes.len() as u64, kept.sha256.clone()),
            taken_by: call.actor.subject.to_string(),
            taken_at: self.now().to_string(),
        }
    }
}

/// What a part's job needs to know of a batch.
fn described(id: BatchId, batch: &BatchRow) -> Batch {
    let symbol = match batch.form {
        Some(Json(StampForm::SignedQr)) => Some(Version::V6M),
        Some(Json(StampForm::SmallQr)) => Some(Version::V4M),
        Some(Json(StampForm::Digits)) | None => None,
    };
    Batch {
        id: id.to_string(),
        order: batch.order_id.to_string(),
        product: batch.product_name.clone(),
        first_number: batch.first_number,
        count: batch.count,
        symbol,
    }
}

fn numbered(job: &Job, named: &str) -> Result<Part, Status> {
    let number: u64 = named.parse().map_err(|_| {
        failure::bad_field("part", format!("`{named}` is not the number of a part: give 1 to {}", job.parts()))
    })?;
    job.part(number).ok_or_else(|| {
        let parts = job.parts();
        let text = format!("there is no part {number}: cut so, the batch has parts 1 to {parts}");
        failure::named(StatusCode::NotFound, "PART_NOT_FOUND", &text, &[("parts", parts.to_string())])
    })
}

fn recorded(job: &Job, part: &Part) -> RecordDownload {
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    RecordDownload {
        range: OrdinalRange { first: part.first, count: part.count },
        part: Some(DownloadedPart {
            number: number(part.number),
            parts: number(job.parts()),
            format: job.format().name().to_owned(),
        }),
    }
}

/// Makes a part; keeps a processor busy for a second or two.
fn make(press: &Press, job: &Job, part: &Part) -> Result<Kept, Status> {
    let mut failed = None;
    let end = part.first + part.count;
    let mut chunk = |first: u64| -> Option<Vec<Label>> {
        let codes: Result<Vec<Code>, Status> = (first..end.min(first + CHUNK)).map(|nth| press.code(nth)).collect();
        codes.map(|codes| codes.into_iter().map(label).collect()).map_err(|status| failed = Some(status)).ok()
    };
    let labels = (part.first..end).step_by(CHUNK as usize).map_while(&mut chunk);
    let written = sceau_parts::write(job, part, labels, Vec::new());
    match failed {
        Some(status) => Err(status),
        None => {
            let mut bytes = written.map_err(|error| unmade(&error))?;
            // It is kept, and so would be the room into which it has not grown.
            bytes.shrink_to_fit();
            let bytes = Bytes::from(bytes);
            Ok(Kept { sha256: Hash::of(&bytes), bytes })
        }
    }
}

fn label(code: Code) -> Label {
    Label { ordinal: code.ordinal, number: code.number, text: code.url, digits: code.digits }
}

fn unmade(error: &dyn std::fmt::Display) -> Status {
    failure::named(StatusCode::Internal, "PART_NOT_MADE", &format!("the part cannot be made: {error}"), &[])
}
