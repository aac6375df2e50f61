//! A log with a long history: how fast a view is built anew from it, and how soon the platform answers after a start.
//! Both are measured on a short and on a long history, since neither rate nor start may depend on the length.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sceau::client::Caller;
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient;
use sceau_certification::Certification;
use sceau_embedded::{Folder, Memory, Options};
use sceau_engine::{Engine, Settings};
use sceau_kernel::Domain;
use sceau_order::Ordering;
use sceau_payment::Payments;
use sceau_proto::admin::v1::{
    CancelRebuildRequest, Generation, ListProjectionsRequest, Projection, RebuildProjectionRequest,
};
use sceau_proto::certification::v1::GetCompanyRequest;
use sceau_stamp::Stamping;
use sceau_verification::Verification;
use tempfile::TempDir;

use crate::Result;
use crate::company::{COMPANIES, InProcess, change, company};
use crate::figure::Figure;
use crate::server::Server;
use crate::setting::Setting;

/// Partitions of each topic: the default of a data folder.
const PARTITIONS: u32 = 4;
/// The view that is rebuilt.
const VIEW: &str = "company";
const GRACE: Duration = Duration::from_mins(5);
/// Between two looks at a build.
const LOOK: Duration = Duration::from_millis(5);
/// Kinds of the commands that are given after a start.
const KIND: u64 = 1 << 32;

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(run(setting))
}

async fn run(setting: &Setting) -> Result<Vec<Figure>> {
    let [short, long] = if setting.quick { [200_000, 1_000_000] } else { [1_000_000, 10_000_000] };
    let (few, many) = (History::write(setting, short).await?, History::write(setting, long).await?);
    let mut figures = Vec::new();
    if setting.wants("rebuild") {
        let (short_rates, long_rates) = (few.rebuild(setting).await?, many.rebuild(setting).await?);
        let peer = format!("with {short} events");
        figures.push(Figure::beside_peer("rebuild", &long_rates, &peer, &short_rates));
    }
    if setting.wants("restart") {
        let (short_times, long_times) = (few.restart(setting).await?, many.restart(setting).await?);
        let peer = format!("with {short} events, killed as well");
        figures.push(Figure::beside_peer("restart", &long_times, &peer, &short_times));
    }
    Ok(figures)
}

/// A data folder whose log holds a number of events.
struct History {
    data: TempDir,
    events: u64,
}

impl History {
    /// Writes it through the engine, and has the platform build its views.
    async fn write(setting: &Setting, events: u64) -> Result<Self> {
        let history = Self { data: setting.data()?, events };
        let topics = [Certification::TOPIC, Ordering::TOPIC, Payments::TOPIC, Stamping::TOPIC, Verification::TOPIC];
        let topics = topics.map(|topic| (topic, PARTITIONS));
        let options = Options { topics: &topics, memory: Memory::default() };
        let (log, store) = Folder::open(&history.folder(), options)?;
        let settings = Settings { cached_streams: COMPANIES as usize, ..Settings::default() };
        let (log, store) = (Arc::new(log), Arc::new(store));
        let engine = Engine::<Certification>::start(log, store, "bench".into(), "".into(), settings).await?;
        let callers = InProcess::new(engine.commands())?;
        callers.register(COMPANIES).await?;
        callers.crowd(1, Duration::MAX, events - COMPANIES).await?;
        drop(callers);
        engine.shutdown(GRACE).await?;
        let server = Server::start(setting, &history.folder()).await?;
        let views = Views::of(&server).await?;
        while !views.list().await?.iter().all(up_to_date) {
            tokio::time::sleep(LOOK).await;
        }
        server.stop().await?;
        Ok(history)
    }

    fn folder(&self) -> std::path::PathBuf {
        self.data.path().join("sceau")
    }

    /// Builds one view anew; events per second, for each run.
    async fn rebuild(&self, setting: &Setting) -> Result<Vec<f64>> {
        let server = Server::start(setting, &self.folder()).await?;
        let mut views = Views::of(&server).await?;
        let mut rates = Vec::new();
        for _ in 0..setting.runs().min(3) {
            let begun = Instant::now();
            views.rebuild().await?;
            while views.building().await?.is_none_or(|building| building.done < self.events) {
                tokio::time::sleep(LOOK).await;
            }
            rates.push(self.events as f64 / begun.elapsed().as_secs_f64());
            views.cancel().await?;
        }
        server.stop().await?;
        Ok(rates)
    }

    /// Seconds from the start of the process to its first answers, a query's and a command's, after a kill in the
    /// middle of its work.
    async fn restart(&self, setting: &Setting) -> Result<Vec<f64>> {
        let mut times = Vec::new();
        work_and_die(setting, &self.folder(), KIND).await?;
        for run in 1..=setting.runs() as u64 {
            let server = Server::start(setting, &self.folder()).await?;
            first_answers(server.caller().await?, KIND + run).await?;
            times.push(server.begun().elapsed().as_secs_f64());
            drop(server);
            work_and_die(setting, &self.folder(), (KIND << 1) + run).await?;
        }
        Ok(times)
    }
}

/// Takes commands for a moment and is killed.
async fn work_and_die(setting: &Setting, folder: &Path, kind: u64) -> Result<()> {
    let server = Server::start(setting, folder).await?;
    let mut client = CertificationCommandServiceClient::new(server.caller().await?);
    for nth in 0..setting.samples() {
        client.change_company_contact(change(kind, nth)).await?;
    }
    server.kill()
}

/// Asks until a query and a command are answered.
async fn first_answers(caller: Caller, kind: u64) -> Result<()> {
    let mut queries = CertificationQueryServiceClient::new(caller.clone());
    let mut commands = CertificationCommandServiceClient::new(caller);
    let company_id = company(0).to_string();
    let asked = Instant::now();
    loop {
        let query = queries.get_company(GetCompanyRequest { meta: None, company_id: company_id.clone() }).await;
        let command = commands.change_company_contact(change(kind, 0)).await;
        match query.map(drop).and(command.map(drop)) {
            Ok(()) => return Ok(()),
            Err(status) if asked.elapsed() > GRACE => return Err(status.into()),
            Err(_) => tokio::time::sleep(LOOK).await,
        }
    }
}

/// The administrator's way to the views.
struct Views(AdminServiceClient<Caller>);

impl Views {
    async fn of(server: &Server<'_>) -> Result<Self> {
        Ok(Self(AdminServiceClient::new(server.caller().await?)))
    }

    async fn list(&self) -> Result<Vec<Projection>> {
        Ok(self.0.clone().list_projections(ListProjectionsRequest {}).await?.into_inner().projections)
    }

    async fn building(&self) -> Result<Option<Generation>> {
        Ok(self.list().await?.into_iter().find(|view| view.name == VIEW).and_then(|view| view.building))
    }

    async fn rebuild(&mut self) -> Result<()> {
        self.0.rebuild_projection(RebuildProjectionRequest { name: VIEW.to_owned() }).await?;
        Ok(())
    }

    async fn cancel(&mut self) -> Result<()> {
        self.0.cancel_rebuild(CancelRebuildRequest { name: VIEW.to_owned() }).await?;
        Ok(())
    }
}

/// Whether a view serves and has come to the end of the log.
fn up_to_date(view: &Projection) -> bool {
    let parts = view.serving.as_ref().map(|serving| serving.partitions.as_slice()).unwrap_or_default();
    !parts.is_empty() && parts.iter().all(|part| part.applied >= part.end)
}
