//! Running a platform: what it is set to, what it measures.

use std::collections::BTreeSet;
use std::process::Stdio;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::cli::Cli;
use crate::server::{Home, sceau};

#[tokio::test]
async fn the_configuration_says_where_each_value_comes_from() {
    let home = Home::new();
    let file = home.path().join("sceau.toml");
    std::fs::write(&file, "[grpc]\nlisten = '127.0.0.1:1'\n[public]\nrate = 7\n[log]\nlevel = 'warn'\n").unwrap();
    let mut command = sceau();
    command.args(["--json", "config", "--grpc-listen", "127.0.0.1:9", "--config"]).arg(&file);
    let output = command.env("SCEAU_PUBLIC_RATE", "8").output().await.unwrap();
    assert!(output.status.success());
    let settings: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let shown = |key: &str| {
        let setting = settings.as_array().unwrap().iter().find(|setting| setting["key"] == key).unwrap();
        (setting["value"].as_str().unwrap().to_owned(), setting["origin"].as_str().unwrap().to_owned())
    };
    assert_eq!(shown("grpc.listen").0, "127.0.0.1:9", "a flag goes before the file");
    let (rate, origin) = shown("public.rate");
    assert_eq!(rate, "8", "the environment goes before the file");
    assert!(origin.contains("SCEAU_PUBLIC_RATE"), "{origin}");
    let (level, origin) = shown("log.level");
    assert!(level == "warn" && origin.contains("sceau.toml"), "{level} from {origin}");
    assert_eq!(shown("tenants").1, "default");
}

#[tokio::test]
async fn all_faults_of_a_configuration_are_told_at_once() {
    let home = Home::new();
    let refused =
        home.refuses(&["log.partitions=0", "http.listen=nowhere", "colour=red", "deadline.interval=soon"]).await;
    assert_eq!(refused.status.code(), Some(64));
    for fault in ["log.partitions", "http.listen", "colour", "deadline.interval"] {
        assert!(refused.log.contains(fault), "{fault} is not told:\n{}", refused.log);
    }
    assert!(!home.data().exists(), "nothing was made");
}

#[tokio::test]
async fn nobody_listens_and_the_caller_is_told_what_to_do() {
    let said = Cli::new("http://127.0.0.1:1", None).run(&["log", "stat"]).await;
    assert_eq!(said.code, 69);
    assert!(said.err.contains("sceau serve"), "{}", said.err);
}

#[tokio::test]
async fn metrics_are_well_formed_and_show_lag_and_holes() {
    let home = Home::new();
    let server = home.serve().await;
    server
        .cli(&home)
        .says(&["order", "prices", "set", "--currency", "XOF", "--tax-ppm", "1", "--price", "digits:1:5"])
        .await;
    assert!(get(&server.http, "/health/ready").await.starts_with("HTTP/1.1 200"));
    let answer = get(&server.http, "/metrics").await;
    let (head, metrics) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let samples: BTreeSet<&str> = metrics
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(['{', ' ']).next().unwrap())
        .collect();
    for wanted in ["lag", "hole"] {
        assert!(samples.iter().any(|name| name.contains(wanted)), "no gauge of {wanted} among {samples:?}");
    }
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        let value = line.rsplit(' ').next().unwrap();
        assert!(value.parse::<f64>().is_ok(), "no number in {line}");
    }
    judged_by_promtool(metrics).await;
    assert!(server.stop().await.success());
}

/// Prometheus' own checker, where it is installed. It reads the text format, of which OpenMetrics' end mark is no part.
async fn judged_by_promtool(metrics: &str) {
    let check =
        Command::new("promtool").args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut check) = check else {
        skipped!("the judgement of promtool, which is not installed here");
        return;
    };
    let mut stdin = check.stdin.take().unwrap();
    stdin.write_all(metrics.replace("# EOF\n", "").as_bytes()).await.unwrap();
    drop(stdin);
    let output = check.wait_with_output().await.unwrap();
    // 3 is for style, such as a counter's unit; 1 is for what cannot be read.
    assert_ne!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

async fn get(url: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
