//! `sceau stamps print` on a platform in this process.

#![allow(clippy::unwrap_used, reason = "a failure is the report of a test")]

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Parser;
use sceau::cli::{self, Cli};
use sceau::client::{self, CallError, Caller};
use sceau::config::{Config, Layers};
use sceau::demo::{Demo, Size, fill};
use sceau::platform::Platform;
use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_proto::certification::v1::ListStampersRequest;
use sceau_proto::stamp::v1::{ListBatchesRequest, StampForm};
use serde_json::Value;

/// A platform with a batch that is released.
struct Ground {
    platform: Platform,
    folder: tempfile::TempDir,
    batch: String,
}

impl Ground {
    async fn prepare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (config, _) = Layers::default().resolve().unwrap();
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let data = folder.path().join("data");
        let config = Config {
            keys: data.join("keys"),
            data: data.clone(),
            grpc_listen: free,
            http_listen: free,
            web_listen: free,
            ..config
        };
        let platform = Platform::start(&config).await.unwrap();
        let token = client::local_token(&data).unwrap();
        let caller = client::connect(&format!("http://{}", platform.grpc_address()), Some(&token)).await.unwrap();
        let demo = Demo { seed: 1, size: Size::Small, tenant: String::new() };
        fill(&caller, &demo).await.unwrap();
        let batch = smallest_signed(&caller).await;
        Self { platform, folder, batch }
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `sceau stamps print` with these words, into this folder.
    async fn print(&self, to: &str, words: &[&str]) -> Result<(), CallError> {
        let (server, data) = (format!("http://{}", self.platform.grpc_address()), self.folder("data"));
        let (data, to) = (data.display().to_string(), self.folder(to).display().to_string());
        let line = ["sceau", "--id", "--server", &server, "--data", &data, "stamps", "print", &self.batch, "--to", &to];
        let cli = Cli::try_parse_from(line.iter().chain(words)).unwrap();
        cli::run(&cli.connection, cli.command).await
    }

    /// What is said when that is refused.
    async fn refused(&self, to: &str, words: &[&str]) -> String {
        self.print(to, words).await.unwrap_err().to_string()
    }
}

/// Of the batches that are released, the smallest that has signed codes.
async fn smallest_signed(caller: &Caller) -> String {
    let mut stampers = CertificationQueryServiceClient::new(caller.clone());
    let stampers = stampers.list_stampers(ListStampersRequest::default()).await.unwrap().into_inner().stampers;
    let mut batches = Vec::new();
    for stamper in stampers {
        let request = ListBatchesRequest { stamper_id: stamper.stamper_id, ..ListBatchesRequest::default() };
        let mut queries = StampQueryServiceClient::new(caller.clone());
        batches.extend(queries.list_batches(request).await.unwrap().into_inner().batches);
    }
    batches.retain(|batch| batch.form() == StampForm::SignedQr);
    batches.into_iter().min_by_key(|batch| batch.count).unwrap().batch_id
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

/// The files of a folder, with their content.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_printed_in_parts_and_only_what_is_missing_is_made_again() {
    let ground = Ground::prepare().await;
    let csv = ["--form", "csv"];
    ground.print("rows", &csv).await.unwrap();
    let rows = String::from_utf8(fs::read(ground.folder("rows").join("part-00001.csv")).unwrap()).unwrap();
    let codes = rows.lines().count() as u64 - 1;
    assert!(rows.starts_with("ordinal,number,digits,text\r\n0,"), "{rows}");

    // Three parts and a little, in whole sheets of 21.
    let part = (codes / 3 / 21 * 21).to_string();
    let pdf = ["--form", "pdf", "--office", "Office", "--sheet", "L7160", "--line", "{product}", "--part", &part];
    let folder = ground.folder("sheets");
    ground.print("sheets", &pdf).await.unwrap();
    let told = manifest(&folder);
    let parts = told["parts"].as_array().unwrap();
    assert_eq!(told["batch"], ground.batch);
    assert_eq!(parts.iter().map(|part| part["count"].as_u64().unwrap()).sum::<u64>(), codes);
    assert_eq!(parts[1]["first"].as_u64().unwrap(), parts[0]["last"].as_u64().unwrap() + 1);
    assert!(parts.len() >= 3, "{told}");

    // One is gone, one is damaged, and one is left alone.
    let before = files(&folder);
    fs::remove_file(folder.join("part-00001.pdf")).unwrap();
    fs::write(folder.join("part-00002.pdf"), "damaged").unwrap();
    let untouched = || fs::metadata(folder.join("part-00003.pdf")).unwrap().modified().unwrap();
    let at = untouched();
    ground.print("sheets", &pdf).await.unwrap();
    assert!(files(&folder) == before, "the same codes give the same files");
    assert_eq!(untouched(), at);

    let said = ground.refused("sheets", &csv).await;
    assert!(said.contains("holds another job (codes_of_a_part is"), "{said}");
    assert!(ground.platform.shutdown().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn single_symbols_are_packed_and_what_cannot_be_printed_is_refused_with_a_remedy() {
    let ground = Ground::prepare().await;
    ground.print("eps", &["--form", "eps"]).await.unwrap();
    assert!(ground.folder("eps").join("part-00001.zip").exists(), "a file for each code is packed");
    ground.print("zpl", &["--form", "zpl", "--office", "Office", "--zip"]).await.unwrap();
    assert!(files(&ground.folder("zpl"))[1].1.starts_with(b"PK"));

    let said = ground.refused("small", &["--form", "pdf", "--office", "O", "--sheet", "label=12x9"]).await;
    assert!(said.contains("12 × 9 mm, which is too small"), "{said}");
    let said = ground.refused("sheet", &["--form", "zpl", "--office", "O", "--sheet", "L7160"]).await;
    assert!(said.contains("L7160 has several: take a roll"), "{said}");
    let said = ground.refused("rows", &["--form", "csv", "--sheet", "L7160"]).await;
    assert!(said.contains("leave it out"), "{said}");
    let said = ground.refused("many", &["--form", "svg", "--part", "70000"]).await;
    assert!(said.contains("at most 65535 files"), "{said}");
    assert!(!ground.folder("small").exists(), "nothing is left of what was refused");
    fs::write(ground.folder("file"), "").unwrap();
    let error = ground.print("file", &["--form", "csv"]).await.unwrap_err();
    assert_eq!(error.exit_code(), 74, "{error}");
    assert!(ground.platform.shutdown().await);
}
