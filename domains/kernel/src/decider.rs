//! The pure state machine behind every stream.

use crate::{Context, Refusal};

/// One kind of stream as a pure state machine (J. Chassaing, "Functional Event Sourcing Decider", 2021).
///
/// The same inputs give the same events on every machine and in every replay.
pub trait Decider: 'static {
    /// An enum of situations; the default is the stream that has no events yet.
    type State: Default;
    /// What a caller may ask.
    type Command;
    /// What may have happened.
    type Event;
    /// Why a command is refused: a closed enum in order of precedence.
    type Refusal: Refusal;

    /// The events that `command` gives rise to in `state`, or why it is refused. No events means that what was asked
    /// already holds. It has no side effect.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        context: &Context,
    ) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// Takes `event` into `state`. It cannot fail: an event is a fact.
    fn evolve(state: &mut Self::State, event: &Self::Event);
}
