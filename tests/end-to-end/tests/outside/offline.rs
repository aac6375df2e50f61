//! Verifying without a network: what a person carries away from the platform, and what it says once the platform is gone.

use std::path::Path;

use serde_json::Value;

use crate::cli::Cli;
use crate::server::Home;

/// Exit codes.
const ISSUED: i32 = 0;
const NOT_ISSUED: i32 = 1;
const UNUSABLE: i32 = 65;
const UNREAD: i32 = 66;

/// What may be said offline of a code of which the platform says `online`.
fn offline_words(online: &str) -> &'static [&'static str] {
    match online {
        "genuine" | "not activated" | "suspect" => &["ISSUED"],
        "suspended" => &["SUSPENDED"],
        "revoked" => &["REVOKED"],
        "decommissioned" => &["DECOMMISSIONED", "PROBABLY_DECOMMISSIONED"],
        "expired" => &["EXPIRED"],
        _ => &["BAD_SIGNATURE", "UNKNOWN_KEY"],
    }
}

/// The verdict on one code, by these lists.
async fn verdict(cli: &Cli, lists: &str, code: &str) -> (String, i32) {
    let said = cli.run(&["--json", "verify", "--offline", "--lists", lists, code]).await;
    let answer: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"));
    assert_eq!(answer["doubt"], Value::Null);
    (answer["verdict"].as_str().unwrap().to_owned(), said.code)
}

async fn publish(cli: &Cli, folder: &Path) -> String {
    let lists = folder.to_str().unwrap().to_owned();
    cli.says(&["keys", "publish", "--out", &lists]).await;
    lists
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_are_judged_by_lists_alone_and_a_withdrawn_key_takes_them_all() {
    let home = Home::new();
    let server = home.serve().await;
    let cli = server.cli(&home);
    let demo = cli.json(&["demo", "--size", "small"]).await;
    let lists = publish(&cli, &home.path().join("lists")).await;

    let mut issued = Vec::new();
    for sample in demo["codes"].as_array().unwrap() {
        let (code, online) = (sample["code"].as_str().unwrap(), sample["verdict"].as_str().unwrap());
        let (said, exit) = verdict(&cli, &lists, code).await;
        if code.starts_with("HTTPS://") {
            assert!(offline_words(online).contains(&said.as_str()), "{code} is {online}, offline {said}");
        } else {
            assert_eq!(said, "NEEDS_NETWORK");
        }
        assert_eq!(exit, if said == "ISSUED" { ISSUED } else { NOT_ISSUED });
        if said == "ISSUED" {
            issued.push(code.to_owned());
        }
    }
    assert!(!issued.is_empty(), "the demo shows signed codes");

    files_are_judged_line_by_line(&cli, &lists, &issued, home.path()).await;
    wrong_lists_are_not_used(&cli, &lists, &issued[0], home.path()).await;

    let keys = cli.json(&["keys", "list"]).await;
    let current = keys.as_array().unwrap().iter().find(|key| key["use"] == "KEY_USE_CODES").unwrap();
    let id = current["key_id"].as_str().unwrap();
    cli.says(&["keys", "withdraw", id, "--reason", "stolen"]).await;
    assert!(cli.says(&["verify", &issued[0]]).await.contains("key withdrawn"));
    let after = publish(&cli, &home.path().join("after")).await;
    let sealed = std::fs::read_to_string(home.data().join("keys/code-keys.json")).unwrap();
    assert!(!sealed.contains("seed"), "the keys rest sealed: {sealed}");

    // The platform is gone; who has not fetched the lists since does not know of the withdrawal.
    assert!(server.stop().await.success());
    assert_eq!(verdict(&cli, &after, &issued[0]).await, ("KEY_WITHDRAWN".to_owned(), NOT_ISSUED));
    assert_eq!(verdict(&cli, &lists, &issued[0]).await, ("ISSUED".to_owned(), ISSUED));
}

async fn files_are_judged_line_by_line(cli: &Cli, lists: &str, issued: &[String], folder: &Path) {
    let file = folder.join("codes.txt");
    let judge = ["verify", "--offline", "--lists", lists, "--file", file.to_str().unwrap()];
    std::fs::write(&file, issued.join("\n")).unwrap();
    let said = cli.run(&judge).await;
    assert_eq!((said.code, said.out), (ISSUED, format!("{0} codes: {0} ISSUED\n", issued.len())));

    std::fs::write(&file, [&issued.join("\r\n").into_bytes()[..], b"\n\xff\x00no code\n"].concat()).unwrap();
    let said = cli.run(&judge).await;
    let (line, all) = (issued.len() + 1, issued.len() + 1);
    assert_eq!(said.code, NOT_ISSUED);
    assert!(said.out.starts_with(&format!("line {line}: NOT_A_CODE ")), "{}", said.out);
    assert!(said.out.ends_with(&format!("{all} codes: {} ISSUED, 1 NOT_A_CODE\n", issued.len())), "{}", said.out);
}

async fn wrong_lists_are_not_used(cli: &Cli, lists: &str, code: &str, folder: &Path) {
    let other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let said = cli.run(&["verify", "--offline", "--lists", lists, "--list-key", other, code]).await;
    assert_eq!(said.code, UNUSABLE, "{}", said.err);
    let said = cli.run(&["verify", "--offline", "--lists", folder.join("none").to_str().unwrap(), code]).await;
    assert_eq!(said.code, UNREAD, "{}", said.err);

    let changed = folder.join("changed");
    std::fs::create_dir(&changed).unwrap();
    for name in ["list-key", "keys", "revoked"] {
        let mut content = std::fs::read(Path::new(lists).join(name)).unwrap();
        if name == "revoked" {
            content[30] ^= 1;
        }
        std::fs::write(changed.join(name), content).unwrap();
    }
    let said = cli.run(&["verify", "--offline", "--lists", changed.to_str().unwrap(), code]).await;
    assert_eq!(said.code, UNUSABLE);
    assert!(said.err.contains("did not sign the document"), "{}", said.err);
}
