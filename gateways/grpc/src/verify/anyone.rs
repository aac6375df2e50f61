//! Whoever asks about codes, by gRPC or by another door of this process, and how often he may.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use futures_util::stream::{self, StreamExt};
use sceau_kernel::Timestamp;
use sceau_proto::verification::v1::{
    VerifyBatchRequest, VerifyBatchResponse, VerifyOutcome, VerifyRequest, VerifyResponse,
};
use sceau_security::Rule;
use tonic::metadata::MetadataMap;
use tonic::{Request, Status};
use tonic_types::StatusExt;
use tracing::Instrument;

use crate::access::rule_of;
use crate::call::Envelope;
use crate::{Gateway, failure};

const VERIFY: &Rule = rule_of("/sceau.verification.v1.VerificationService/Verify");
const VERIFY_BATCH: &Rule = rule_of("/sceau.verification.v1.VerificationService/VerifyBatch");

/// Codes that may be asked about at once.
pub const MAX_BATCH: usize = 100;
/// Codes of one batch that are judged at the same time.
const AT_ONCE: usize = 16;

/// Who asks, and by what he is held back when he asks too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Somebody at this address. He is held back by it unless he bears a token: then he is known, and can be stopped
    /// by name.
    At(IpAddr),
    /// Somebody whom the door in this process that speaks for him holds back itself, such as a telephone number.
    HeldBackElsewhere,
}

impl Asker {
    pub(super) fn of<T>(request: &Request<T>) -> Self {
        Self::At(request.remote_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip()))
    }
}

impl Asker {
    /// The address that tells this caller from others, for one who is not known otherwise.
    fn address(self) -> Option<IpAddr> {
        match self {
            Self::At(address) => Some(address).filter(|address| !address.is_unspecified()),
            Self::HeldBackElsewhere => None,
        }
    }
}

impl Gateway {
    /// The text of a printed code whose URL has this path and query, for a door that was asked under another host.
    pub fn printed(&self, path: &str) -> String {
        format!("{}{path}", self.verifier.host.prefix())
    }

    /// Judges a code. `metadata` may hold a bearer token, a deadline and a trace, as a gRPC call's does.
    pub async fn verify_for(
        &self,
        asker: Asker,
        metadata: &MetadataMap,
        request: VerifyRequest,
    ) -> Result<VerifyResponse, Status> {
        let mut envelope = Envelope::of(metadata, self.door.patience());
        let span = envelope.enter(VERIFY.method);
        let judged = async {
            let now = self.door.now();
            let asker = self.known(asker, &envelope, now)?;
            self.judge(asker, request, envelope.deadline, now).await
        };
        let answer = judged.instrument(span).await;
        self.door.calls.counted(VERIFY.method, answer)
    }

    /// Judges each of at most [`MAX_BATCH`] codes; one that cannot be judged does not keep the others from it.
    pub async fn verify_batch_for(
        &self,
        asker: Asker,
        metadata: &MetadataMap,
        request: VerifyBatchRequest,
    ) -> Result<VerifyBatchResponse, Status> {
        let mut envelope = Envelope::of(metadata, self.door.patience());
        let span = envelope.enter(VERIFY_BATCH.method);
        let answer = self.judge_batch(asker, request, &envelope).instrument(span).await;
        self.door.calls.counted(VERIFY_BATCH.method, answer)
    }

    async fn judge_batch(
        &self,
        asker: Asker,
        mut request: VerifyBatchRequest,
        envelope: &Envelope,
    ) -> Result<VerifyBatchResponse, Status> {
        let codes = std::mem::take(&mut request.codes);
        if codes.is_empty() || codes.len() > MAX_BATCH {
            let reason = format!("holds {} codes: ask about 1 to {MAX_BATCH} at once", codes.len());
            return Err(failure::bad_field("codes", reason));
        }
        let now = self.door.now();
        let asker = self.known(asker, envelope, now)?;
        let judged = codes.into_iter().map(|code| {
            let request = about(&code, &request);
            async move { outcome(code, self.judge(asker, request, envelope.deadline, now).await) }
        });
        let outcomes = stream::iter(judged).buffered(AT_ONCE).collect().await;
        Ok(VerifyBatchResponse { outcomes })
    }

    /// Who asks, once his token is looked at, if he bears one.
    pub(super) fn known(&self, asker: Asker, envelope: &Envelope, now: Timestamp) -> Result<Asker, Status> {
        if envelope.token.is_none() {
            return Ok(asker);
        }
        envelope.caller(&self.door.authority, now).map(|_| Asker::HeldBackElsewhere)
    }

    async fn judge(
        &self,
        asker: Asker,
        request: VerifyRequest,
        deadline: Instant,
        now: Timestamp,
    ) -> Result<VerifyResponse, Status> {
        if let Asker::At(address) = asker {
            self.verifier.limit.take(address, now).map_err(failure::too_often)?;
        }
        self.verifier.verify(request, asker.address(), deadline, now).await
    }
}

/// The question about one code of many.
fn about(code: &str, batch: &VerifyBatchRequest) -> VerifyRequest {
    VerifyRequest {
        meta: batch.meta.clone(),
        tenant: batch.tenant.clone(),
        code: code.to_owned(),
        channel: batch.channel,
        place: batch.place.clone(),
        coordinates: batch.coordinates,
        country: batch.country.clone(),
        device: batch.device.clone(),
    }
}

fn outcome(code: String, judged: Result<VerifyResponse, Status>) -> VerifyOutcome {
    match judged {
        Ok(answer) => VerifyOutcome { code, answer: Some(answer), ..VerifyOutcome::default() },
        Err(status) => {
            let reason = status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default();
            VerifyOutcome { code, answer: None, error: reason, error_text: status.message().to_owned() }
        }
    }
}
