//! Verifying codes over gRPC, as anyone can: checked, looked up in the views, judged, and the scan recorded.

use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_proto::stamp::v1::Code;
use sceau_proto::verification::v1::{ScanChannel, Verdict, VerifyRequest, VerifyResponse};

use crate::Result;
use crate::figure::Figure;
use crate::load::closed_loop;
use crate::office::Office;
use crate::server::Server;
use crate::setting::Setting;

/// Codes that are verified in turn.
pub(crate) const CODES: u64 = 20_000;
const CALLERS: u64 = 48;
/// Connections that the callers share.
const CONNECTIONS: usize = 4;

/// What is sent of a code.
type Form = fn(Code) -> String;

/// `verify.signed.grpc` and its p99.
pub(crate) fn signed(setting: &Setting) -> Result<Vec<Figure>> {
    measure(setting, "verify.signed.grpc", |code| code.url)
}

/// `verify.digits.grpc` and its p99.
pub(crate) fn digits(setting: &Setting) -> Result<Vec<Figure>> {
    measure(setting, "verify.digits.grpc", |code| code.digits)
}

fn measure(setting: &Setting, name: &str, form: Form) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(setting, name, form))
}

async fn run(setting: &Setting, name: &str, form: Form) -> Result<Vec<Figure>> {
    let data = setting.data()?;
    let server = Server::start(setting, &data.path().join("sceau")).await?;
    let requests = requests(Office::open(server.caller().await?).await?, form).await?;
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(VerificationServiceClient::new(server.anyone().await?));
    }
    let (mut rates, mut waits) = (Vec::new(), Vec::new());
    for _ in 0..=setting.runs() {
        let (clients, requests) = (clients.clone(), requests.clone());
        let ask = move |caller: u64, nth: u64| {
            let mut client = clients[caller as usize % CONNECTIONS].clone();
            let request = requests[((nth * CALLERS + caller) % CODES) as usize].clone();
            async move { genuine(&client.verify(request).await?.into_inner()) }
        };
        let mut load = closed_loop(CALLERS, setting.run_time(), ask).await?;
        rates.push(load.rate);
        waits.push(load.times.p99());
    }
    server.stop().await?;
    // The first run warms up.
    Ok(vec![Figure::beside_limit(name, &rates[1..]), Figure::beside_limit(&format!("{name}.p99"), &waits[1..])])
}

/// A request for each of [`CODES`] genuine codes.
pub(crate) async fn requests(mut office: Office, form: Form) -> Result<std::sync::Arc<[VerifyRequest]>> {
    let batch = office.issue(CODES).await?;
    let codes = office.codes(&batch, CODES).await?;
    let request = |code| VerifyRequest {
        code: form(code),
        channel: ScanChannel::App.into(),
        place: "Bouaké".to_owned(),
        ..VerifyRequest::default()
    };
    Ok(codes.into_iter().map(request).collect())
}

/// Holds that the platform knows the code; after many scans it may well find it suspect.
pub(crate) fn genuine(answer: &VerifyResponse) -> Result<()> {
    match answer.verdict() {
        Verdict::Genuine | Verdict::Suspect => Ok(()),
        other => Err(format!("a genuine code was found {}", other.as_str_name()).into()),
    }
}
