//! Running the platform: projections, the log, keys, tokens.

mod leader;
mod tail;

use std::time::Duration;

use sceau_api::admin::v1::admin_service_server::AdminService;
use sceau_kernel::wire::Wire;
use sceau_kernel::{Domain, Role, Timestamp};
use sceau_log::Partition;
use sceau_projector::{Comparison, ControlError, GenerationStatus, Progress, ProjectionStatus, StartError};
use sceau_proto::admin::v1::{
    CancelRebuildRequest, CancelRebuildResponse, Generation, GetClusterRequest, GetClusterResponse, IssueTokenRequest,
    IssueTokenResponse, KeyUse, ListKeysRequest, ListKeysResponse, ListProjectionsRequest, ListProjectionsResponse,
    LogPartition, LogStatRequest, LogStatResponse, PartitionProgress, Projection, PublicKey, RebuildProjectionRequest,
    RebuildProjectionResponse, RevokeTokenRequest, RevokeTokenResponse, RotateKeyRequest, RotateKeyResponse,
    SwitchProjectionRequest, SwitchProjectionResponse, TailLogRequest, WithdrawKeyRequest, WithdrawKeyResponse,
};
use sceau_security::{CodeKey, IssuerKey, TokenRequest, Withdrawal};
use tonic::{Code, Request, Response, Status};

use leader::Leader;

use crate::access::rule_of;
use crate::call::{Call, Envelope};
use crate::{Gateway, failure};

/// When a caller may ask again what the store could not answer.
const SOON: Duration = Duration::from_secs(1);

/// Every topic of the platform.
pub const TOPICS: [&str; 5] = [
    <sceau_certification::Certification as Domain>::TOPIC,
    <sceau_order::Ordering as Domain>::TOPIC,
    <sceau_payment::Payments as Domain>::TOPIC,
    <sceau_stamp::Stamping as Domain>::TOPIC,
    <sceau_verification::Verification as Domain>::TOPIC,
];

/// Lets the caller of a method of this service in.
macro_rules! let_in {
    ($gateway:expr, $request:expr, $method:literal) => {
        $gateway.admitted(&$request, rule_of(concat!("/sceau.admin.v1.AdminService/", $method)))
    };
}

impl Gateway {
    fn admitted<T>(&self, request: &Request<T>, rule: &'static sceau_security::Rule) -> Result<Call, Status> {
        let call = self.door.let_in(&Envelope::of(request.metadata(), self.door.patience()), rule);
        self.door.calls.counted(rule.method, call)
    }
}

#[tonic::async_trait]
impl AdminService for Gateway {
    type TailLogStream = tail::Tail;

    async fn list_projections(
        &self,
        request: Request<ListProjectionsRequest>,
    ) -> Result<Response<ListProjectionsResponse>, Status> {
        let_in!(self, request, "ListProjections")?;
        let listed = self.door.read_side.survey().await.map_err(|error| match error {
            StartError::Log(error) => failure::log(&error),
            error => failure::retry(Code::Unavailable, "STORE_UNAVAILABLE", &error.to_string(), SOON),
        })?;
        let projections = listed.into_iter().map(projection).collect();
        Ok(Response::new(ListProjectionsResponse { projections }))
    }

    async fn rebuild_projection(
        &self,
        request: Request<RebuildProjectionRequest>,
    ) -> Result<Response<RebuildProjectionResponse>, Status> {
        let_in!(self, request, "RebuildProjection")?;
        let (headers, _, RebuildProjectionRequest { name }) = request.into_parts();
        match self.door.read_side.rebuild(&name).await {
            Err(ControlError::NotLeading) => {
                let mut leader = Leader::of(&self.door, &headers)?;
                leader.client.rebuild_projection(leader.request(RebuildProjectionRequest { name })).await
            }
            done => done.map(|()| Response::new(RebuildProjectionResponse {})).map_err(|error| control(&error)),
        }
    }

    async fn cancel_rebuild(
        &self,
        request: Request<CancelRebuildRequest>,
    ) -> Result<Response<CancelRebuildResponse>, Status> {
        let_in!(self, request, "CancelRebuild")?;
        let (headers, _, CancelRebuildRequest { name }) = request.into_parts();
        match self.door.read_side.cancel(&name).await {
            Err(ControlError::NotLeading) => {
                let mut leader = Leader::of(&self.door, &headers)?;
                leader.client.cancel_rebuild(leader.request(CancelRebuildRequest { name })).await
            }
            done => done.map(|()| Response::new(CancelRebuildResponse {})).map_err(|error| control(&error)),
        }
    }

    async fn switch_projection(
        &self,
        request: Request<SwitchProjectionRequest>,
    ) -> Result<Response<SwitchProjectionResponse>, Status> {
        let_in!(self, request, "SwitchProjection")?;
        let (headers, _, SwitchProjectionRequest { name, force }) = request.into_parts();
        match self.door.read_side.switch(&name, force).await {
            Err(ControlError::NotLeading) => {
                let mut leader = Leader::of(&self.door, &headers)?;
                leader.client.switch_projection(leader.request(SwitchProjectionRequest { name, force })).await
            }
            Ok(Comparison { serving: rows_before, built: rows_now, different, .. }) => {
                Ok(Response::new(SwitchProjectionResponse { rows_before, rows_now, different }))
            }
            Err(error) => Err(control(&error)),
        }
    }

    async fn log_stat(&self, request: Request<LogStatRequest>) -> Result<Response<LogStatResponse>, Status> {
        let_in!(self, request, "LogStat")?;
        let mut partitions = Vec::new();
        for topic in TOPICS {
            let count = self.door.log.partitions(topic).await.map_err(|error| tail::log_failure(&error))?;
            for number in 0..count {
                let end = self.door.log.end(Partition { topic, number }).await;
                let end = end.map_err(|error| tail::log_failure(&error))?;
                partitions.push(LogPartition { topic: topic.to_owned(), partition: number, end });
            }
        }
        Ok(Response::new(LogStatResponse { partitions }))
    }

    async fn tail_log(&self, request: Request<TailLogRequest>) -> Result<Response<Self::TailLogStream>, Status> {
        let call = let_in!(self, request, "TailLog")?;
        tail::tail(&self.door, &call, request.into_inner()).await.map(Response::new)
    }

    async fn list_keys(&self, request: Request<ListKeysRequest>) -> Result<Response<ListKeysResponse>, Status> {
        let call = let_in!(self, request, "ListKeys")?;
        let tokens = self.door.authority.keys().into_iter().map(|key| token_key(&key));
        let codes = self.door.code_keys.of_tenant(&call.tenant).into_iter().map(|key| code_key(&key));
        Ok(Response::new(ListKeysResponse { keys: tokens.chain(codes).collect() }))
    }

    async fn rotate_key(&self, request: Request<RotateKeyRequest>) -> Result<Response<RotateKeyResponse>, Status> {
        let call = let_in!(self, request, "RotateKey")?;
        let now = self.door.now();
        let key = match request.into_inner().r#use() {
            KeyUse::Tokens => self.door.authority.rotate(now).map(|key| token_key(&key)),
            KeyUse::Codes => self.door.code_keys.rotate(&call.tenant, now).map(|key| code_key(&key)),
            KeyUse::Unspecified => return Err(failure::bad_field("use", "is required: TOKENS or CODES")),
        };
        let key = key.map_err(|error| failure::keys(&error))?;
        Ok(Response::new(RotateKeyResponse { key: Some(key) }))
    }

    async fn withdraw_key(
        &self,
        request: Request<WithdrawKeyRequest>,
    ) -> Result<Response<WithdrawKeyResponse>, Status> {
        let call = let_in!(self, request, "WithdrawKey")?;
        let (id, withdrawal) = withdrawal(&call, &request.into_inner(), self.door.now())?;
        let keys = &self.door.code_keys;
        let key = keys.withdraw(&call.tenant, id, withdrawal).map_err(|error| failure::keys(&error))?;
        let current = keys.current(&call.tenant).map(|key| code_key(&key));
        Ok(Response::new(WithdrawKeyResponse { key: Some(code_key(&key)), current }))
    }

    async fn issue_token(&self, request: Request<IssueTokenRequest>) -> Result<Response<IssueTokenResponse>, Status> {
        let call = let_in!(self, request, "IssueToken")?;
        let asked = token_request(&call, request.into_inner())?;
        let issued = self
            .door
            .authority
            .issue(&asked, self.door.now())
            .map_err(|error| failure::named(Code::InvalidArgument, error.code(), &error.to_string(), &[]))?;
        Ok(Response::new(IssueTokenResponse {
            token: issued.token,
            token_id: issued.token_id,
            expires_at: Some(issued.expires.to_wire()),
        }))
    }

    async fn revoke_token(
        &self,
        request: Request<RevokeTokenRequest>,
    ) -> Result<Response<RevokeTokenResponse>, Status> {
        let_in!(self, request, "RevokeToken")?;
        let token_id = request.into_inner().token_id;
        if token_id.is_empty() || token_id.len() > 64 {
            return Err(failure::bad_field(
                "token_id",
                "is required: the id that IssueToken gave, at most 64 characters",
            ));
        }
        let now = self.door.now();
        // No token lives longer than a year, so after two the list may forget it.
        let ends = now.plus_micros(2 * LIFETIME_MAX.as_micros() as i64);
        self.door.authority.revoke(&token_id, ends, now).map_err(|error| failure::keys(&error))?;
        Ok(Response::new(RevokeTokenResponse {}))
    }
    async fn get_cluster(&self, request: Request<GetClusterRequest>) -> Result<Response<GetClusterResponse>, Status> {
        let_in!(self, request, "GetCluster")?;
        let Some(cluster) = &self.door.cluster else {
            let text = "this platform runs in one process on embedded engines: there is no cluster";
            return Err(failure::named(Code::FailedPrecondition, "NO_CLUSTER", text, &[]));
        };
        Ok(Response::new(cluster.describe().await))
    }
}

/// The longest life of a token.
const LIFETIME_MAX: Duration = Duration::from_hours(366 * 24);
/// The life of a token when the caller does not say.
const LIFETIME_DEFAULT: Duration = Duration::from_hours(12);

/// The longest reason for a withdrawal, in characters.
const REASON_MAX: usize = 500;

fn withdrawal(call: &Call, request: &WithdrawKeyRequest, at: Timestamp) -> Result<(u16, Withdrawal), Status> {
    let id = u16::try_from(request.key_id).ok().filter(|id| *id > 0);
    let id = id.ok_or_else(|| failure::bad_field("key_id", "is required: the id of a code key, 1 to 65535"))?;
    let reason = request.reason.trim().to_owned();
    if !(1..=REASON_MAX).contains(&reason.chars().count()) {
        return Err(failure::bad_field("reason", format!("is required: 1 to {REASON_MAX} characters")));
    }
    Ok((id, Withdrawal { at, reason, by: call.actor.subject.to_string() }))
}

fn token_request(call: &Call, request: IssueTokenRequest) -> Result<TokenRequest, Status> {
    if request.subject.trim().is_empty() || request.subject.len() > 200 {
        return Err(failure::bad_field("subject", "is required: 1 to 200 bytes that name the bearer"));
    }
    let mut roles = Vec::with_capacity(request.roles.len());
    for (n, name) in request.roles.iter().enumerate() {
        let known = || Role::ALL.map(Role::name).join(", ");
        let role = Role::from_name(name);
        roles.push(role.ok_or_else(|| {
            failure::bad_field(&format!("roles[{n}]"), format!("`{name}` is not a role; roles are {}", known()))
        })?);
    }
    let lifetime = match request.lifetime {
        None => LIFETIME_DEFAULT,
        Some(lifetime) => Duration::try_from(lifetime)
            .ok()
            .filter(|lifetime| (Duration::from_secs(1)..=LIFETIME_MAX).contains(lifetime))
            .ok_or_else(|| failure::bad_field("lifetime", "is 1 second to 366 days"))?,
    };
    Ok(TokenRequest {
        tenant: call.tenant.clone(),
        subject: request.subject,
        roles,
        party: Some(request.party_id).filter(|party| !party.is_empty()),
        lifetime,
    })
}

fn control(error: &ControlError) -> Status {
    let (code, reason) = match error {
        ControlError::Unknown { .. } => (Code::NotFound, "PROJECTION_UNKNOWN"),
        ControlError::Building { .. } => (Code::FailedPrecondition, "PROJECTION_BUILDING"),
        ControlError::NotBuilding => (Code::FailedPrecondition, "PROJECTION_NOT_BUILDING"),
        ControlError::Indispensable => (Code::FailedPrecondition, "PROJECTION_INDISPENSABLE"),
        ControlError::Behind { .. } => (Code::FailedPrecondition, "PROJECTION_BEHIND"),
        ControlError::Differs(_) => (Code::FailedPrecondition, "PROJECTION_DIFFERS"),
        ControlError::NotLeading => (Code::Unavailable, "PROJECTION_LED_ELSEWHERE"),
        ControlError::Store(_) => (Code::Unavailable, "STORE_UNAVAILABLE"),
    };
    failure::named(code, reason, &error.to_string(), &[])
}

fn projection(status: ProjectionStatus) -> Projection {
    Projection {
        name: status.name.to_owned(),
        version: status.version,
        serving: status.serving.map(generation),
        building: status.building.map(generation),
    }
}

fn generation(status: GenerationStatus) -> Generation {
    let Progress { done, total, .. } = status.progress;
    let left = status.progress.left().filter(|_| status.progress.known);
    let partitions = status.partitions.into_iter().map(|part| PartitionProgress {
        lag: part.lag(),
        topic: part.source.topic.to_owned(),
        partition: part.source.partition,
        applied: part.applied,
        end: part.end,
        holes: part.holes,
        dead_letters: part.dead_letters,
        trouble: part.trouble.unwrap_or_default(),
    });
    Generation {
        number: status.number,
        version: status.version,
        table: status.table,
        done,
        total,
        rate: status.progress.rate(),
        left: left.and_then(|left| left.try_into().ok()),
        partitions: partitions.collect(),
    }
}

fn token_key(key: &IssuerKey) -> PublicKey {
    public_key(KeyUse::Tokens, key.kid.clone(), &key.public, key.since, key.current)
}

fn code_key(key: &CodeKey) -> PublicKey {
    let published = public_key(KeyUse::Codes, key.id.to_string(), key.verifying.as_bytes(), key.since, key.current);
    match &key.withdrawn {
        None => published,
        Some(Withdrawal { at, reason, by }) => PublicKey {
            withdrawn_at: Some(at.to_wire()),
            withdrawn_reason: reason.clone(),
            withdrawn_by: by.clone(),
            ..published
        },
    }
}

fn public_key(of: KeyUse, key_id: String, public: &[u8; 32], since: Timestamp, current: bool) -> PublicKey {
    let (since, public_key) = (Some(since.to_wire()), public.to_vec());
    PublicKey { r#use: of.into(), key_id, public_key, since, current, ..PublicKey::default() }
}
