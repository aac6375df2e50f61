//! What is kept, for how long, and when nothing is.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sceau_embedded::{Folder, Memory, Options};
use sceau_kernel::{DecodeError, Recorded, Source};
use sceau_projection::{Cell, Row};
use sceau_projector::{Applied, AppliedElsewhere, Awaited, Projections, ProjectorOptions, Stale};
use sceau_store::{RowWrite, Store};

use super::*;

fn at(generation: u64, next: u64) -> Standing {
    let source = Source { topic: "sceau.stamp", partition: 0 };
    Standing { generation, tenure: 0, applied: vec![Applied { source, next }] }
}

#[test]
fn what_is_kept_is_forgotten_when_the_view_moves_or_another_table_serves() {
    let mut kept = Kept::<Vec<u32>>::default();
    kept.renewed(at(1, 5), Vec::len).push(7);
    assert_eq!(*kept.renewed(at(1, 5), Vec::len), [7]);
    assert!(kept.renewed(at(1, 6), Vec::len).is_empty());
    kept.renewed(at(1, 6), Vec::len).push(8);
    assert!(kept.renewed(at(2, 6), Vec::len).is_empty());
}

#[test]
fn what_is_kept_is_bounded() {
    let mut kept = Kept::<Vec<u32>>::default();
    for n in 0..10_000 {
        kept.renewed(at(1, 5), Vec::len).push(n);
        assert!(kept.known.len() <= KEPT_MAX);
    }
}

/// A view whose rows only the test writes.
struct Notes;

#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
struct NoteKey {
    name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Row)]
struct Note {
    text: String,
}

impl Projection for Notes {
    const NAME: &'static str = "note";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = &["test.note"];
    const PARTITION_COLUMNS: usize = 1;
    type Event = ();
    type Key = NoteKey;
    type Row = Note;

    fn interpret(_: &Recorded<'_>) -> Option<Result<(), DecodeError>> {
        None
    }
    fn route((): &(), _: &Recorded<'_>) -> Vec<NoteKey> {
        Vec::new()
    }
    fn apply(_: &mut Note, _: &NoteKey, (): &(), _: &Recorded<'_>) {}
}

/// There is no other node.
struct Nobody;

impl AppliedElsewhere for Nobody {
    fn wait(&self, _: Awaited, _: Instant) -> BoxFuture<'_, Result<(), Stale>> {
        std::future::pending().boxed()
    }
}

#[tokio::test]
async fn nothing_is_kept_of_a_view_that_other_nodes_write() {
    const PATIENCE: Duration = Duration::from_secs(10);
    let folder = tempfile::tempdir().unwrap();
    let options = Options { topics: &[("test.note", 2)], memory: Memory::default() };
    let (log, store) = Folder::open(folder.path(), options).unwrap();
    let store = Arc::new(store);
    let projections = Projections::new().with::<Notes>();
    let options = ProjectorOptions::default();
    let read_side = projections.open(Arc::new(log), Arc::clone(&store) as _, options, Arc::new(Nobody)).await.unwrap();
    read_side.lead(true);
    let sources = [0, 1].map(|partition| Source { topic: "test.note", partition });
    for source in &sources {
        read_side.take(source);
    }
    assert!(read_side.ready(Instant::now() + PATIENCE).await);

    let write = async |timestamp: i64| {
        let text = |text: &str| Cell::Text(text.to_owned());
        let cells = Some(vec![Cell::Int(timestamp), text(&timestamp.to_string())]);
        store.write("note_v1_g1", vec![RowWrite { key: vec![text("a")], cells, timestamp }]).await.unwrap();
    };
    let kept = KeptRows::new(read_side.views().reader::<Notes>().unwrap());
    let read = async || kept.get(&NoteKey { name: "a".to_owned() }).await.unwrap().unwrap().text.clone();
    write(1).await;
    assert_eq!(read().await, "1");
    write(2).await;
    assert_eq!(read().await, "1", "nobody but this process writes the view, it believes");

    assert!(read_side.release(&sources[1], PATIENCE).await);
    assert_eq!(read().await, "2");
    write(3).await;
    assert_eq!(read().await, "3");
    read_side.take(&sources[1]);
    assert_eq!(read().await, "3", "what was kept before is forgotten");
    assert!(read_side.shutdown(PATIENCE).await);
}
