//! One projection: which of its tables serves, which is being built, and who decides about it.
//!
//! What is decided stands in the control row. The node that leads writes it, and every node, the leader too, arranges
//! its tables and workers after it. So a leader takes over by reading the row, and one that was deposed follows.

use std::sync::Arc;
use std::time::Duration;

use sceau_kernel::Source;
use sceau_store::{RowWrite, StoreError};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use super::chase::Chase;
use super::error::{ControlError, StartError};
use super::rank::Rank;
use super::survey::{self, Ends};
use super::teams::Teams;
use crate::checkpoint::{self, PROJECTION_CHECKPOINTS};
use crate::compare::{Comparison, compare};
use crate::control::{Control, Named};
use crate::generation::{Generation, Part};
use crate::hired::Hired;
use crate::position::{Applied, Position};
use crate::served::Served;
use crate::status::{GenerationStatus, PartitionStatus, ProjectionStatus};
use crate::table;
use crate::team::{Engines, Hiring, Registered};

/// How long a switch waits for the build to come as far as what serves.
const CATCH_UP: Duration = Duration::from_secs(2);
/// How often it looks how far other nodes have come.
const LOOK: Duration = Duration::from_millis(250);
/// How long workers that are no longer needed may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keeps the generations of one projection.
pub(super) struct Keeper {
    projection: Arc<dyn Registered>,
    engines: Engines,
    rank: Rank,
    served: Arc<Served>,
    teams: Teams,
    /// Locked for as long as something is being decided.
    decided: Mutex<Decided>,
}

/// What the keeper goes by.
#[derive(Default)]
struct Decided {
    control: Control,
    /// When a leader is to drop the tables that the control row does not name.
    sweep: Option<Instant>,
    chase: Option<Chase>,
    led: bool,
}

impl Keeper {
    /// Follows the control row. Alone, a process decides at once, too: where nothing of this version is there to serve,
    /// a build begins.
    pub(super) async fn start(
        projection: Arc<dyn Registered>,
        engines: Engines,
        rank: Rank,
        served: Arc<Served>,
    ) -> Result<Self, StartError> {
        let (name, code) = (projection.name(), projection.version());
        let control = Control::load(engines.store.as_ref(), name).await?;
        if let Some(Named { version, .. }) = control.serving.filter(|serving| serving.version > code) {
            return Err(StartError::Newer { projection: name, stored: version, code });
        }
        let moved = Arc::clone(&served.moved);
        let hiring = Hiring { projection: Arc::clone(&projection), engines: engines.clone(), moved };
        let teams = Teams::new(hiring, Arc::clone(&served));
        let keeper = Self { projection, engines, rank, served, teams, decided: Mutex::default() };
        let mut decided = keeper.decided.lock().await;
        keeper.follow(&mut decided, control).await?;
        if keeper.rank.alone {
            if keeper.served.serving().is_none() && keeper.served.building().is_none() {
                keeper.begin(&mut decided).await?;
            }
            keeper.tidy(&mut decided).await?;
        }
        drop(decided);
        Ok(keeper)
    }

    pub(super) fn served(&self) -> &Arc<Served> {
        &self.served
    }

    pub(super) fn teams(&self) -> &Teams {
        &self.teams
    }

    pub(super) fn status(&self) -> ProjectionStatus {
        let part = |(number, part): (usize, &Part)| -> PartitionStatus {
            PartitionStatus { here: self.served.works_on(number), ..part.status() }
        };
        let of = |generation: Arc<Generation>| GenerationStatus {
            number: generation.number,
            version: generation.version,
            table: generation.table.clone(),
            progress: generation.progress(),
            partitions: generation.parts.iter().enumerate().map(part).collect(),
        };
        ProjectionStatus {
            name: self.projection.name(),
            version: self.projection.version(),
            serving: self.served.serving().map(of),
            building: self.served.building().map(of),
        }
    }

    /// Learns how far other nodes have come, of a log that ends at `ends`.
    pub(super) async fn survey(&self, ends: &Ends) -> Result<(), StoreError> {
        for generation in [self.served.serving(), self.served.building()].into_iter().flatten() {
            let elsewhere = self.served.parts_elsewhere();
            for part in elsewhere.iter().filter_map(|part| generation.parts.get(*part)) {
                if let Some(end) = ends.get(&part.source) {
                    // What troubled a worker here when it was let go is the next one's to overcome.
                    part.publish(|status| (status.end, status.known, status.trouble) = (*end, true, None));
                }
            }
            survey::applied(self.engines.store.as_ref(), &generation, &elsewhere).await?;
        }
        Ok(())
    }

    pub(super) async fn rebuild(&self) -> Result<(), ControlError> {
        let mut decided = self.to_decide().await?;
        if let Some(building) = self.served.building() {
            return Err(ControlError::Building { progress: building.progress() });
        }
        Ok(self.begin(&mut decided).await?)
    }

    pub(super) async fn cancel(&self) -> Result<(), ControlError> {
        let mut decided = self.to_decide().await?;
        if self.served.building().is_none() {
            return Err(ControlError::NotBuilding);
        }
        if self.served.serving().is_none() {
            return Err(ControlError::Indispensable);
        }
        let control = Control { building: None, ..decided.control };
        self.decide(&mut decided, control).await?;
        Ok(self.tidy(&mut decided).await?)
    }

    pub(super) async fn switch(&self, force: bool) -> Result<Comparison, ControlError> {
        let mut decided = self.to_decide().await?;
        let building = self.served.building().ok_or(ControlError::NotBuilding)?;
        let Some(serving) = self.served.serving() else {
            return Err(ControlError::Behind { progress: building.progress() });
        };
        self.catch_up(&building, &serving).await?;
        let comparison = compare(self.engines.store.as_ref(), &serving.table, &building.table).await?;
        if comparison.different > 0 && !force {
            return Err(ControlError::Differs(comparison));
        }
        // Comparing may take minutes, in which another node may have come to lead.
        self.refresh(&mut decided).await?;
        if self.served.building().is_none_or(|now| now.number != building.number) {
            return Err(ControlError::NotBuilding);
        }
        self.serve_built(&mut decided).await?;
        self.tidy(&mut decided).await?;
        Ok(comparison)
    }

    /// Looks after the projection: follows `row`, and decides what is to be decided without being told. It does nothing
    /// while a command is being carried out.
    pub(super) async fn tend(&self, row: Option<Control>) {
        let Ok(mut decided) = self.decided.try_lock() else { return };
        if let Err(error) = self.tended(&mut decided, row).await {
            tracing::warn!(projection = self.projection.name(), %error, "cannot look after it now, trying again");
        }
    }

    async fn tended(&self, decided: &mut Decided, row: Option<Control>) -> Result<(), StoreError> {
        if let Some(row) = row {
            self.follow(decided, row).await?;
        }
        let leads = self.rank.leads();
        if leads != decided.led {
            (decided.led, decided.chase) = (leads, None);
            decided.sweep = leads.then(|| Instant::now() + self.rank.keeping());
        }
        if leads && self.served.serving().is_none() {
            self.lead_on(decided).await?;
        }
        self.tidy(decided).await
    }

    /// Where nothing serves, brings it about that something does.
    async fn lead_on(&self, decided: &mut Decided) -> Result<(), StoreError> {
        let Some(building) = self.served.building() else {
            let Control { serving, building, .. } = decided.control;
            let code = self.projection.version();
            // Rows of a newer program are none of ours; this one is about to be replaced.
            let newer = [serving, building].into_iter().flatten().any(|named| named.version > code);
            return if newer && !self.rank.alone { Ok(()) } else { self.begin(decided).await };
        };
        survey::applied(self.engines.store.as_ref(), &building, &self.served.parts_elsewhere()).await?;
        let log = self.engines.log.as_ref();
        match Chase::has_ended(&mut decided.chase, &building, log, &self.served.sources).await {
            Ok(true) => self.serve_built(decided).await,
            Ok(false) => Ok(()),
            Err(error) => {
                tracing::warn!(projection = self.projection.name(), %error, "cannot ask the end of the log, trying again");
                Ok(())
            }
        }
    }

    /// Waits for the workers to end. True when they had nothing left to write.
    pub(super) async fn stop(&self, deadline: Instant) -> bool {
        Hired::end(self.teams.disband(), deadline).await
    }

    /// What has been decided so far, to decide on; refused unless this node leads.
    async fn to_decide(&self) -> Result<MutexGuard<'_, Decided>, ControlError> {
        let mut decided = self.decided.lock().await;
        self.refresh(&mut decided).await?;
        Ok(decided)
    }

    async fn refresh(&self, decided: &mut Decided) -> Result<(), ControlError> {
        let control = Control::load(self.engines.store.as_ref(), self.projection.name()).await?;
        self.follow(decided, control).await?;
        if self.rank.leads() { Ok(()) } else { Err(ControlError::NotLeading) }
    }

    /// Begins a build in a new table.
    async fn begin(&self, decided: &mut Decided) -> Result<(), StoreError> {
        let number = decided.control.last + 1;
        let building = Some(Named { number, version: self.projection.version() });
        let control = Control { last: number, building, ..decided.control };
        self.decide(decided, control).await
    }

    /// What was built serves from now on.
    async fn serve_built(&self, decided: &mut Decided) -> Result<(), StoreError> {
        let control = Control { serving: decided.control.building, building: None, ..decided.control };
        self.decide(decided, control).await
    }

    async fn decide(&self, decided: &mut Decided, mut control: Control) -> Result<(), StoreError> {
        control.save(self.engines.store.as_ref(), self.projection.name()).await?;
        self.follow(decided, control).await
    }

    /// Arranges tables and workers as `control` tells, if that is news.
    async fn follow(&self, decided: &mut Decided, control: Control) -> Result<(), StoreError> {
        if control.revision <= decided.control.revision {
            return Ok(());
        }
        let serving = self.generation(control.serving).await?;
        let building = self.generation(control.building).await?;
        let before = decided.control.serving;
        decided.control = control;
        decided.sweep = Some(Instant::now() + self.rank.keeping());
        self.teams.arrange(serving, building);
        if let Some(Named { number, version }) = control.serving.filter(|now| before.is_some_and(|old| old != *now)) {
            let projection = self.projection.name();
            if version == self.projection.version() {
                tracing::info!(projection, generation = number, "now serving");
            } else {
                tracing::warn!(projection, version, "rows of another version serve, which this program cannot read");
            }
        }
        Ok(())
    }

    /// The generation of that name, with its table; `None` when it is not of this version of the code.
    async fn generation(&self, named: Option<Named>) -> Result<Option<Arc<Generation>>, StoreError> {
        let Some(Named { number, version }) = named.filter(|named| named.version == self.projection.version()) else {
            return Ok(None);
        };
        let known = [self.served.serving(), self.served.building()].into_iter().flatten();
        if let Some(known) = known.into_iter().find(|generation| generation.number == number) {
            return Ok(Some(known));
        }
        let generation = Generation::new(self.projection.name(), version, number, &self.served.sources);
        self.engines.store.ensure(&self.projection.schema(&generation.table)).await?;
        Ok(Some(Arc::new(generation)))
    }

    /// Waits until `building` has come as far as `serving` is now.
    async fn catch_up(&self, building: &Generation, serving: &Generation) -> Result<(), ControlError> {
        let (store, elsewhere) = (self.engines.store.as_ref(), self.served.parts_elsewhere());
        survey::applied(store, serving, &elsewhere).await?;
        let applied = serving.applied();
        let positions: Vec<_> = applied
            .iter()
            .filter_map(|Applied { source, next }| {
                Some(Position { topic: source.topic, partition: source.partition, offset: next.checked_sub(1)? })
            })
            .collect();
        let deadline = Instant::now() + CATCH_UP;
        loop {
            let mut moved = std::pin::pin!(self.served.moved.notified());
            moved.as_mut().enable();
            survey::applied(store, building, &elsewhere).await?;
            if building.lacks(&positions).is_none() {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(ControlError::Behind { progress: building.progress() });
            }
            let _ = tokio::time::timeout(LOOK, moved).await;
        }
    }

    /// Ends workers and drops tables whose time is over.
    async fn tidy(&self, decided: &mut Decided) -> Result<(), StoreError> {
        let over = self.teams.end_retired(self.rank.retirement());
        Hired::end(over, Instant::now() + PATIENCE).await;
        if self.rank.leads() && decided.sweep.is_some_and(|due| due <= Instant::now()) {
            self.sweep().await?;
            decided.sweep = None;
        }
        Ok(())
    }

    /// Drops tables of this projection that the control row does not name.
    async fn sweep(&self) -> Result<(), StoreError> {
        let (store, name) = (self.engines.store.as_ref(), self.projection.name());
        // Tables first: each was named before it was created, so one that a later row does not name never will be.
        let tables = store.tables().await?;
        let control = Control::load(store, name).await?;
        // Alone, rows of another version are of no use; in a cluster, nodes of that version may read them.
        let of_use = |named: &Named| !self.rank.alone || named.version == self.projection.version();
        let kept: Vec<String> = [control.serving, control.building]
            .into_iter()
            .flatten()
            .filter(of_use)
            .map(|Named { number, version }| table::name(name, version, number))
            .collect();
        for table in tables.iter().filter(|table| table::is_of(table, name) && !kept.contains(table)) {
            self.drop_table(table).await?;
        }
        Ok(())
    }

    async fn drop_table(&self, table: &str) -> Result<(), StoreError> {
        let store = &self.engines.store;
        store.drop_table(table).await?;
        let gone = |source: &Source| RowWrite { key: checkpoint::key(table, source), cells: None, timestamp: i64::MAX };
        store.write(PROJECTION_CHECKPOINTS, self.served.sources.iter().map(gone).collect()).await
    }
}
