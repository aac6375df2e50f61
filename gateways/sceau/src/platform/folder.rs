//! What folders hold: the embedded engines, the keys, and the first tokens.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sceau_embedded::{EmbeddedLog, EmbeddedStore, Folder, Memory, Options};
use sceau_grpc::{TOPICS, system_clock};
use sceau_kernel::{Role, Timestamp};
use sceau_security::{AuthorityOptions, CodeKeys, KeyError, MasterKey, TokenAuthority, TokenRequest};

use super::PlatformError;
use crate::client::TOKEN_FILE;
use crate::config::{Config, Master};

/// How often the disk is asked whether it still takes writes.
const DISK_INTERVAL: Duration = Duration::from_millis(500);
/// Validity of the token that the first start leaves.
const FIRST_TOKEN: Duration = Duration::from_hours(365 * 24);

/// Opens the engines of the folder.
pub(super) fn open(config: &Config) -> Result<(EmbeddedLog, EmbeddedStore, Disk), PlatformError> {
    let topics = TOPICS.map(|topic| (topic, config.partitions));
    let options = Options { topics: &topics, memory: Memory::within(config.engine_memory.0) };
    let (log, store) = Folder::open(&config.data, options).map_err(PlatformError::Folder)?;
    let disk = Disk { path: config.data.clone(), log: log.clone() };
    Ok((log, store, disk))
}

/// The disk under the log. Once a write to it failed, only opening the folder again tells what it holds.
pub(super) struct Disk {
    path: PathBuf,
    log: EmbeddedLog,
}

impl Disk {
    /// Waits until a write has failed and those who wait for it have been answered.
    pub(super) async fn failed(&self) -> PlatformError {
        loop {
            let failure = self.log.failure();
            tokio::time::sleep(DISK_INTERVAL).await;
            if let Some(reason) = failure {
                return PlatformError::Log { path: self.path.clone(), reason: reason.to_owned() };
            }
        }
    }
}

/// The keys of the folder.
pub(super) struct Keys {
    pub(super) authority: Arc<TokenAuthority>,
    pub(super) codes: Arc<CodeKeys>,
    pub(super) first_token: Option<PathBuf>,
}

impl Keys {
    pub(super) fn open(config: &Config) -> Result<Self, PlatformError> {
        let folder = &config.keys;
        for folder in [folder, &config.data] {
            std::fs::create_dir_all(folder).map_err(|cause| PlatformError::File { path: folder.clone(), cause })?;
        }
        let now = system_clock();
        let tenants = config.tenants.clone();
        let options = AuthorityOptions { issuer: "sceau".to_owned(), tenants, remembered_tokens: 10_000 };
        let authority = TokenAuthority::open(folder, options, now).map_err(PlatformError::Keys)?;
        let codes = code_keys(config, now).map_err(PlatformError::Keys)?;
        let first_token = first_token(config, &authority)?;
        Ok(Self { authority: Arc::new(authority), codes: Arc::new(codes), first_token })
    }
}

fn code_keys(config: &Config, now: Timestamp) -> Result<CodeKeys, KeyError> {
    let master = match &config.master {
        Master::InFolder => MasterKey::read_or_make(&config.keys)?,
        Master::File(file) => MasterKey::read(file)?,
        Master::Given(secret) => MasterKey::new(secret),
    };
    CodeKeys::open_sealed(&config.keys, master, &config.tenants, now)
}

/// The first start with a tenant leaves a token for its administrator in a file that only this user can read. The file
/// of the first tenant, if it was made now.
fn first_token(config: &Config, authority: &TokenAuthority) -> Result<Option<PathBuf>, PlatformError> {
    let mut first = None;
    for (n, tenant) in config.tenants.iter().enumerate() {
        let name = if n == 0 { TOKEN_FILE.to_owned() } else { format!("administrator.{tenant}.token") };
        let path = config.data.join(name);
        if path.exists() {
            continue;
        }
        let request = TokenRequest {
            tenant: tenant.clone(),
            subject: "administrator".to_owned(),
            roles: vec![Role::Administrator],
            party: None,
            lifetime: FIRST_TOKEN,
        };
        let issued = authority.issue(&request, system_clock()).map_err(PlatformError::Token)?;
        write_private(&path, &issued.token).map_err(|cause| PlatformError::File { path: path.clone(), cause })?;
        if n == 0 {
            first = Some(path);
        }
    }
    Ok(first)
}

/// Writes a file for the owner's eyes. It is there whole or not at all: half a token would lock everybody out.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let beside = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(beside, path)
}
