//! All services on one listener.

use std::fmt;
use std::sync::Arc;

use sceau_api::admin::v1::admin_service_server::AdminServiceServer;
use sceau_api::certification::v1::certification_command_service_server::CertificationCommandServiceServer;
use sceau_api::certification::v1::certification_query_service_server::CertificationQueryServiceServer;
use sceau_api::order::v1::order_command_service_server::OrderCommandServiceServer;
use sceau_api::order::v1::order_query_service_server::OrderQueryServiceServer;
use sceau_api::payment::v1::payment_command_service_server::PaymentCommandServiceServer;
use sceau_api::payment::v1::payment_query_service_server::PaymentQueryServiceServer;
use sceau_api::stamp::v1::stamp_command_service_server::StampCommandServiceServer;
use sceau_api::stamp::v1::stamp_query_service_server::StampQueryServiceServer;
use sceau_api::submit::v1::submit_service_server::SubmitServiceServer;
use sceau_api::verification::v1::verification_command_service_server::VerificationCommandServiceServer;
use sceau_api::verification::v1::verification_query_service_server::VerificationQueryServiceServer;
use sceau_api::verification::v1::verification_service_server::VerificationServiceServer;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::calls::{CallCount, Calls};
use crate::door::{Door, Parts};
use crate::facts::Facts;
use crate::ids::Ids;
use crate::offline::Publisher;
use crate::parts::KeptParts;
use crate::stamps::DOWNLOADS;
use crate::tables::{MissingView, Tables};
use crate::verify::Verifier;

/// The gRPC door of a platform. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    pub(crate) door: Arc<Door>,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) publisher: Arc<Publisher>,
}

/// Why a gateway stopped serving.
#[derive(Debug)]
pub enum ServeError {
    /// Reflection cannot be built of the published language.
    Reflection(tonic_reflection::server::Error),
    /// The transport failed.
    Transport(tonic::transport::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reflection(error) => write!(f, "reflection cannot be built: {error}"),
            Self::Transport(error) => write!(f, "the gRPC server failed: {error}"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Reflection(error) => Some(error),
            Self::Transport(error) => Some(error),
        }
    }
}

impl Gateway {
    /// A gateway of these parts. Must be called within a tokio runtime: scans are recorded by a task of their own.
    pub fn new(parts: Parts) -> Result<Self, MissingView> {
        let Parts { engines, read_side, log, authority, code_keys, settings, cluster } = parts;
        let tables = Tables::of(&read_side.views())?;
        let facts = Facts::new(&tables, Arc::clone(&code_keys));
        let verifier = Verifier::start(&engines, &tables, Arc::clone(&code_keys), &authority, &settings);
        let publisher = Publisher::new(&tables, Arc::clone(&code_keys), settings.host.clone());
        let downloads = Arc::new(Semaphore::new(DOWNLOADS));
        let ids = Ids::new();
        let calls = Calls::new();
        let door = Door {
            engines,
            tables,
            facts,
            read_side,
            log,
            authority,
            code_keys,
            settings,
            ids,
            calls,
            downloads,
            parts: KeptParts::default(),
            cluster,
        };
        Ok(Self { door: Arc::new(door), verifier: Arc::new(verifier), publisher: Arc::new(publisher) })
    }

    /// Every service, with reflection and `grpc.health.v1`.
    pub fn routes(&self) -> Result<Routes, tonic_reflection::server::Error> {
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(sceau_proto::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .build_v1()?;
        // With no service registered by name, health answers for the whole server: serving.
        let (_, health) = tonic_health::server::health_reporter();
        let limit = self.door.settings.message_bytes;
        macro_rules! routes {
            ($($server:ident),+ $(,)?) => {
                Routes::new(reflection)
                    .add_service(health)
                    $(.add_service($server::new(self.clone()).max_decoding_message_size(limit)))+
            };
        }
        Ok(routes!(
            CertificationCommandServiceServer,
            CertificationQueryServiceServer,
            OrderCommandServiceServer,
            OrderQueryServiceServer,
            PaymentCommandServiceServer,
            PaymentQueryServiceServer,
            StampCommandServiceServer,
            StampQueryServiceServer,
            VerificationCommandServiceServer,
            VerificationQueryServiceServer,
            VerificationServiceServer,
            SubmitServiceServer,
            AdminServiceServer,
        )
        .prepare())
    }

    /// Serves `routes`, those of [`routes`](Self::routes) and perhaps others, until `shutdown` is done, then answers
    /// what is in flight. Scans that wait are recorded by [`finish`](Self::finish).
    pub async fn serve(
        &self,
        routes: Routes,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), ServeError> {
        Server::builder()
            .concurrency_limit_per_connection(self.door.settings.calls_per_connection)
            .max_concurrent_streams(u32::try_from(self.door.settings.calls_per_connection).unwrap_or(u32::MAX))
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(8 << 20)
            .add_routes(routes)
            .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), shutdown)
            .await
            .map_err(ServeError::Transport)
    }

    /// Records the scans that still wait. To be called when nothing is served any more, before the engines stop.
    pub async fn finish(&self) {
        self.verifier.finish().await;
    }

    /// How many calls there were since the start, by method and how they ended. A stream counts when it is opened.
    pub fn calls(&self) -> Vec<CallCount> {
        self.door.calls.counts()
    }

    /// Scans that could not be recorded because too many came at once, since the start.
    pub fn scans_dropped(&self) -> u64 {
        self.verifier.scans_dropped()
    }
}
