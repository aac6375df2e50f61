//! The demo on a platform in this process.

#![allow(clippy::unwrap_used, reason = "a failure is the report of a test")]

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use sceau::client::{self, Caller};
use sceau::config::{Config, Layers};
use sceau::demo::{Demo, Sample, Size, fill};
use sceau::platform::Platform;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_proto::verification::v1::{Verdict, VerifyRequest};

const SMALL: Demo = Demo { seed: 1, size: Size::Small, tenant: String::new() };
/// Scans reach the view a moment after they are recorded.
const LATENCY: Duration = Duration::from_secs(10);

fn config(data: &Path) -> Config {
    let (config, _) = Layers::default().resolve().unwrap();
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    Config {
        data: data.to_owned(),
        keys: data.join("keys"),
        grpc_listen: free,
        http_listen: free,
        web_listen: free,
        ..config
    }
}

async fn caller(platform: &Platform, data: &Path) -> Caller {
    let token = client::local_token(data).unwrap();
    client::connect(&format!("http://{}", platform.grpc_address()), Some(&token)).await.unwrap()
}

async fn verdict(caller: &Caller, code: &str) -> Verdict {
    let request = VerifyRequest { code: code.to_owned(), ..VerifyRequest::default() };
    VerificationServiceClient::new(caller.clone()).verify(request).await.unwrap().into_inner().verdict()
}

async fn verifies_as_promised(caller: &Caller, Sample { code, verdict: promised }: &Sample) {
    let asked = async {
        while verdict(caller, code).await != *promised {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    assert!(tokio::time::timeout(LATENCY, asked).await.is_ok(), "{code} is not {promised:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_demo_adds_nothing_and_its_codes_verify_as_promised() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Platform::start(&config(folder.path())).await.unwrap();
    let caller = self::caller(&platform, folder.path()).await;

    let first = fill(&caller, &SMALL).await.unwrap();
    let second = fill(&caller, &SMALL).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(first.summary.companies, 8);
    assert_eq!(first.samples.len(), 5);
    for sample in &first.samples {
        verifies_as_promised(&caller, sample).await;
    }
    drop(caller);
    assert!(platform.shutdown().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_that_was_cut_off_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let platform = Platform::start(&config).await.unwrap();
    // However far it comes: it is dropped in the middle of its calls.
    let caller = self::caller(&platform, folder.path()).await;
    let _ = tokio::time::timeout(Duration::from_millis(300), fill(&caller, &SMALL)).await;
    drop(caller);
    assert!(platform.shutdown().await);

    let platform = Platform::start(&config).await.unwrap();
    let caller = self::caller(&platform, folder.path()).await;
    let resumed = fill(&caller, &SMALL).await.unwrap();

    let elsewhere = tempfile::tempdir().unwrap();
    let other = Platform::start(&self::config(elsewhere.path())).await.unwrap();
    let undisturbed = fill(&self::caller(&other, elsewhere.path()).await, &SMALL).await.unwrap();
    assert_eq!(resumed.summary, undisturbed.summary);
    drop(caller);
    assert!(platform.shutdown().await && other.shutdown().await);
}
