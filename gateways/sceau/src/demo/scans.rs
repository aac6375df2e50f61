//! People who scan codes, and the codes to show at the end.
//!
//! Each verification is a scan, so a scan that is sent again would be a second one. What was scanned before is read
//! from the log, and only what is missing is sent.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::{Duration, SystemTime};

use futures_util::stream::{self, StreamExt, TryStreamExt};
use prost::{Message, Name};
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_kernel::Domain;
use sceau_proto::admin::v1::TailLogRequest;
use sceau_proto::order::v1::StampForm;
use sceau_proto::stamp::v1::{Code, DownloadCodesRequest};
use sceau_proto::verification::v1::{CodesScanned, Verdict, VerifyRequest};
use sceau_verification::Verification;
use tonic::Status;

use super::Sample;
use super::plan::ScanPlan;
use super::progress::Progress;
use super::sender::{awaited, patiently};
use super::story::Printed;
use crate::client::{CallError, Caller};

/// People who scan at the same time.
const AT_ONCE: usize = 32;
/// Downloads at the same time; the platform allows a few more.
const DOWNLOADS: usize = 2;
/// Codes that lie this near to each other are downloaded together.
const NEAR: u64 = 100;
/// A code is suspect for what happened within a day (`sceau_verification`, table of verdicts).
const FRESH: Duration = Duration::from_hours(24);

/// Number, channel and place of a scan.
type Key = (u64, i32, String);

/// The scans that the log holds.
#[derive(Default)]
struct Recorded {
    /// When, in seconds since 1970; of numbers asked about only.
    at: HashMap<Key, Vec<i64>>,
    /// How many scans of all numbers.
    total: u64,
}

/// A scan that the log does not hold.
struct Missing<'p> {
    batch: usize,
    scan: &'p ScanPlan,
}

/// The scans recorded at the end, and the codes to show.
pub(super) struct Scanned {
    pub(super) total: u64,
    pub(super) samples: Vec<Sample>,
}

/// Scans what is planned and was not scanned yet.
pub(super) async fn scan(caller: &Caller, tenant: &str, printed: &[Printed<'_>]) -> Result<Scanned, CallError> {
    let missing = missing(printed, &recorded(caller, printed).await?);
    let codes = codes(caller, printed, &missing).await?;
    let progress = Progress::new("scans", missing.len());
    let scans = missing.iter().enumerate().map(|(nth, missing)| {
        let code = text(&printed[missing.batch], codes.get(&(missing.batch, missing.scan.ordinal)));
        let request = VerifyRequest {
            tenant: tenant.to_owned(),
            code,
            channel: missing.scan.channel.into(),
            place: missing.scan.place.to_owned(),
            // Copies are found by people who do not know each other.
            device: if missing.scan.fresh { format!("shopper {nth}") } else { String::new() },
            ..VerifyRequest::default()
        };
        let client = VerificationServiceClient::new(caller.clone());
        let progress = &progress;
        async move {
            patiently(|| {
                let (mut client, request) = (client.clone(), request.clone());
                async move { client.verify(request).await }
            })
            .await?;
            progress.step();
            Ok::<_, CallError>(())
        }
    });
    stream::iter(scans).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
    // Scans are recorded behind the answers.
    let total = awaited("the record of the scans", || async {
        let recorded = recorded_once(caller, printed).await?;
        Ok(self::missing(printed, &recorded).is_empty().then_some(recorded.total))
    })
    .await?;
    Ok(Scanned { total, samples: samples(printed, &codes) })
}

async fn recorded(caller: &Caller, printed: &[Printed<'_>]) -> Result<Recorded, CallError> {
    patiently(|| recorded_once(caller, printed)).await
}

async fn recorded_once(caller: &Caller, printed: &[Printed<'_>]) -> Result<Recorded, Status> {
    let numbers = |batch: &Printed<'_>| -> Vec<u64> {
        batch.line.scans.iter().map(|scan| batch.first_number + scan.ordinal).collect()
    };
    let wanted: HashSet<u64> = printed.iter().flat_map(numbers).collect();
    let request = TailLogRequest { topic: Verification::TOPIC.to_owned(), last: u64::MAX, follow: false };
    let mut lines = AdminServiceClient::new(caller.clone()).tail_log(request).await?.into_inner();
    let mut recorded = Recorded::default();
    while let Some(line) = lines.message().await? {
        if line.r#type != CodesScanned::full_name() {
            continue;
        }
        let event = CodesScanned::decode(line.payload.as_slice());
        let event = event.map_err(|error| Status::data_loss(format!("an event of the log is damaged: {error}")))?;
        recorded.total += event.scans.len() as u64;
        for scan in event.scans.into_iter().filter(|scan| wanted.contains(&scan.number)) {
            let key = (scan.number, scan.channel, scan.place.unwrap_or_default());
            recorded.at.entry(key).or_default().push(scan.at.map_or(0, |at| at.seconds));
        }
    }
    Ok(recorded)
}

/// The planned scans that are not among the recorded ones, each of which stands for one.
fn missing<'p>(printed: &[Printed<'p>], recorded: &Recorded) -> Vec<Missing<'p>> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let since = now.saturating_sub(FRESH).as_secs() as i64;
    let mut taken: HashMap<Key, usize> = HashMap::new();
    let mut missing = Vec::new();
    for (batch, Printed { line, first_number, .. }) in printed.iter().enumerate() {
        for scan in &line.scans {
            let key = (first_number + scan.ordinal, scan.channel.into(), scan.place.to_owned());
            let counts = |at: &&i64| !scan.fresh || **at > since;
            let found = recorded.at.get(&key).map_or(0, |at| at.iter().filter(counts).count());
            let taken = taken.entry(key).or_default();
            if *taken < found {
                *taken += 1;
            } else {
                missing.push(Missing { batch, scan });
            }
        }
    }
    missing
}

/// Codes by batch and ordinal.
type Codes = BTreeMap<(usize, u64), Code>;

/// The codes of the missing scans and of the samples.
async fn codes(caller: &Caller, printed: &[Printed<'_>], missing: &[Missing<'_>]) -> Result<Codes, CallError> {
    let mut wanted: BTreeSet<(usize, u64)> =
        missing.iter().map(|missing| (missing.batch, missing.scan.ordinal)).collect();
    for (batch, printed) in printed.iter().enumerate() {
        wanted.extend(printed.line.samples.iter().map(|(ordinal, _)| (batch, *ordinal)));
    }
    let mut groups: Vec<(usize, u64, u64)> = Vec::new();
    for (batch, ordinal) in wanted {
        match groups.last_mut() {
            Some((of, first, last)) if *of == batch && ordinal - *first < NEAR => *last = ordinal,
            _ => groups.push((batch, ordinal, ordinal)),
        }
    }
    let downloads = groups.into_iter().map(|(batch, first, last)| async move {
        let batch_id = &printed[batch].batch_id;
        let codes = patiently(|| download(caller, batch_id, first, last - first + 1)).await?;
        Ok::<_, CallError>(codes.into_iter().map(move |code| ((batch, code.ordinal), code)))
    });
    let codes: Vec<_> = stream::iter(downloads).buffer_unordered(DOWNLOADS).try_collect().await?;
    Ok(codes.into_iter().flatten().collect())
}

async fn download(caller: &Caller, batch_id: &str, first: u64, count: u64) -> Result<Vec<Code>, Status> {
    let request =
        DownloadCodesRequest { meta: None, batch_id: batch_id.to_owned(), first, count, ..Default::default() };
    let mut stream = StampQueryServiceClient::new(caller.clone()).download_codes(request).await?.into_inner();
    let mut codes = Vec::new();
    while let Some(chunk) = stream.message().await? {
        codes.extend(chunk.codes);
    }
    Ok(codes)
}

/// What stands on the stamp: a signed code where the batch has them.
fn text(batch: &Printed<'_>, code: Option<&Code>) -> String {
    let signed = batch.line.form == StampForm::SignedQr;
    code.map(|code| if signed { code.url.clone() } else { code.digits.clone() }).unwrap_or_default()
}

/// The genuine one as its QR code says it, the others as digits, which are easier to type.
fn samples(printed: &[Printed<'_>], codes: &Codes) -> Vec<Sample> {
    let of_batch = |(batch, printed): (usize, &Printed<'_>)| -> Vec<Sample> {
        let sample = |(ordinal, verdict): &(u64, Verdict)| {
            let code = codes.get(&(batch, *ordinal));
            let code = match verdict {
                Verdict::Genuine => text(printed, code),
                _ => code.map(|code| code.digits.clone()).unwrap_or_default(),
            };
            Sample { code, verdict: *verdict }
        };
        printed.line.samples.iter().map(sample).collect()
    };
    printed.iter().enumerate().flat_map(of_batch).collect()
}
