//! The small HTTP door: `/metrics`, `/health/live`, `/health/ready`.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;

use crate::metrics::{Source, registry};

/// Whether the process can take work. It is live as long as it answers.
#[derive(Clone, Default)]
pub struct Health(Arc<AtomicBool>);

impl Health {
    /// Ready, or not.
    pub fn set_ready(&self, ready: bool) {
        self.0.store(ready, Ordering::Release);
    }

    fn is_ready(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

#[derive(Clone)]
struct Door {
    registry: Arc<Registry>,
    health: Health,
}

/// The door and who answers behind it.
pub struct HttpDoor {
    /// Numbers for `/metrics`.
    pub sources: Vec<Box<dyn Source>>,
    /// The answer of `/health/ready`.
    pub health: Health,
}

impl HttpDoor {
    /// Serves until `shutdown` is done.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let door = Door { registry: Arc::new(registry(Arc::new(self.sources))), health: self.health };
        let routes = Router::new()
            .route("/metrics", get(metrics))
            .route("/health/live", get(|| async { "live\n" }))
            .route("/health/ready", get(ready))
            .with_state(door);
        axum::serve(listener, routes).with_graceful_shutdown(shutdown).await
    }
}

async fn metrics(State(door): State<Door>) -> impl IntoResponse {
    let mut text = String::new();
    match encode(&mut text, &door.registry) {
        Ok(()) => {
            let kind = [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
            (StatusCode::OK, kind, text).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn ready(State(door): State<Door>) -> impl IntoResponse {
    if door.health.is_ready() { (StatusCode::OK, "ready\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready\n") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    async fn ask(address: std::net::SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        answer
    }

    #[tokio::test]
    async fn the_door_tells_readiness_and_metrics() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let health = Health::default();
        let door = HttpDoor { sources: Vec::new(), health: health.clone() };
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let served = tokio::spawn(door.serve(listener, async { drop(stopped.await) }));
        assert!(ask(address, "/health/ready").await.starts_with("HTTP/1.1 503"));
        health.set_ready(true);
        assert!(ask(address, "/health/ready").await.starts_with("HTTP/1.1 200"));
        assert!(ask(address, "/metrics").await.ends_with("# EOF\n"));
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(5), served).await.unwrap().unwrap().unwrap();
    }
}
