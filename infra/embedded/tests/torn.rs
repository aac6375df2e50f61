//! A journal whose last write was cut off: only that write is gone, wherever the cut is.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use sceau_embedded::{EmbeddedLog, Folder, Memory, OpenError, Options};
use sceau_log::contract::{TOPIC, append, commit, partition, read_all};
use sceau_log::{Body, Delivery, Log};
use sceau_projection::{Cell, CellKind, Column, TableSchema};
use sceau_store::{RowWrite, Store};
use tempfile::TempDir;

/// Payloads of the records whose append was reported before the cut.
const KEPT: [&str; 3] = ["first", "second", "third"];
const LAST: &str = "the last one";

fn open(path: &Path) -> Result<EmbeddedLog, OpenError> {
    Folder::open(path, Options { topics: &[(TOPIC, 1)], memory: Memory::default() }).map(|(log, _)| log)
}

/// A closed folder, its journal's used bytes, and where in them the last append begins.
struct Written {
    folder: TempDir,
    journal: Vec<u8>,
    last: usize,
}

impl Written {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = open(folder.path()).unwrap();
        for (offset, payload) in KEPT.iter().enumerate() {
            assert_eq!(append(&log, partition(0), vec![commit(*payload)]).await, [Delivery::At(offset as u64)]);
        }
        let last = used(&journal(folder.path())).len();
        append(&log, partition(0), vec![commit(LAST)]).await;
        drop(log);
        let journal = used(&journal(folder.path()));
        Self { folder, journal, last }
    }

    /// Puts these bytes in the place of the journal, and zeros behind them up to `length`.
    fn become_journal(&self, bytes: &[u8], length: usize) {
        let mut file = File::create(journal(self.folder.path())).unwrap();
        file.write_all(bytes).unwrap();
        file.set_len(length as u64).unwrap();
    }

    /// What the log says when opened; it must also take appends.
    async fn says(&self) -> Vec<String> {
        let log = open(self.folder.path()).unwrap();
        let records = read_all(&log, partition(0), 0).await;
        let end = records.len() as u64;
        assert_eq!(log.end(partition(0)).await, Ok(end));
        assert_eq!(append(&log, partition(0), vec![commit("next")]).await, [Delivery::At(end)]);
        assert_eq!(read_all(&log, partition(0), 0).await.len() as u64, end + 1);
        let text = |body| match body {
            Body::Commit { payload, .. } => String::from_utf8(payload.into()).unwrap(),
            other => panic!("not a commit: {other:?}"),
        };
        records.into_iter().map(|record| text(record.body)).collect()
    }
}

/// The journal that is written to.
fn journal(folder: &Path) -> PathBuf {
    let entries = fs::read_dir(folder.join("log")).unwrap().map(|entry| entry.unwrap().path());
    let mut journals: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "jnl")).collect();
    journals.sort();
    journals.pop().unwrap()
}

/// Its bytes without the zeros laid out in advance.
fn used(journal: &Path) -> Vec<u8> {
    let mut bytes = fs::read(journal).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.truncate(end);
    bytes
}

#[tokio::test]
async fn nothing_is_lost_when_nothing_is_cut() {
    let written = Written::new().await;
    assert_eq!(written.says().await, [&KEPT[..], &[LAST]].concat());
}

#[tokio::test]
async fn a_file_that_ends_anywhere_in_the_last_append_loses_only_that() {
    let written = Written::new().await;
    for cut in written.last..written.journal.len() {
        written.become_journal(&written.journal[..cut], cut);
        assert_eq!(written.says().await, KEPT, "cut at byte {cut}");
    }
}

#[tokio::test]
async fn zeros_from_anywhere_in_the_last_append_on_lose_only_that() {
    let written = Written::new().await;
    for cut in (written.last..written.journal.len()).step_by(3) {
        written.become_journal(&written.journal[..cut], 1 << 20);
        assert_eq!(written.says().await, KEPT, "zeros from byte {cut}");
    }
}

#[tokio::test]
async fn a_page_missing_within_the_last_append_loses_only_that() {
    let written = Written::new().await;
    for at in (written.last..written.journal.len() - 7).step_by(7) {
        let mut torn = written.journal.clone();
        torn[at..at + 7].fill(0);
        if torn == written.journal {
            continue;
        }
        written.become_journal(&torn, 1 << 20);
        assert_eq!(written.says().await, KEPT, "7 bytes missing from byte {at}");
    }
}

#[tokio::test]
async fn damage_before_the_last_append_is_refused_and_left_alone() {
    let written = Written::new().await;
    // Within the items of the batch before: fjall's checksum does not cover its header.
    let before = written.last - 60;
    for at in (before..written.last).step_by(3) {
        let mut damaged = written.journal.clone();
        damaged[at] ^= 0x10;
        written.become_journal(&damaged, 1 << 20);
        let error = open(written.folder.path()).err().unwrap_or_else(|| panic!("byte {at} is damaged"));
        assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
        assert!(error.to_string().ends_with("restore the folder from a copy"), "{error}");
        assert_eq!(used(&journal(written.folder.path())), damaged);
    }
}

#[tokio::test]
async fn the_store_keeps_no_write_without_those_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { topics: &[(TOPIC, 1)], memory: Memory::default() };
    let column = |name| Column { name, kind: CellKind::Int };
    let table =
        TableSchema { name: "t".into(), key: vec![column("k")], partition_columns: 1, columns: vec![column("v")] };
    let rows = |n| vec![RowWrite { key: vec![Cell::Int(n)], cells: Some(vec![Cell::Int(n)]), timestamp: 1 }];
    let path = folder.path().join("store/0.jnl");
    let mut ends = Vec::new();
    {
        let (_log, store) = Folder::open(folder.path(), options).unwrap();
        store.ensure(&table).await.unwrap();
        for n in 0..4 {
            store.write("t", rows(n)).await.unwrap();
            ends.push(used(&path).len());
        }
    }
    let mut torn = fs::read(&path).unwrap();
    torn[ends[1] + 20..ends[1] + 40].fill(0);
    fs::write(&path, torn).unwrap();
    let (_log, store) = Folder::open(folder.path(), options).unwrap();
    let there = store.read("t", (0..4).map(|n| vec![Cell::Int(n)]).collect()).await.unwrap();
    assert_eq!(there, [Some(vec![Cell::Int(0)]), Some(vec![Cell::Int(1)]), None, None]);
}
