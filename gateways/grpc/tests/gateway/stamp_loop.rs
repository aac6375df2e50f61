//! From the application for a certificate to the verification of a stamp.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient;
use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_kernel::Role;
use sceau_kernel::wire::Wire;
use sceau_proto::certification::v1::{
    AssignReviewerRequest, CertificateStatus, GetCertificateRequest, GrantCertificateRequest, SuspendCertificateRequest,
};
use sceau_proto::common::v1::{CommandReceipt, QueryMeta};
use sceau_proto::stamp::v1::{
    ActivateCodesRequest, Code, DecommissionCodesRequest, DecommissionReason, DownloadCodesRequest,
    GetProductStampsRequest, OrdinalRange,
};
use sceau_proto::verification::v1::{Verdict, VerifyRequest, VerifyResponse};
use tonic::transport::Channel;

use crate::country::{Country, apply, register};
use crate::platform::{Platform, by, eventually, meta};

/// Asks as anyone would, without a token, and at least as fresh as `receipt`.
pub(crate) async fn verify(channel: &Channel, code: &str, receipt: Option<&CommandReceipt>) -> VerifyResponse {
    let at_least = receipt.and_then(|receipt| receipt.position.clone()).into_iter().collect();
    let request = VerifyRequest {
        meta: Some(QueryMeta { at_least }),
        tenant: "ci".into(),
        code: code.into(),
        place: "Bouaké".into(),
        ..VerifyRequest::default()
    };
    VerificationServiceClient::new(channel.clone()).verify(request).await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stamp_goes_from_the_press_to_the_customer() {
    let platform = Platform::start().await;
    let country = Country::found(&platform).await;
    let channel = platform.channel.clone();
    let stamper = platform.token("ci", Role::Stamper, Some(&country.stamper_id));
    let codes = download(&channel, &stamper, &country.batch_id).await;
    assert_eq!(codes.len(), 1000);
    let (active, idle) = (&codes[7], &codes[500]);
    assert!(active.url.starts_with("HTTPS://SCEAU.EXAMPLE/"));

    let before = verify(&channel, &active.url, None).await;
    assert_eq!(before.verdict(), Verdict::NotActivated);
    assert_eq!((before.product_name.as_str(), before.company_name.as_str()), ("Eau de source", "SODIBO"));

    let mut stamps = StampCommandServiceClient::new(channel.clone());
    let range = |first, count| vec![OrdinalRange { first, count }];
    let activate = ActivateCodesRequest {
        meta: meta(),
        batch_id: country.batch_id.clone(),
        ranges: range(0, 100),
        ..Default::default()
    };
    let activated = stamps.activate_codes(by(&stamper, activate)).await.unwrap().into_inner();
    for code in [&active.url, &active.digits] {
        assert_eq!(verify(&channel, code, Some(&activated)).await.verdict(), Verdict::Genuine, "{code}");
    }
    assert_eq!(verify(&channel, &idle.digits, Some(&activated)).await.verdict(), Verdict::NotActivated);
    let scans = eventually("the scans are folded", || async {
        let seen = verify(&channel, &active.url, None).await;
        (seen.scans >= 3 && seen.first_scanned_at.is_some()).then_some(seen.scans)
    });
    assert!(scans.await >= 3);

    let decommission = DecommissionCodesRequest {
        meta: meta(),
        batch_id: country.batch_id.clone(),
        ranges: range(8, 1),
        reason: DecommissionReason::Returned.into(),
        ..Default::default()
    };
    let gone = stamps.decommission_codes(by(&stamper, decommission)).await.unwrap().into_inner();
    assert_eq!(verify(&channel, &codes[8].url, Some(&gone)).await.verdict(), Verdict::Decommissioned);
    let counts = GetProductStampsRequest {
        meta: Some(QueryMeta { at_least: gone.position.clone().into_iter().collect() }),
        certificate_id: country.certificate_id.clone(),
    };
    let mut queries = StampQueryServiceClient::new(channel.clone());
    let counts = queries.get_product_stamps(by(&country.administrator, counts)).await.unwrap().into_inner();
    assert_eq!((counts.allocated, counts.active, counts.in_force), (1000, 99, 999));

    let suspend = SuspendCertificateRequest {
        meta: meta(),
        certificate_id: country.certificate_id.clone(),
        reason: "Contamination".into(),
    };
    let mut certification = CertificationCommandServiceClient::new(channel.clone());
    let suspended = certification.suspend_certificate(by(&country.administrator, suspend)).await.unwrap().into_inner();
    assert_eq!(verify(&channel, &active.url, Some(&suspended)).await.verdict(), Verdict::Suspended);
    drop((stamps, queries, certification, channel));
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_expires_when_its_time_has_run_out() {
    let platform = Platform::start().await;
    let token = platform.token("ci", Role::Administrator, None);
    let mut certification = CertificationCommandServiceClient::new(platform.channel.clone());
    let company = certification.register_company(by(&token, register("SODIBO"))).await.unwrap().into_inner();
    let applied =
        certification.apply_for_certificate(by(&token, apply(&company.id, &company))).await.unwrap().into_inner();
    let certificate_id = applied.id;
    let review =
        AssignReviewerRequest { meta: meta(), certificate_id: certificate_id.clone(), reviewer: "Koffi".into() };
    certification.assign_reviewer(by(&token, review)).await.unwrap();
    let valid_until = Some(sceau_grpc::system_clock().plus_micros(1_500_000).to_wire());
    let grant = GrantCertificateRequest { meta: meta(), certificate_id: certificate_id.clone(), valid_until };
    certification.grant_certificate(by(&token, grant)).await.unwrap();

    let (ticking, stopped) = tokio::sync::oneshot::channel::<()>();
    let ticker = tokio::spawn(platform.ticker().run(Arc::new(AtomicBool::new(true)), async { drop(stopped.await) }));
    let queries = CertificationQueryServiceClient::new(platform.channel.clone());
    eventually("the certificate expires", || {
        let (mut queries, certificate_id) = (queries.clone(), certificate_id.clone());
        let token = token.as_str();
        async move {
            let request = GetCertificateRequest { meta: None, certificate_id };
            let found = queries.get_certificate(by(token, request)).await.ok()?.into_inner().certificate?;
            (found.status() == CertificateStatus::Expired).then_some(())
        }
    })
    .await;
    drop(ticking);
    ticker.await.unwrap();
    drop((certification, queries));
    platform.stop().await;
}

pub(crate) async fn download(channel: &Channel, token: &str, batch_id: &str) -> Vec<Code> {
    let request =
        DownloadCodesRequest { meta: None, batch_id: batch_id.into(), first: 0, count: 0, ..Default::default() };
    let mut queries = StampQueryServiceClient::new(channel.clone());
    let mut stream = queries.download_codes(by(token, request)).await.unwrap().into_inner();
    let mut codes = Vec::new();
    while let Some(chunk) = stream.message().await.unwrap() {
        codes.extend(chunk.codes);
    }
    codes
}
