//! More load than the platform can carry, and callers who go away.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::submit::v1::submit_service_client::SubmitServiceClient;
use sceau_proto::admin::v1::TailLogRequest;
use sceau_proto::certification::v1::{Contact, RegisterCompanyRequest};
use sceau_proto::common::v1::Personal;
use sceau_proto::submit::v1::SubmitRequest;
use sceau_proto::submit::v1::submit_request::Command;
use tokio::task::JoinSet;
use tonic::Code;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::api::{by, connect, meta};
use crate::judge::journal::{Journal, place};
use crate::server::Home;

fn register(n: u128) -> RegisterCompanyRequest {
    let personal = |clear: &str| Some(Personal { clear: clear.into() });
    RegisterCompanyRequest {
        meta: meta(Uuid::from_u128(n), &[]),
        name: format!("Maison {n}"),
        registration_number: format!("R-{n}"),
        contact: Some(Contact { person: personal("Awa"), phone: personal("+225"), email: None }),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_much_is_refused_with_a_delay_and_all_is_well_afterwards() {
    const CONNECTIONS: u128 = 8;
    const EACH: u128 = 1000;
    let home = Home::new();
    let server = home.serve_with(&["queue.commands=16"]).await;
    let token = home.token();
    let mut callers = JoinSet::new();
    for connection in 0..CONNECTIONS {
        let (channel, token) = (connect(&server.grpc).await, token.clone());
        callers.spawn(async move {
            let call = |n: u128| {
                let mut client = CertificationCommandServiceClient::new(channel.clone());
                let request = by(&token, register(connection * EACH + n));
                async move { client.register_company(request).await }
            };
            stream::iter((0..EACH).map(call)).buffer_unordered(500).collect::<Vec<_>>().await
        });
    }
    let (mut accepted, mut refused) = (BTreeSet::new(), 0);
    for answer in callers.join_all().await.into_iter().flatten() {
        match answer {
            Ok(receipt) => assert!(accepted.insert(place(&receipt.into_inner().position.unwrap()))),
            Err(status) => {
                assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
                let retry = status.get_error_details().retry_info().and_then(|retry| retry.retry_delay);
                assert!(retry.is_some_and(|delay| delay > Duration::ZERO), "{status:?}");
                refused += 1;
            }
        }
    }
    println!("{} accepted, {refused} refused", accepted.len());
    assert!(refused > 0, "the queue never overflowed");
    let channel = connect(&server.grpc).await;
    let journal = Journal::read(&channel, &token).await.unwrap();
    let places: BTreeSet<_> = journal.events().map(|event| place(event.position.as_ref().unwrap())).collect();
    assert_eq!(places, accepted, "what was accepted is in the log, and what was refused is not");
    let mut client = CertificationCommandServiceClient::new(channel);
    client.register_company(by(&token, register(u128::MAX))).await.expect("it recovers");
    assert!(server.stop().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_goes_away_leaves_whole_commands_and_a_healthy_platform() {
    const COMMANDS: u128 = 200;
    let home = Home::new();
    let server = home.serve().await;
    let token = home.token();
    let requests = || (0..COMMANDS).map(|n| SubmitRequest { command: Some(Command::RegisterCompany(register(n))) });
    {
        let channel = connect(&server.grpc).await;
        let follow = TailLogRequest { topic: String::new(), last: 0, follow: true };
        let _following = AdminServiceClient::new(channel.clone()).tail_log(by(&token, follow)).await.unwrap();
        let mut submit = SubmitServiceClient::new(channel);
        let mut answers = submit.submit(by(&token, stream::iter(requests()))).await.unwrap().into_inner();
        assert!(answers.message().await.unwrap().is_some());
        // Here the caller goes, with most answers unread.
    }
    let channel = connect(&server.grpc).await;
    let mut submit = SubmitServiceClient::new(channel.clone());
    let mut answers = submit.submit(by(&token, stream::iter(requests()))).await.unwrap().into_inner();
    let mut answered = 0;
    while let Some(answer) = answers.message().await.unwrap() {
        assert!(
            matches!(answer.outcome, Some(sceau_proto::submit::v1::submit_response::Outcome::Receipt(_))),
            "{answer:?}"
        );
        answered += 1;
    }
    assert_eq!(answered, COMMANDS);
    let journal = Journal::read(&channel, &token).await.unwrap();
    journal.must_be_dense();
    assert_eq!(journal.len() as u128, COMMANDS, "each command is in the log once");
    drop((submit, channel));
    assert!(server.stop().await.success());
}
