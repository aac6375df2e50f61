//! What the door carries: commands one by one and streamed, verifications by digits and by signature, with the clients
//! in the same process. `cargo run --release -p sceau-grpc --example load`
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unnecessary_wraps,
    dead_code,
    reason = "a measurement, not a part of the platform"
)]

#[path = "../tests/gateway/country.rs"]
mod country;
#[path = "../tests/gateway/platform.rs"]
mod platform;

use std::time::{Duration, Instant};

use country::{Country, contact, register};
use futures_util::future::join_all;
use platform::{Platform, by, command_id, meta};
use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_api::submit::v1::submit_service_client::SubmitServiceClient;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_kernel::Role;
use sceau_proto::certification::v1::ChangeCompanyContactRequest;
use sceau_proto::common::v1::CommandMeta;
use sceau_proto::stamp::v1::DownloadCodesRequest;
use sceau_proto::submit::v1::SubmitRequest;
use sceau_proto::submit::v1::submit_request::Command;
use sceau_proto::verification::v1::VerifyRequest;

const CALLERS: usize = 64;
const SPAN: Duration = Duration::from_secs(5);

fn report(what: &str, mut latencies: Vec<Duration>, took: Duration) {
    latencies.sort_unstable();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
    let rate = latencies.len() as f64 / took.as_secs_f64();
    println!("{what:28} {rate:9.0}/s   p50 {:?}   p99 {:?}", at(0.5), at(0.99));
}

/// Runs `call` from many callers for a while.
async fn measure<F: Future<Output = ()> + Send + 'static>(
    what: &str,
    call: impl Fn(usize, usize) -> F + Copy + Send + 'static,
) {
    let began = Instant::now();
    let callers = (0..CALLERS).map(|caller| {
        tokio::spawn(async move {
            let mut latencies = Vec::new();
            while began.elapsed() < SPAN {
                let sent = Instant::now();
                call(caller, latencies.len()).await;
                latencies.push(sent.elapsed());
            }
            latencies
        })
    });
    let latencies = join_all(callers).await.into_iter().flat_map(Result::unwrap).collect();
    report(what, latencies, began.elapsed());
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let platform = leak(Platform::start().await);
    let country = leak(Country::found(platform).await);
    let token = leak(platform.token("ci", Role::Administrator, None));

    measure("commands.grpc.unary", move |_, _| async move {
        let mut client = CertificationCommandServiceClient::new(platform.channel.clone());
        client.register_company(by(token, register("SODIBO"))).await.unwrap();
    })
    .await;

    streamed(platform, token).await;

    let stamper = leak(platform.token("ci", Role::Stamper, Some(&country.stamper_id)));
    let mut queries = StampQueryServiceClient::new(platform.channel.clone());
    let request = DownloadCodesRequest { meta: None, batch_id: country.batch_id.clone(), first: 0, count: 0 };
    let mut stream = queries.download_codes(by(stamper, request)).await.unwrap().into_inner();
    let mut codes = Vec::new();
    while let Some(chunk) = stream.message().await.unwrap() {
        codes.extend(chunk.codes);
    }
    let codes = leak(codes);
    for (what, signed) in [("verify.digits.grpc", false), ("verify.signed.grpc", true)] {
        measure(what, move |caller, n| async move {
            let code = &codes[(caller * 31 + n) % codes.len()];
            let text = if signed { &code.url } else { &code.digits };
            let request = VerifyRequest { tenant: "ci".into(), code: text.clone(), ..VerifyRequest::default() };
            VerificationServiceClient::new(platform.channel.clone()).verify(by(token, request)).await.unwrap();
        })
        .await;
    }
    println!("scans dropped: {}", platform.gateway.scans_dropped());
}

/// Four streams, each with all its commands ready, over a few thousand companies.
async fn streamed(platform: &'static Platform, token: &'static str) {
    const COMPANIES: usize = 4000;
    const EACH: usize = 100_000;
    let mut client = CertificationCommandServiceClient::new(platform.channel.clone());
    let mut companies = Vec::new();
    for _ in 0..COMPANIES {
        let mut request = register("SODIBO");
        request.meta = meta();
        companies.push(client.register_company(by(token, request)).await.unwrap().into_inner().id);
    }
    let companies = leak(companies);
    let began = Instant::now();
    let streams = (0..4).map(|stream| {
        tokio::spawn(async move {
            let (commands, waiting) = tokio::sync::mpsc::channel(256);
            tokio::spawn(async move {
                for n in 0..EACH {
                    let command = Some(Command::ChangeCompanyContact(ChangeCompanyContactRequest {
                        meta: Some(CommandMeta { command_id: command_id(), ..CommandMeta::default() }),
                        company_id: companies[(n * 4 + stream) % COMPANIES].clone(),
                        contact: contact(&format!("Officer {n}")),
                    }));
                    commands.send(SubmitRequest { command }).await.unwrap();
                }
            });
            let mut client = SubmitServiceClient::new(platform.channel.clone());
            let commands = tokio_stream::wrappers::ReceiverStream::new(waiting);
            let mut answers = client.submit(by(token, commands)).await.unwrap().into_inner();
            let mut latencies = Vec::new();
            while answers.message().await.unwrap().is_some() {
                latencies.push(began.elapsed());
            }
            latencies
        })
    });
    let answered: Vec<Duration> = join_all(streams).await.into_iter().flat_map(Result::unwrap).collect();
    let (count, took) = (answered.len(), began.elapsed());
    println!("{:28} {:9.0}/s   {count} answered", "commands.grpc.stream", count as f64 / took.as_secs_f64());
}
