//! Verifying with nothing but the lists that the platform gives, and withdrawing a key.

use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_grpc::system_clock;
use sceau_kernel::Role;
use sceau_offline::{Lists, Verdict as Offline, VerifyingKey};
use sceau_proto::admin::v1::{ListKeysRequest, WithdrawKeyRequest};
use sceau_proto::certification::v1::{ResumeCertificateRequest, RevokeCertificateRequest, SuspendCertificateRequest};
use sceau_proto::common::v1::{CommandReceipt, QueryMeta};
use sceau_proto::stamp::v1::{DecommissionCodesRequest, DecommissionReason, DownloadCodesRequest, OrdinalRange};
use sceau_proto::verification::v1::{
    GetOfflineListsRequest, GetOfflineListsResponse, Verdict, VerdictReason, VerifyRequest,
};
use tonic::Code;
use tonic::transport::Channel;

use crate::country::Country;
use crate::platform::{Platform, by, meta};
use crate::stamp_loop::download;

/// The lists, at least as fresh as `receipt`.
async fn fetch(channel: &Channel, receipt: Option<&CommandReceipt>) -> GetOfflineListsResponse {
    let at_least = receipt.and_then(|receipt| receipt.position.clone()).into_iter().collect();
    let request = GetOfflineListsRequest { meta: Some(QueryMeta { at_least }), tenant: "ci".into() };
    VerificationServiceClient::new(channel.clone()).get_offline_lists(request).await.unwrap().into_inner()
}

fn opened(lists: &GetOfflineListsResponse) -> Lists {
    let list_key: [u8; 32] = lists.list_key.as_slice().try_into().unwrap();
    Lists::open(&lists.keys, &lists.revoked, &VerifyingKey::from_bytes(&list_key).unwrap()).unwrap()
}

/// What is said of a code offline, with lists that include `receipt`.
async fn offline(channel: &Channel, code: &str, receipt: &CommandReceipt) -> Offline {
    let lists = opened(&fetch(channel, Some(receipt)).await);
    let answer = sceau_offline::verify(code, &lists, (system_clock().0 / 1_000_000) as u64);
    assert_eq!(answer.doubt, None);
    answer.verdict
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_office_does_stands_in_the_lists_of_offline_verifiers() {
    let platform = Platform::start().await;
    let country = Country::found(&platform).await;
    let (channel, token) = (platform.channel.clone(), country.administrator.as_str());
    let stamper = platform.token("ci", Role::Stamper, Some(&country.stamper_id));
    let codes = download(&channel, &stamper, &country.batch_id).await;
    let mut stamps = StampCommandServiceClient::new(channel.clone());
    let mut certification = CertificationCommandServiceClient::new(channel.clone());

    let decommission = DecommissionCodesRequest {
        meta: meta(),
        batch_id: country.batch_id.clone(),
        ranges: vec![OrdinalRange { first: 8, count: 1 }, OrdinalRange { first: 100, count: 50 }],
        reason: DecommissionReason::Lost.into(),
        ..Default::default()
    };
    let gone = stamps.decommission_codes(by(&stamper, decommission)).await.unwrap().into_inner();
    assert_eq!(offline(&channel, &codes[7].url, &gone).await, Offline::Issued);
    assert_eq!(offline(&channel, &codes[8].url, &gone).await, Offline::ProbablyDecommissioned);
    assert_eq!(offline(&channel, &codes[149].url, &gone).await, Offline::Decommissioned);
    assert_eq!(offline(&channel, &codes[7].digits, &gone).await, Offline::NeedsNetwork);

    let (certificate_id, reason) = (country.certificate_id.clone(), "Contamination".to_owned());
    let suspend =
        SuspendCertificateRequest { meta: meta(), certificate_id: certificate_id.clone(), reason: reason.clone() };
    let suspended = certification.suspend_certificate(by(token, suspend)).await.unwrap().into_inner();
    assert_eq!(offline(&channel, &codes[7].url, &suspended).await, Offline::Suspended);
    let resume = ResumeCertificateRequest { meta: meta(), certificate_id: certificate_id.clone() };
    let resumed = certification.resume_certificate(by(token, resume)).await.unwrap().into_inner();
    assert_eq!(offline(&channel, &codes[7].url, &resumed).await, Offline::Issued);
    let revoke = RevokeCertificateRequest { meta: meta(), certificate_id, reason };
    let revoked = certification.revoke_certificate(by(token, revoke)).await.unwrap().into_inner();
    assert_eq!(offline(&channel, &codes[7].url, &revoked).await, Offline::Revoked);

    drop((stamps, certification, channel));
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_key_takes_all_its_codes_with_it() {
    let platform = Platform::start().await;
    let country = Country::found(&platform).await;
    let (channel, token) = (platform.channel.clone(), country.administrator.as_str());
    let stamper = platform.token("ci", Role::Stamper, Some(&country.stamper_id));
    let code = download(&channel, &stamper, &country.batch_id).await.swap_remove(7);
    let before = fetch(&channel, None).await;
    let key_id = u32::from(opened(&before).keys().keys[0].id);

    let mut admin = AdminServiceClient::new(channel.clone());
    let withdraw = |key_id, reason: &str| WithdrawKeyRequest { key_id, reason: reason.to_owned() };
    let faults =
        [(0, "stolen", Code::InvalidArgument), (key_id, " ", Code::InvalidArgument), (999, "x", Code::NotFound)];
    for (key_id, reason, expected) in faults {
        let refused = admin.withdraw_key(by(token, withdraw(key_id, reason))).await.unwrap_err();
        assert_eq!(refused.code(), expected, "{refused}");
    }
    let foreign = platform.token("sn", Role::Administrator, None);
    let refused = admin.withdraw_key(by(&foreign, withdraw(key_id, "stolen"))).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);

    let answer = admin.withdraw_key(by(token, withdraw(key_id, "stolen"))).await.unwrap().into_inner();
    let (key, current) = (answer.key.unwrap(), answer.current.unwrap());
    assert_eq!((key.withdrawn_reason.as_str(), key.current, current.current), ("stolen", false, true));
    assert!(key.withdrawn_at.is_some() && key.withdrawn_by == "administrator of ci", "{key:?}");
    assert_eq!(admin.list_keys(by(token, ListKeysRequest {})).await.unwrap().into_inner().keys.len(), 3);

    let mut verification = VerificationServiceClient::new(channel.clone());
    for text in [&code.url, &code.digits] {
        let request = VerifyRequest { tenant: "ci".into(), code: text.clone(), ..VerifyRequest::default() };
        let said = verification.verify(request).await.unwrap().into_inner();
        assert_eq!((said.verdict(), said.reason()), (Verdict::Revoked, VerdictReason::KeyWithdrawn), "{text}");
    }
    let after = fetch(&channel, None).await;
    assert_eq!(after.list_key, before.list_key);
    assert!(after.jwks.contains("\"revoked_at\"") && after.jwks.contains("stolen"), "{}", after.jwks);
    let now = (system_clock().0 / 1_000_000) as u64;
    assert_eq!(sceau_offline::verify(&code.url, &opened(&before), now).verdict, Offline::Issued);
    assert_eq!(sceau_offline::verify(&code.url, &opened(&after), now).verdict, Offline::KeyWithdrawn);

    let again = DownloadCodesRequest {
        meta: None,
        batch_id: country.batch_id.clone(),
        first: 0,
        count: 1,
        ..Default::default()
    };
    let refused = StampQueryServiceClient::new(channel.clone()).download_codes(by(&stamper, again)).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused}");
    drop((admin, verification, channel));
    platform.stop().await;
}
