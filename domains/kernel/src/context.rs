//! What a decision may know of the world.

use serde::{Deserialize, Serialize};

use crate::{CommandId, Tenant, Timestamp};

/// A role under which a call is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// Government administrator: everything within the tenant.
    Administrator,
    /// Office operator: certifications.
    Operator,
    /// Certified company: its own orders, payments and batches.
    Company,
    /// Accredited stamper: batches released to it.
    Stamper,
    /// System auditor: reads all, changes nothing.
    Auditor,
    /// Anyone: verification only.
    Public,
    /// The platform itself: reactions and deadlines.
    System,
}

impl Role {
    /// Every role, in the order of declaration.
    pub const ALL: [Self; 7] =
        [Self::Administrator, Self::Operator, Self::Company, Self::Stamper, Self::Auditor, Self::Public, Self::System];

    /// The role's name in tokens, events and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Operator => "office-operator",
            Self::Company => "company",
            Self::Stamper => "stamper",
            Self::Auditor => "auditor",
            Self::Public => "public",
            Self::System => "system",
        }
    }

    /// The role with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Who gives a command.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The person or system named by the token's subject.
    pub subject: Box<str>,
    /// The role under which the call was allowed.
    pub role: Role,
    /// The company or stamper the actor acts for, when the role is bound to one.
    pub party: Option<Box<str>>,
}

impl Actor {
    /// The platform itself.
    pub fn system() -> Self {
        Self { subject: "system".into(), role: Role::System, party: None }
    }
}

/// What a decision may know of the world beside the state and the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Whose stream this is.
    pub tenant: Tenant,
    /// Who gives the command.
    pub actor: Actor,
    /// The time at which it is decided.
    pub time: Timestamp,
    /// The command's identity, from which ids of new things are derived.
    pub command_id: CommandId,
}
