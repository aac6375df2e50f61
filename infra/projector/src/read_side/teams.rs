//! The workers of one projection: on which generations they work, and on which partitions.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sceau_kernel::Source;

use crate::generation::Generation;
use crate::hired::Hired;
use crate::served::{Served, Shown};
use crate::team::{Hiring, Team};

/// The workers of one projection.
pub(super) struct Teams {
    hiring: Hiring,
    served: Arc<Served>,
    working: Mutex<Working>,
}

#[derive(Default)]
struct Working {
    serving: Option<Team>,
    building: Option<Team>,
    /// Generations that are not wanted any more, and since when.
    retired: Vec<(Instant, Team)>,
    stopped: bool,
}

impl Working {
    fn teams(&mut self) -> impl Iterator<Item = &mut Team> {
        let retired = self.retired.iter_mut().map(|(_, team)| team);
        self.serving.iter_mut().chain(&mut self.building).chain(retired)
    }
}

impl Teams {
    pub(super) fn new(hiring: Hiring, served: Arc<Served>) -> Self {
        Self { hiring, served, working: Mutex::default() }
    }

    fn working(&self) -> MutexGuard<'_, Working> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets a worker of every team to work on `source`, if the projection reads it.
    pub(super) fn take(&self, source: &Source) {
        let Some(part) = self.part(source) else { return };
        let mut working = self.working();
        if working.stopped || !self.served.show(|shown| shown.mark(part, true)) {
            return;
        }
        working.teams().for_each(|team| team.hire(&self.hiring, part));
    }

    /// Lets the workers of `source` go; they have been asked to end.
    pub(super) fn release(&self, source: &Source) -> Vec<Hired> {
        let Some(part) = self.part(source) else { return Vec::new() };
        let mut working = self.working();
        self.served.show(|shown| shown.mark(part, false));
        let dismissed: Vec<Hired> = working.teams().filter_map(|team| team.dismiss(part)).collect();
        dismissed.iter().for_each(Hired::ask_to_stop);
        dismissed
    }

    /// From now on `serving` and `building` have the workers; those of other generations go on until they are ended as
    /// retired.
    pub(super) fn arrange(&self, serving: Option<Arc<Generation>>, building: Option<Arc<Generation>>) {
        let mut guard = self.working();
        let working = &mut *guard;
        let mut there: Vec<Team> = working.serving.take().into_iter().chain(working.building.take()).collect();
        let mut team_of = |generation: Arc<Generation>| {
            let known = there.iter().position(|team| team.generation.number == generation.number);
            known.map_or_else(|| Team::new(generation), |at| there.swap_remove(at))
        };
        working.serving = serving.map(&mut team_of);
        working.building = building.map(&mut team_of);
        let now = Instant::now();
        working.retired.extend(there.into_iter().map(|team| (now, team)));
        if !working.stopped {
            for part in (0..self.served.sources.len()).filter(|part| self.served.works_on(*part)) {
                for team in working.serving.iter_mut().chain(&mut working.building) {
                    team.hire(&self.hiring, part);
                }
            }
        }
        self.show(working);
    }

    /// Lets the workers go whose generations have been retired for so long.
    pub(super) fn end_retired(&self, since: Duration) -> Vec<Hired> {
        let mut working = self.working();
        let (over, kept) = working.retired.drain(..).partition(|(at, _)| at.elapsed() >= since);
        working.retired = kept;
        let over: Vec<(Instant, Team)> = over;
        if !over.is_empty() {
            self.show(&working);
        }
        over.into_iter().flat_map(|(_, team)| team.disband()).collect()
    }

    /// Asks all workers to write what they have and end, and hires none any more.
    pub(super) fn ask_to_stop(&self) {
        let mut working = self.working();
        working.stopped = true;
        working.teams().for_each(|team| team.ask_to_stop());
    }

    /// Lets all workers go.
    pub(super) fn disband(&self) -> Vec<Hired> {
        let ended = Working { stopped: true, ..Working::default() };
        let Working { serving, building, retired, .. } = std::mem::replace(&mut *self.working(), ended);
        let retired = retired.into_iter().map(|(_, team)| team);
        serving.into_iter().chain(building).chain(retired).flat_map(Team::disband).collect()
    }

    fn part(&self, source: &Source) -> Option<usize> {
        self.served.sources.iter().position(|known| known == source)
    }

    fn show(&self, working: &Working) {
        let of = |team: &Team| Arc::clone(&team.generation);
        self.served.show(|shown: &mut Shown| {
            shown.serving = working.serving.as_ref().map(of);
            shown.building = working.building.as_ref().map(of);
            shown.retired = working.retired.iter().map(|(_, team)| of(team)).collect();
        });
    }
}
