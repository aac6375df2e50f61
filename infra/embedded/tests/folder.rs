//! Opening a folder: what is refused, and that refusing changes nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::Path;

use sceau_embedded::{EmbeddedLog, EmbeddedStore, Folder, Memory, OpenError, Options};
use sceau_log::contract::{TOPIC, append, commit, partition, read_all};
use sceau_log::{Delivery, Log};

fn open(path: &Path) -> Result<(EmbeddedLog, EmbeddedStore), OpenError> {
    open_with(path, &[(TOPIC, 2)])
}

fn open_with(path: &Path, topics: &[(&'static str, u32)]) -> Result<(EmbeddedLog, EmbeddedStore), OpenError> {
    Folder::open(path, Options { topics, memory: Memory::default() })
}

fn refused(result: Result<(EmbeddedLog, EmbeddedStore), OpenError>) -> (OpenError, String) {
    let error = result.err().unwrap();
    let text = error.to_string();
    (error, text)
}

#[test]
fn a_missing_folder_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some/where");
    drop(open(&path).unwrap());
    assert_eq!(fs::read_to_string(path.join("FORMAT")).unwrap(), "sceau-folder 1\n");
    drop(open(&path).unwrap());
}

#[test]
fn a_folder_opens_for_one_only_and_names_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let (log, store) = open(folder.path()).unwrap();
    let (error, text) = refused(open(folder.path()));
    assert!(matches!(error, OpenError::Locked { pid: Some(pid), .. } if pid == std::process::id()), "{error:?}");
    assert!(text.contains(&format!("open in another process (pid {})", std::process::id())), "{text}");
    drop(log);
    assert!(matches!(refused(open(folder.path())).0, OpenError::Locked { .. }), "the store still has it");
    drop(store);
    drop(open(folder.path()).unwrap());
}

#[test]
fn a_folder_of_another_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).unwrap());
    fs::write(folder.path().join("FORMAT"), "sceau-folder 2\n").unwrap();
    let (error, text) = refused(open(folder.path()));
    assert!(matches!(error, OpenError::OtherVersion { found: 2, known: 1, .. }), "{error:?}");
    assert!(text.ends_with("open it with the release that wrote it, or choose another folder"), "{text}");
    fs::write(folder.path().join("FORMAT"), "sceau-folder 1\n").unwrap();
    drop(open(folder.path()).unwrap());
}

#[test]
fn someone_elses_folder_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
    assert!(matches!(refused(open(folder.path())).0, OpenError::NotOurs { .. }));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    fs::write(folder.path().join("FORMAT"), "something else").unwrap();
    assert!(matches!(refused(open(folder.path())).0, OpenError::NotOurs { .. }));
    assert!(matches!(refused(open(&folder.path().join("thesis.txt"))).0, OpenError::NotOurs { .. }));
}

#[test]
fn a_place_where_nothing_can_be_made_is_named() {
    let (error, text) = refused(open(Path::new("/proc/sceau")));
    assert!(matches!(error, OpenError::Io { .. } | OpenError::Denied { .. }), "{error:?}");
    assert!(text.contains("/proc/sceau"), "{text}");
}

#[test]
fn a_topic_keeps_its_partitions_and_new_topics_are_added() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).unwrap());
    let (error, text) = refused(open_with(folder.path(), &[(TOPIC, 3)]));
    assert!(matches!(error, OpenError::OtherPartitions { topic: TOPIC, found: 2, asked: 3 }), "{error:?}");
    assert!(text.contains("configure 2"), "{text}");
    drop(open_with(folder.path(), &[(TOPIC, 2), ("sceau.new", 5)]).unwrap());
}

#[test]
fn a_first_start_that_was_cut_off_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).unwrap());
    for engine in ["log", "store"] {
        fs::remove_file(folder.path().join(engine).join("version")).unwrap();
    }
    drop(open(folder.path()).unwrap());
}

#[tokio::test]
async fn dropping_the_last_handle_leaves_nothing_unreported() {
    let folder = tempfile::tempdir().unwrap();
    let (log, store) = open(folder.path()).unwrap();
    let (send, reports) = std::sync::mpsc::channel();
    for n in 0..500_u32 {
        let send = send.clone();
        let reports = Box::new(move |deliveries: Vec<Delivery>| send.send(deliveries).unwrap());
        log.append(partition(n % 2), vec![commit(n.to_string())], reports);
    }
    drop((log, store));
    let expected = (0..500).map(|n| vec![Delivery::At(n / 2)]);
    assert!(reports.try_iter().eq(expected));
    let (log, _store) = open(folder.path()).unwrap();
    assert_eq!(read_all(&log, partition(1), 0).await.len(), 250);
    assert_eq!(append(&log, partition(1), vec![commit("next")]).await, [Delivery::At(250)]);
}
