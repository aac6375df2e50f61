//! What a token says.

use std::time::Duration;

use sceau_kernel::{Actor, Role, Tenant, Timestamp};
use serde::{Deserialize, Serialize};

/// What a new token is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// The tenant within which it counts.
    pub tenant: Tenant,
    /// The person or system that bears it.
    pub subject: String,
    /// Under which roles the bearer may act.
    pub roles: Vec<Role>,
    /// The company or stamper that the bearer acts for; needed by the roles that are bound to one.
    pub party: Option<String>,
    /// How long it counts.
    pub lifetime: Duration,
}

/// The claims of RFC 7519 that are used, and three of our own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) tenant: String,
    pub(crate) roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) party: Option<String>,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
    pub(crate) jti: String,
}

/// A bearer whose token was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The tenant within which the token counts.
    pub tenant: Tenant,
    /// The person or system that bears it.
    pub subject: Box<str>,
    /// Under which roles the bearer may act.
    pub roles: Vec<Role>,
    /// The company or stamper that the bearer acts for.
    pub party: Option<Box<str>>,
    /// The token's id, by which it can be revoked.
    pub token_id: Box<str>,
    /// When the token ends.
    pub expires: Timestamp,
}

impl Caller {
    /// This caller under one of the caller's roles.
    pub fn acting_as(&self, role: Role) -> Actor {
        Actor { subject: self.subject.clone(), role, party: self.party.clone() }
    }
}
