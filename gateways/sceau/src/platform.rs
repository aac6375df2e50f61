//! The platform in one process: every role on the embedded engines, in one folder.

mod measures;
mod sink;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sceau_certification::Certification;
use sceau_code::{CodeError, Host};
use sceau_embedded::{Folder, Memory, OpenError, Options};
use sceau_engine::Engine;
use sceau_grpc::{Engines, Gateway, MissingView, Parts, ServeError, Settings, Ticker, system_clock};
use sceau_kernel::{Domain, Role};
use sceau_log::Log;
use sceau_order::Ordering;
use sceau_payment::Payments;
use sceau_process::StampLoop;
use sceau_projector::{ProjectorOptions, ReactorOptions, ReactorRunner, ReadSide};
use sceau_security::{AuthorityOptions, CodeKeys, KeyError, TokenAuthority, TokenError, TokenRequest};
use sceau_stamp::Stamping;
use sceau_store::Store;
use sceau_telemetry::{Health, HttpDoor};
use sceau_verification::Verification;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::client::TOKEN_FILE;
use crate::config::Config;
use measures::Measures;
use sink::ProcessSink;

/// Time that each part gets to finish what it has begun.
const GRACE: Duration = Duration::from_secs(20);
/// Time that views get to become readable at the start.
const PATIENCE: Duration = Duration::from_secs(3600);
/// Validity of the token that the first start prints.
const FIRST_TOKEN: Duration = Duration::from_secs(365 * 86_400);

/// Why a platform could not start or had to stop.
#[derive(Debug)]
pub enum PlatformError {
    /// The data folder cannot be opened.
    Folder(OpenError),
    /// A domain's engine cannot start.
    Engine(sceau_engine::StartError),
    /// The read side cannot start.
    ReadSide(sceau_projector::StartError),
    /// Keys cannot be read or made.
    Keys(KeyError),
    /// The first token cannot be issued.
    Token(TokenError),
    /// The host for codes is none.
    Host(CodeError),
    /// A view is missing: this release is put together wrongly.
    View(MissingView),
    /// An address cannot be listened on.
    Listen {
        /// The address.
        address: SocketAddr,
        /// The setting that names it.
        setting: &'static str,
        /// Why.
        cause: std::io::Error,
    },
    /// A file beside the engines cannot be written.
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The gRPC server failed.
    Serve(ServeError),
}

impl fmt::Display for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(error) => error.fmt(f),
            Self::Engine(error) => error.fmt(f),
            Self::ReadSide(error) => error.fmt(f),
            Self::Keys(error) => error.fmt(f),
            Self::Token(error) => error.fmt(f),
            Self::Host(error) => error.fmt(f),
            Self::View(error) => error.fmt(f),
            Self::Listen { address, setting, cause } => {
                write!(f, "cannot listen on {address} ({cause}): set {setting} to another address")
            }
            Self::File { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Serve(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PlatformError {}

impl PlatformError {
    /// The exit code of the process (sysexits.h).
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Folder(OpenError::Locked { .. }) => 75,
            Self::Folder(OpenError::OtherVersion { .. } | OpenError::OtherPartitions { .. } | OpenError::NotOurs { .. }) => 65,
            Self::Folder(_) | Self::File { .. } | Self::Keys(_) => 74,
            Self::Host(_) => 64,
            Self::Listen { .. } => 69,
            _ => 70,
        }
    }
}

/// A running platform.
pub struct Platform {
    certification: Engine<Certification>,
    order: Engine<Ordering>,
    payment: Engine<Payments>,
    stamp: Engine<Stamping>,
    verification: Engine<Verification>,
    read_side: ReadSide,
    stamp_loop: ReactorRunner,
    gateway: Gateway,
    grpc_address: SocketAddr,
    http_address: SocketAddr,
    first_token: Option<PathBuf>,
    stop: watch::Sender<bool>,
    grpc: JoinHandle<Result<(), ServeError>>,
    http: JoinHandle<std::io::Result<()>>,
    ticker: JoinHandle<()>,
}

/// The engines of the folder, behind their ports.
struct Ports {
    log: Arc<dyn Log>,
    store: Arc<dyn Store>,
}

impl Platform {
    /// Starts every role and serves. It answers once views can be read.
    pub async fn start(config: &Config) -> Result<Self, PlatformError> {
        let host = Host::new(&config.code_host).map_err(PlatformError::Host)?;
        // Addresses first: a port in use must not leave a half-made folder behind.
        let grpc = listen(config.grpc_listen, "grpc.listen").await?;
        let http = listen(config.http_listen, "http.listen").await?;
        let address = |listener: &TcpListener, asked| listener.local_addr().unwrap_or(asked);
        let (grpc_address, http_address) = (address(&grpc, config.grpc_listen), address(&http, config.http_listen));
        let health = Health::default();
        let (stop, stopped) = watch::channel(false);

        let ports = open(config)?;
        let keys = config.data.join("keys");
        let file = |path: &Path| { let path = path.to_owned(); move |cause| PlatformError::File { path, cause } };
        std::fs::create_dir_all(&keys).map_err(file(&keys))?;
        let now = system_clock();
        let options = AuthorityOptions { issuer: "sceau".to_owned(), tenants: config.tenants.clone(), remembered_tokens: 10_000 };
        let authority = Arc::new(TokenAuthority::open(&keys, options, now).map_err(PlatformError::Keys)?);
        let code_keys = Arc::new(CodeKeys::open(&keys, &config.tenants, now).map_err(PlatformError::Keys)?);
        let first_token = first_token(config, &authority)?;

        let settings = sceau_engine::Settings { queue: config.queue_commands, cached_streams: config.cache_states, ..sceau_engine::Settings::default() };
        let certification = engine::<Certification>(&ports, grpc_address, &settings).await?;
        let order = engine::<Ordering>(&ports, grpc_address, &settings).await?;
        let payment = engine::<Payments>(&ports, grpc_address, &settings).await?;
        let stamp = engine::<Stamping>(&ports, grpc_address, &settings).await?;
        let verification = engine::<Verification>(&ports, grpc_address, &settings).await?;
        let engines = Engines {
            certification: certification.commands(),
            order: order.commands(),
            payment: payment.commands(),
            stamp: stamp.commands(),
            verification: verification.commands(),
        };

        let rows = ProjectorOptions { cached_rows: config.cache_rows, ..ProjectorOptions::default() };
        let read_side = sceau_grpc::projections()
            .start(Arc::clone(&ports.log), Arc::clone(&ports.store), rows)
            .await
            .map_err(PlatformError::ReadSide)?;
        let sink = Arc::new(ProcessSink::new(&engines));
        let stamp_loop =
            ReactorRunner::start::<StampLoop>(Arc::clone(&ports.log), Arc::clone(&ports.store), sink, ReactorOptions::default())
                .await
                .map_err(PlatformError::ReadSide)?;

        let settings = Settings {
            verifications_per_second: config.public_rate,
            verification_burst: config.public_rate.saturating_mul(4),
            tick: config.deadline_interval,
            ..Settings::new(host)
        };
        let parts = Parts { engines: engines.clone(), read_side: read_side.clone(), log: ports.log, authority, code_keys, settings };
        let gateway = Gateway::new(parts).map_err(PlatformError::View)?;
        let measures = Measures::new(engines, read_side.clone(), stamp_loop.watch(), gateway.clone());
        let door = HttpDoor { sources: vec![Box::new(measures)], health: health.clone() };
        let http = tokio::spawn(door.serve(http, until(stopped.clone())));
        let serving = gateway.clone();
        let until_stopped = until(stopped.clone());
        let grpc = tokio::spawn(async move { serving.serve(grpc, until_stopped).await });
        let ticker = tokio::spawn(Ticker::of(&gateway).run(until(stopped)));
        if !read_side.ready(Instant::now() + PATIENCE).await {
            tracing::warn!("some views are still being built: their queries answer UNAVAILABLE until they are");
        }
        health.set_ready(true);
        Ok(Self {
            certification, order, payment, stamp, verification, read_side, stamp_loop, gateway,
            grpc_address, http_address, first_token, stop, grpc, http, ticker,
        })
    }

    /// The gRPC door, for calls within this process.
    pub const fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// Where gRPC is served.
    pub const fn grpc_address(&self) -> SocketAddr {
        self.grpc_address
    }

    /// Where `/metrics` and `/health` are served.
    pub const fn http_address(&self) -> SocketAddr {
        self.http_address
    }

    /// The file of the administrator's token, when this start made it.
    pub fn first_token(&self) -> Option<&Path> {
        self.first_token.as_deref()
    }

    /// Waits until the gRPC server fails. It does not while all is well.
    pub async fn failed(&mut self) -> PlatformError {
        match (&mut self.grpc).await {
            Ok(Err(error)) => PlatformError::Serve(error),
            Ok(Ok(())) | Err(_) => std::future::pending().await,
        }
    }

    /// Stops taking calls, answers those in flight, saves states, rows and checkpoints, and ends. True when everything
    /// was saved; what was not is done again at the next start, and nothing acknowledged is ever lost.
    pub async fn shutdown(self) -> bool {
        self.stop.send_replace(true);
        // A connection that never ends must not keep the process.
        let mut grpc = self.grpc;
        let answered = tokio::time::timeout(GRACE, &mut grpc).await.is_ok();
        grpc.abort();
        self.ticker.abort();
        self.gateway.finish().await;
        let mut saved = self.stamp_loop.shutdown(GRACE).await;
        let (a, b, c, d, e) = tokio::join!(
            self.certification.shutdown(GRACE),
            self.order.shutdown(GRACE),
            self.payment.shutdown(GRACE),
            self.stamp.shutdown(GRACE),
            self.verification.shutdown(GRACE),
        );
        for unfinished in [a, b, c, d, e].into_iter().filter_map(Result::err) {
            tracing::warn!(%unfinished, "a domain did not save its states");
            saved = false;
        }
        saved &= self.read_side.shutdown(GRACE).await;
        self.http.abort();
        answered && saved
    }
}

async fn listen(address: SocketAddr, setting: &'static str) -> Result<TcpListener, PlatformError> {
    TcpListener::bind(address).await.map_err(|cause| PlatformError::Listen { address, setting, cause })
}

/// Done when the platform stops.
async fn until(mut stopped: watch::Receiver<bool>) {
    // The sender is dropped only with the platform, and then it is over too.
    let _ = stopped.wait_for(|stop| *stop).await;
}

fn open(config: &Config) -> Result<Ports, PlatformError> {
    let topics = [Certification::TOPIC, Ordering::TOPIC, Payments::TOPIC, Stamping::TOPIC, Verification::TOPIC]
        .map(|topic| (topic, config.partitions));
    let options = Options { topics: &topics, memory: Memory::within(config.engine_memory.0) };
    let (log, store) = Folder::open(&config.data, options).map_err(PlatformError::Folder)?;
    Ok(Ports { log: Arc::new(log), store: Arc::new(store) })
}

async fn engine<D: Domain>(ports: &Ports, address: SocketAddr, settings: &sceau_engine::Settings) -> Result<Engine<D>, PlatformError> {
    let node = format!("embedded-{}", std::process::id());
    let address = address.to_string();
    Engine::start(Arc::clone(&ports.log), Arc::clone(&ports.store), node.into(), address.into(), settings.clone())
        .await
        .map_err(PlatformError::Engine)
}

/// The first start with a tenant leaves a token for its administrator in a file that only this user can read. The file
/// of the first tenant, if it was made now.
fn first_token(config: &Config, authority: &TokenAuthority) -> Result<Option<PathBuf>, PlatformError> {
    let mut first = None;
    for (n, tenant) in config.tenants.iter().enumerate() {
        let name = if n == 0 { TOKEN_FILE.to_owned() } else { format!("administrator.{tenant}.token") };
        let path = config.data.join(name);
        if path.exists() {
            continue;
        }
        let request = TokenRequest {
            tenant: tenant.clone(),
            subject: "administrator".to_owned(),
            roles: vec![Role::Administrator],
            party: None,
            lifetime: FIRST_TOKEN,
        };
        let issued = authority.issue(&request, system_clock()).map_err(PlatformError::Token)?;
        write_private(&path, &issued.token).map_err(|cause| PlatformError::File { path: path.clone(), cause })?;
        if n == 0 {
            first = Some(path);
        }
    }
    Ok(first)
}

/// Writes a file for the owner's eyes. It is there whole or not at all: half a token would lock everybody out.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let beside = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(beside, path)
}
