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
    /// A row of a view skips the events it includes.
    RowWatermark,
    /// A view's checkpoint is written after its rows.
    RowsBeforeCheckpoint,
}

impl Switch {
    /// Every rule that can be left out.
    pub fn all() -> Vec<Self> {
        let read_side = [Self::RowWatermark, Self::RowsBeforeCheckpoint];
        Rule::ALL.into_iter().map(Self::Engine).chain(read_side).collect()
    }

    /// Its name on the command line.
    pub fn name(self) -> String {
        match self {
            Self::Engine(rule) => format!("engine-{rule:?}"),
            Self::RowWatermark => "view-RowWatermark".to_owned(),
            Self::RowsBeforeCheckpoint => "view-RowsBeforeCheckpoint".to_owned(),
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
        let settings = Settings {
            queue: size(4, 64),
            batch_commands: size(1, 6),
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
            skip_row_watermark: switch == Some(Switch::RowWatermark),
            checkpoint_before_rows: switch == Some(Switch::RowsBeforeCheckpoint),
        };
        let projector = ProjectorOptions {
            cached_rows: size(2, 12),
            flush_rows: size(1, 6),
            read_bytes: size(100, 4_000),
            checkpoint_every: Duration::from_millis(size(5, 300) as u64),
            retry_after: Duration::from_millis(20),
            weaken,
            ..ProjectorOptions::default()
        };
        let reactor = ReactorOptions {
            window: size(1, 8),
            checkpoint_every: Duration::from_millis(size(5, 300) as u64),
            retry_after: Duration::from_millis(20),
            ..ReactorOptions::default()
        };
        Self { settings, projector, reactor }
    }
}
