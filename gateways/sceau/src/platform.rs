//! The platform in this process: every role, alone on the embedded engines in one folder, or as one of several nodes on
//! Kafka and ScyllaDB.

mod cluster;
mod error;
mod folder;
mod measures;
mod ports;
mod sink;
mod write_side;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sceau_cluster::Others;
use sceau_code::Host;
use sceau_grpc::{Cluster, Engines, Gateway, Notary, Parts, ServeError, Settings, Ticker};
use sceau_process::StampLoop;
use sceau_projector::{ProjectorOptions, ReactorOptions, ReactorRunner, ReadSide};
use sceau_telemetry::{Health, HttpDoor};
use sceau_web::WebDoor;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;
use cluster::{Described, Member};
pub use error::PlatformError;
use folder::{Disk, Keys};
use measures::Measures;
use ports::Ports;
use sink::ProcessSink;
use write_side::WriteSide;

/// Time that each part gets to finish what it has begun.
const GRACE: Duration = Duration::from_secs(20);
/// Time that views get to become readable at the start.
const PATIENCE: Duration = Duration::from_hours(1);

/// A running platform.
pub struct Platform {
    write_side: WriteSide,
    read_side: ReadSide,
    stamp_loop: Arc<ReactorRunner>,
    /// This node's part in the group; `None` for one that is alone.
    member: Option<Member>,
    gateway: Gateway,
    grpc_address: SocketAddr,
    http_address: SocketAddr,
    page: String,
    first_token: Option<PathBuf>,
    disk: Option<Disk>,
    serving: Serving,
}

impl Platform {
    /// Starts every role and serves. It answers once views can be read.
    pub async fn start(config: &Config) -> Result<Self, PlatformError> {
        let host = Host::new(&config.code_host).map_err(PlatformError::Host)?;
        // Addresses first: a port in use must not leave a half-made folder behind.
        let listeners = Listeners::open(config).await?;
        let address = |listener: &TcpListener, asked| listener.local_addr().unwrap_or(asked);
        let grpc_address = address(&listeners.grpc, config.grpc_listen);
        let http_address = address(&listeners.http, config.http_listen);
        let page = page(config, address(&listeners.web, config.web_listen));

        let mut config = config.clone();
        if let Some(cluster) = &mut config.cluster {
            cluster.address.get_or_insert_with(|| format!("http://{grpc_address}"));
        }
        let config = &config;
        let ports = Ports::open(config).await?;
        let keys = Keys::open(config)?;
        let others = match &config.cluster {
            Some(cluster) => Some(cluster::others(cluster, &ports, &keys.authority).await?),
            None => None,
        };
        let write_side = WriteSide::open(config, &ports, others.as_ref()).await?;
        let engines = write_side.engines();
        let read_side = read_side(config, &ports, others.as_ref()).await?;
        let stamp_loop = Arc::new(stamp_loop(&ports, &engines, others.is_none()).await?);
        let node = config.cluster.as_ref().zip(others).map(|(cluster, others)| {
            let node = cluster::node(cluster, &others, &write_side, &read_side, &stamp_loop, &keys.authority);
            Described { node, others, address: cluster.address().into() }
        });
        let gateway = Gateway::new(Parts {
            engines: engines.clone(),
            read_side: read_side.clone(),
            log: Arc::clone(&ports.log),
            authority: Arc::clone(&keys.authority),
            code_keys: Arc::clone(&keys.codes),
            settings: settings(config, host, &page),
            cluster: node.clone().map(|node| Arc::new(node) as Arc<dyn Cluster>),
        })
        .map_err(PlatformError::View)?;

        let measures = Measures::new(engines, read_side.clone(), stamp_loop.watch(), gateway.clone());
        let web_door = WebDoor::new(gateway.clone(), config.web_trusted.clone());
        let serving = Serving::start(&gateway, web_door, node.as_ref(), measures, listeners)?;
        let member = match (&config.cluster, node) {
            (Some(cluster), Some(Described { node, .. })) => {
                Some(Member::join(config, cluster, node, keys.authority, keys.codes).await?)
            }
            _ => None,
        };
        if !read_side.ready(Instant::now() + PATIENCE).await {
            tracing::warn!("some views are still being built: their queries answer UNAVAILABLE until they are");
        }
        serving.health.set_ready(true);
        let disk = ports.disk;
        Ok(Self {
            write_side,
            read_side,
            stamp_loop,
            member,
            gateway,
            grpc_address,
            http_address,
            page,
            first_token: keys.first_token,
            disk,
            serving,
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

    /// URL of the verification page.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// The file of the administrator's token, when this start made it.
    pub fn first_token(&self) -> Option<&Path> {
        self.first_token.as_deref()
    }

    /// Waits until the gRPC server fails, or the disk under the log, or the group ends for this node. None of them does
    /// while all is well.
    pub async fn failed(&mut self) -> PlatformError {
        tokio::select! {
            ended = &mut self.serving.grpc => match ended {
                Ok(Err(error)) => PlatformError::Serve(error),
                Ok(Ok(())) | Err(_) => std::future::pending().await,
            },
            failure = disk_failed(self.disk.as_ref()) => failure,
            failure = ended(self.member.as_mut()) => failure,
        }
    }

    /// Stops taking calls, answers those in flight, saves states, rows and checkpoints, and ends. True when everything
    /// was saved; what was not is done again at the next start, and nothing acknowledged is ever lost.
    pub async fn shutdown(mut self) -> bool {
        // While others take the partitions over, calls are still answered here.
        if let Some(member) = self.member {
            member.leave().await;
        }
        let answered = self.serving.stop().await;
        self.gateway.finish().await;
        let mut saved = self.stamp_loop.shutdown(GRACE).await;
        saved &= self.write_side.shutdown().await;
        saved &= self.read_side.shutdown(GRACE).await;
        self.serving.http.abort();
        answered && saved
    }
}

/// Where the doors are.
struct Listeners {
    grpc: TcpListener,
    http: TcpListener,
    web: TcpListener,
}

impl Listeners {
    async fn open(config: &Config) -> Result<Self, PlatformError> {
        Ok(Self {
            grpc: listen(config.grpc_listen, "grpc.listen").await?,
            http: listen(config.http_listen, "http.listen").await?,
            web: listen(config.web_listen, "web.listen").await?,
        })
    }
}

/// What serves and ticks until it is stopped.
struct Serving {
    stop: watch::Sender<bool>,
    health: Health,
    grpc: JoinHandle<Result<(), ServeError>>,
    http: JoinHandle<std::io::Result<()>>,
    web: JoinHandle<std::io::Result<()>>,
    ticker: JoinHandle<()>,
    notary: JoinHandle<()>,
}

impl Serving {
    /// Serves on the listeners; not ready until its health is told so.
    fn start(
        gateway: &Gateway,
        web_door: WebDoor,
        node: Option<&Described>,
        measures: Measures,
        Listeners { grpc, http, web }: Listeners,
    ) -> Result<Self, PlatformError> {
        let (stop, stopped) = watch::channel(false);
        let health = Health::default();
        let door = HttpDoor { sources: vec![Box::new(measures)], health: health.clone() };
        let http = tokio::spawn(door.serve(http, until(stopped.clone())));
        let web = tokio::spawn(web_door.serve(web, until(stopped.clone())));
        let mut routes = gateway.routes().map_err(|error| PlatformError::Serve(ServeError::Reflection(error)))?;
        // Who calls over gRPC takes files on the same connection.
        let router = routes.axum_router_mut();
        *router = std::mem::take(router)
            .merge(sceau_web::parts(gateway.clone()))
            .merge(sceau_web::transparency(gateway.clone()));
        if let Some(described) = node {
            routes = routes.add_service(Arc::clone(&described.node).server());
        }
        let (gate, until_stopped) = (gateway.clone(), until(stopped.clone()));
        let grpc = tokio::spawn(async move { gate.serve(routes, grpc, until_stopped).await });
        let leads = node.map_or_else(cluster::alone, |described| described.node.leads());
        let ticker = tokio::spawn(Ticker::of(gateway).run(Arc::clone(&leads), until(stopped.clone())));
        let notary = tokio::spawn(Notary::of(gateway).run(leads, until(stopped)));
        Ok(Self { stop, health, grpc, http, web, ticker, notary })
    }

    /// Takes no more calls and answers those in flight; whether all were answered in time. Health is still served.
    async fn stop(&mut self) -> bool {
        self.stop.send_replace(true);
        // A connection that never ends must not keep the process.
        let both = async { tokio::join!(&mut self.grpc, &mut self.web) };
        let answered = tokio::time::timeout(GRACE, both).await.is_ok();
        self.grpc.abort();
        self.web.abort();
        self.ticker.abort();
        self.notary.abort();
        answered
    }
}

async fn read_side(config: &Config, ports: &Ports, others: Option<&Others>) -> Result<ReadSide, PlatformError> {
    let rows = ProjectorOptions { cached_rows: config.cache_rows, ..ProjectorOptions::default() };
    let (log, store) = (Arc::clone(&ports.log), Arc::clone(&ports.store));
    let projections = sceau_grpc::projections();
    let opened = match others {
        None => projections.start(log, store, rows).await,
        Some(others) => projections.open(log, store, rows, Arc::new(others.clone())).await,
    };
    opened.map_err(PlatformError::ReadSide)
}

/// The stamp loop's reactor, on every partition at once for one that is `alone`.
async fn stamp_loop(ports: &Ports, engines: &Engines, alone: bool) -> Result<ReactorRunner, PlatformError> {
    let sink = Arc::new(ProcessSink::new(engines));
    let (log, store) = (Arc::clone(&ports.log), Arc::clone(&ports.store));
    let options = ReactorOptions::default();
    let opened = if alone {
        ReactorRunner::start::<StampLoop>(log, store, sink, options).await
    } else {
        ReactorRunner::open::<StampLoop>(log, store, sink, options).await
    };
    opened.map_err(PlatformError::ReadSide)
}

async fn disk_failed(disk: Option<&Disk>) -> PlatformError {
    match disk {
        Some(disk) => disk.failed().await,
        None => std::future::pending().await,
    }
}

async fn ended(member: Option<&mut Member>) -> PlatformError {
    match member {
        Some(member) => member.ended().await,
        None => std::future::pending().await,
    }
}

fn settings(config: &Config, host: Host, page: &str) -> Settings {
    Settings {
        verifications_per_second: config.public_rate,
        verification_burst: config.public_rate.saturating_mul(4),
        clones: config.clones,
        tick: config.deadline_interval,
        rotate_days: config.rotate_days,
        page: page.to_owned(),
        evidence: Some(config.web_evidence.clone()),
        ..Settings::new(host)
    }
}

/// The URL under which people reach the verification page.
fn page(config: &Config, address: SocketAddr) -> String {
    config.web_url.clone().unwrap_or_else(|| format!("http://{address}"))
}

async fn listen(address: SocketAddr, setting: &'static str) -> Result<TcpListener, PlatformError> {
    TcpListener::bind(address).await.map_err(|cause| PlatformError::Listen { address, setting, cause })
}

/// Done when the platform stops.
async fn until(mut stopped: watch::Receiver<bool>) {
    // The sender is dropped only with the platform, and then it is over too.
    let _ = stopped.wait_for(|stop| *stop).await;
}
