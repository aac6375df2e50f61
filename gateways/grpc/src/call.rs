//! Who is calling, under which grant, and until when an answer is of use.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sceau_kernel::{Actor, Tenant, Timestamp};
use sceau_security::{Caller, Rule, TokenAuthority, TokenError, Whose};
use tonic::Status;
use tonic::metadata::MetadataMap;
use tracing::Span;

use crate::failure;

/// A call that was allowed.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The caller, under the role that allowed the call.
    pub(crate) actor: Actor,
    /// The caller's tenant.
    pub(crate) tenant: Tenant,
    /// What the grant reaches.
    pub(crate) whose: Whose,
    /// Nobody waits for an answer after this.
    pub(crate) deadline: Instant,
    /// W3C traceparent of the call, empty when there is none.
    pub(crate) traceparent: Box<str>,
}

impl Call {
    /// Lets a caller in, or says why not.
    pub(crate) fn allow(caller: &Caller, rule: &Rule, envelope: &Envelope) -> Result<Self, Status> {
        let grant = rule.grant(caller).map_err(|denied| failure::denied(&denied))?;
        Ok(Self {
            actor: caller.acting_as(grant.role),
            tenant: caller.tenant.clone(),
            whose: grant.whose,
            deadline: envelope.deadline,
            traceparent: envelope.traceparent.clone(),
        })
    }

    /// The company or stamper that this call is confined to; `None` when it reaches the whole tenant.
    pub(crate) fn confined_to(&self) -> Option<&str> {
        match self.whose {
            Whose::Tenant => None,
            // A token without a party owns nothing.
            Whose::Own => Some(self.actor.party.as_deref().unwrap_or_default()),
        }
    }

    /// Refuses what is owned by another party than the one this call is confined to.
    pub(crate) fn check_owner(&self, owner: &str, what: &str, id: &str) -> Result<(), Status> {
        match self.confined_to() {
            Some(party) if party != owner => Err(failure::not_yours(what, id)),
            _ => Ok(()),
        }
    }
}

/// What came with a call beside its message.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    /// The bearer token, if there is one.
    pub(crate) token: Option<Arc<str>>,
    /// Nobody waits for an answer after this.
    pub(crate) deadline: Instant,
    /// W3C traceparent, empty when there is none.
    pub(crate) traceparent: Box<str>,
}

impl Envelope {
    /// Reads the metadata; a call without a deadline gets `patience`.
    pub(crate) fn of(metadata: &MetadataMap, patience: Duration) -> Self {
        let text = |name: &str| metadata.get(name).and_then(|value| value.to_str().ok());
        let token = text("authorization").and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().into())
        });
        let timeout =
            text("grpc-timeout").and_then(timeout).map_or(patience, |timeout| timeout.saturating_sub(margin(timeout)));
        Self { token, deadline: Instant::now() + timeout, traceparent: text("traceparent").unwrap_or_default().into() }
    }

    /// The span of the call, which what the call does goes on with. While nothing is exported it is the empty one.
    pub(crate) fn enter(&mut self, method: &'static str) -> Span {
        let span = sceau_trace::call(method, &self.traceparent);
        if !span.is_none() {
            self.traceparent = sceau_trace::traceparent(&span).into();
        }
        span
    }

    /// Who sent it.
    pub(crate) fn caller(&self, authority: &TokenAuthority, now: Timestamp) -> Result<Arc<Caller>, Status> {
        let token = self.token.as_deref().ok_or_else(|| failure::unauthenticated(&TokenError::Missing))?;
        authority.verify(token, now).map_err(|error| failure::unauthenticated(&error))
    }
}

/// What is kept of a time-out to tell the caller why, before the transport cuts the call without a word.
fn margin(timeout: Duration) -> Duration {
    (timeout / 5).min(Duration::from_millis(50))
}

/// A `grpc-timeout`: at most 8 digits and a unit (gRPC over HTTP/2, "Requests").
fn timeout(text: &str) -> Option<Duration> {
    let (unit_at, unit) = text.char_indices().next_back()?;
    let amount: u64 = text.get(..unit_at).filter(|digits| digits.len() <= 8)?.parse().ok()?;
    Some(match unit {
        'H' => Duration::from_secs(amount * 3600),
        'M' => Duration::from_secs(amount * 60),
        'S' => Duration::from_secs(amount),
        'm' => Duration::from_millis(amount),
        'u' => Duration::from_micros(amount),
        'n' => Duration::from_nanos(amount),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_read_as_grpc_writes_it() {
        assert_eq!(timeout("250m"), Some(Duration::from_millis(250)));
        assert_eq!(timeout("3S"), Some(Duration::from_secs(3)));
        assert_eq!(timeout("123456789S"), None);
        assert_eq!((timeout(""), timeout("S"), timeout("1x")), (None, None, None));
    }

    #[test]
    fn only_a_bearer_token_is_a_token() {
        let token = |value: &'static str| {
            let mut metadata = MetadataMap::new();
            metadata.insert("authorization", value.parse().unwrap());
            Envelope::of(&metadata, Duration::from_secs(1)).token
        };
        assert_eq!(token("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(token("bearer abc").as_deref(), Some("abc"));
        assert_eq!((token("Basic abc"), token("abc")), (None, None));
    }
}
