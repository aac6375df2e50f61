//! The forms of a code other than the signed one: small codes, and GS1 Digital Links.

use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_grpc::system_clock;
use sceau_kernel::Role;
use sceau_offline::{Lists, VerifyingKey};
use sceau_proto::order::v1::StampForm;
use sceau_proto::stamp::v1::DownloadCodesRequest;
use sceau_proto::verification::v1::{Verdict, VerdictReason, VerifyRequest, VerifyResponse};
use tonic::Code;
use tonic::transport::Channel;

use crate::country::Country;
use crate::platform::{Platform, by};
use crate::stamp_loop::download;

async fn verify(channel: &Channel, code: &str) -> VerifyResponse {
    let request = VerifyRequest { tenant: "ci".into(), code: code.into(), ..VerifyRequest::default() };
    VerificationServiceClient::new(channel.clone()).verify(request).await.unwrap().into_inner()
}

/// The first code of a batch, as a GS1 Digital Link too.
fn linked(batch_id: &str) -> DownloadCodesRequest {
    DownloadCodesRequest { meta: None, batch_id: batch_id.to_owned(), first: 0, count: 1, digital_link: true }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_code_is_printed_and_verified_and_a_forged_one_is_not_known() {
    let platform = Platform::start().await;
    let country = Country::found_with(&platform, StampForm::SmallQr).await;
    let channel = platform.channel.clone();
    let stamper = platform.token("ci", Role::Stamper, Some(&country.stamper_id));
    let codes = download(&channel, &stamper, &country.batch_id).await;
    // What version 4 at level M holds.
    assert!(codes.iter().all(|code| code.url.starts_with("HTTPS://SCEAU.EXAMPLE/") && code.url.len() <= 90));

    let said = verify(&channel, &codes[7].url).await;
    assert_eq!((said.verdict(), said.product_name.as_str()), (Verdict::NotActivated, "Eau de source"));
    let mut forged = codes[7].url.clone();
    let other = if forged.ends_with("AA") { "AE" } else { "AA" };
    forged.replace_range(forged.len() - 4..forged.len() - 2, other);
    let said = verify(&channel, &forged).await;
    assert_eq!((said.verdict(), said.reason()), (Verdict::Unknown, VerdictReason::Signature), "{forged}");

    let mut queries = StampQueryServiceClient::new(channel.clone());
    let refused = queries.download_codes(by(&stamper, linked(&country.batch_id))).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");
    drop((queries, channel));
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digital_link_is_given_on_request_and_verified_with_and_without_a_network() {
    let platform = Platform::start().await;
    let country = Country::found(&platform).await;
    let channel = platform.channel.clone();
    let stamper = platform.token("ci", Role::Stamper, Some(&country.stamper_id));
    let mut queries = StampQueryServiceClient::new(channel.clone());
    let mut stream = queries.download_codes(by(&stamper, linked(&country.batch_id))).await.unwrap().into_inner();
    let code = stream.message().await.unwrap().unwrap().codes.swap_remove(0);
    let said = verify(&channel, &code.digital_link).await;
    assert_eq!(said.verdict(), Verdict::NotActivated);
    let begin = format!("https://sceau.example/01/{}/21/", said.gtin);
    assert!(code.digital_link.starts_with(&begin), "{}", code.digital_link);

    let lists = platform.gateway.offline_lists("ci").await.unwrap();
    let list_key = VerifyingKey::from_bytes(&lists.list_key).unwrap();
    let lists = Lists::open(&lists.keys, &lists.revoked, &list_key).unwrap();
    for text in [&code.digital_link, &code.url] {
        let now = (system_clock().0 / 1_000_000) as u64;
        assert_eq!(sceau_offline::verify(text, &lists, now).verdict, sceau_offline::Verdict::Issued, "{text}");
    }
    drop((queries, stream, channel));
    platform.stop().await;
}
