//! Problems that people report: recorded as events, and their photos kept as files.

use std::net::IpAddr;
use std::path::PathBuf;

use sceau_engine::{Commands, Envelope as Sent};
use sceau_kernel::wire::{Fault, Faults, Field};
use sceau_kernel::{Actor, CommandDigest, CommandId, Personal, Phrase, Timestamp};
use sceau_proto::verification::v1::{ReportProblemRequest, ReportProblemResponse};
use sceau_security::{RateLimit, Rule};
use sceau_verification::{
    Place, ReportCommand, ReportProblem, ReportedCode, ScanChannel, Verification, VerificationCommand, report_stream,
};
use sha2::{Digest, Sha256};
use tonic::Status;
use tonic::metadata::MetadataMap;
use tracing::Instrument;

use super::anyone::Asker;
use crate::access::rule_of;
use crate::call::Envelope;
use crate::ids::Ids;
use crate::settings::Settings;
use crate::{Gateway, failure};

const REPORT: &Rule = rule_of("/sceau.verification.v1.VerificationService/ReportProblem");

/// The largest photo that is kept, in bytes. The page makes photos smaller before it sends them.
pub const MAX_PHOTO: usize = 512 << 10;
/// Reports that one address may send per second, and at once: a person sends one in a minute.
const PER_SECOND: u32 = 1;
const BURST: u32 = 5;
const ADDRESSES: usize = 100_000;

/// Where reports go.
pub(super) struct Reports {
    commands: Commands<Verification>,
    ids: Ids,
    limit: RateLimit<IpAddr>,
    evidence: Option<PathBuf>,
}

impl Reports {
    pub(super) fn new(commands: Commands<Verification>, settings: &Settings) -> Self {
        let limit = RateLimit::new(PER_SECOND, BURST, ADDRESSES);
        Self { commands, ids: Ids::new(), limit, evidence: settings.evidence.clone() }
    }
}

impl Gateway {
    /// Records a problem that somebody reports. `metadata` is as for [`verify_for`](Self::verify_for).
    pub async fn report_for(
        &self,
        asker: Asker,
        metadata: &MetadataMap,
        request: ReportProblemRequest,
    ) -> Result<ReportProblemResponse, Status> {
        let mut envelope = Envelope::of(metadata, self.door.patience());
        let span = envelope.enter(REPORT.method);
        let now = self.door.now();
        let answer = self.report(asker, request, &envelope, now).instrument(span).await;
        self.door.calls.counted(REPORT.method, answer)
    }

    async fn report(
        &self,
        asker: Asker,
        request: ReportProblemRequest,
        envelope: &Envelope,
        now: Timestamp,
    ) -> Result<ReportProblemResponse, Status> {
        let reports = &self.verifier.reports;
        if let Asker::At(address) = self.known(asker, envelope, now)? {
            reports.limit.take(address, now).map_err(failure::too_often)?;
        }
        let tenant = self.verifier.tenant(&request.tenant)?;
        let (mut report, photo) = parsed(request).map_err(|faults| failure::bad_request(&faults))?;
        if !photo.is_empty() {
            report.photo_sha256 = Some(keep(reports.evidence.clone(), photo).await?);
        }
        let id = reports.ids.next();
        let stream = report_stream(&tenant, id);
        let sent = Sent {
            stream: stream.clone(),
            command: VerificationCommand::Report(ReportCommand::Report(report)),
            command_id: CommandId::Client(id),
            digest: CommandDigest::of(&[], 0),
            expected_version: None,
            actor: Actor::system(),
            traceparent: envelope.traceparent.clone(),
        };
        match reports.commands.submit(sent).await {
            Ok(_) => Ok(ReportProblemResponse { report_id: id.to_string() }),
            Err(refused) => Err(failure::refused(&refused, &stream, |_| None)),
        }
    }
}

/// The report in a request, still without its photo's fingerprint, and the photo.
fn parsed(request: ReportProblemRequest) -> Result<(ReportProblem, Vec<u8>), Faults> {
    let ReportProblemRequest { tenant: _, code, text, place, photo, channel } = request;
    let mut faults = Vec::new();
    let code: Option<ReportedCode> = optional(&mut faults, "code", code);
    let place: Option<Place> = optional(&mut faults, "place", place);
    let text: Option<Phrase<320>> = Faults::field(&mut faults, "text", text);
    let channel: Option<ScanChannel> = match channel {
        0 => Some(ScanChannel::Web),
        channel => Faults::field(&mut faults, "channel", channel),
    };
    if photo.len() > MAX_PHOTO {
        let reason = format!("is {} bytes long: send at most {MAX_PHOTO}", photo.len());
        faults.push(Fault::new("photo", reason));
    } else if !photo.is_empty() && !is_photo(&photo) {
        faults.push(Fault::new("photo", "is not a photo: send a JPEG, PNG or WebP file"));
    }
    match (text, channel) {
        (Some(text), Some(channel)) if faults.is_empty() => {
            let text = Personal::new(text.to_string());
            Ok((ReportProblem { code, text, place, photo_sha256: None, channel }, photo))
        }
        _ => Err(Faults(faults)),
    }
}

/// A field that may be left empty.
fn optional<T: Field<String>>(faults: &mut Vec<Fault>, path: &'static str, value: String) -> Option<T> {
    if value.is_empty() { None } else { Faults::field(faults, path, value) }
}

/// What files of photos begin with.
fn is_photo(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8, 0xff])
        || bytes.starts_with(b"\x89PNG\r\n\x1a\n")
        || (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()))
}

/// Writes a photo under its fingerprint, which it gives back. The same photo twice is one file.
async fn keep(folder: Option<PathBuf>, photo: Vec<u8>) -> Result<Phrase<64>, Status> {
    let Some(folder) = folder else {
        return Err(failure::bad_field("photo", "is not kept by this platform: send the report without it"));
    };
    let name: String = Sha256::digest(&photo).iter().map(|byte| format!("{byte:02x}")).collect();
    let file = folder.join(&name);
    let written = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&folder)?;
        // A reader never sees half of a photo.
        let begun = file.with_extension("part");
        std::fs::write(&begun, photo)?;
        std::fs::rename(begun, file)
    });
    let failed = |text: String| {
        failure::retry(tonic::Code::Unavailable, "PHOTO_NOT_KEPT", &text, std::time::Duration::from_secs(10))
    };
    match written.await {
        Ok(Ok(())) => Phrase::new(&name).map_err(|fault| failed(fault.reason)),
        Ok(Err(error)) => Err(failed(format!("the photo cannot be kept: {error}; send the report without it"))),
        Err(error) => Err(failed(format!("the photo cannot be kept: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> ReportProblemRequest {
        ReportProblemRequest { text: "Étiquette recollée".into(), ..ReportProblemRequest::default() }
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        assert!(parsed(request()).is_ok());
        let wrong = ReportProblemRequest {
            code: "x".repeat(300),
            text: String::new(),
            place: "x".repeat(65),
            photo: b"GIF89a".to_vec(),
            channel: 99,
            ..request()
        };
        let paths: Vec<String> = parsed(wrong).unwrap_err().0.into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["code", "place", "text", "channel", "photo"]);
    }

    #[tokio::test]
    async fn a_photo_is_kept_under_its_fingerprint() {
        let folder = tempfile::tempdir().unwrap();
        let photo = [0xff, 0xd8, 0xff, 0xe0].to_vec();
        let name = keep(Some(folder.path().join("reports")), photo.clone()).await.unwrap();
        assert_eq!(std::fs::read(folder.path().join("reports").join(name.as_str())).unwrap(), photo);
        assert!(keep(None, photo).await.is_err());
    }
}
