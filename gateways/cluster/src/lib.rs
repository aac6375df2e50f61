//! The door between the nodes of one platform, and the part that a node takes in it.
//!
//! The Kafka group decides who *tries* to own a partition; the fence in the log decides who *does*. A node that is given
//! a partition takes it for deciding, projecting and reacting at once, and tells the others where it is by a row in the
//! store ([`Directory`]). A command or a wait for another node's partition goes there over one gRPC stream per node
//! ([`Others`]), at most once: what was sent here is never sent on.
//!
//! Nothing here is needed for safety. A row that is out of date, a node that believes it owns what it lost, two nodes
//! that work on one partition: the fence, the row watermarks and the command ids make each of them harmless.

mod credential;
mod describe;
mod directory;
mod elsewhere;
mod keys;
mod link;
mod node;
mod service;

pub use directory::{Directory, OwnerOf};
pub use elsewhere::Others;
pub use keys::{KeysError, check_keys};
pub use node::{Node, NodeParts};
