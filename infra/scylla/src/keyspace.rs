//! The keyspace and what the cluster says is in it.

use std::collections::BTreeMap;
use std::time::Duration;

use scylla::client::session::Session;
use scylla::errors::ExecutionError;
use scylla::statement::unprepared::Statement;
use tokio::sync::Mutex;

use crate::failure::{Failure, rows};
use crate::settings::{Replication, SchemaRole};

/// How often a thing that another process makes is looked for.
pub(crate) const LOOK: Duration = Duration::from_millis(200);

/// A keyspace.
#[derive(Debug)]
pub(crate) struct Keyspace {
    pub(crate) name: String,
    pub(crate) schema: SchemaRole,
    /// How long a change of the schema, or the wait for another's, may take.
    pub(crate) timeout: Duration,
    /// Held while the schema is changed: one change at a time.
    pub(crate) changing: Mutex<()>,
}

/// A column as the cluster describes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Described {
    /// `partition_key`, `clustering`, `regular` or `static`.
    pub(crate) role: String,
    /// Place in the part of the key that it belongs to, -1 elsewhere.
    pub(crate) position: i32,
    pub(crate) name: String,
    pub(crate) cql_type: String,
    /// `asc` or `desc` for a clustering column, else `none`.
    pub(crate) order: String,
}

impl Keyspace {
    /// Its replication; `None` when there is no such keyspace.
    pub(crate) async fn replication(&self, session: &Session) -> Result<Option<BTreeMap<String, String>>, Failure> {
        let asked = "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?";
        let found: Vec<(BTreeMap<String, String>,)> = rows(session.query_unpaged(asked, (&self.name,)).await?)?;
        Ok(found.into_iter().next().map(|(replication,)| replication))
    }

    /// Makes the keyspace.
    pub(crate) async fn create(&self, session: &Session, replication: &Replication) -> Result<(), ExecutionError> {
        let options = options(replication);
        let options: Vec<_> = options.iter().map(|(name, value)| format!("{}: {}", text(name), text(value))).collect();
        let (name, options) = (quoted(&self.name), options.join(", "));
        self.change(session, format!("CREATE KEYSPACE IF NOT EXISTS {name} WITH replication = {{{options}}}")).await
    }

    /// The columns of a table, sorted; none when there is no such table.
    pub(crate) async fn describe(&self, session: &Session, table: &str) -> Result<Vec<Described>, Failure> {
        let asked = "SELECT kind, position, column_name, type, clustering_order FROM system_schema.columns \
                     WHERE keyspace_name = ? AND table_name = ?";
        let found: Vec<(String, i32, String, String, String)> =
            rows(session.query_unpaged(asked, (&self.name, table)).await?)?;
        let described = found.into_iter().map(|(role, position, name, cql_type, order)| Described {
            role,
            position,
            name,
            cql_type,
            order: order.to_lowercase(),
        });
        let mut described: Vec<_> = described.collect();
        described.sort();
        Ok(described)
    }

    /// The names of its tables, sorted.
    pub(crate) async fn tables(&self, session: &Session) -> Result<Vec<String>, Failure> {
        let asked = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?";
        let found: Vec<(String,)> = rows(session.query_unpaged(asked, (&self.name,)).await?)?;
        let mut names: Vec<_> = found.into_iter().map(|(name,)| name).collect();
        names.sort();
        Ok(names)
    }

    /// Drops a table; fine when there is none.
    pub(crate) async fn drop_table(&self, session: &Session, table: &str) -> Result<(), ExecutionError> {
        self.change(session, format!("DROP TABLE IF EXISTS {}", self.table(table))).await
    }

    /// Changes the schema and waits until the nodes agree on it.
    pub(crate) async fn change(&self, session: &Session, cql: String) -> Result<(), ExecutionError> {
        let _changing = self.changing.lock().await;
        let mut statement = Statement::new(cql);
        statement.set_request_timeout(Some(self.timeout));
        session.query_unpaged(statement, ()).await.map(drop)
    }

    /// The full name of a table of it.
    pub(crate) fn table(&self, table: &str) -> String {
        format!("{}.{}", quoted(&self.name), quoted(table))
    }
}

/// A name as CQL takes it whatever it is: unquoted ones begin with a letter and are no keywords.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// Whether a keyspace described so is replicated so. The cluster puts a package before the strategy's name.
pub(crate) fn same(described: &BTreeMap<String, String>, wanted: &Replication) -> bool {
    let mut described = described.clone();
    if let Some(class) = described.get_mut("class") {
        *class = class.rsplit('.').next().unwrap_or_default().to_owned();
    }
    described == options(wanted)
}

fn options(replication: &Replication) -> BTreeMap<String, String> {
    let (class, mut options) = match replication {
        Replication::Simple { factor } => {
            ("SimpleStrategy", BTreeMap::from([("replication_factor".to_owned(), factor.to_string())]))
        }
        Replication::Datacenters(factors) => (
            "NetworkTopologyStrategy",
            factors.iter().map(|(datacenter, factor)| (datacenter.clone(), factor.to_string())).collect(),
        ),
    };
    options.insert("class".to_owned(), class.to_owned());
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(options: &[(&str, &str)]) -> BTreeMap<String, String> {
        options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_keyspace_is_recognised_by_its_strategy_and_its_factors() {
        let simple =
            described(&[("class", "org.apache.cassandra.locator.SimpleStrategy"), ("replication_factor", "3")]);
        assert!(same(&simple, &Replication::Simple { factor: 3 }));
        assert!(!same(&simple, &Replication::Simple { factor: 1 }));
        let one = Replication::Datacenters([("kin".to_owned(), 3)].into());
        let two = Replication::Datacenters([("kin".to_owned(), 3), ("dla".to_owned(), 3)].into());
        let network = described(&[("class", "NetworkTopologyStrategy"), ("kin", "3")]);
        assert!(same(&network, &one));
        assert!(!same(&network, &two));
        assert!(!same(&simple, &one));
    }

    #[test]
    fn names_and_texts_cannot_end_their_quotes() {
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
        assert_eq!(text("l'est"), "'l''est'");
    }
}
