//! What every call shares: the engines behind it, the views it reads, the keys it trusts.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sceau_certification::Certification;
use sceau_engine::Commands;
use sceau_kernel::{Domain, Timestamp};
use sceau_log::Log;
use sceau_order::Ordering;
use sceau_payment::Payments;
use sceau_projector::ReadSide;
use sceau_proto::admin::v1::GetClusterResponse;
use sceau_proto::common::v1::CommandReceipt;
use sceau_security::{CodeKeys, Rule, TokenAuthority};
use sceau_stamp::Stamping;
use sceau_verification::Verification;
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status};
use tracing::Instrument;

use crate::call::{Call, Envelope};
use crate::calls::Calls;
use crate::command::CommandCall;
use crate::facts::Facts;
use crate::ids::Ids;
use crate::parts::KeptParts;
use crate::query::QueryCall;
use crate::settings::Settings;
use crate::tables::Tables;

/// Where the commands of each domain are decided.
#[derive(Clone)]
pub struct Engines {
    /// Companies, certificates, stampers.
    pub certification: Commands<Certification>,
    /// Price lists and orders.
    pub order: Commands<Ordering>,
    /// Invoices.
    pub payment: Commands<Payments>,
    /// The number space and batches.
    pub stamp: Commands<Stamping>,
    /// Scans.
    pub verification: Commands<Verification>,
}

/// Finds the engine of a domain by its type.
pub(crate) trait Decides<D: Domain> {
    fn engine(&self) -> &Commands<D>;
}

macro_rules! decides {
    ($($domain:ty: $field:ident;)+) => {
        $(impl Decides<$domain> for Engines {
            fn engine(&self) -> &Commands<$domain> {
                &self.$field
            }
        })+
    };
}

decides! {
    Certification: certification;
    Ordering: order;
    Payments: payment;
    Stamping: stamp;
    Verification: verification;
}

/// What a gateway is made of.
pub struct Parts {
    /// The write side.
    pub engines: Engines,
    /// The read side, with every projection of [`tables`](crate::projections) registered.
    pub read_side: ReadSide,
    /// The log, for administrators to look into.
    pub log: Arc<dyn Log>,
    /// Who issues and verifies tokens.
    pub authority: Arc<TokenAuthority>,
    /// The keys of stamp codes.
    pub code_keys: Arc<CodeKeys>,
    /// Bounds and names.
    pub settings: Settings,
    /// The nodes among which this one is; `None` on embedded engines.
    pub cluster: Option<Arc<dyn Cluster>>,
}

/// The nodes of a platform.
pub trait Cluster: Send + Sync + 'static {
    /// Who owns what, and how it fares.
    fn describe(&self) -> BoxFuture<'_, GetClusterResponse>;

    /// The address of the node that decides about projections, as far as is known; `None` when it is this one.
    fn leader(&self) -> Option<Arc<str>>;
}

/// The inside of the gateway.
pub(crate) struct Door {
    pub(crate) engines: Engines,
    pub(crate) tables: Tables,
    pub(crate) facts: Facts,
    pub(crate) read_side: ReadSide,
    pub(crate) log: Arc<dyn Log>,
    pub(crate) authority: Arc<TokenAuthority>,
    pub(crate) code_keys: Arc<CodeKeys>,
    pub(crate) settings: Settings,
    pub(crate) ids: Ids,
    pub(crate) calls: Calls,
    /// One permit for each download that may be under way.
    pub(crate) downloads: Arc<Semaphore>,
    /// Parts that were made not long ago.
    pub(crate) parts: KeptParts,
    pub(crate) cluster: Option<Arc<dyn Cluster>>,
}

impl Door {
    /// Who calls, if he may call this method.
    pub(crate) fn let_in(&self, envelope: &Envelope, rule: &'static Rule) -> Result<Call, Status> {
        let caller = envelope.caller(&self.authority, self.now())?;
        Call::allow(&caller, rule, envelope)
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.settings.clock)()
    }

    pub(crate) const fn patience(&self) -> Duration {
        self.settings.patience
    }

    pub(crate) async fn unary_command<C: CommandCall>(
        &self,
        request: Request<C>,
    ) -> Result<Response<CommandReceipt>, Status>
    where
        Engines: Decides<C::Domain>,
    {
        let mut envelope = Envelope::of(request.metadata(), self.patience());
        let span = envelope.enter(C::RULE.method);
        let answer = async {
            let call = self.let_in(&envelope, C::RULE)?;
            self.command(&call, request.into_inner()).await.map(Response::new)
        };
        self.calls.counted(C::RULE.method, answer.instrument(span).await)
    }

    pub(crate) async fn unary_query<Q: QueryCall>(&self, request: Request<Q>) -> Result<Response<Q::Answer>, Status> {
        let mut envelope = Envelope::of(request.metadata(), self.patience());
        let span = envelope.enter(Q::RULE.method);
        let answer = async {
            let call = self.let_in(&envelope, Q::RULE)?;
            request.into_inner().answer(self, &call).await.map(Response::new)
        };
        self.calls.counted(Q::RULE.method, answer.instrument(span).await)
    }
}
