//! The async shell: over a log and a store that are maps in memory, and over the embedded engines.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/counting.rs"]
mod counting;
mod forwarding;
mod ground;
mod memory;
mod moving;
mod running;
mod taking;

use std::time::Duration;

/// More than any test needs to end in good order.
const GRACE: Duration = Duration::from_secs(20);

/// Runs a test with a bound on its time.
fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_mins(1), test).await.unwrap() });
}
