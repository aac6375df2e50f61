//! The reactor's shell: commands reach the sink in order, over a restart too.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sceau_kernel::{CommandId, StreamId};
use sceau_projector::{CommandSink, ReactorOptions, ReactorRunner, SinkError};

use crate::engines::Engines;
use crate::toy::{Clerk, Event, TOPIC, Writing, source};
use crate::views::soon;

/// Takes every command at its second attempt.
#[derive(Default)]
struct Reluctant {
    attempts: Mutex<Vec<CommandId>>,
    taken: Mutex<Vec<(String, i64)>>,
}

impl CommandSink<i64> for Reluctant {
    fn submit(&self, stream: StreamId, command: i64, id: CommandId, _: String) -> BoxFuture<'_, Result<(), SinkError>> {
        let mut attempts = self.attempts.lock().unwrap();
        let again = attempts.contains(&id);
        attempts.push(id);
        if again {
            self.taken.lock().unwrap().push((stream.id().to_owned(), command));
        }
        async move { if again { Ok(()) } else { Err(SinkError::Retry { after: Duration::ZERO }) } }.boxed()
    }
}

async fn start(engines: &Engines, sink: &Arc<Reluctant>) -> ReactorRunner {
    let sink = Arc::clone(sink) as Arc<dyn CommandSink<i64>>;
    ReactorRunner::start::<Clerk>(engines.log(), engines.store(), sink, ReactorOptions::default()).await.unwrap()
}

async fn done(runner: &ReactorRunner, records: u64) {
    let deadline = soon();
    while runner.status().partitions[0].applied < records {
        assert!(std::time::Instant::now() < deadline, "{:?}", runner.status());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn commands_are_answered_once_over_a_restart() {
    let engines = Engines::new();
    let mut log = Writing::new();
    log.commit(1, &[Event::Moved { from: 1, to: 2, amount: 5 }]);
    engines.log.put(TOPIC, 0, log.new_records());
    let sink = Arc::new(Reluctant::default());
    let runner = start(&engines, &sink).await;
    done(&runner, 2).await;
    assert!(runner.shutdown(Duration::from_secs(5)).await);

    let before = log.records.len();
    log.commit(1, &[Event::Moved { from: 1, to: 2, amount: 7 }]);
    engines.log.put(TOPIC, 0, log.new_records().split_off(before));
    let runner = start(&engines, &sink).await;
    done(&runner, 3).await;
    let mut taken = sink.taken.lock().unwrap().clone();
    taken.sort();
    let to = |account: &str, amount| (account.to_owned(), amount);
    assert_eq!(taken, [to("1", -7), to("1", -5), to("2", 5), to("2", 7)]);
    assert!(runner.shutdown(Duration::from_secs(5)).await);
}

#[tokio::test]
async fn a_partition_handed_to_another_node_is_answered_from_where_it_was_left() {
    let engines = Engines::new();
    let mut log = Writing::new();
    log.commit(1, &[Event::Moved { from: 1, to: 2, amount: 5 }]);
    engines.log.put(TOPIC, 0, log.new_records());
    let sink = Arc::new(Reluctant::default());
    let open = async || {
        let sink = Arc::clone(&sink) as Arc<dyn CommandSink<i64>>;
        let options = ReactorOptions::default();
        ReactorRunner::open::<Clerk>(engines.log(), engines.store(), sink, options).await.unwrap()
    };
    let (a, b) = (open().await, open().await);
    a.take(&source(0));
    done(&a, 2).await;
    assert!(a.release(&source(0), Duration::from_secs(5)).await);

    let before = log.records.len();
    log.commit(1, &[Event::Moved { from: 1, to: 2, amount: 7 }]);
    engines.log.put(TOPIC, 0, log.new_records().split_off(before));
    b.take(&source(0));
    done(&b, 3).await;
    assert!(b.release(&source(0), Duration::from_secs(5)).await);
    a.take(&source(0));
    done(&a, 3).await;
    let each = |runner: &ReactorRunner| runner.status().partitions[0].events;
    assert_eq!((each(&a), each(&b)), (1, 1), "each event is met by one of them");
    let here = |runner: &ReactorRunner| runner.status().partitions.iter().map(|part| part.here).collect::<Vec<_>>();
    assert_eq!((here(&a), here(&b)), (vec![true, false], vec![false, false]));
    let mut taken = sink.taken.lock().unwrap().clone();
    taken.sort();
    let to = |account: &str, amount| (account.to_owned(), amount);
    assert_eq!(taken, [to("1", -7), to("1", -5), to("2", 5), to("2", 7)]);
    for runner in [a, b] {
        assert!(runner.shutdown(Duration::from_secs(5)).await);
    }
}
