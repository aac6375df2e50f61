//! A whole platform in a folder of its own, on a free port.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering as Atomic};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use sceau_certification::Certification;
use sceau_code::Host;
use sceau_embedded::{Folder, Memory, Options};
use sceau_engine::{Commands, Engine, Envelope, Refused};
use sceau_grpc::{Engines, Gateway, Parts, Settings, Ticker, projections, system_clock};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, CommandDigest, CommandId, Domain, Refusal, Role, StreamId, Tenant};
use sceau_log::Log;
use sceau_order::Ordering;
use sceau_payment::Payments;
use sceau_process::{ProcessCommand, StampLoop};
use sceau_projector::{CommandSink, ProjectorOptions, ReactorOptions, ReactorRunner, ReadSide, SinkError};
use sceau_proto::common::v1::CommandMeta;
use sceau_security::{AuthorityOptions, CodeKeys, TokenAuthority, TokenRequest};
use sceau_stamp::Stamping;
use sceau_store::Store;
use sceau_verification::Verification;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tonic::Request;
use tonic::transport::{Channel, Endpoint};

const GRACE: Duration = Duration::from_secs(20);

/// A running platform.
pub(crate) struct Platform {
    pub gateway: Gateway,
    pub authority: Arc<TokenAuthority>,
    pub channel: Channel,
    engines: Running,
    read_side: ReadSide,
    reactor: ReactorRunner,
    stop: oneshot::Sender<()>,
    served: tokio::task::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

/// The write side of every domain.
struct Running {
    certification: Engine<Certification>,
    order: Engine<Ordering>,
    payment: Engine<Payments>,
    stamp: Engine<Stamping>,
    verification: Engine<Verification>,
}

impl Running {
    async fn start(log: &Arc<dyn Log>, store: &Arc<dyn Store>) -> Self {
        Self {
            certification: engine(log, store).await,
            order: engine(log, store).await,
            payment: engine(log, store).await,
            stamp: engine(log, store).await,
            verification: engine(log, store).await,
        }
    }

    fn commands(&self) -> Engines {
        Engines {
            certification: self.certification.commands(),
            order: self.order.commands(),
            payment: self.payment.commands(),
            stamp: self.stamp.commands(),
            verification: self.verification.commands(),
        }
    }

    async fn stop(self) {
        self.certification.shutdown(GRACE).await.unwrap();
        self.order.shutdown(GRACE).await.unwrap();
        self.payment.shutdown(GRACE).await.unwrap();
        self.stamp.shutdown(GRACE).await.unwrap();
        self.verification.shutdown(GRACE).await.unwrap();
    }
}

impl Platform {
    /// Starts one that serves the tenants `ci` and `sn`.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let topics = [Certification::TOPIC, Ordering::TOPIC, Payments::TOPIC, Stamping::TOPIC, Verification::TOPIC];
        let topics = topics.map(|topic| (topic, 2));
        let options = Options { topics: &topics, memory: Memory::default() };
        let (log, store) = Folder::open(&folder.path().join("data"), options).unwrap();
        let (log, store): (Arc<dyn Log>, Arc<dyn Store>) = (Arc::new(log), Arc::new(store));
        let engines = Running::start(&log, &store).await;
        let commands = engines.commands();
        let read_side = projections().start(log.clone(), store.clone(), ProjectorOptions::default()).await.unwrap();
        let sink = Arc::new(Sink(commands.clone()));
        let reactor =
            ReactorRunner::start::<StampLoop>(log.clone(), store, sink, ReactorOptions::default()).await.unwrap();
        let tenants: Vec<Tenant> = vec!["ci".parse().unwrap(), "sn".parse().unwrap()];
        let keys = folder.path().join("keys");
        let options = AuthorityOptions { issuer: "sceau".into(), tenants: tenants.clone(), remembered_tokens: 1000 };
        let authority = Arc::new(TokenAuthority::open(&keys, options, system_clock()).unwrap());
        let code_keys = Arc::new(CodeKeys::open(&keys, &tenants, system_clock()).unwrap());
        let settings = Settings {
            verification_burst: 1000,
            verifications_per_second: 1000,
            ..Settings::new(Host::new("SCEAU.EXAMPLE").unwrap())
        };
        let parts = Parts {
            engines: commands,
            read_side: read_side.clone(),
            log,
            authority: authority.clone(),
            code_keys,
            settings,
            cluster: None,
        };
        let gateway = Gateway::new(parts).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = gateway.clone();
        let served = tokio::spawn(async move {
            serving.serve(serving.routes().unwrap(), listener, stopped.map(|_| ())).await.unwrap();
        });
        let channel = connect(address).await;
        Self { gateway, authority, channel, engines, read_side, reactor, stop, served, _folder: folder }
    }

    /// A token of tenant `tenant`.
    pub(crate) fn token(&self, tenant: &str, role: Role, party: Option<&str>) -> String {
        let request = TokenRequest {
            tenant: tenant.parse().unwrap(),
            subject: format!("{} of {tenant}", role.name()),
            roles: vec![role],
            party: party.map(str::to_owned),
            lifetime: Duration::from_hours(1),
        };
        self.authority.issue(&request, system_clock()).unwrap().token
    }

    /// What ticks.
    pub(crate) fn ticker(&self) -> Ticker {
        Ticker::of(&self.gateway)
    }

    /// Ends all of it.
    pub(crate) async fn stop(self) {
        let Self { gateway, channel, engines, read_side, reactor, stop, served, .. } = self;
        drop(channel);
        let _ = stop.send(());
        tokio::time::timeout(GRACE, served).await.unwrap().unwrap();
        gateway.finish().await;
        assert!(reactor.shutdown(GRACE).await);
        engines.stop().await;
        assert!(read_side.shutdown(GRACE).await);
    }
}

async fn engine<D: Domain>(log: &Arc<dyn Log>, store: &Arc<dyn Store>) -> Engine<D> {
    Engine::start(log.clone(), store.clone(), "test".into(), "127.0.0.1".into(), sceau_engine::Settings::default())
        .await
        .unwrap()
}

async fn connect(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}")).unwrap().timeout(GRACE).connect().await.unwrap()
}

/// Where the stamp loop's commands go.
struct Sink(Engines);

impl CommandSink<ProcessCommand> for Sink {
    fn submit(
        &self,
        stream: StreamId,
        command: ProcessCommand,
        id: CommandId,
        traceparent: String,
    ) -> BoxFuture<'_, Result<(), SinkError>> {
        match command {
            ProcessCommand::Order(command) => send(&self.0.order, stream, command, id, traceparent),
            ProcessCommand::Payment(command) => send(&self.0.payment, stream, command, id, traceparent),
            ProcessCommand::Stamp(command) => send(&self.0.stamp, stream, command, id, traceparent),
        }
    }
}

fn send<D: Domain>(
    commands: &Commands<D>,
    stream: StreamId,
    command: D::Command,
    command_id: CommandId,
    traceparent: String,
) -> BoxFuture<'static, Result<(), SinkError>> {
    let digest = CommandDigest::default();
    let (actor, traceparent) = (Actor::system(), traceparent.into());
    let envelope = Envelope { stream, command, command_id, digest, expected_version: None, actor, traceparent };
    let answer = commands.submit(envelope);
    async move {
        match answer.await {
            Ok(_) => Ok(()),
            Err(Refused::Unavailable { retry_after } | Refused::Overloaded { retry_after }) => {
                Err(SinkError::Retry { after: retry_after })
            }
            Err(Refused::Rejected(refusal)) => {
                Err(SinkError::Refused { code: refusal.code().into(), text: refusal.to_string() })
            }
            Err(refused) => Err(SinkError::Refused { code: "REFUSED".into(), text: refused.to_string() }),
        }
    }
    .boxed()
}

/// A request with a token.
pub(crate) fn by<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

/// A fresh command id.
pub(crate) fn command_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(0xc0de << 64 | u128::from(NEXT.fetch_add(1, Atomic::Relaxed))).to_string()
}

/// The meta of a new command.
pub(crate) fn meta() -> Option<CommandMeta> {
    Some(CommandMeta { command_id: command_id(), ..CommandMeta::default() })
}

/// Asks until there is an answer, for at most ten seconds.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    for _ in 0..500 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not come to pass in ten seconds: {what}");
}
