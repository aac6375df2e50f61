//! The embedded engines keep the contracts of both ports.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;

use sceau_embedded::{EmbeddedLog, EmbeddedStore, Folder, Memory, Options};
use sceau_log::contract::{PARTITIONS, TOPIC};
use tempfile::TempDir;

struct Data {
    folder: TempDir,
    memory: Memory,
}

impl Data {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), memory: Memory::default() }
    }

    /// So little memory that everything goes through tables and is read back from them.
    fn cramped() -> Self {
        let memory = Memory { log_tail: 0, log_unflushed: 1 << 10, store_unflushed: 1 << 10, ..Memory::default() };
        Self { memory, ..Self::new() }
    }

    fn open(&self) -> (EmbeddedLog, EmbeddedStore) {
        let path: &Path = self.folder.path();
        Folder::open(path, Options { topics: &[(TOPIC, PARTITIONS)], memory: self.memory }).unwrap()
    }
}

impl sceau_log::contract::Fixture for Data {
    type Log = EmbeddedLog;
    async fn open(&self) -> EmbeddedLog {
        self.open().0
    }
}

impl sceau_store::contract::Fixture for Data {
    type Store = EmbeddedStore;
    async fn open(&self) -> EmbeddedStore {
        self.open().1
    }
}

mod log {
    sceau_log::log_contract!(super::Data::new());
}

mod log_with_little_memory {
    sceau_log::log_contract!(super::Data::cramped());
}

mod store {
    sceau_store::store_contract!(super::Data::new());
}

mod store_with_little_memory {
    sceau_store::store_contract!(super::Data::cramped());
}
