//! All routes on one listener.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request};
use axum::http::HeaderMap;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use sceau_grpc::{Asker, Gateway};
use tokio::net::TcpListener;

use crate::address::{Network, asking};
use crate::parts::parts;
use crate::phone::{self, Numbers};
use crate::problem::Problem;
use crate::transparency::transparency;
use crate::{lists, page, report, verify};

/// The largest body that is read where a route says nothing else, in bytes.
const BODY: usize = 64 << 10;
/// A request is answered within this, however slowly it comes.
const PATIENCE: Duration = Duration::from_secs(30);

/// The HTTP door of a platform. Cheap to clone.
#[derive(Clone)]
pub struct WebDoor {
    pub(crate) gateway: Gateway,
    pub(crate) numbers: Arc<Numbers>,
    trusted: Arc<Trusted>,
}

/// Whose word is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted {
    /// Proxies before the door, which say for whom they ask.
    pub proxies: Vec<Network>,
    /// Operators of telephone networks, whose callbacks say whose number asks.
    pub operators: Vec<Network>,
}

impl WebDoor {
    /// A door to `gateway`.
    pub fn new(gateway: Gateway, trusted: Trusted) -> Self {
        Self { gateway, numbers: Arc::new(Numbers::new()), trusted: Arc::new(trusted) }
    }

    /// Everything that is served.
    pub fn routes(self) -> Router {
        Router::new()
            .merge(verify::routes())
            .merge(parts(self.gateway.clone()))
            .merge(lists::routes())
            .merge(page::routes())
            .merge(phone::routes())
            .merge(report::routes())
            .merge(transparency(self.gateway.clone()))
            .fallback(|| async { Problem::not_found() })
            .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
            .layer(DefaultBodyLimit::max(BODY))
            .layer(middleware::from_fn(in_time))
            .with_state(self)
    }

    /// Serves until `shutdown` is done, then answers what is in flight.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let service = self.routes().into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(shutdown).await
    }

    /// Who is held back when he asks too often.
    pub(crate) fn asker(&self, peer: ConnectInfo<SocketAddr>, headers: &HeaderMap) -> Asker {
        Asker::At(asking(peer.0.ip(), headers, &self.trusted.proxies))
    }

    /// Whether a callback comes from an operator.
    pub(crate) fn is_operator(&self, peer: ConnectInfo<SocketAddr>, headers: &HeaderMap) -> bool {
        let address = asking(peer.0.ip(), headers, &self.trusted.proxies);
        self.trusted.operators.iter().any(|network| network.holds(address))
    }
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::too_slow().into_response(),
    }
}
