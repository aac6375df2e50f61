//! From scans that speak of copies to the case of an inspector.

use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient;
use sceau_api::verification::v1::verification_command_service_client::VerificationCommandServiceClient as Commands;
use sceau_api::verification::v1::verification_query_service_client::VerificationQueryServiceClient as Queries;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_kernel::Role;
use sceau_proto::common::v1::{CommandReceipt, QueryMeta};
use sceau_proto::stamp::v1::{ActivateCodesRequest, OrdinalRange};
use sceau_proto::verification::v1::{
    Case, CaseOutcome, CaseStatus, CloneRule, CloseCaseRequest, Coordinates, ListCasesRequest, ScanChannel, Verdict,
    VerdictReason, VerifyRequest, VerifyResponse,
};
use tonic::transport::Channel;

use crate::country::Country;
use crate::platform::{Platform, by, eventually, meta};
use crate::stamp_loop::download;

const DOUALA: (f64, f64) = (4.0512, 9.7045);
const GAROUA: (f64, f64) = (9.3012, 13.3977);

/// Somebody with a device of his own, somewhere.
fn person(code: &str, device: &str, (latitude, longitude): (f64, f64)) -> VerifyRequest {
    VerifyRequest {
        tenant: "ci".into(),
        code: code.into(),
        coordinates: Some(Coordinates { latitude, longitude }),
        device: device.into(),
        ..VerifyRequest::default()
    }
}

async fn verify(channel: &Channel, request: VerifyRequest) -> VerifyResponse {
    VerificationServiceClient::new(channel.clone()).verify(request).await.unwrap().into_inner()
}

/// Asks until so many earlier scans are folded, without weighing anything.
async fn after(channel: &Channel, code: &str, scans: u64) -> VerifyResponse {
    eventually("earlier scans are folded", || async {
        let request = person(code, "", DOUALA);
        let request = VerifyRequest { channel: ScanChannel::Inspector.into(), coordinates: None, ..request };
        let seen = verify(channel, request).await;
        (seen.scans >= scans).then_some(seen)
    })
    .await
}

async fn cases(channel: &Channel, token: &str, status: CaseStatus) -> Vec<Case> {
    let request = ListCasesRequest { status: status.into(), ..ListCasesRequest::default() };
    Queries::new(channel.clone()).list_cases(by(token, request)).await.unwrap().into_inner().cases
}

async fn close(
    channel: &Channel,
    token: &str,
    case: &Case,
    outcome: CaseOutcome,
) -> Result<CommandReceipt, tonic::Status> {
    let request = CloseCaseRequest {
        meta: meta(),
        case_id: case.id.clone(),
        outcome: outcome.into(),
        note: "Deux boutiques visitées.".into(),
    };
    Ok(Commands::new(channel.clone()).close_case(by(token, request)).await?.into_inner())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_in_two_towns_at_once_becomes_a_case_that_an_inspector_closes() {
    let platform = Platform::start().await;
    let country = Country::found(&platform).await;
    let channel = platform.channel.clone();
    let stamper = platform.token("ci", Role::Stamper, Some(&country.stamper_id));
    let operator = platform.token("ci", Role::Operator, None);
    let code = &download(&channel, &stamper, &country.batch_id).await[3];
    activate(&channel, &stamper, &country).await;

    assert_eq!(verify(&channel, person(&code.url, "Awa", DOUALA)).await.verdict(), Verdict::Genuine);
    after(&channel, &code.url, 1).await;
    // Who comes again is no second person, and nobody is accused.
    assert_eq!(verify(&channel, person(&code.url, "Awa", GAROUA)).await.verdict(), Verdict::Genuine);
    assert_eq!(verify(&channel, person(&code.url, "Awa", DOUALA)).await.verdict(), Verdict::Genuine);
    after(&channel, &code.url, 3).await;
    let told = verify(&channel, person(&code.digits, "Bello", GAROUA)).await;
    assert_eq!((told.verdict(), told.reason()), (Verdict::Suspect, VerdictReason::ScannedTooFarApart));
    let said = "Scanned in Douala and Garoua, at least 710 km apart, within two minutes";
    assert!(told.explanation().starts_with(said), "{}", told.explanation());
    let suspicion = told.suspicion.unwrap();
    assert_eq!((suspicion.distance_km, suspicion.from), (710, None), "where Awa stood is nobody's to know");

    let open =
        eventually("a case is open", || async { cases(&channel, &operator, CaseStatus::Open).await.pop() }).await;
    assert_eq!((open.digits.as_str(), open.batch_id.as_str()), (code.digits.as_str(), country.batch_id.as_str()));
    assert!(open.suspicion.is_some_and(|suspicion| suspicion.from.is_some()));
    assert_eq!((open.rule(), open.status()), (CloneRule::TooFar, CaseStatus::Open));
    let auditor = platform.token("ci", Role::Auditor, None);
    assert_eq!(cases(&channel, &auditor, CaseStatus::Open).await.len(), 1);
    assert!(close(&channel, &auditor, &open, CaseOutcome::Honest).await.is_err());

    let closed = close(&channel, &operator, &open, CaseOutcome::Honest).await.unwrap();
    let at_least = closed.position.into_iter().collect();
    let request = VerifyRequest { meta: Some(QueryMeta { at_least }), ..person(&code.url, "Chantal", DOUALA) };
    assert_eq!(verify(&channel, request).await.verdict(), Verdict::Genuine, "what was closed is settled");
    assert!(cases(&channel, &operator, CaseStatus::Open).await.is_empty());
    let seen = after(&channel, &code.url, 1).await.scans;
    after(&channel, &code.url, seen + 1).await;
    let anew = verify(&channel, person(&code.url, "Didier", GAROUA)).await;
    assert_eq!(anew.verdict(), Verdict::Suspect, "new evidence counts");

    let open =
        eventually("the case is open anew", || async { cases(&channel, &operator, CaseStatus::Open).await.pop() });
    let open = open.await;
    close(&channel, &operator, &open, CaseOutcome::Confirmed).await.unwrap();
    eventually("the copies are confirmed", || async {
        let seen = verify(&channel, person(&code.url, "Awa", DOUALA)).await;
        (seen.reason() == VerdictReason::CopiesConfirmed).then_some(())
    })
    .await;
    drop(channel);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn digits_found_by_guessing_are_suspect() {
    let platform = Platform::start().await;
    let country = Country::found(&platform).await;
    let channel = platform.channel.clone();
    let stamper = platform.token("ci", Role::Stamper, Some(&country.stamper_id));
    let code = &download(&channel, &stamper, &country.batch_id).await[4];
    activate(&channel, &stamper, &country).await;
    for nth in 0..30_u64 {
        let digits = format!("{:016}", 1_000_000 + nth);
        let guess = person(&digits, "guesser", DOUALA);
        // Most have no right check digit and are refused; what is well formed has no stamp.
        if let Ok(answer) = VerificationServiceClient::new(channel.clone()).verify(guess).await {
            assert_eq!(answer.into_inner().verdict(), Verdict::Unknown);
        }
    }
    let found = verify(&channel, person(&code.digits, "guesser", DOUALA)).await;
    assert_eq!((found.verdict(), found.reason()), (Verdict::Suspect, VerdictReason::DigitsGuessed));
    assert!(found.explanation().contains("wrong digits"), "{}", found.explanation());
    drop(channel);
    platform.stop().await;
}

async fn activate(channel: &Channel, stamper: &str, country: &Country) {
    let ranges = vec![OrdinalRange { first: 0, count: 100 }];
    let batch_id = country.batch_id.clone();
    let request = ActivateCodesRequest { meta: meta(), batch_id, ranges, ..ActivateCodesRequest::default() };
    let activated = StampCommandServiceClient::new(channel.clone()).activate_codes(by(stamper, request)).await;
    let position = activated.unwrap().into_inner().position;
    let at_least = position.into_iter().collect();
    let fresh = VerifyRequest { meta: Some(QueryMeta { at_least }), ..person("0000000000000000", "", DOUALA) };
    // It names no stamp; asking waits until the activation is seen.
    let _ = VerificationServiceClient::new(channel.clone()).verify(fresh).await;
}
