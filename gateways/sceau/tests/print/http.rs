//! Parts over HTTP, as any program takes them.

use std::collections::HashMap;
use std::net::SocketAddr;

use sceau_kernel::Role;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::ground::Ground;

/// An answer of HTTP/1.1.
struct Answer {
    status: u16,
    head: HashMap<String, String>,
    body: Vec<u8>,
}

async fn ask(address: SocketAddr, method: &str, path: &str, token: &str, more: &[&str]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    if !token.is_empty() {
        request += &format!("Authorization: Bearer {token}\r\n");
    }
    for header in more {
        request += &format!("{header}\r\n");
    }
    stream.write_all(format!("{request}\r\n").as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let head = lines.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    Answer { status, head, body: bytes[end + 4..].to_vec() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_byte_of_a_part_can_be_asked_for() {
    let ground = Ground::prepare().await;
    let (web, token) = (ground.web().await, ground.token(0, Role::Administrator, None));
    let path = format!("/v1/batches/{}/parts/1?format=csv", ground.batch.batch_id);
    let ask = async |method: &str, more: &[&str]| ask(web, method, &path, &token, more).await;

    let before = ground.shown().await.downloads;
    let look = ask("HEAD", &["Range: bytes=1-2"]).await;
    assert_eq!((look.status, look.body.len(), look.head.get("sceau-receipt")), (200, 0, None));
    assert_eq!(ground.shown().await.downloads, before, "who only looks takes nothing");
    let whole = ask("GET", &[]).await;
    assert_eq!((whole.status, whole.head["accept-ranges"].as_str()), (200, "bytes"));
    assert_eq!(whole.head["content-length"], look.head["content-length"]);
    assert_eq!(whole.head["etag"], format!("\"{}\"", sceau_parts::Hash::of(&whole.body)));
    assert_eq!(whole.head["cache-control"], "private, no-store");
    assert!(whole.head["sceau-receipt"].split('.').count() == 3);
    let shown = ground.shown().await;
    assert_eq!((shown.downloads, shown.last_downloaded_by.as_str()), (before + 1, "ibou"));
    let part = shown.last_downloaded_part.unwrap();
    assert_eq!((part.number, part.parts, part.format.as_str()), (1, 1, "csv"));

    let length = whole.body.len();
    let tag = whole.head["etag"].clone();
    let [same, other] = [format!("If-Range: {tag}"), "If-Range: \"other\"".to_owned()];
    let last = length - 1;
    for (range, first, end) in [
        (format!("bytes={last}-"), last, length),
        ("bytes=0-0".to_owned(), 0, 1),
        ("bytes=10-99".to_owned(), 10, 100),
        ("bytes=-7".to_owned(), length - 7, length),
        (format!("bytes=5-{}", u64::MAX), 5, length),
    ] {
        let some = ask("GET", &[&format!("Range: {range}"), &same]).await;
        assert_eq!((some.status, some.body.as_slice()), (206, &whole.body[first..end]), "{range}");
        assert_eq!(some.head["content-range"], format!("bytes {first}-{}/{length}", end - 1));
    }
    assert_eq!(ask("GET", &["Range: bytes=9-", &other]).await.body, whole.body, "the file that it began is gone");
    let beyond = ask("GET", &[&format!("Range: bytes={length}-")]).await;
    assert_eq!((beyond.status, beyond.head["content-range"].clone()), (416, format!("bytes */{length}")));
    assert!(ground.platform.shutdown().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_to_be_had_is_one_clear_problem() {
    let ground = Ground::prepare().await;
    let web = ground.web().await;
    let own = |tenant, role, party| ground.token(tenant, role, party);
    let (admin, batch) = (own(0, Role::Administrator, None), ground.batch.batch_id.clone());
    let stranger = own(0, Role::Stamper, Some("00000000-0000-4000-8000-000000000001"));
    let stamper = own(0, Role::Stamper, Some(&ground.batch.stamper_id));
    let company = own(0, Role::Company, Some(&ground.batch.company_id));
    let abroad = own(1, Role::Administrator, None);
    let unreleased = ground.unreleased().await;
    let missing = "00000000-0000-4000-8000-000000000002";
    let own_part = format!("{batch}/parts/1?format=csv");
    for (token, path, header, status, code) in [
        ("", own_part.clone(), "", 401, "TOKEN_MISSING"),
        (&*company, own_part.clone(), "", 403, "ROLE_REQUIRED"),
        (&*stranger, own_part.clone(), "", 403, "NOT_YOURS"),
        (&*abroad, own_part.clone(), "", 404, "BATCH_NOT_FOUND"),
        (&*admin, format!("{missing}/parts/1?format=csv"), "", 404, "BATCH_NOT_FOUND"),
        (&*admin, "b/parts/1?format=csv".to_owned(), "", 400, "INVALID_FIELDS"),
        (&*admin, format!("{unreleased}/parts/1?format=csv"), "", 400, "BATCH_NOT_RELEASED"),
        (&*admin, format!("{batch}/parts/0?format=csv"), "", 404, "PART_NOT_FOUND"),
        (&*admin, format!("{batch}/parts/2?format=csv"), "", 404, "PART_NOT_FOUND"),
        (&*admin, format!("{batch}/parts/18446744073709551616?format=csv"), "", 400, "INVALID_FIELDS"),
        (&*admin, format!("{batch}/parts/one?format=csv"), "", 400, "INVALID_FIELDS"),
        (&*admin, format!("{batch}/parts/1"), "", 400, "INVALID_FIELDS"),
        (&*admin, format!("{batch}/parts/1?format=doc"), "", 400, "INVALID_FIELDS"),
        (&*admin, format!("{batch}/parts/1?format=pdf"), "", 400, "INVALID_FIELDS"),
        (&*admin, format!("{batch}/parts/1?format=csv&codes=0"), "", 400, "INVALID_FIELDS"),
        (&*admin, own_part.clone(), "Range: bytes=a-b", 400, "RANGE_MALFORMED"),
        (&*admin, own_part.clone(), "Range: bytes=99999999999-", 416, "RANGE_BEYOND"),
    ] {
        let header: &[&str] = if header.is_empty() { &[] } else { &[header] };
        let answer = ask(web, "GET", &format!("/v1/batches/{path}"), token, header).await;
        let problem: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer.head["content-type"], "application/problem+json");
        assert_eq!((answer.status, problem["code"].as_str()), (status, Some(code)), "{path}: {problem}");
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
    let taken = ask(web, "GET", &format!("/v1/batches/{own_part}"), &stamper, &[]).await;
    assert_eq!(taken.status, 200, "the stamper to whom the batch is released takes it");
    let changed = ask(web, "POST", &format!("/v1/batches/{own_part}"), &admin, &[]).await;
    assert_eq!(changed.status, 405);
    assert!(ground.platform.shutdown().await);
}
