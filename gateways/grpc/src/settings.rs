//! Bounds and names of a gateway.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sceau_code::Host;
use sceau_kernel::Timestamp;
use sceau_verification::clone::Thresholds;

/// How a gateway is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The host that signed codes point to.
    pub host: Host,
    /// URL of the verification page; empty when there is none.
    pub page: String,
    /// Folder of the photos that people report problems with; none are kept when absent.
    pub evidence: Option<PathBuf>,
    /// How long a call waits for a view to be fresh when it brings no deadline of its own.
    pub patience: Duration,
    /// The largest message that is read, in bytes.
    pub message_bytes: usize,
    /// Calls of one connection that are in flight at the same time.
    pub calls_per_connection: usize,
    /// Verifications that one address may ask for, per second, once its burst is used up.
    pub verifications_per_second: u32,
    /// Verifications that one address may ask for at once.
    pub verification_burst: u32,
    /// Scans that wait to be recorded; what comes beyond is counted and dropped, never waited for.
    pub scans_waiting: usize,
    /// Scans wait no longer than this for company in one commit.
    pub scans_gather: Duration,
    /// From where on scans speak of copies.
    pub clones: Thresholds,
    /// How often deadlines are looked at.
    pub tick: Duration,
    /// Keys of codes are replaced when they are so many days old; 0 is never.
    pub rotate_days: u32,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

impl Settings {
    /// The defaults, for codes that point to `host`.
    pub fn new(host: Host) -> Self {
        Self {
            host,
            page: String::new(),
            evidence: None,
            patience: Duration::from_secs(5),
            message_bytes: 4 << 20,
            calls_per_connection: 1024,
            verifications_per_second: 50,
            verification_burst: 200,
            scans_waiting: 65_536,
            scans_gather: Duration::from_millis(10),
            clones: Thresholds::default(),
            tick: Duration::from_secs(1),
            rotate_days: 0,
            clock: system_clock,
        }
    }
}

/// The clock of this machine.
pub fn system_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
