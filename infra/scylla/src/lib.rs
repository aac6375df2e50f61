//! The store port on ScyllaDB or Apache Cassandra, through the scylla driver: only CQL that both have, and no
//! lightweight transactions, counters, materialised views or `ALLOW FILTERING`.
//!
//! **Tables.** One CQL table per table of the port, its columns by name and kind, so that an analyst reads it in
//! `cqlsh`. Names are as they are, so those that begin with `_` are quoted there.
//!
//! - A CQL `timestamp` counts milliseconds and a [`Cell::Time`](sceau_projection::Cell) microseconds, also as a part of
//!   a key, where two of the same millisecond must stay two. Such a column is a `timestamp` and beside it a `smallint`
//!   named `<column>_us`, the microseconds beyond the millisecond, 0 to 999. A `bigint` could not be read by people and
//!   a `timeuuid` only through functions; the pair is exact, in order, and compares with dates.
//! - Keys are in the order of their values. UUIDs are in CQL's order: by version, then, but for version 1, by bytes.
//! - The one column of a partition key must not be empty: an empty text or blob is stored as one zero byte, and one that
//!   begins with a zero byte with one more before it.
//! - A key has no nulls in CQL; a row with one is refused as one that does not fit the table.
//! - An empty cell is written as a null, which hides what an older write left there, and costs a tombstone until
//!   compaction drops it.
//!
//! **Write timestamps** are CQL's own (`USING TIMESTAMP`), so the store itself lets a late write lose. A deleted row
//! leaves a tombstone for `gc_grace_seconds` (ten days, unless the table is altered); a write that comes later than
//! that, and is older than the deletion, would bring the row back.
//!
//! **Durability.** A write is answered when a quorum of replicas has it in the commit log. With `commitlog_sync:
//! periodic`, the default, a replica that loses power loses up to ten seconds of it: three replicas with power of their
//! own stand that. Where all can lose it at once, as a single node does, an earlier write may then be gone and a later
//! one kept, which the port forbids: set `commitlog_sync: group` or `batch` there.
//!
//! **Schema.** Concurrent `CREATE TABLE`s through several Cassandra nodes can leave two tables of one name. So one
//! process of a cluster owns the schema ([`SchemaRole`]), makes tables one after the other, and the others wait for
//! them. A handle knows the tables it was told to `ensure`: their cells' order is the caller's, not the store's.
//!
//! **Dropping.** Cassandra keeps a snapshot of a dropped table (`auto_snapshot`): `nodetool clearsnapshot` gives the
//! room back.

mod connect;
mod failure;
mod keyspace;
mod settings;
mod store;

pub use connect::OpenError;
pub use settings::{ClientCertificate, Consistency, Credentials, Replication, SchemaRole, ScyllaSettings, Tls};
pub use store::ScyllaStore;
