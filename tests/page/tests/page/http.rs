//! What programs and operators are answered.

use sceau_proto::verification::v1::Verdict;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::country::Country;

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{}\n{}", self.head, self.body))
    }

    #[track_caller]
    fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.head.contains("application/problem+json"), "{}", self.head);
        assert_eq!(self.json()["code"], code, "{}", self.body);
    }
}

/// Asks over HTTP/1.1, on a connection of its own.
async fn ask(country: &Country, method: &str, path: &str, head: &str, body: &[u8]) -> Answer {
    let address = country.platform.page().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n{head}\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

async fn post(country: &Country, path: &str, body: impl AsRef<[u8]>) -> Answer {
    ask(country, "POST", path, "", body.as_ref()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_and_operators_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let country = Country::found(folder.path()).await;
    json_for_partners(&country).await;
    bad_input(&country).await;
    pages_without_a_browser(&country).await;
    feature_phones(&country).await;
    reports(&country).await;
    assert!(country.platform.shutdown().await);
}

async fn json_for_partners(country: &Country) {
    let signed = country.signed();
    let genuine = post(country, "/v1/verify", json!({"code": signed, "channel": "SCAN_CHANNEL_APP"}).to_string()).await;
    assert_eq!((genuine.status, &genuine.json()["verdict"]), (200, &json!("VERDICT_GENUINE")));
    assert!(!genuine.json()["productName"].as_str().unwrap().is_empty());
    let path = format!("/v1/verify/{}?place=Dakar", signed.rsplit('/').next().unwrap());
    assert_eq!(ask(country, "GET", &path, "", b"").await.json()["verdict"], "VERDICT_GENUINE");

    let batch = json!({"codes": [signed, "nonsense", country.code(Verdict::Suspended)]}).to_string();
    let batch = post(country, "/v1/verify:batch", batch).await.json();
    assert_eq!(batch["outcomes"][0]["answer"]["verdict"], "VERDICT_GENUINE");
    assert_eq!(
        (&batch["outcomes"][1]["answer"], &batch["outcomes"][1]["error"]),
        (&Value::Null, &json!("CODE_LENGTH"))
    );
    assert_eq!(batch["outcomes"][2]["answer"]["verdict"], "VERDICT_SUSPENDED");
}

async fn bad_input(country: &Country) {
    post(country, "/v1/verify", "{").await.assert_problem(400, "JSON_MALFORMED");
    post(country, "/v1/verify", r#"{"kode": "1"}"#).await.assert_problem(400, "JSON_MALFORMED");
    post(country, "/v1/verify", [0xff, 0xfe]).await.assert_problem(400, "JSON_MALFORMED");
    post(country, "/v1/verify", vec![b' '; 100_000]).await.assert_problem(413, "BODY_TOO_LARGE");
    post(country, "/v1/verify:batch", r#"{"codes": []}"#).await.assert_problem(400, "INVALID_FIELDS");
    let many = json!({"codes": vec!["1"; 101]}).to_string();
    post(country, "/v1/verify:batch", many).await.assert_problem(400, "INVALID_FIELDS");
    ask(country, "DELETE", "/v1/verify", "", b"").await.assert_problem(405, "METHOD_UNKNOWN");
    ask(country, "GET", "/v1/nothing", "", b"").await.assert_problem(404, "PATH_UNKNOWN");
    ask(country, "GET", "/v1/verify/1?plaice=x", "", b"").await.assert_problem(400, "JSON_MALFORMED");
    let token = "authorization: Bearer x.y.z\r\n";
    assert_eq!(ask(country, "GET", "/v1/verify/1", token, b"").await.status, 401);
}

async fn reports(country: &Country) {
    let report = post(country, "/v1/reports", json!({"text": "Étiquette recollée"}).to_string()).await;
    assert_eq!((report.status, report.json()["reportId"].as_str().unwrap().len()), (200, 36));
    post(country, "/v1/reports", r#"{"photo": "R0lGODlh"}"#).await.assert_problem(400, "INVALID_FIELDS");
    post(country, "/v1/reports", vec![b' '; 1 << 20]).await.assert_problem(413, "BODY_TOO_LARGE");
    let form = post(country, "/report", "text=Copie+vue&place=Adjam%C3%A9&code=1").await;
    assert!(form.status == 200 && form.body.contains("Votre signalement est enregistré"), "{}", form.body);
    assert_eq!(post(country, "/report", "text=").await.status, 400);
    for _ in 0..6 {
        post(country, "/report", "text=encore").await;
    }
    post(country, "/v1/reports", r#"{"text": "encore"}"#).await.assert_problem(429, "RATE_LIMITED");
}

async fn pages_without_a_browser(country: &Country) {
    for path in
        ["/", "/%ff", "/verify", "/%00", "/robots.txt", "/assets/1/..%2f..", "/favicon.ico", "/01/1/21/A?8030=x"]
    {
        let answer = ask(country, "GET", path, "accept-language: en\r\n", b"").await;
        assert!([200, 303, 404].contains(&answer.status), "{path}: {}", answer.status);
        assert!(answer.head.contains("content-security-policy"), "{path}: {}", answer.head);
    }
    let lists = ask(country, "GET", "/.well-known/sceau/jwks.json", "", b"").await;
    assert!(lists.json()["keys"].as_array().unwrap().len() > 1);
}

async fn feature_phones(country: &Country) {
    let dial = async |number: &str, text: &str| {
        let form = format!("sessionId=s&serviceCode=*384%23&phoneNumber={number}&text={text}&networkCode=61203");
        post(country, "/ussd/africastalking", form).await.body
    };
    assert!(dial("%2B2250700000001", "").await.starts_with("CON Vérifier un timbre."));
    assert!(dial("%2B2250700000001", "123").await.starts_with("CON Ce ne sont pas"));
    let digits = country.code(Verdict::Suspended);
    let suspended = dial("%2B2250700000001", &format!("123*{digits}")).await;
    assert!(suspended.starts_with("END CERTIFICAT SUSPENDU\n"), "{suspended}");

    let message = format!("from=%2B2250700000002&to=384&text=TIMBRE+{digits}&id=1&linkId=2&date=3");
    assert!(post(country, "/sms/africastalking", message).await.body.starts_with("CERTIFICAT SUSPENDU\n"));
    let request = json!({"Mobile": "233", "SessionId": "s", "Type": "Response", "Message": digits}).to_string();
    let answer = post(country, "/ussd/hubtel", request).await.json();
    assert_eq!((&answer["Type"], &answer["SessionId"]), (&json!("release"), &json!("s")));

    // Who guesses is held back, by his number; others are not.
    for _ in 0..6 {
        dial("%2B2250700000003", "1111111111111112").await;
    }
    assert!(dial("%2B2250700000003", digits).await.starts_with("END TROP DE DEMANDES"));
    assert!(dial("%2B2250700000004", digits).await.starts_with("END CERTIFICAT SUSPENDU"));
    post(country, "/ussd/africastalking", [0xff, b'=', b'&']).await.assert_problem(400, "CALLBACK_MALFORMED");
}
