//! Whether a first build has caught up with a log that grows.

use std::time::{Duration, Instant};

use sceau_kernel::Source;
use sceau_log::{Log, LogError};

use super::survey::{self, Ends};
use crate::generation::Generation;

/// A build that came to the end of the log within so long after the end was asked is close behind it.
const CLOSE: Duration = Duration::from_secs(5);

/// An end of the log that a build is after.
pub(super) struct Chase {
    generation: u64,
    since: Instant,
    goal: Ends,
}

impl Chase {
    async fn begin(log: &dyn Log, sources: &[Source], build: &Generation) -> Result<Self, LogError> {
        let since = Instant::now();
        Ok(Self { generation: build.number, since, goal: survey::ends(log, sources).await? })
    }

    fn is_over(&self, build: &Generation) -> bool {
        build.parts.iter().all(|part| self.goal.get(&part.source).is_some_and(|end| part.applied() >= *end))
    }

    /// Whether `build` has come close to the end of the log. All partitions go after ends asked at one time, for on a
    /// log under load they are never at the end of it all at once; and when that took long, they do so again.
    pub(super) async fn has_ended(
        chase: &mut Option<Self>,
        build: &Generation,
        log: &dyn Log,
        sources: &[Source],
    ) -> Result<bool, LogError> {
        loop {
            let chase = match chase {
                Some(chase) if chase.generation == build.number => chase,
                _ => chase.insert(Self::begin(log, sources, build).await?),
            };
            if !chase.is_over(build) {
                return Ok(false);
            }
            if chase.since.elapsed() < CLOSE {
                return Ok(true);
            }
            *chase = Self::begin(log, sources, build).await?;
        }
    }
}
