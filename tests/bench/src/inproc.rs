//! Durable commands in process: engine, domain and embedded log, fsync before each answer, no network.

use std::sync::Arc;
use std::time::Duration;

use sceau_certification::Certification;
use sceau_embedded::{Folder, Memory, Options};
use sceau_engine::{Engine, Settings};
use sceau_kernel::Domain;

use crate::Result;
use crate::company::{COMPANIES, InProcess};
use crate::figure::Figure;
use crate::raw::{self, Tap};
use crate::setting::Setting;

/// Partitions of the topic: the default of a data folder.
const PARTITIONS: u32 = 4;
/// How long a stop may take.
const GRACE: Duration = Duration::from_mins(1);

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(run(setting))
}

async fn run(setting: &Setting) -> Result<Vec<Figure>> {
    let (decided, appended) = (setting.data()?, setting.data()?);
    let topics = [(Certification::TOPIC, PARTITIONS)];
    let options = Options { topics: &topics, memory: Memory::default() };
    let (log, store) = Folder::open(decided.path(), options)?;
    let tap = Arc::new(Tap::new(log));
    let settings = Settings { cached_streams: COMPANIES as usize, ..Settings::default() };
    let engine =
        Engine::<Certification>::start(tap.clone(), Arc::new(store), "bench".into(), "".into(), settings).await?;
    let callers = InProcess::new(engine.commands())?;
    callers.register(COMPANIES).await?;
    tap.open();
    callers.crowd(1, setting.run_time() / 4, u64::MAX).await?;
    let sample = tap.close().into();
    let (raw_log, _raw_store) = Folder::open(appended.path(), options)?;
    let (mut rates, mut raw_rates) = (Vec::new(), Vec::new());
    for kind in 2.. {
        if rates.len() == setting.runs() {
            break;
        }
        rates.push(callers.crowd(kind, setting.run_time(), u64::MAX).await?);
        raw_rates.push(raw::append(&raw_log, Certification::TOPIC, Arc::clone(&sample), setting.run_time()).await?);
    }
    engine.shutdown(GRACE).await?;
    let peer = "the embedded log, same bytes in the same batches";
    Ok(vec![Figure::beside_peer("commands.inproc", &rates, peer, &raw_rates)])
}
