//! `sceau serve`: the platform until it is told to stop.

use std::io::IsTerminal;

use sceau_telemetry::{Format, Logs};
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{Config, LogFormat};
use crate::platform::{Platform, PlatformError};

/// Serves until SIGINT or SIGTERM; the exit code of the process.
pub async fn serve(config: &Config) -> u8 {
    let format = match config.log_format {
        LogFormat::Auto => Format::Auto,
        LogFormat::Text => Format::Text,
        LogFormat::Json => Format::Json,
    };
    let logs = Logs { level: config.log_level.clone(), format, otlp_endpoint: config.otlp_endpoint.clone() };
    let telemetry = match sceau_telemetry::start(&logs) {
        Ok(telemetry) => telemetry,
        Err(error) => {
            eprintln!("sceau: {error}");
            return 64;
        }
    };
    let code = run(config).await;
    telemetry.stop();
    code
}

async fn run(config: &Config) -> u8 {
    let (mut interrupted, mut terminated) = match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        (Ok(interrupted), Ok(terminated)) => (interrupted, terminated),
        (Err(error), _) | (_, Err(error)) => {
            eprintln!("sceau: signals cannot be listened for: {error}");
            return 71;
        }
    };
    let started = tokio::select! {
        started = Platform::start(config) => started,
        // Nothing was answered yet that would have to be saved.
        _ = interrupted.recv() => return 0,
        _ = terminated.recv() => return 0,
    };
    let mut platform = match started {
        Ok(platform) => platform,
        Err(error) => {
            eprintln!("sceau: {error}");
            return error.exit_code();
        }
    };
    welcome(config, &platform);
    let failure = tokio::select! {
        _ = interrupted.recv() => None,
        _ = terminated.recv() => None,
        failure = platform.failed() => Some(failure),
    };
    if let Some(failure @ PlatformError::Log { .. }) = failure {
        // Nothing can be answered or saved any more. What was acknowledged is in the log.
        eprintln!("sceau: {failure}");
        return failure.exit_code();
    }
    tracing::info!("stopping: answering what is in flight and saving");
    let saved = tokio::select! {
        saved = platform.shutdown() => saved,
        // Asked twice: go at once. What was acknowledged is in the log.
        _ = interrupted.recv() => false,
    };
    if let Some(failure) = failure {
        eprintln!("sceau: {failure}");
        return failure.exit_code();
    }
    tracing::info!(saved, "stopped");
    0
}

/// Says where everything is and what to type next, on standard output.
fn welcome(config: &Config, platform: &Platform) {
    let data = config.data.display();
    sayln!("Sceau is up.");
    sayln!("  gRPC      http://{}   (reflection on)", platform.grpc_address());
    sayln!("  page      {}   (verification, for anyone)", platform.page());
    sayln!("  metrics   http://{}/metrics   health /health/ready", platform.http_address());
    sayln!("  data      {data}");
    if let Some(path) = platform.first_token() {
        sayln!("  first start: the administrator's token is in {}", path.display());
    }
    if std::io::stdout().is_terminal() || platform.first_token().is_some() {
        sayln!("From another terminal, in this folder:");
        sayln!("  sceau demo                   fill it with a believable country");
        sayln!("  sceau certify product list   what the office certified");
        sayln!("  sceau verify CODE            what a shopper sees");
    }
}
