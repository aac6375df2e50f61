//! Many commands over one stream.

use std::collections::HashMap;

use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient;
use sceau_api::submit::v1::submit_service_client::SubmitServiceClient;
use sceau_kernel::Role;
use sceau_proto::certification::v1::{ChangeCompanyContactRequest, GetCompanyRequest};
use sceau_proto::common::v1::{CommandMeta, QueryMeta};
use sceau_proto::submit::v1::submit_request::Command;
use sceau_proto::submit::v1::submit_response::Outcome;
use sceau_proto::submit::v1::{SubmitRequest, SubmitResponse};
use tonic::Code;

use crate::country::{contact, register};
use crate::platform::{Platform, by, command_id, meta};

async fn submit(platform: &Platform, token: &str, commands: Vec<Command>) -> Vec<SubmitResponse> {
    let requests = commands.into_iter().map(|command| SubmitRequest { command: Some(command) });
    let stream = futures_util::stream::iter(requests.collect::<Vec<_>>());
    let mut answers =
        SubmitServiceClient::new(platform.channel.clone()).submit(by(token, stream)).await.unwrap().into_inner();
    let mut all = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        all.push(answer);
    }
    all
}

fn change(company_id: &str, person: &str, id: &str) -> Command {
    Command::ChangeCompanyContact(ChangeCompanyContactRequest {
        meta: Some(CommandMeta { command_id: id.into(), ..CommandMeta::default() }),
        company_id: company_id.into(),
        contact: contact(person),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_answers_every_command_and_keeps_the_order_of_each_thing() {
    let platform = Platform::start().await;
    let token = platform.token("ci", Role::Administrator, None);
    let mut certification = CertificationCommandServiceClient::new(platform.channel.clone());
    let company = certification.register_company(by(&token, register("SODIBO"))).await.unwrap().into_inner();

    let ids: Vec<String> = (0..200).map(|_| command_id()).collect();
    let mut commands: Vec<Command> =
        ids.iter().enumerate().map(|(n, id)| change(&company.id, &format!("Officer {n}"), id)).collect();
    for n in 0..200 {
        commands.insert(n * 2, Command::RegisterCompany(register(&format!("Company {n}"))));
    }
    let answers = submit(&platform, &token, commands).await;
    assert_eq!(answers.len(), 400);
    let versions: HashMap<&str, u64> = answers
        .iter()
        .map(|answer| match &answer.outcome {
            Some(Outcome::Receipt(receipt)) => (answer.command_id.as_str(), receipt.version),
            other => panic!("not accepted: {other:?}"),
        })
        .collect();
    let of_company: Vec<u64> = ids.iter().map(|id| versions[id.as_str()]).collect();
    assert_eq!(of_company, (2..202).collect::<Vec<u64>>());

    let last = answers.iter().find(|answer| answer.command_id == ids[199]).cloned().unwrap();
    let Some(Outcome::Receipt(last)) = last.outcome else { panic!("not accepted") };
    let mut queries = CertificationQueryServiceClient::new(platform.channel.clone());
    let request = GetCompanyRequest {
        meta: Some(QueryMeta { at_least: last.position.into_iter().collect() }),
        company_id: company.id.clone(),
    };
    let found = queries.get_company(by(&token, request)).await.unwrap().into_inner().company.unwrap();
    assert_eq!(found.contact.unwrap().person.unwrap().clear, "Officer 199");
    drop((certification, queries));
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeat_meets_its_first_outcome_and_another_body_is_refused_by_its_fields() {
    let platform = Platform::start().await;
    let token = platform.token("ci", Role::Administrator, None);
    let first = register("SODIBO");
    let mut other = first.clone();
    other.name = "SOLIBRA".into();
    let commands = [first.clone(), first, other].map(Command::RegisterCompany).to_vec();
    let answers = submit(&platform, &token, commands).await;
    let receipts: Vec<_> = answers
        .iter()
        .filter_map(|answer| match &answer.outcome {
            Some(Outcome::Receipt(receipt)) => Some(receipt),
            _ => None,
        })
        .collect();
    assert_eq!(receipts.iter().map(|receipt| receipt.repeated).collect::<Vec<_>>(), [false, true]);
    assert_eq!(receipts[0].position, receipts[1].position);
    let Some(Outcome::Failure(failure)) = &answers[2].outcome else { panic!("not refused: {:?}", answers[2]) };
    assert_eq!(failure.code, i32::from(Code::AlreadyExists));
    assert!(failure.message.contains("they differ in: name"), "{}", failure.message);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_the_role_does_not_allow_is_answered_and_the_stream_goes_on() {
    let platform = Platform::start().await;
    let operator = platform.token("ci", Role::Operator, None);
    let prices = crate::country::prices();
    let refused = prices.meta.clone().unwrap().command_id;
    let commands = vec![
        Command::SetPriceList(prices),
        Command::RegisterCompany(register("SODIBO")),
        Command::RegisterCompany({
            let mut nameless = register("");
            nameless.meta = meta();
            nameless
        }),
    ];
    let answers = submit(&platform, &operator, commands).await;
    let outcomes: Vec<i32> = answers
        .iter()
        .map(|answer| match &answer.outcome {
            Some(Outcome::Failure(failure)) => failure.code,
            _ => 0,
        })
        .collect();
    let mut sorted = outcomes.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [0, i32::from(Code::InvalidArgument), i32::from(Code::PermissionDenied)]);
    assert!(answers.iter().any(|answer| answer.command_id == refused));
    platform.stop().await;
}
