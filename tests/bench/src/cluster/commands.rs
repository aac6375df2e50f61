//! Durable commands in process on one broker: engine, domain and the log on Kafka. States are saved in the embedded
//! store, so that it is the log that is measured.

use std::sync::Arc;
use std::time::Duration;

use sceau_certification::Certification;
use sceau_embedded::{Folder, Memory, Options};
use sceau_engine::{Engine, Settings};
use sceau_engines::{Kafka, Scratch, or_skip};
use sceau_kernel::Domain;

use super::bare::{Bare, sample};
use super::engines::{PARTITIONS, log};
use crate::Result;
use crate::company::{COMPANIES, IN_FLIGHT, InProcess};
use crate::figure::Figure;
use crate::setting::Setting;

/// Where the bare producer writes.
const BARE: &str = "sceau.bare";
/// How long a stop may take.
const GRACE: Duration = Duration::from_mins(1);

pub(super) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let scratch = Scratch::new()?;
    let Some(kafka) = or_skip(Kafka::start(1, scratch.path()))? else { return Ok(Vec::new()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(run(setting, &kafka))
}

async fn run(setting: &Setting, kafka: &Kafka) -> Result<Vec<Figure>> {
    let states = setting.data()?;
    let options = Options { topics: &[(Certification::TOPIC, PARTITIONS)], memory: Memory::default() };
    let (_, store) = Folder::open(states.path(), options)?;
    let log = log(kafka, &[Certification::TOPIC, BARE]).await?;
    let settings = Settings { cached_streams: COMPANIES as usize, ..Settings::default() };
    let (log, store) = (Arc::new(log), Arc::new(store));
    let engine = Engine::<Certification>::start(log, store, "bench".into(), "".into(), settings).await?;
    let callers = InProcess::new(engine.commands())?;
    callers.register(COMPANIES).await?;
    callers.crowd(1, setting.run_time(), u64::MAX).await?;
    let records = sample(&kafka.bootstrap(), Certification::TOPIC)?;
    let bare = Bare::new(&kafka.bootstrap(), BARE)?;
    bare.crowd(&records, IN_FLIGHT, setting.run_time())?;
    let (mut rates, mut bare_rates) = (Vec::new(), Vec::new());
    for kind in (2..).take(setting.runs()) {
        rates.push(callers.crowd(kind, setting.run_time(), u64::MAX).await?);
        bare_rates.push(bare.crowd(&records, IN_FLIGHT, setting.run_time())?);
    }
    engine.shutdown(GRACE).await?;
    let peer = "a bare producer, same records, as many in flight";
    Ok(vec![Figure::beside_peer("kafka.commands", &rates, peer, &bare_rates)])
}
