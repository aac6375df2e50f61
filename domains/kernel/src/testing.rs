//! `given(events).when(command).then(events)`: the sentence in which decisions are tested.
//!
//! ```ignore
//! given::<Certificate>([applied()]).when(Grant { .. }).then([granted()]);
//! given::<Certificate>([revoked()]).when(Suspend { .. }).refused(&CertificateRefusal::NotInForce { .. });
//! ```

mod golden;

use std::fmt::Debug;

pub use golden::golden;
use uuid::Uuid;

use crate::{Actor, CommandId, Context, Decider, Role, Tenant, Timestamp};

/// A context for tests: tenant `ci`, an administrator, 2026-01-01T00:00:00Z, command id of all ones.
///
/// # Panics
/// Never: the tenant is a valid slug.
#[allow(clippy::expect_used, reason = "a constant that parses")]
pub fn context() -> Context {
    Context {
        tenant: "ci".parse::<Tenant>().expect("`ci` is a tenant"),
        actor: Actor { subject: "test".into(), role: Role::Administrator, party: None },
        time: Timestamp(1_767_225_600_000_000),
        command_id: CommandId::Client(Uuid::from_u128(u128::MAX)),
    }
}

/// What has happened so far.
pub struct Given<D: Decider> {
    state: D::State,
    context: Context,
}

/// What the decider answered.
pub struct When<D: Decider> {
    outcome: Result<Vec<D::Event>, D::Refusal>,
}

/// Begins with the stream that holds `events`.
pub fn given<D: Decider>(events: impl IntoIterator<Item = D::Event>) -> Given<D> {
    let mut state = D::State::default();
    for event in events {
        D::evolve(&mut state, &event);
    }
    Given { state, context: context() }
}

impl<D: Decider> Given<D> {
    /// Decides at another time than the test context's.
    #[must_use]
    pub fn at(mut self, time: Timestamp) -> Self {
        self.context.time = time;
        self
    }

    /// Decides for another actor than the test context's.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> Self {
        self.context.actor = actor;
        self
    }

    /// Gives the command.
    pub fn when(self, command: &D::Command) -> When<D> {
        When { outcome: D::decide(&self.state, command, &self.context) }
    }
}

impl<D: Decider> When<D>
where
    D::Event: Debug + PartialEq,
{
    /// It was accepted with exactly these events.
    ///
    /// # Panics
    /// When it was not.
    #[track_caller]
    pub fn then(self, events: impl IntoIterator<Item = D::Event>) {
        assert_eq!(self.outcome, Ok(events.into_iter().collect()));
    }

    /// It was refused with exactly this.
    ///
    /// # Panics
    /// When it was not.
    #[track_caller]
    pub fn refused(self, refusal: &D::Refusal) {
        assert_eq!(self.outcome.as_ref(), Err(refusal));
    }
}
