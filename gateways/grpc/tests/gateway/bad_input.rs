//! Bad input gets a clear error that names what is wrong, and changes nothing.

use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient;
use sceau_api::order::v1::order_command_service_client::OrderCommandServiceClient;
use sceau_api::order::v1::order_query_service_client::OrderQueryServiceClient;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_kernel::Role;
use sceau_proto::admin::v1::{LogStatRequest, RevokeTokenRequest};
use sceau_proto::certification::v1::{GetCompanyRequest, ListCompaniesRequest, RevokeCertificateRequest};
use sceau_proto::common::v1::{CommandMeta, PageRequest, Position, QueryMeta};
use sceau_proto::order::v1::GetOrderRequest;
use sceau_proto::verification::v1::VerifyRequest;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::country::{Country, after, apply, place, register};
use crate::platform::{Platform, by, command_id, meta};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// The reason that every status of ours carries.
fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, Status>, code: Code, expected: &str) -> Status {
    let status = answer.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (code, expected), "{}", status.message());
    status
}

fn fields(status: &Status) -> Vec<String> {
    let details = status.get_error_details();
    details
        .bad_request()
        .map(|bad| bad.field_violations.iter().map(|field| field.field.clone()).collect())
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_is_told_and_changes_nothing() {
    let platform = Platform::start().await;
    let country = Country::found(&platform).await;
    let before = log_ends(&platform, &country.administrator).await;
    commands(&platform, &country).await;
    queries(&platform, &country).await;
    codes(&platform).await;
    tokens(&platform).await;
    assert_eq!(log_ends(&platform, &country.administrator).await, before, "something was appended");
    platform.stop().await;
}

async fn log_ends(platform: &Platform, token: &str) -> u64 {
    let mut admin = AdminServiceClient::new(platform.channel.clone());
    let stat = admin.log_stat(by(token, LogStatRequest {})).await.unwrap().into_inner();
    stat.partitions.iter().map(|partition| partition.end).sum()
}

async fn commands(platform: &Platform, country: &Country) {
    let token = country.administrator.as_str();
    let mut certification = CertificationCommandServiceClient::new(platform.channel.clone());
    let mut without_id = register("SODIBO");
    without_id.meta = None;
    let status =
        refused(certification.register_company(by(token, without_id)).await, Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(fields(&status), ["meta.command_id"]);

    let mut faulty = register("");
    faulty.registration_number = String::new();
    faulty.contact = None;
    let status =
        refused(certification.register_company(by(token, faulty)).await, Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(fields(&status), ["name", "registration_number", "contact"]);

    let known = sceau_proto::common::v1::CommandReceipt::default();
    let mut wrong_digit = apply(&country.company_id, &known);
    wrong_digit.gtin = "06194007510015".into();
    let answer = certification.apply_for_certificate(by(token, wrong_digit)).await;
    assert_eq!(fields(&refused(answer, Code::InvalidArgument, "INVALID_FIELDS")), ["gtin"]);
    let answer = certification.apply_for_certificate(by(token, apply(NOBODY, &known))).await;
    assert_eq!(answer.unwrap_err().code(), Code::NotFound);

    let revoke = |id: &str| RevokeCertificateRequest { meta: meta(), certificate_id: id.into(), reason: "x".into() };
    let answer = certification.revoke_certificate(by(token, revoke(NOBODY))).await;
    assert_eq!(answer.unwrap_err().code(), Code::NotFound);
    let answer = certification.revoke_certificate(by(token, revoke("not an id"))).await;
    assert_eq!(fields(&refused(answer, Code::InvalidArgument, "INVALID_FIELDS")), ["certificate_id"]);

    let mut stale = register("SODIBO");
    stale.meta = Some(CommandMeta { command_id: command_id(), expected_version: Some(9), after: Vec::new() });
    refused(certification.register_company(by(token, stale)).await, Code::Aborted, "VERSION_MISMATCH");

    let mut orders = OrderCommandServiceClient::new(platform.channel.clone());
    for count in [0, 10_000_000_000] {
        let request = place((&country.company_id, &country.certificate_id), after(&[]), count);
        assert_eq!(orders.place_order(by(token, request)).await.unwrap_err().code(), Code::InvalidArgument);
    }
    let mut huge = register("SODIBO");
    huge.registration_number = "x".repeat(5 << 20);
    let status = certification.register_company(by(token, huge)).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
}

async fn queries(platform: &Platform, country: &Country) {
    let token = country.administrator.as_str();
    let mut certification = CertificationQueryServiceClient::new(platform.channel.clone());
    let get = |id: &str, at_least: Vec<Position>| GetCompanyRequest {
        meta: Some(QueryMeta { at_least }),
        company_id: id.into(),
    };
    refused(certification.get_company(by(token, get(NOBODY, Vec::new()))).await, Code::NotFound, "COMPANY_NOT_FOUND");
    let never = Position { offset: 1 << 40, ..country.certified_at.clone() };
    let mut impatient = by(token, get(&country.company_id, vec![never]));
    impatient.metadata_mut().insert("grpc-timeout", "50m".parse().unwrap());
    let status = certification.get_company(impatient).await.unwrap_err();
    assert!(matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled), "{status:?}");

    let list =
        |token: &str| ListCompaniesRequest { meta: None, page: Some(PageRequest { size: 1, token: token.into() }) };
    let status =
        refused(certification.list_companies(by(token, list("00ff"))).await, Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(fields(&status), ["page.token"]);

    let elsewhere = platform.token("sn", Role::Administrator, None);
    let mut orders = OrderQueryServiceClient::new(platform.channel.clone());
    let request = GetOrderRequest { meta: None, order_id: country.order_id.clone() };
    refused(orders.get_order(by(&elsewhere, request)).await, Code::NotFound, "ORDER_NOT_FOUND");
}

async fn codes(platform: &Platform) {
    let mut verification = VerificationServiceClient::new(platform.channel.clone());
    let cases = [
        ("", "CODE_LENGTH"),
        ("123", "CODE_DIGITS_LENGTH"),
        ("1234567890123456", "CODE_CHECK_DIGIT"),
        ("HTTPS://SCEAU.EXAMPLE/ABC", "CODE_LENGTH"),
    ];
    for (code, expected) in cases {
        let request = VerifyRequest { tenant: "ci".into(), code: code.into(), ..VerifyRequest::default() };
        let status = verification.verify(request).await.unwrap_err();
        let known = [expected, "CODE_DIGITS_LENGTH"];
        assert!(status.code() == Code::InvalidArgument && known.contains(&&*reason(&status)), "{code}: {status:?}");
    }
    let request =
        VerifyRequest { tenant: "nowhere".into(), code: "0000000000000000".into(), ..VerifyRequest::default() };
    refused(verification.verify(request).await, Code::NotFound, "TENANT_NOT_FOUND");
}

async fn tokens(platform: &Platform) {
    let mut certification = CertificationQueryServiceClient::new(platform.channel.clone());
    let list = || ListCompaniesRequest { meta: None, page: None };
    refused(certification.list_companies(Request::new(list())).await, Code::Unauthenticated, "TOKEN_MISSING");
    refused(certification.list_companies(by("a.b.c", list())).await, Code::Unauthenticated, "TOKEN_MALFORMED");
    let administrator = platform.token("ci", Role::Administrator, None);
    let mut forged = administrator.clone().into_bytes();
    let middle = forged.len() - 20;
    forged[middle] = if forged[middle] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    refused(certification.list_companies(by(&forged, list())).await, Code::Unauthenticated, "TOKEN_SIGNATURE_INVALID");

    let auditor = platform.token("ci", Role::Auditor, None);
    let caller = platform.authority.verify(&auditor, sceau_grpc::system_clock()).unwrap();
    certification.list_companies(by(&auditor, list())).await.unwrap();
    let mut admin = AdminServiceClient::new(platform.channel.clone());
    let revoke = RevokeTokenRequest { token_id: caller.token_id.to_string() };
    admin.revoke_token(by(&administrator, revoke)).await.unwrap();
    refused(certification.list_companies(by(&auditor, list())).await, Code::Unauthenticated, "TOKEN_REVOKED");
}
