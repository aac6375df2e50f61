//! A disk that is full: appends are refused truthfully, and nothing that was reported is lost.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::env;
use std::path::Path;
use std::process::Command;

use sceau_embedded::{EmbeddedLog, EmbeddedStore, Folder, Memory, Options};
use sceau_log::contract::{TOPIC, append, commit, partition, read_all};
use sceau_log::{Delivery, Log};

/// Set for the process that is to run out of disk, to the folder it uses.
const VICTIM: &str = "SCEAU_TEST_FULL_DISK";
/// Blocks of 512 bytes to which that process's files are limited; a journal is laid out with 64 MiB in advance.
const BLOCKS: u32 = (70 << 20) / 512;
const RECORD: usize = 1 << 20;

fn open(path: &Path) -> (EmbeddedLog, EmbeddedStore) {
    // Nothing is flushed, so the journal grows until it may not.
    let memory = Memory { log_unflushed: 1 << 30, ..Memory::default() };
    Folder::open(path, Options { topics: &[(TOPIC, 1)], memory }).unwrap()
}

/// Appends until the disk is full, and prints how many records were reported.
#[tokio::test]
async fn victim() {
    let Ok(path) = env::var(VICTIM) else { return };
    let (log, _store) = open(Path::new(&path));
    let mut reported = 0;
    let failed = loop {
        match append(&log, partition(0), vec![commit(vec![7; RECORD])]).await[..] {
            [Delivery::At(offset)] if offset == reported => reported += 1,
            ref other => break other.to_vec(),
        }
        assert!(reported < 200, "the limit has no effect");
    };
    assert_eq!(failed, [Delivery::Unknown]);
    let reason = log.failure().unwrap().to_owned();
    assert!(reason.starts_with("its disk is full"), "{reason}");
    for _ in 0..3 {
        assert_eq!(append(&log, partition(0), vec![commit("later")]).await, [Delivery::Lost]);
    }
    assert_eq!(log.end(partition(0)).await, Ok(reported));
    assert_eq!(read_all(&log, partition(0), 0).await.len() as u64, reported);
    println!("reported {reported}");
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_reported() {
    let folder = tempfile::tempdir().unwrap();
    // A shell sets the limit; the signal that comes with passing it is ignored, as it is with a full disk.
    let script = format!("trap '' XFSZ; ulimit -f {BLOCKS}; exec \"$0\" --exact victim --nocapture --test-threads 1");
    let output = Command::new("sh")
        .args(["-c", &script])
        .arg(env::current_exe().unwrap())
        .env(VICTIM, folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    let reported = text.split("reported ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let reported: u64 = reported.parse().unwrap();
    assert!(reported > 10);

    let (log, _store) = open(folder.path());
    let end = log.end(partition(0)).await.unwrap();
    assert!((reported..=reported + 1).contains(&end), "{reported} were reported, {end} are there");
    assert_eq!(append(&log, partition(0), vec![commit("room again")]).await, [Delivery::At(end)]);
}
