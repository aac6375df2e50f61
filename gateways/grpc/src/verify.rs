//! What anyone may ask: is this code genuine?
//!
//! The text is read, its signature or its digits are checked, and its batch, certificate and earlier scans are looked
//! up; the verdict is the pure function of `sceau-verification`. Then the scan goes to the recorder, for which the
//! answer does not wait.

mod anyone;
mod copies;
mod reports;
mod scans;
mod signatures;

use std::collections::HashMap;
use std::mem::take;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use sceau_api::verification::v1::verification_service_server::VerificationService;
use sceau_certification::CertificateStatus as Status_;
use sceau_certification_view::{CertificateKey, CertificateRow, CertificateView};
use sceau_code::{Code, DigitsKey, Host, Payload, TagKey};
use sceau_kernel::wire::{FromRequest, Wire};
use sceau_kernel::{Tenant, Timestamp};
use sceau_projector::ViewReader;
use sceau_proto::common::v1::Position;
use sceau_proto::verification::v1::{
    CodeKey, GetOfflineListsRequest, GetOfflineListsResponse, GetPageRequest, GetPageResponse, ListKeysRequest,
    ListKeysResponse, ReportProblemRequest, ReportProblemResponse, VerifyBatchRequest, VerifyBatchResponse,
    VerifyRequest, VerifyResponse,
};
use sceau_security::{CodeKey as SigningKey, CodeKeys, RateLimit, TokenAuthority};
use sceau_stamp_view::BatchRangeRow;
use sceau_verification::clone::{Suspicion, Thresholds};
use sceau_verification::{BatchFacts, CertificateFacts, CertificateStatus, Checked, Scan, Verdict, Witnessed, verdict};
use sceau_verification_view::{BatchScan, ScanKey, ScanRow, ScanView};
use tonic::{Request, Response, Status};

use crate::door::Engines;
use crate::kept::{KeptBatches, KeptRows};
use crate::query::fresh_until;
use crate::settings::Settings;
use crate::tables::Tables;
use crate::{Gateway, failure};
pub use anyone::{Asker, MAX_BATCH};
use copies::Callers;
pub use reports::MAX_PHOTO;
use reports::Reports;
use scans::Recorder;
use signatures::Signatures;

/// Addresses whose rate is remembered.
const ADDRESSES: usize = 100_000;

/// Judges codes.
pub(crate) struct Verifier {
    batches: KeptBatches,
    certificates: KeptRows<CertificateView>,
    scanned: ViewReader<ScanView>,
    batches_scanned: ViewReader<BatchScan>,
    keys: Arc<CodeKeys>,
    digits: HashMap<Tenant, DigitsKey>,
    tags: HashMap<Tenant, TagKey>,
    /// The one tenant of a platform that serves one.
    only: Option<Tenant>,
    host: Host,
    limit: RateLimit<IpAddr>,
    signatures: Signatures,
    callers: Callers,
    clones: Thresholds,
    recorder: Recorder,
    reports: Reports,
}

/// A code that was checked: what it says, and whether it may be believed.
struct Seen {
    tenant: Tenant,
    checked: Checked,
    number: u64,
}

impl Seen {
    fn if_valid(self, payload: &Payload, valid: bool) -> Self {
        let (key_id, expiry_day) = (payload.key_id.into(), payload.expiry_day.into());
        Self { checked: if valid { Checked::Signed { key_id, expiry_day } } else { self.checked }, ..self }
    }
}

/// What the views hold of a code.
#[derive(Default)]
struct Found {
    batch: Option<(Arc<BatchRangeRow>, BatchFacts)>,
    /// First number of the batch.
    first_number: u64,
    certificate: Option<Arc<CertificateRow>>,
    scans: Option<ScanRow>,
}

impl Verifier {
    /// Begins to check signatures and record scans.
    pub(crate) fn start(
        engines: &Engines,
        tables: &Tables,
        keys: Arc<CodeKeys>,
        authority: &TokenAuthority,
        settings: &Settings,
    ) -> Self {
        let tenants = authority.tenants();
        let secret = tenants.first().and_then(|tenant| keys.digits(tenant)).unwrap_or_default();
        let digits = tenants.iter().filter_map(|tenant| Some((tenant.clone(), DigitsKey::new(&keys.digits(tenant)?))));
        let tags = tenants.iter().filter_map(|tenant| Some((tenant.clone(), TagKey::new(&keys.tag_key(tenant)?))));
        Self {
            batches: KeptBatches::new(tables.batch_range.clone()),
            certificates: KeptRows::new(tables.certificate.clone()),
            scanned: tables.scan.clone(),
            batches_scanned: tables.batch_scan.clone(),
            digits: digits.collect(),
            tags: tags.collect(),
            keys,
            only: match tenants {
                [only] => Some(only.clone()),
                _ => None,
            },
            host: settings.host.clone(),
            limit: RateLimit::new(settings.verifications_per_second, settings.verification_burst, ADDRESSES),
            signatures: Signatures::start(),
            callers: Callers::new(&secret),
            clones: settings.clones,
            recorder: Recorder::start(engines.verification.clone(), settings),
            reports: Reports::new(engines.verification.clone(), settings),
        }
    }

    pub(crate) async fn finish(&self) {
        self.recorder.finish().await;
    }

    pub(crate) fn scans_dropped(&self) -> u64 {
        self.recorder.dropped()
    }

    async fn verify(
        &self,
        mut request: VerifyRequest,
        address: Option<IpAddr>,
        deadline: Instant,
        now: Timestamp,
    ) -> Result<VerifyResponse, Status> {
        let (text, tenant) = (take(&mut request.code), take(&mut request.tenant));
        let meta = request.meta.take().unwrap_or_default();
        let witnessed = Witnessed::from_request(request).map_err(|faults| failure::bad_request(&faults))?;
        let caller = self.callers.caller(witnessed.device.as_deref(), address);
        let code = Code::parse(&text, &self.host).map_err(|error| {
            self.callers.typed(caller, &text, false, now);
            let reason = error.to_string();
            failure::named(tonic::Code::InvalidArgument, error.code(), &reason, &[("field", "code".to_owned())])
        })?;
        let seen = self.check(code, &tenant).await?;
        let found = self.look_up(&seen, &meta.at_least, deadline).await?;
        let wrong_before = self.callers.typed(caller, &text, found.batch.is_some(), now);
        let facts = found.certificate.as_deref().and_then(certificate_facts);
        let batch = found.batch.as_ref().map(|(_, facts)| facts);
        let copies = match batch {
            Some(BatchFacts { code, .. }) => {
                let Witnessed { channel, place, point, country, device: _ } = witnessed;
                let (found_as, batch) = (Some(*code), found.first_number);
                let scan = Scan::new(seen.number, now, channel);
                let scan = Scan { place, point, country, caller, found: found_as, wrong_before, batch, ..scan };
                self.witness(&seen.tenant, scan, found.scans.as_ref()).await?
            }
            None => None,
        };
        let checked = self.withdrawn(&seen, batch).unwrap_or(seen.checked);
        Ok(answer(&seen, &found, verdict(checked, batch, facts.as_ref(), copies, now)))
    }

    /// Judges a scan and records it.
    async fn witness(
        &self,
        tenant: &Tenant,
        mut scan: Scan,
        earlier: Option<&ScanRow>,
    ) -> Result<Option<Suspicion>, Status> {
        let judged = copies::judge(&mut scan, earlier, &self.batches_scanned, tenant.as_str(), &self.clones).await;
        self.recorder.record(tenant, scan);
        judged.map_err(|error| failure::view(&error))
    }

    /// That the key which signed the code, or signs its batch, was withdrawn with all it signed.
    fn withdrawn(&self, seen: &Seen, batch: Option<&BatchFacts>) -> Option<Checked> {
        let key_id = match seen.checked {
            Checked::Signed { key_id, .. } => key_id,
            Checked::Digits => batch?.release?.key_id,
            Checked::BadSignature | Checked::Withdrawn => return None,
        };
        let key = self.keys.by_id(u16::try_from(key_id).ok()?)?;
        key.withdrawn.as_ref().map(|_| Checked::Withdrawn)
    }

    async fn check(&self, code: Code, tenant: &str) -> Result<Seen, Status> {
        match code {
            Code::Signed(code) => {
                let (seen, key) = self.named(code.payload(), tenant)?;
                let valid = match key {
                    Some(key) => self.signatures.verify(code, key.verifying).await?,
                    None => false,
                };
                Ok(seen.if_valid(code.payload(), valid))
            }
            Code::Small(code) => {
                let (seen, _) = self.named(code.payload(), tenant)?;
                let valid = self.tags.get(&seen.tenant).is_some_and(|key| code.verify(key).is_ok());
                Ok(seen.if_valid(code.payload(), valid))
            }
            Code::Linked(code) => {
                let (seen, key) = self.named(code.payload(), tenant)?;
                Ok(seen.if_valid(code.payload(), key.is_some_and(|key| code.verify(&key.verifying).is_ok())))
            }
            Code::Digits(digits) => {
                let tenant = self.tenant(tenant)?;
                let key = self.digits.get(&tenant).ok_or_else(|| unknown_tenant(tenant.as_str()))?;
                let number = key.number(digits).map_err(|error| failure::bad_field("code", error.to_string()))?;
                Ok(Seen { tenant, checked: Checked::Digits, number })
            }
        }
    }

    /// A code names its authority by its key; the tenant of the request counts where the key is unknown.
    fn named(&self, payload: &Payload, tenant: &str) -> Result<(Seen, Option<Arc<SigningKey>>), Status> {
        let key = self.keys.by_id(payload.key_id);
        let tenant = key.as_ref().map_or_else(|| self.tenant(tenant), |key| Ok(key.tenant.clone()))?;
        Ok((Seen { tenant, checked: Checked::BadSignature, number: payload.number }, key))
    }

    pub(crate) fn tenant(&self, named: &str) -> Result<Tenant, Status> {
        match (named, &self.only) {
            ("", Some(only)) => Ok(only.clone()),
            ("", None) => Err(failure::bad_field("tenant", "is required here: this platform serves several")),
            (named, _) => {
                self.digits.keys().find(|tenant| tenant.as_str() == named).cloned().ok_or_else(|| unknown_tenant(named))
            }
        }
    }

    async fn look_up(&self, seen: &Seen, at_least: &[Position], deadline: Instant) -> Result<Found, Status> {
        if seen.checked == Checked::BadSignature {
            return Ok(Found::default());
        }
        fresh_until(self.batches.reader(), at_least, deadline).await?;
        fresh_until(self.certificates.reader(), at_least, deadline).await?;
        fresh_until(&self.scanned, at_least, deadline).await?;
        let tenant = seen.tenant.as_str();
        let held = self.batches.holding(tenant, seen.number).await.map_err(|error| failure::view(&error))?;
        let Some((batch, ordinal)) = held else {
            return Ok(Found::default());
        };
        let facts = batch.facts(ordinal);
        let key = CertificateKey { tenant: tenant.to_owned(), certificate_id: batch.certificate_id };
        let certificate = self.certificates.get(&key).await.map_err(|error| failure::view(&error))?;
        let key = ScanKey { tenant: tenant.to_owned(), number: seen.number };
        let scans = self.scanned.get(&key).await.map_err(|error| failure::view(&error))?;
        Ok(Found { batch: Some((batch, facts)), first_number: seen.number - ordinal, certificate, scans })
    }
}

#[tonic::async_trait]
impl VerificationService for Gateway {
    async fn verify(&self, request: Request<VerifyRequest>) -> Result<Response<VerifyResponse>, Status> {
        let asker = Asker::of(&request);
        let (metadata, _, request) = request.into_parts();
        self.verify_for(asker, &metadata, request).await.map(Response::new)
    }

    async fn verify_batch(
        &self,
        request: Request<VerifyBatchRequest>,
    ) -> Result<Response<VerifyBatchResponse>, Status> {
        let asker = Asker::of(&request);
        let (metadata, _, request) = request.into_parts();
        self.verify_batch_for(asker, &metadata, request).await.map(Response::new)
    }

    async fn report_problem(
        &self,
        request: Request<ReportProblemRequest>,
    ) -> Result<Response<ReportProblemResponse>, Status> {
        let asker = Asker::of(&request);
        let (metadata, _, request) = request.into_parts();
        self.report_for(asker, &metadata, request).await.map(Response::new)
    }

    async fn get_page(&self, _: Request<GetPageRequest>) -> Result<Response<GetPageResponse>, Status> {
        Ok(Response::new(GetPageResponse { url: self.door.settings.page.clone() }))
    }

    async fn list_keys(&self, request: Request<ListKeysRequest>) -> Result<Response<ListKeysResponse>, Status> {
        let tenant = self.verifier.tenant(&request.into_inner().tenant)?;
        let keys = self.door.code_keys.of_tenant(&tenant);
        let published = keys.iter().map(|key| CodeKey {
            key_id: key.id.into(),
            algorithm: "Ed25519".to_owned(),
            public_key: key.verifying.as_bytes().to_vec(),
            valid_from: Some(key.since.to_wire()),
            valid_until: key.until.map(|until| until.to_wire()),
            tenant: tenant.to_string(),
            withdrawn_at: key.withdrawn.as_ref().map(|withdrawal| withdrawal.at.to_wire()),
        });
        Ok(Response::new(ListKeysResponse { keys: published.collect() }))
    }

    async fn get_offline_lists(
        &self,
        request: Request<GetOfflineListsRequest>,
    ) -> Result<Response<GetOfflineListsResponse>, Status> {
        self.get_lists(request.into_inner()).await.map(Response::new)
    }
}

fn unknown_tenant(named: &str) -> Status {
    failure::not_found("TENANT_NOT_FOUND", "tenant", named)
}

/// What the verdict needs of a certificate; `None` for one that was never granted.
fn certificate_facts(row: &CertificateRow) -> Option<CertificateFacts> {
    let status = match row.status.0 {
        Status_::InForce => CertificateStatus::InForce,
        Status_::Suspended => CertificateStatus::Suspended,
        Status_::Revoked => CertificateStatus::Revoked,
        Status_::Expired => CertificateStatus::Expired,
        Status_::Applied | Status_::UnderReview | Status_::ChangesRequested | Status_::Refused => return None,
    };
    Some(CertificateFacts { status, valid_until: row.valid_until? })
}

fn answer(seen: &Seen, found: &Found, verdict: Verdict) -> VerifyResponse {
    let (wire, reason) = verdict.message();
    let mut response = VerifyResponse {
        verdict: wire.into(),
        reason: reason.into(),
        advice: verdict.advice().to_owned(),
        tenant: seen.tenant.to_string(),
        suspicion: verdict.suspicion().map(|suspicion| suspicion.without_places().to_wire()),
        explanation: verdict.suspicion().map(Suspicion::explain),
        ..VerifyResponse::default()
    };
    if let Some((batch, _)) = &found.batch {
        response.batch_id = batch.batch_id.to_string();
        response.certificate_id = batch.certificate_id.to_string();
        response.company_id = batch.company_id.to_string();
        response.released_at = batch.released_at.map(|at| at.to_wire());
    }
    if let Some(certificate) = &found.certificate {
        response.product_name.clone_from(&certificate.product_name);
        response.gtin.clone_from(&certificate.gtin);
        response.company_name.clone_from(&certificate.company_name);
        response.valid_until = certificate.valid_until.map(|until| until.to_wire());
    }
    if let Some(scans) = &found.scans {
        response.first_scanned_at = Some(scans.first_at.to_wire());
        response.scans = scans.count;
    }
    response
}
