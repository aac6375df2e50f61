//! All the streams of one topic, as the engine runs them.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::Faults;
use crate::{Context, Refusal};

/// An event ready for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedEvent {
    /// Full name of the message: `sceau.order.v1.OrderPlaced`.
    pub type_name: &'static str,
    /// The encoded message.
    pub payload: Vec<u8>,
}

/// Why an event in the log cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// No event of this name is known here: it was written by a newer version.
    UnknownType {
        /// The name found.
        type_name: String,
    },
    /// The bytes are not an encoding of the message.
    Malformed {
        /// The message's name.
        type_name: String,
        /// What the decoder said.
        reason: String,
    },
    /// The message decodes, but is not a valid event.
    Invalid {
        /// The message's name.
        type_name: String,
        /// Its faults.
        faults: Faults,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownType { type_name } => {
                write!(f, "unknown event type `{type_name}`: it was written by a newer version, run that one")
            }
            Self::Malformed { type_name, reason } => write!(f, "`{type_name}` does not decode: {reason}"),
            Self::Invalid { type_name, faults } => write!(f, "`{type_name}` is not a valid event: {faults}"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The streams of one topic: several deciders behind one door, with the encodings the engine needs. Made by
/// [`domain!`](crate::domain).
pub trait Domain: Send + Sync + 'static {
    /// The topic these streams are written to: `sceau.order`.
    const TOPIC: &'static str;
    /// Raised whenever the shape of `State` changes: saved states of another version are left aside, and the log is
    /// folded again.
    const STATE_VERSION: u32 = 1;
    /// State of a stream of any kind.
    type State: Clone + Send + Serialize + DeserializeOwned + 'static;
    /// A command to a stream of any kind. It has an encoding because it may have to be sent on to another node.
    type Command: Send + Serialize + DeserializeOwned + 'static;
    /// An event of a stream of any kind.
    type Event: Send + 'static;
    /// A refusal by a stream of any kind.
    type Refusal: Refusal;

    /// The state of a stream of `kind` that has no events yet; `None` for a kind this domain does not have.
    fn initial(kind: &str) -> Option<Self::State>;
    /// See [`Decider::decide`](crate::Decider::decide). A command of another kind than the state's is never sent: the
    /// stream id is made from the command; it gives no events.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        context: &Context,
    ) -> Result<Vec<Self::Event>, Self::Refusal>;
    /// See [`Decider::evolve`](crate::Decider::evolve).
    fn evolve(state: &mut Self::State, event: &Self::Event);
    /// The event as the log keeps it.
    fn encode(event: &Self::Event) -> EncodedEvent;
    /// The event of a record, of any version ever written.
    fn decode(type_name: &str, payload: &[u8]) -> Result<Self::Event, DecodeError>;
}

/// Gathers deciders into the [`Domain`] of a topic:
///
/// ```ignore
/// sceau_kernel::domain! {
///     /// The order domain.
///     Ordering, topic "sceau.order", state OrderingState, command OrderingCommand, event OrderingEvent, refusal OrderingRefusal;
///     Order: order::Order as "order",
///     PriceList: price_list::PriceList as "price-list",
/// }
/// ```
///
/// `state OrderingState version 2` raises [`STATE_VERSION`](crate::Domain::STATE_VERSION).
///
/// Each decider's event enum derives [`Wire`](crate::Wire); its command and its state are `Clone + Serialize +
/// Deserialize`.
#[macro_export]
macro_rules! domain {
    (
        $(#[$doc:meta])* $domain:ident, topic $topic:literal,
        state $state:ident $(version $version:literal)?, command $command:ident, event $event:ident, refusal $refusal:ident;
        $($kind:ident: $decider:ty as $name:literal),+ $(,)?
    ) => {
        $(#[$doc])*
        pub struct $domain;

        /// State of a stream of any kind of this domain.
        #[derive(Clone, $crate::serde::Serialize, $crate::serde::Deserialize)]
        #[serde(crate = "sceau_kernel::serde")]
        pub enum $state { $(#[doc = $name] $kind(<$decider as $crate::Decider>::State)),+ }

        /// A command to a stream of any kind of this domain.
        #[derive(Clone, Debug, PartialEq, $crate::serde::Serialize, $crate::serde::Deserialize)]
        #[serde(crate = "sceau_kernel::serde")]
        pub enum $command { $(#[doc = $name] $kind(<$decider as $crate::Decider>::Command)),+ }

        /// An event of a stream of any kind of this domain.
        #[derive(Clone, Debug, PartialEq)]
        pub enum $event { $(#[doc = $name] $kind(<$decider as $crate::Decider>::Event)),+ }

        /// A refusal by a stream of any kind of this domain.
        #[derive(Clone, Debug, PartialEq)]
        pub enum $refusal { $(#[doc = $name] $kind(<$decider as $crate::Decider>::Refusal)),+ }

        impl ::std::fmt::Display for $refusal {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self { $(Self::$kind(refusal) => ::std::fmt::Display::fmt(refusal, f)),+ }
            }
        }

        impl ::std::error::Error for $refusal {}

        impl $crate::Refusal for $refusal {
            fn code(&self) -> &'static str {
                match self { $(Self::$kind(refusal) => $crate::Refusal::code(refusal)),+ }
            }
            fn kind(&self) -> $crate::RefusalKind {
                match self { $(Self::$kind(refusal) => $crate::Refusal::kind(refusal)),+ }
            }
            fn values(&self) -> Vec<(&'static str, String)> {
                match self { $(Self::$kind(refusal) => $crate::Refusal::values(refusal)),+ }
            }
        }

        impl $domain {
            /// Full names of the messages of every event of this domain.
            pub fn event_types() -> Vec<&'static str> {
                [$(<$decider as $crate::Decider>::Event::TYPE_NAMES),+].concat()
            }
        }

        impl $crate::Domain for $domain {
            const TOPIC: &'static str = $topic;
            $(const STATE_VERSION: u32 = $version;)?
            type State = $state;
            type Command = $command;
            type Event = $event;
            type Refusal = $refusal;

            fn initial(kind: &str) -> Option<$state> {
                match kind {
                    $($name => Some($state::$kind(Default::default())),)+
                    _ => None,
                }
            }

            #[allow(unreachable_patterns, reason = "a domain of one kind has no other pair")]
            fn decide(state: &$state, command: &$command, context: &$crate::Context) -> Result<Vec<$event>, $refusal> {
                match (state, command) {
                    $(($state::$kind(state), $command::$kind(command)) => {
                        <$decider as $crate::Decider>::decide(state, command, context)
                            .map(|events| events.into_iter().map($event::$kind).collect())
                            .map_err($refusal::$kind)
                    })+
                    _ => Ok(Vec::new()),
                }
            }

            #[allow(unreachable_patterns, reason = "a domain of one kind has no other pair")]
            fn evolve(state: &mut $state, event: &$event) {
                match (state, event) {
                    $(($state::$kind(state), $event::$kind(event)) => <$decider as $crate::Decider>::evolve(state, event),)+
                    _ => {}
                }
            }

            fn encode(event: &$event) -> $crate::EncodedEvent {
                match event { $($event::$kind(event) => event.encode_event()),+ }
            }

            fn decode(type_name: &str, payload: &[u8]) -> Result<$event, $crate::DecodeError> {
                $(if let Some(event) = <$decider as $crate::Decider>::Event::decode_event(type_name, payload) {
                    return event.map($event::$kind);
                })+
                Err($crate::DecodeError::UnknownType { type_name: type_name.to_owned() })
            }
        }
    };
}
