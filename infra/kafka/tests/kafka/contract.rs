//! The contract of the port.

use sceau_kafka::{KafkaLog, KafkaSettings};
use sceau_log::contract::Fixture;

use crate::environment::{kafka, open, settings};

struct Data {
    settings: KafkaSettings,
}

impl Data {
    fn of(settings: KafkaSettings) -> Self {
        Self { settings }
    }

    /// So little memory that readers never find a record in the tail.
    fn without_tail(settings: KafkaSettings) -> Self {
        Self { settings: KafkaSettings { tail_bytes: 0, catch_up_readers: 2, ..settings } }
    }
}

impl Fixture for Data {
    type Log = KafkaLog;
    async fn open(&self) -> KafkaLog {
        open(&self.settings).await
    }
}

mod with_a_tail {
    use super::*;
    sceau_log::log_contract!(match kafka() {
        Some(kafka) => Data::of(settings(kafka.bootstrap())),
        None => return,
    });
}

mod without_a_tail {
    use super::*;
    sceau_log::log_contract!(match kafka() {
        Some(kafka) => Data::without_tail(settings(kafka.bootstrap())),
        None => return,
    });
}
