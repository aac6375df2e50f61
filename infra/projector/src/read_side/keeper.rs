//! One projection and its one or two generations.

use std::sync::Arc;
use std::time::Duration;

use sceau_kernel::Source;
use sceau_store::{RowWrite, StoreError};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{ControlError, StartError};
use crate::checkpoint::{self, PROJECTION_CHECKPOINTS};
use crate::compare::{Comparison, compare};
use crate::control::{Control, Named};
use crate::generation::{Generation, Part, Served};
use crate::position::{Applied, Position};
use crate::status::{GenerationStatus, ProjectionStatus};
use crate::table;
use crate::team::{Engines, Registered, Team};

/// How often a first build is looked at, whether it is done.
const LOOK: Duration = Duration::from_millis(20);
/// How long a switch waits for the build to come as far as what serves.
const CATCH_UP: Duration = Duration::from_secs(2);
/// How long workers that are no longer needed may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keeps the generations of one projection.
pub(super) struct Keeper {
    projection: Arc<dyn Registered>,
    engines: Engines,
    served: Arc<Served>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    control: Control,
    serving: Option<Team>,
    building: Option<Team>,
    stopped: bool,
}

impl Keeper {
    /// Sets to work what the control row tells: what serves goes on, what was being built goes on, and where nothing
    /// of this version is there to serve a build begins that serves when it is done.
    pub(super) async fn start(
        projection: Arc<dyn Registered>,
        engines: Engines,
        served: Arc<Served>,
    ) -> Result<Arc<Self>, StartError> {
        let code = projection.version();
        let control = Control::load(engines.store.as_ref(), projection.name()).await?;
        if let Some(Named { version, .. }) = control.serving.filter(|serving| serving.version > code) {
            return Err(StartError::Newer { projection: projection.name(), stored: version, code });
        }
        let keeper = Arc::new(Self { projection, engines, served, state: Mutex::default() });
        let mut state = keeper.state.lock().await;
        state.control = control;
        if control.building.is_some_and(|building| building.version != code) {
            state.control.building = None;
        }
        match state.control.serving {
            Some(serving) if serving.version == code => state.serving = Some(keeper.resume(serving).await?),
            _ if state.control.building.is_none() => keeper.begin(&mut state).await?,
            _ => {}
        }
        if let (None, Some(building)) = (&state.building, state.control.building) {
            state.building = Some(keeper.resume(building).await?);
        }
        keeper.drop_others(&state.control).await?;
        keeper.publish(&state);
        let first = state.serving.is_none();
        drop(state);
        if first {
            tokio::spawn(Arc::clone(&keeper).serve_when_built());
        }
        Ok(keeper)
    }

    pub(super) fn served(&self) -> &Arc<Served> {
        &self.served
    }

    pub(super) fn status(&self) -> ProjectionStatus {
        let of = |generation: Arc<Generation>| GenerationStatus {
            number: generation.number,
            version: generation.version,
            table: generation.table.clone(),
            progress: generation.progress(),
            partitions: generation.parts.iter().map(Part::status).collect(),
        };
        ProjectionStatus {
            name: self.projection.name(),
            version: self.projection.version(),
            serving: self.served.serving().map(of),
            building: self.served.building().map(of),
        }
    }

    pub(super) async fn rebuild(&self) -> Result<(), ControlError> {
        let mut state = self.state.lock().await;
        if let Some(building) = &state.building {
            return Err(ControlError::Building { progress: building.generation.progress() });
        }
        self.begin(&mut state).await?;
        self.publish(&state);
        Ok(())
    }

    pub(super) async fn cancel(&self) -> Result<(), ControlError> {
        let mut state = self.state.lock().await;
        if state.building.is_none() {
            return Err(ControlError::NotBuilding);
        }
        if state.serving.is_none() {
            return Err(ControlError::Indispensable);
        }
        let mut control = Control { building: None, ..state.control };
        control.save(self.engines.store.as_ref(), self.projection.name()).await?;
        state.control = control;
        let building = state.building.take();
        self.publish(&state);
        self.discard(building).await
    }

    pub(super) async fn switch(&self, force: bool) -> Result<Comparison, ControlError> {
        let mut state = self.state.lock().await;
        let Some(building) = &state.building else {
            return Err(ControlError::NotBuilding);
        };
        let Some(serving) = &state.serving else {
            return Err(ControlError::Behind { progress: building.generation.progress() });
        };
        self.catch_up(&building.generation, &serving.generation).await?;
        let store = self.engines.store.as_ref();
        let comparison = compare(store, &serving.generation.table, &building.generation.table).await?;
        if comparison.different > 0 && !force {
            return Err(ControlError::Differs(comparison));
        }
        self.serve_built(&mut state).await?;
        Ok(comparison)
    }

    /// Asks all workers to write what they have and end.
    pub(super) async fn ask_to_stop(&self) {
        let mut state = self.state.lock().await;
        state.stopped = true;
        for team in [&state.serving, &state.building].into_iter().flatten() {
            team.ask_to_stop();
        }
    }

    /// Waits for the workers to end. True when they had nothing left to write.
    pub(super) async fn stop(&self, patience: Duration) -> bool {
        let mut state = self.state.lock().await;
        let deadline = Instant::now() + patience;
        let mut all = true;
        for team in [state.serving.take(), state.building.take()].into_iter().flatten() {
            all &= team.stop(deadline.saturating_duration_since(Instant::now())).await;
        }
        all
    }

    /// Makes the first rows serve as soon as they have come to the end of the log.
    async fn serve_when_built(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            let mut state = self.state.lock().await;
            let Some(building) = state.building.as_ref().filter(|_| !state.stopped) else {
                return;
            };
            if building.generation.progress().complete() {
                match self.serve_built(&mut state).await {
                    Ok(()) => return,
                    Err(error) => tracing::warn!(projection = self.projection.name(), %error, "cannot switch yet"),
                }
            }
        }
    }

    /// What was built serves from now on; what served is dropped.
    async fn serve_built(&self, state: &mut State) -> Result<(), ControlError> {
        let mut control = Control { serving: state.control.building, building: None, ..state.control };
        control.save(self.engines.store.as_ref(), self.projection.name()).await?;
        state.control = control;
        let old = std::mem::replace(&mut state.serving, state.building.take());
        self.publish(state);
        let name = self.projection.name();
        if old.is_some() {
            tracing::info!(
                projection = name,
                generation = control.serving.map(|serving| serving.number),
                "now serving"
            );
        }
        self.discard(old).await?;
        Ok(self.drop_others(&control).await?)
    }

    /// Begins a build in a new table.
    async fn begin(&self, state: &mut State) -> Result<(), StoreError> {
        let named = Named { number: state.control.last + 1, version: self.projection.version() };
        let mut control = Control { last: named.number, building: Some(named), ..state.control };
        control.save(self.engines.store.as_ref(), self.projection.name()).await?;
        state.control = control;
        state.building = Some(self.team(named, true).await?);
        Ok(())
    }

    async fn resume(&self, named: Named) -> Result<Team, StoreError> {
        self.team(named, false).await
    }

    async fn team(&self, named: Named, fresh: bool) -> Result<Team, StoreError> {
        let Named { number, version } = named;
        let generation = Generation::new(self.projection.name(), version, number, &self.served.sources);
        self.engines.store.ensure(&self.projection.schema(&generation.table)).await?;
        let moved = &self.served.moved;
        Ok(Team::start(self.projection.as_ref(), &self.engines, &Arc::new(generation), moved, fresh))
    }

    /// Waits until `building` has come as far as `serving` is now.
    async fn catch_up(&self, building: &Generation, serving: &Generation) -> Result<(), ControlError> {
        let applied = serving.applied();
        let positions: Vec<_> = applied
            .iter()
            .filter_map(|Applied { source, next }| {
                Some(Position { topic: source.topic, partition: source.partition, offset: next.checked_sub(1)? })
            })
            .collect();
        let deadline = Instant::now() + CATCH_UP;
        loop {
            let moved = self.served.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            if building.lacks(&positions).is_none() {
                return Ok(());
            }
            if tokio::time::timeout_at(deadline, moved).await.is_err() {
                return Err(ControlError::Behind { progress: building.progress() });
            }
        }
    }

    /// Ends a team and drops its table and checkpoints.
    async fn discard(&self, team: Option<Team>) -> Result<(), ControlError> {
        let Some(team) = team else { return Ok(()) };
        let table = team.generation.table.clone();
        team.stop(PATIENCE).await;
        Ok(self.drop_table(&table).await?)
    }

    /// Drops tables of this projection that the control row does not name: the process ended before it could.
    async fn drop_others(&self, control: &Control) -> Result<(), StoreError> {
        let name = self.projection.name();
        let kept: Vec<String> = [control.serving, control.building]
            .into_iter()
            .flatten()
            .filter(|named| named.version == self.projection.version())
            .map(|Named { number, version }| table::name(name, version, number))
            .collect();
        for table in self.engines.store.tables().await? {
            if table::is_of(&table, name) && !kept.contains(&table) {
                self.drop_table(&table).await?;
            }
        }
        Ok(())
    }

    async fn drop_table(&self, table: &str) -> Result<(), StoreError> {
        let store = &self.engines.store;
        store.drop_table(table).await?;
        let gone = |source: &Source| RowWrite { key: checkpoint::key(table, source), cells: None, timestamp: i64::MAX };
        store.write(PROJECTION_CHECKPOINTS, self.served.sources.iter().map(gone).collect()).await
    }

    fn publish(&self, state: &State) {
        let generation = |team: &Option<Team>| team.as_ref().map(|team| Arc::clone(&team.generation));
        self.served.set(generation(&state.serving), generation(&state.building));
    }
}
