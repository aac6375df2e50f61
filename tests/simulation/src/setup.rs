//! How the machines of a run are set up: small bounds, so that every one of them is met.

use std::time::Duration;

use sceau_engine::{Rule, Settings};
use sceau_projector::{ProjectorOptions, ReactorOptions, Weaken};

use crate::random::Random;

/// A rule that can be left out of the code under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// A rule of the write side.
    Engine(Rule),
    /// A rule of the read side.
    Projector(sceau_projector::Rule),
}

impl Switch {
    /// Every rule that can be left out.
    pub fn all() -> Vec<Self> {
        let write_side = Rule::ALL.into_iter().map(Self::Engine);
        write_side.chain(sceau_projector::Rule::ALL.into_iter().map(Self::Projector)).collect()
    }

    /// Its name on the command line.
    pub fn name(self) -> String {
        match self {
            Self::Engine(rule) => format!("engine-{rule:?}"),
            Self::Projector(rule) => format!("projector-{rule:?}"),
        }
    }
}

/// Settings of the machines.
pub(crate) struct Setup {
    pub(crate) settings: Settings,
    pub(crate) projector: ProjectorOptions,
    pub(crate) reactor: ReactorOptions,
}

impl Setup {
    /// Draws the settings of a run, without the rule of `switch`.
    pub(crate) fn drawn(switch: Option<Switch>, random: &mut Random) -> Self {
        let mut size = |low: u64, high: u64| random.between(low, high) as usize;
        let roomy = size(0, 3) == 0;
        let settings = Settings {
            queue: size(4, if roomy { 400 } else { 64 }),
            batch_commands: size(1, if roomy { 60 } else { 6 }),
            appends_in_flight: size(1, 4),
            cached_streams: size(1, 8),
            load_keys: size(1, 3),
            write_rows: size(1, 3),
            save_records: size(2, 30) as u64,
            save_every: Duration::from_millis(size(20, 1_000) as u64),
            append_timeout: Duration::from_millis(size(50, 500) as u64),
            retry_after: Duration::from_millis(20),
            weaken: match switch {
                Some(Switch::Engine(rule)) => Some(rule),
                _ => None,
            },
            ..Settings::default()
        };
        let weaken = Weaken {
            rule: match switch {
                Some(Switch::Projector(rule)) => Some(rule),
                _ => None,
            },
        };
        let projector = ProjectorOptions {
            cached_rows: size(2, 12),
            flush_rows: size(1, 6),
            read_bytes: size(100, 4_000),
            checkpoint_every: Duration::from_millis(size(5, 300) as u64),
            retry_after: Duration::from_millis(20),
            pause: Duration::from_millis(size(0, 30) as u64),
            weaken,
        };
        let reactor = ReactorOptions {
            window: size(1, 8),
            checkpoint_every: Duration::from_millis(size(5, 300) as u64),
            retry_after: Duration::from_millis(20),
            pause: Duration::from_millis(size(0, 30) as u64),
            weaken,
        };
        Self { settings, projector, reactor }
    }
}
