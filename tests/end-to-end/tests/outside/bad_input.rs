//! Bad input, typed by people and sent by programs: a clear error that names what is wrong, and nothing changes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use prost_types::Duration as Lifetime;
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_proto::admin::v1::IssueTokenRequest;
use sceau_proto::certification::v1::{Contact, RegisterCompanyRequest};
use sceau_proto::common::v1::Personal;
use serde_json::Value;
use tonic::Code;
use uuid::Uuid;

use crate::api::{by, connect, meta};
use crate::cli::Cli;
use crate::judge::journal::ends;
use crate::server::{Home, Server};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// A platform with something in every state.
pub(crate) struct Country {
    pub home: Home,
    pub server: Server,
    pub cli: Cli,
    pub company: String,
    product: String,
    applied: String,
    placed: String,
    fulfilled: String,
    pub batch: String,
    code: String,
}

impl Country {
    pub(crate) async fn found() -> Self {
        let home = Home::new();
        let server = home.serve().await;
        let cli = server.cli(&home);
        let company =
            id(&cli, &words("certify company register --name B --registration R-1 --person A --phone +225")).await;
        let apply = format!("certify product apply --company {company} --name B --category beverage --gtin");
        let product = id(&cli, &words(&format!("{apply} 6181100530018"))).await;
        let applied = id(&cli, &words(&format!("{apply} 6194007510014"))).await;
        let stamper = words("certify stamper accredit --name P --person K --phone +225 --valid-until 365d");
        let stamper = id(&cli, &stamper).await;
        let line = format!("order place --company {company} --line {product}:digits:100");
        for command in [
            format!("certify product assign {product} --reviewer awa"),
            format!("certify product grant {product} --valid-until 365d"),
            "order prices set --currency XOF --tax-ppm 180000 --price digits:1:5000".to_owned(),
        ] {
            cli.says(&words(&command)).await;
        }
        let placed = id(&cli, &words(&line)).await;
        let fulfilled = id(&cli, &words(&line)).await;
        cli.says(&["order", "quote", &fulfilled]).await;
        cli.says(&["order", "confirm", &fulfilled]).await;
        let invoice = found(&cli, &["pay", "list", "--id", "--company", &company]).await;
        cli.says(&words(&format!("pay settle {invoice} --amount 590XOF --method cash --receipt C-1"))).await;
        let batch = found(&cli, &["stamps", "list", "--id", "--order", &fulfilled]).await;
        cli.says(&["stamps", "release", &batch, "--to", &stamper]).await;
        let code = cli.says(&["stamps", "codes", &batch, "--count", "1"]).await;
        let code = code.split_whitespace().nth(2).unwrap().to_owned();
        Self { home, server, cli, company, product, applied, placed, fulfilled, batch, code }
    }

    /// Where each partition ends once nothing moves any more.
    async fn at_rest(&self) -> BTreeMap<(String, u32), u64> {
        let channel = connect(&self.server.grpc).await;
        let token = self.home.token();
        let mut before = ends(&channel, &token).await;
        loop {
            // Longer than public facts take to become leaves of the transparency log.
            tokio::time::sleep(Duration::from_millis(2500)).await;
            let now = ends(&channel, &token).await;
            if now == before {
                return now;
            }
            before = now;
        }
    }
}

pub(crate) fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

async fn id(cli: &Cli, arguments: &[&str]) -> String {
    cli.says(&[&["--id"], arguments].concat()).await.trim().to_owned()
}

/// What a list shows, as soon as it shows something.
async fn found(cli: &Cli, arguments: &[&str]) -> String {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let said = cli.says(arguments).await;
        if let Some(first) = said.lines().next().filter(|line| line.len() == 36) {
            return first.to_owned();
        }
        assert!(Instant::now() < deadline, "{arguments:?} stays empty: {said}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_told_what_is_wrong_and_nothing_changes() {
    let country = Country::found().await;
    let Country { cli, company, product, applied, placed, fulfilled, batch, code, .. } = &country;
    let before = country.at_rest().await;
    let flipped = if code.starts_with('1') { code.replacen('1', "2", 1) } else { format!("1{}", &code[1..]) };
    let apply = format!("certify product apply --company {company} --name X --category beverage --gtin");
    // What is typed, the exit code, and a part of what is answered.
    let table: Vec<(String, i32, &str)> = vec![
        // Things that are not there.
        (format!("certify company show {NOBODY}"), 66, "COMPANY_NOT_FOUND"),
        (format!("certify product show {NOBODY}"), 66, "CERTIFICATE_NOT_FOUND"),
        (format!("order show {NOBODY}"), 66, "ORDER_NOT_FOUND"),
        (format!("stamps show {NOBODY}"), 66, "BATCH_NOT_FOUND"),
        (format!("pay show {NOBODY}"), 66, "INVOICE_NOT_FOUND"),
        (format!("certify product suspend {NOBODY} --reason x"), 66, "CERTIFICATE_NOT_FOUND"),
        (format!("order quote {NOBODY}"), 66, "ORDER_NOT_FOUND"),
        (format!("pay settle {NOBODY} --amount 1XOF --method cash --receipt C"), 66, "INVOICE_NOT_FOUND"),
        (format!("stamps release {batch} --to {NOBODY}"), 1, "BATCH_RELEASED_TO_ANOTHER"),
        (format!("verify {code} --tenant nowhere"), 66, "TENANT_NOT_FOUND"),
        // Texts that are no ids, GTINs, money, codes.
        ("order show 12".to_owned(), 65, "order_id"),
        (format!("{apply} 6181100530019"), 65, "gtin"),
        (format!("{apply} 618110053001"), 65, "gtin"),
        (format!("{apply} sixonenine"), 65, "gtin"),
        (format!("pay settle {NOBODY} --amount 10.5XOF --method cash --receipt C"), 2, "1250XOF"),
        (format!("pay settle {NOBODY} --amount 10XYZ --method cash --receipt C"), 2, "XYZ"),
        (format!("verify {flipped}"), 65, "CODE_CHECK_DIGIT"),
        (format!("verify {}", &code[..15]), 65, "CODE_"),
        ("verify HTTPS://SCEAU.EXAMPLE/AEAAC".to_owned(), 65, "CODE_"),
        // Too few, too many.
        (format!("order place --company {company} --line {product}:digits:0"), 65, "COUNT_OUT_OF_RANGE"),
        (format!("order place --company {company} --line {product}:digits:10000000000"), 65, "COUNT_OUT_OF_RANGE"),
        (format!("stamps activate {batch} --range 0-100"), 65, "CODE_RANGE_OUTSIDE_BATCH"),
        // The wrong state, the wrong company, the wrong order of things.
        (format!("order place --company {company} --line {applied}:digits:10"), 1, "CERTIFICATE"),
        (format!("order place --company {NOBODY} --line {product}:digits:10"), 77, "CERTIFICATE_OF_ANOTHER_COMPANY"),
        (format!("order confirm {placed}"), 1, "ORDER_NOT_QUOTED"),
        (format!("order quote {fulfilled}"), 1, "ORDER_NOT_AWAITING_QUOTE"),
        (format!("order cancel {fulfilled} --reason x"), 1, "ORDER_NOT_CANCELLABLE"),
        (format!("certify product assign {product} --reviewer awa"), 1, "CERTIFICATE"),
        (format!("certify product grant {applied} --valid-until 365d"), 1, "CERTIFICATE"),
        ("projection rebuild nothing".to_owned(), 66, "PROJECTION_UNKNOWN"),
    ];
    let mut wrong = Vec::new();
    for (typed, exit, expected) in table {
        let said = cli.run(&words(&typed)).await;
        if said.code != exit || !said.err.contains(expected) || !said.out.is_empty() {
            wrong.push(format!("sceau {typed}: {exit} and {expected} expected, not {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(country.at_rest().await, before, "something was appended");
    assert!(country.server.stop().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_counts_once_and_its_id_belongs_to_it() {
    let home = Home::new();
    let server = home.serve().await;
    let cli = server.cli(&home);
    let register = words("certify company register --command-id 6d0f2c6a-0000-4000-8000-000000000001");
    let register = [&register[..], &words("--registration R-1 --person A --phone +225 --name")].concat();
    let first = cli.json(&[&register[..], &["Un"]].concat()).await;
    let second = cli.json(&[&register[..], &["Un"]].concat()).await;
    assert_eq!((&first["repeated"], &second["repeated"]), (&Value::Bool(false), &Value::Bool(true)));
    assert_eq!((&first["id"], &first["position"]), (&second["id"], &second["position"]));
    let other = cli.run(&[&register[..], &["Deux"]].concat()).await;
    assert!(other.code != 0 && other.err.contains("COMMAND_ID_REUSED") && other.err.contains("name"), "{other:?}");
    // It is the stream that remembers, so it does after the platform has come again.
    server.kill().await;
    let server = home.serve().await;
    let third = server.cli(&home).json(&[&register[..], &["Un"]].concat()).await;
    assert_eq!((&third["repeated"], &third["position"]), (&Value::Bool(true), &first["position"]));
    let events = server.cli(&home).says(&["--json", "log", "tail", "sceau.certification", "--last", "100"]).await;
    assert_eq!(events.matches("CompanyRegistered").count(), 1, "{events}");
    server.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_must_be_there_true_of_this_platform_and_in_time() {
    let (home, elsewhere) = (Home::new(), Home::new());
    let server = home.serve_with(&["tenants=ci,sn"]).await;
    elsewhere.serve().await.kill().await;
    let channel = connect(&server.grpc).await;
    let token = home.token();
    let short = IssueTokenRequest {
        subject: "passing".into(),
        roles: vec!["auditor".into()],
        party_id: String::new(),
        lifetime: Some(Lifetime { seconds: 1, nanos: 0 }),
    };
    let short = AdminServiceClient::new(channel.clone()).issue_token(by(&token, short)).await.unwrap().into_inner();
    let cli = server.cli(&home);
    let (head, signature) = token.rsplit_once('.').unwrap();
    let other = if &signature[40..41] == "A" { "B" } else { "A" };
    let forged = format!("{head}.{}{other}{}", &signature[..40], &signature[41..]);
    let list = ["certify", "company", "list"];
    for (token, expected) in [
        (None, "TOKEN_MISSING"),
        (Some("nothing like it"), "TOKEN_MALFORMED"),
        (Some(&*forged), "TOKEN_SIGNATURE_INVALID"),
        (Some(&*elsewhere.token()), "TOKEN_"),
    ] {
        let said = cli.with_token(token).run(&list).await;
        assert!(said.code == 77 && said.err.contains(expected), "{token:?}: {expected} expected, not {said:?}");
    }
    let deadline = Instant::now() + Duration::from_secs(90);
    loop {
        let said = cli.with_token(Some(&short.token)).run(&list).await;
        if said.code != 0 {
            assert!(said.code == 77 && said.err.contains("TOKEN_EXPIRED"), "{said:?}");
            break;
        }
        assert!(Instant::now() < deadline, "a token of one second still counts");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    // A tenant does not even learn that another tenant's things exist.
    let company = words("certify company register --name B --registration R-1 --person A --phone +225");
    let company = id(&cli, &company).await;
    let said = cli.with_token(Some(&home.token_of("sn"))).run(&["certify", "company", "show", &company]).await;
    assert!(said.code == 66 && said.err.contains("COMPANY_NOT_FOUND"), "{said:?}");
    server.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_over_the_limit_is_refused() {
    let home = Home::new();
    let server = home.serve().await;
    let channel = connect(&server.grpc).await;
    let personal = |clear: &str| Some(Personal { clear: clear.into() });
    let request = RegisterCompanyRequest {
        meta: meta(Uuid::from_u128(1), &[]),
        name: "B".into(),
        registration_number: "x".repeat(5 << 20),
        contact: Some(Contact { person: personal("A"), phone: personal("+225"), email: None }),
    };
    let before = ends(&channel, &home.token()).await;
    let mut certification = CertificationCommandServiceClient::new(channel.clone());
    let status = certification.register_company(by(&home.token(), request)).await.unwrap_err();
    assert!(matches!(status.code(), Code::OutOfRange | Code::ResourceExhausted), "{status:?}");
    assert!(status.message().contains("limit"), "{status:?}");
    assert_eq!(ends(&channel, &home.token()).await, before);
    server.kill().await;
}
