//! A platform in this process, with a batch that is released.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use sceau::cli::{self, Cli};
use sceau::client::{self, CallError, Caller};
use sceau::config::{Config, Layers};
use sceau::demo::{Demo, Size, fill};
use sceau::platform::Platform;
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_kernel::Role;
use sceau_proto::admin::v1::{LogPartition, LogStatRequest};
use sceau_proto::certification::v1::{ListCompaniesRequest, ListStampersRequest};
use sceau_proto::common::v1::{Position, QueryMeta};
use sceau_proto::stamp::v1::{Batch, BatchStatus, GetBatchRequest, ListBatchesRequest, StampForm};
use sceau_proto::verification::v1::{GetPageRequest, ListKeysRequest};
use sceau_security::{AuthorityOptions, TokenAuthority, TokenRequest};
use serde_json::Value;

/// A platform with a batch that is released.
pub(crate) struct Ground {
    pub(crate) platform: Platform,
    pub(crate) caller: Caller,
    config: Config,
    folder: tempfile::TempDir,
    pub(crate) batch: Batch,
}

impl Ground {
    pub(crate) async fn prepare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (config, _) = Layers::default().resolve().unwrap();
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let data = folder.path().join("data");
        let mut config = Config {
            keys: data.join("keys"),
            data: data.clone(),
            grpc_listen: free,
            http_listen: free,
            web_listen: free,
            ..config
        };
        config.tenants.push("sn".parse().unwrap());
        let platform = Platform::start(&config).await.unwrap();
        let token = client::local_token(&data).unwrap();
        let caller = client::connect(&format!("http://{}", platform.grpc_address()), Some(&token)).await.unwrap();
        let demo = Demo { seed: 1, size: Size::Small, tenant: config.tenants[0].to_string() };
        fill(&caller, &demo).await.unwrap();
        let batch = smallest(&caller, StampForm::SignedQr).await;
        Self { platform, caller, config, folder, batch }
    }

    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `sceau stamps print` with these words, into this folder.
    pub(crate) async fn print(&self, to: &str, words: &[&str]) -> Result<(), CallError> {
        self.print_at(self.platform.grpc_address(), to, words).await
    }

    /// The same, by way of this address.
    pub(crate) async fn print_at(&self, address: SocketAddr, to: &str, words: &[&str]) -> Result<(), CallError> {
        let to = self.folder(to).display().to_string();
        let line = ["print", &self.batch.batch_id, "--to", &to];
        self.stamps(address, &[&line, words].concat()).await
    }

    /// `sceau stamps check` of this folder with these words.
    pub(crate) async fn check(&self, folder: &str, words: &[&str]) -> Result<(), CallError> {
        let folder = self.folder(folder).display().to_string();
        self.stamps(self.platform.grpc_address(), &[&["check", &folder], words].concat()).await
    }

    async fn stamps(&self, address: SocketAddr, words: &[&str]) -> Result<(), CallError> {
        self.sceau(address, &[&["stamps"], words].concat()).await
    }

    /// `sceau demo`, which has been run before; the file of its sheet.
    pub(crate) async fn demo(&self) -> PathBuf {
        let words = ["demo", "--size", "small", "--tenant", &self.tenant()];
        self.sceau(self.platform.grpc_address(), &words).await.unwrap();
        self.folder("data").join("demo-stamps.pdf")
    }

    async fn sceau(&self, address: SocketAddr, words: &[&str]) -> Result<(), CallError> {
        let (server, data) = (format!("http://{address}"), self.folder("data").display().to_string());
        let line = ["sceau", "--id", "--server", &server, "--data", &data];
        let cli = Cli::try_parse_from(line.iter().chain(words)).unwrap();
        cli::run(&cli.connection, cli.command).await
    }

    /// What is said when printing is refused.
    pub(crate) async fn refused(&self, to: &str, words: &[&str]) -> String {
        self.print(to, words).await.unwrap_err().to_string()
    }

    /// The batch as it is shown once everything that is in the log is shown.
    pub(crate) async fn shown(&self) -> Batch {
        let log = AdminServiceClient::new(self.caller.clone()).log_stat(LogStatRequest {}).await.unwrap().into_inner();
        let stamps = log.partitions.into_iter().filter(|partition| partition.topic == "sceau.stamp");
        let last = stamps.filter_map(|LogPartition { topic, partition, end }| {
            Some(Position { topic, partition, offset: end.checked_sub(1)? })
        });
        let meta = Some(QueryMeta { at_least: last.collect() });
        let request = GetBatchRequest { batch_id: self.batch.batch_id.clone(), meta };
        let mut queries = StampQueryServiceClient::new(self.caller.clone());
        queries.get_batch(request).await.unwrap().into_inner().batch.unwrap()
    }

    /// A batch that is not released.
    pub(crate) async fn unreleased(&self) -> String {
        let mut companies = CertificationQueryServiceClient::new(self.caller.clone());
        let companies = companies.list_companies(ListCompaniesRequest::default()).await.unwrap().into_inner().companies;
        for company in companies {
            let request = ListBatchesRequest { company_id: company.company_id, ..ListBatchesRequest::default() };
            let mut queries = StampQueryServiceClient::new(self.caller.clone());
            let batches = queries.list_batches(request).await.unwrap().into_inner().batches;
            if let Some(batch) = batches.iter().find(|batch| batch.status() == BatchStatus::Generated) {
                return batch.batch_id.clone();
            }
        }
        panic!("the demo released every batch");
    }

    /// Whose batch it is.
    pub(crate) fn tenant(&self) -> String {
        self.config.tenants[0].to_string()
    }

    /// Where HTTP is served.
    pub(crate) async fn web(&self) -> SocketAddr {
        let mut client = VerificationServiceClient::new(self.caller.clone());
        let url = client.get_page(GetPageRequest {}).await.unwrap().into_inner().url;
        url.strip_prefix("http://").unwrap().parse().unwrap()
    }

    /// The token of somebody of the tenant at this place, in this role, for this party.
    pub(crate) fn token(&self, tenant: usize, role: Role, party: Option<&str>) -> String {
        let tenants = self.config.tenants.clone();
        let options = AuthorityOptions { issuer: "sceau".to_owned(), tenants, remembered_tokens: 10 };
        let now = sceau_grpc::system_clock();
        let authority = TokenAuthority::open(&self.config.keys, options, now).unwrap();
        let request = TokenRequest {
            tenant: self.config.tenants[tenant].clone(),
            subject: "ibou".to_owned(),
            roles: vec![role],
            party: party.map(str::to_owned),
            lifetime: Duration::from_secs(600),
        };
        authority.issue(&request, now).unwrap().token
    }
}

/// Of the batches that are released, the smallest that has codes of this form.
pub(crate) async fn smallest(caller: &Caller, form: StampForm) -> Batch {
    let mut stampers = CertificationQueryServiceClient::new(caller.clone());
    let stampers = stampers.list_stampers(ListStampersRequest::default()).await.unwrap().into_inner().stampers;
    let mut batches = Vec::new();
    for stamper in stampers {
        let request = ListBatchesRequest { stamper_id: stamper.stamper_id, ..ListBatchesRequest::default() };
        let mut queries = StampQueryServiceClient::new(caller.clone());
        batches.extend(queries.list_batches(request).await.unwrap().into_inner().batches);
    }
    batches.retain(|batch| batch.form() == form);
    batches.into_iter().min_by_key(|batch| batch.count).unwrap()
}

pub(crate) fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

/// The parts in a folder, with their content.
pub(crate) fn parts(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
        .filter(|(name, _)| name.starts_with("part-"))
        .collect();
    files.sort();
    files
}

/// The public key of this id, as the platform lists it.
pub(crate) async fn public_key(ground: &Ground, id: &Value) -> Vec<u8> {
    let mut client = VerificationServiceClient::new(ground.caller.clone());
    let request = ListKeysRequest { tenant: ground.tenant(), meta: None };
    let keys = client.list_keys(request).await.unwrap().into_inner().keys;
    let id: u32 = id.as_str().unwrap().parse().unwrap();
    keys.into_iter().find(|key| key.key_id == id).unwrap().public_key
}
