//! By what the other nodes know this one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sceau_kernel::Timestamp;
use sceau_security::{TokenAuthority, TokenError};

/// How long a token counts.
const LIFETIME: Duration = Duration::from_hours(1);
/// After so long another is made.
const RENEWED: Duration = Duration::from_mins(30);

/// This node's token, made anew in time.
pub(crate) struct Credential {
    authority: Arc<TokenAuthority>,
    node: String,
    clock: fn() -> Timestamp,
    token: Mutex<Option<(Instant, String)>>,
}

impl Credential {
    pub(crate) fn new(authority: Arc<TokenAuthority>, node: &str, clock: fn() -> Timestamp) -> Self {
        Self { authority, node: node.to_owned(), clock, token: Mutex::new(None) }
    }

    /// The value of the `authorization` header.
    pub(crate) fn bearer(&self) -> Result<String, TokenError> {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made, bearer)) = &*token
            && made.elapsed() < RENEWED
        {
            return Ok(bearer.clone());
        }
        let issued = self.authority.issue_for_node(&self.node, LIFETIME, (self.clock)())?;
        let bearer = format!("Bearer {}", issued.token);
        *token = Some((Instant::now(), bearer.clone()));
        Ok(bearer)
    }
}
