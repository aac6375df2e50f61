//! The contract of the port.

use sceau_scylla::{ScyllaSettings, ScyllaStore};
use sceau_store::contract::Fixture;

use crate::setting::{keyspace, open};

struct Keyspace(ScyllaSettings);

impl Fixture for Keyspace {
    type Store = ScyllaStore;
    async fn open(&self) -> ScyllaStore {
        open(&self.0).await
    }
}

sceau_store::store_contract!(match keyspace() {
    Some(settings) => Keyspace(settings),
    None => return,
});
