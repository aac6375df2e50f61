//! An audit from outside: what was public stays so, and a copy that somebody changed is found out.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bad_input::{Country, words};
use crate::cli::Cli;

/// A fact has become a leaf after this long, or never will.
const LOGGED: Duration = Duration::from_secs(30);

/// The leaves about `id`, once there are so many.
async fn leaves(cli: &Cli, id: &str, count: usize) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let audited = cli.json(&["audit", "verify", "--about", id]).await;
        let leaves = audited["leaves"].as_array().unwrap();
        if leaves.len() == count {
            return leaves.iter().map(|leaf| serde_json::from_str(leaf["leaf"].as_str().unwrap()).unwrap()).collect();
        }
        assert!(begun.elapsed() < LOGGED, "{audited}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Waits until the log has so many leaves, which it never exceeds.
pub(crate) async fn comes_to(cli: &Cli, leaves: usize) {
    let begun = Instant::now();
    loop {
        let size = cli.json(&["audit", "verify"]).await["size"].as_u64().unwrap() as usize;
        if size == leaves {
            return;
        }
        assert!(size < leaves && begun.elapsed() < LOGGED, "{size} leaves for {leaves} facts");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A file as it is served.
async fn fetch(page: &str, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(page.trim_start_matches("http://")).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(LOGGED, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(&answer));
    let body = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    answer.split_off(body)
}

/// Copies the log's files, as a mirror does. Fewer than 256 leaves stand in one bundle and one tile.
async fn mirror(page: &str, folder: &Path) {
    let checkpoint = String::from_utf8(fetch(page, "/tlog/ci/checkpoint").await).unwrap();
    let size = checkpoint.lines().nth(1).unwrap().to_owned();
    let files = ["checkpoint", "key"].map(str::to_owned);
    let tiles = ["entries", "0"].map(|level| format!("tile/{level}/000.p/{size}"));
    for name in files.into_iter().chain(tiles) {
        let path = folder.join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, fetch(page, &format!("/tlog/ci/{name}")).await).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_public_can_be_proved_and_cannot_be_changed() {
    let country = Country::found().await;
    let (cli, home) = (&country.cli, country.home.path());
    let about_batch = leaves(cli, &country.batch, 1).await;
    assert_eq!(about_batch[0]["fact"], "batch_released");
    assert_eq!(leaves(cli, "key_made", 1).await[0]["key"], about_batch[0]["key"]);
    let kept = home.join("checkpoint");
    let verify = ["audit", "verify", "--kept", kept.to_str().unwrap()];
    assert!(cli.says(&verify).await.contains("nothing to compare with yet"));

    let certificate = about_batch[0]["certificate"].as_str().unwrap().to_owned();
    let before = leaves(cli, &certificate, 2).await.len();
    cli.says(&words(&format!("certify product suspend {certificate} --reason contrôle"))).await;
    let suspended = leaves(cli, &certificate, before + 1).await;
    assert_eq!(suspended[before]["fact"], "certificate_suspended");
    assert!(cli.says(&verify).await.contains("begins with the"));

    let copy = home.join("mirror");
    mirror(&country.server.web, &copy).await;
    let nobody = Cli::new("http://127.0.0.1:1", None);
    let audit = ["audit", "verify", "--files", copy.to_str().unwrap(), "--kept", kept.to_str().unwrap()];
    assert!(nobody.says(&audit).await.contains("unchanged"));
    let bundle = fs::read_dir(copy.join("tile/entries/000.p")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&bundle).unwrap();
    let last = bytes.len() - 4;
    bytes[last] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    let found_out = nobody.run(&audit).await;
    assert_eq!(found_out.code, 65, "{found_out:?}");
    assert!(found_out.err.contains("is not the one whose hash stands in its tile"), "{}", found_out.err);

    // Another platform's log does not begin with this one's.
    let other = Country::found().await;
    let compared = other.cli.run(&verify).await;
    assert_eq!(compared.code, 65, "{compared:?}");
    assert!(other.server.stop().await.success());
    assert!(country.server.stop().await.success());
}
