//! Batches: their queries, and their codes, which are computed on the way to the printer and never stored.

use std::sync::Arc;
use std::time::Duration;

use sceau_api::stamp::v1::stamp_query_service_server::StampQueryService;
use sceau_certification_view::CertificateKey;
use sceau_code::{CodeError, DigitsKey, Gtin, Host, LinkedCode, Payload, SignedCode, SmallCode, TagKey};
use sceau_engine::Envelope as Submission;
use sceau_kernel::{CommandDigest, CommandId};
use sceau_proto::common::v1::QueryMeta;
use sceau_proto::stamp::v1::{
    Code, DownloadCodesRequest, DownloadCodesResponse, GetBatchRequest, GetBatchResponse, GetContainerRequest,
    GetContainerResponse, GetProductStampsRequest, GetProductStampsResponse, ListActivationsRequest,
    ListActivationsResponse, ListBatchesRequest, ListBatchesResponse, ReconcileBatchesRequest,
    ReconcileBatchesResponse, ResolveCodesRequest, ResolveCodesResponse,
};
use sceau_security::{CodeKey, Rule};
use sceau_stamp::{BatchCommand, BatchId, OrdinalRange, RecordDownload, StampForm, Stamping, StampingCommand};
use sceau_stamp_view::{BatchKey, BatchRow};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code as StatusCode, Request, Response, Status};

use crate::access::rule_of;
use crate::call::{Call, Envelope};
use crate::command::id;
use crate::door::{Decides, Door};
use crate::query::{reaches, row};
use crate::{Gateway, failure};

pub(crate) const DOWNLOAD: &Rule = rule_of("/sceau.stamp.v1.StampQueryService/DownloadCodes");
/// Codes of one message: about 100 KiB.
pub(crate) const CHUNK: u64 = 500;
/// After which a view has caught up with what was just done.
const MOMENT: Duration = Duration::from_millis(200);
/// Messages that wait for a slow reader; then no more codes are computed.
const WAITING: usize = 4;
/// Downloads at the same time; each keeps a processor busy with signatures.
pub(crate) const DOWNLOADS: usize = 4;

#[tonic::async_trait]
impl StampQueryService for Gateway {
    type DownloadCodesStream = ReceiverStream<Result<DownloadCodesResponse, Status>>;

    async fn get_batch(&self, request: Request<GetBatchRequest>) -> Result<Response<GetBatchResponse>, Status> {
        self.door.unary_query(request).await
    }

    async fn list_batches(
        &self,
        request: Request<ListBatchesRequest>,
    ) -> Result<Response<ListBatchesResponse>, Status> {
        self.door.unary_query(request).await
    }

    async fn get_product_stamps(
        &self,
        request: Request<GetProductStampsRequest>,
    ) -> Result<Response<GetProductStampsResponse>, Status> {
        self.door.unary_query(request).await
    }

    async fn reconcile_batches(
        &self,
        request: Request<ReconcileBatchesRequest>,
    ) -> Result<Response<ReconcileBatchesResponse>, Status> {
        self.door.unary_query(request).await
    }

    async fn list_activations(
        &self,
        request: Request<ListActivationsRequest>,
    ) -> Result<Response<ListActivationsResponse>, Status> {
        self.door.unary_query(request).await
    }

    async fn get_container(
        &self,
        request: Request<GetContainerRequest>,
    ) -> Result<Response<GetContainerResponse>, Status> {
        self.door.unary_query(request).await
    }

    async fn resolve_codes(
        &self,
        request: Request<ResolveCodesRequest>,
    ) -> Result<Response<ResolveCodesResponse>, Status> {
        self.door.unary_query(request).await
    }

    async fn download_codes(
        &self,
        request: Request<DownloadCodesRequest>,
    ) -> Result<Response<Self::DownloadCodesStream>, Status> {
        let envelope = Envelope::of(request.metadata(), self.door.patience());
        let download = async {
            let call = self.door.let_in(&envelope, DOWNLOAD)?;
            self.door.download(&call, request.into_inner()).await
        };
        let download = self.door.calls.counted(DOWNLOAD.method, download.await)?;
        let (codes, stream) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || download.run(&codes));
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}

/// Makes the codes of a batch.
pub(crate) struct Press {
    batch: BatchRow,
    pub(crate) key: Arc<CodeKey>,
    digits: DigitsKey,
    tags: TagKey,
    /// The product of the batch, for codes that are given as GS1 Digital Links too.
    gtin: Option<Gtin>,
    host: Host,
}

/// A download under way.
struct Download {
    press: Press,
    range: OrdinalRange,
    _permit: OwnedSemaphorePermit,
}

impl Door {
    /// Records the download, as whoever calls, and makes ready to compute the codes.
    async fn download(&self, call: &Call, request: DownloadCodesRequest) -> Result<Download, Status> {
        let permit = Arc::clone(&self.downloads).try_acquire_owned().map_err(|_| {
            let text = format!("{DOWNLOADS} downloads are under way, which is all there can be: try again soon");
            failure::retry(StatusCode::ResourceExhausted, "DOWNLOADS_BUSY", &text, Duration::from_secs(5))
        })?;
        let (batch_id, batch) = self.batch_of(call, &request.batch_id, request.meta.as_ref()).await?;
        let rest = batch.count.saturating_sub(request.first);
        let count = if request.count == 0 { rest } else { request.count };
        let range = OrdinalRange { first: request.first, count };
        self.check_key(batch_id, &batch)?;
        let gtin = if request.digital_link { Some(self.gtin(call, &batch).await?) } else { None };
        self.record_download(call, batch_id, RecordDownload { range, part: None }).await?;
        Ok(Download { press: self.press(call, batch_id, batch, gtin)?, range, _permit: permit })
    }

    /// A batch that the call reaches.
    pub(crate) async fn batch_of(
        &self,
        call: &Call,
        named: &str,
        meta: Option<&QueryMeta>,
    ) -> Result<(BatchId, BatchRow), Status> {
        let batch_id: BatchId = id("batch_id", named.to_owned())?;
        let key = BatchKey { tenant: call.tenant.to_string(), batch_id: batch_id.0 };
        let batch = row(&self.tables.batch, &key, meta, call).await?;
        let batch = batch.ok_or_else(|| failure::not_found("BATCH_NOT_FOUND", "batch", named))?;
        if reaches(call, &batch) { Ok((batch_id, batch)) } else { Err(failure::not_yours("batch", named)) }
    }

    /// Refuses a batch whose key was withdrawn.
    pub(crate) fn check_key(&self, batch_id: BatchId, batch: &BatchRow) -> Result<(), Status> {
        if self.key(batch).is_some_and(|key| key.withdrawn.is_some()) {
            let text = format!("key {} of batch `{batch_id}` was withdrawn, and its codes with it", batch.key_id);
            return Err(failure::named(StatusCode::FailedPrecondition, "CODE_KEY_WITHDRAWN", &text, &[]));
        }
        Ok(())
    }

    fn key(&self, batch: &BatchRow) -> Option<Arc<CodeKey>> {
        u16::try_from(batch.key_id).ok().and_then(|id| self.code_keys.by_id(id))
    }

    /// Makes ready to compute the codes of a batch that is released.
    pub(crate) fn press(
        &self,
        call: &Call,
        batch_id: BatchId,
        batch: BatchRow,
        gtin: Option<Gtin>,
    ) -> Result<Press, Status> {
        if batch.stamper_id.is_none() {
            let text = format!("batch `{batch_id}` is not released, or was only a moment ago: try again");
            return Err(failure::retry(StatusCode::Unavailable, "VIEW_BEHIND", &text, MOMENT));
        }
        let missing = || {
            let text = format!("key {} of batch `{batch_id}` is not in this platform's keys", batch.key_id);
            failure::named(StatusCode::DataLoss, "CODE_KEY_MISSING", &text, &[])
        };
        let key = self.key(&batch).ok_or_else(missing)?;
        let digits = self.code_keys.digits(&call.tenant).ok_or_else(missing)?;
        let tags = TagKey::new(&self.code_keys.tag_key(&call.tenant).ok_or_else(missing)?);
        Ok(Press { batch, key, digits: DigitsKey::new(&digits), tags, gtin, host: self.settings.host.clone() })
    }

    /// The GTIN under which a batch's codes are GS1 Digital Links.
    async fn gtin(&self, call: &Call, batch: &BatchRow) -> Result<Gtin, Status> {
        if batch.form.as_ref().is_some_and(|form| form.0 != StampForm::SignedQr) {
            return Err(failure::bad_field("digital_link", "is for batches of the form SIGNED_QR: leave it out"));
        }
        let key = CertificateKey { tenant: call.tenant.to_string(), certificate_id: batch.certificate_id };
        let certificate = self.tables.certificate.get(&key).await.map_err(|error| failure::view(&error))?;
        let gtin = certificate.map(|row| row.gtin).unwrap_or_default();
        Gtin::parse(&gtin).map_err(|error| {
            failure::named(StatusCode::FailedPrecondition, error.code(), &error.to_string(), &[("gtin", gtin.clone())])
        })
    }

    /// Records a download, as whoever calls.
    pub(crate) async fn record_download(
        &self,
        call: &Call,
        batch_id: BatchId,
        download: RecordDownload,
    ) -> Result<(), Status> {
        let stream = batch_id.stream(&call.tenant);
        let answer = Decides::<Stamping>::engine(&self.engines).submit(Submission {
            stream: stream.clone(),
            command: StampingCommand::Batch(BatchCommand::RecordDownload(download)),
            command_id: CommandId::Client(self.ids.next()),
            digest: CommandDigest::of(&[], 0),
            expected_version: None,
            actor: call.actor.clone(),
            traceparent: call.traceparent.clone(),
        });
        match answer.await {
            Ok(_) => Ok(()),
            Err(refused) => Err(failure::refused(&refused, &stream, |_| None)),
        }
    }
}

impl Download {
    /// Computes the codes until all are taken or nobody takes them any more.
    fn run(self, codes: &mpsc::Sender<Result<DownloadCodesResponse, Status>>) {
        let mut ordinal = self.range.first;
        while ordinal < self.range.end() {
            let until = self.range.end().min(ordinal + CHUNK);
            let chunk: Result<Vec<Code>, Status> = (ordinal..until).map(|ordinal| self.press.code(ordinal)).collect();
            let failed = chunk.is_err();
            let sent = codes.blocking_send(chunk.map(|codes| DownloadCodesResponse { codes }));
            if sent.is_err() || failed {
                return;
            }
            ordinal = until;
        }
    }
}

impl Press {
    /// The code of an ordinal.
    pub(crate) fn code(&self, ordinal: u64) -> Result<Code, Status> {
        let number = self.batch.first_number + ordinal;
        self.texts(number).map(|texts| Code { ordinal, number, ..texts }).map_err(|error| {
            let number = number.to_string();
            failure::named(StatusCode::DataLoss, error.code(), &error.to_string(), &[("number", number)])
        })
    }

    /// The texts of a code.
    fn texts(&self, number: u64) -> Result<Code, CodeError> {
        let expiry_day = u16::try_from(self.batch.expiry_day).unwrap_or(u16::MAX);
        let payload = Payload { key_id: self.key.id, number, expiry_day };
        let url = match self.batch.form.as_ref().map_or(StampForm::SignedQr, |form| form.0) {
            StampForm::SignedQr => SignedCode::sign(payload, &self.key.signing)?.url(&self.host),
            StampForm::SmallQr => SmallCode::issue(payload, &self.tags)?.url(&self.host),
            StampForm::Digits => String::new(),
        };
        let digital_link = match self.gtin {
            Some(gtin) => LinkedCode::sign(gtin, payload, &self.key.signing)?.url(&self.host),
            None => String::new(),
        };
        Ok(Code { url, digital_link, digits: self.digits.digits(number)?.to_string(), ..Code::default() })
    }
}
