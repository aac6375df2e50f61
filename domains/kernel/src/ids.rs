//! Names of things: tenants, streams, commands, and the macro that makes a typed id.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A country or other authority that runs its own certification on the platform: a lower-case slug of 1 to 32
/// characters `a-z 0-9 -`. It is the first part of every stream id, so one tenant's command cannot reach another's
/// stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tenant(Box<str>);

impl Tenant {
    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tenant {
    type Err = StreamIdError;
    fn from_str(text: &str) -> Result<Self, StreamIdError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.is_empty() || text.len() > 32 || !text.chars().all(allowed) {
            return Err(StreamIdError::Tenant { value: text.to_owned() });
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a stream: `<tenant>/<kind>/<id>`, for example `ci/order/7d0c…`. It is the record key in the log, and
/// its hash chooses the partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StreamId(Box<str>);

impl StreamId {
    /// The stream of `kind` named `id` that belongs to `tenant`. `kind` and `id` hold no `/`.
    pub fn new(tenant: &Tenant, kind: &str, id: &(impl fmt::Display + ?Sized)) -> Self {
        Self(format!("{tenant}/{kind}/{id}").into())
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn part(&self, n: usize) -> &str {
        self.0.splitn(3, '/').nth(n).unwrap_or_default()
    }

    /// The tenant's slug.
    pub fn tenant(&self) -> &str {
        self.part(0)
    }

    /// The tenant, to name other streams of it.
    pub fn to_tenant(&self) -> Tenant {
        Tenant(self.tenant().into())
    }

    /// The kind of stream, which chooses its decider.
    pub fn kind(&self) -> &str {
        self.part(1)
    }

    /// The id within the kind.
    pub fn id(&self) -> &str {
        self.part(2)
    }
}

impl FromStr for StreamId {
    type Err = StreamIdError;
    fn from_str(text: &str) -> Result<Self, StreamIdError> {
        let mut parts = text.split('/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(tenant), Some(kind), Some(id), None) if !kind.is_empty() && !id.is_empty() => {
                tenant.parse::<Tenant>()?;
                Ok(Self(text.into()))
            }
            _ => Err(StreamIdError::Shape { value: text.to_owned() }),
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text names no tenant or stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamIdError {
    /// The tenant is not a slug.
    Tenant {
        /// The text given.
        value: String,
    },
    /// The text is not `<tenant>/<kind>/<id>`.
    Shape {
        /// The text given.
        value: String,
    },
}

impl fmt::Display for StreamIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenant { value } => {
                write!(f, "`{value}` is not a tenant: use 1 to 32 characters of a-z, 0-9 and -")
            }
            Self::Shape { value } => write!(f, "`{value}` is not a stream id: use <tenant>/<kind>/<id>"),
        }
    }
}

impl std::error::Error for StreamIdError {}

/// The identity of a command, by which a repeat is told from a new one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CommandId {
    /// Chosen by a caller.
    Client(Uuid),
    /// Derived from the event that a reactor answered.
    Reaction(Reaction),
}

/// The event that a reactor's command answers. A stream remembers only the highest reaction per `(reactor, topic,
/// partition)`: a reactor sends its commands to one stream in log order, so anything at or below that mark is a repeat,
/// however long ago the first was.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reaction {
    /// Name of the reactor.
    pub reactor: Box<str>,
    /// Topic of the event.
    pub topic: Box<str>,
    /// Partition of the event.
    pub partition: u32,
    /// Offset of the commit that holds the event.
    pub offset: u64,
    /// Place among the commands that the commit gives rise to.
    pub index: u32,
}

impl CommandId {
    /// The id of the thing of `kind` that this command creates: the same command always names the same thing, so a
    /// retried creation meets itself. RFC 9562 version 5 under a namespace per kind.
    pub fn derive(&self, kind: &str) -> Uuid {
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("https://sceau.dev/{kind}").as_bytes());
        match self {
            Self::Client(id) => Uuid::new_v5(&namespace, id.as_bytes()),
            Self::Reaction(r) => Uuid::new_v5(
                &namespace,
                format!("{}/{}/{}/{}/{}", r.reactor, r.topic, r.partition, r.offset, r.index).as_bytes(),
            ),
        }
    }
}

/// Makes a typed id over a UUID: `id!(/// A company. CompanyId, "company");`. Its kind is the stream kind; on the wire
/// it is the hyphenated lower-case UUID.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, $crate::serde::Serialize, $crate::serde::Deserialize)]
        #[serde(crate = "sceau_kernel::serde")]
        pub struct $name(pub $crate::uuid::Uuid);

        impl $name {
            /// The stream kind of these ids.
            pub const KIND: &'static str = $kind;

            /// The id of the thing that this command creates.
            pub fn created_by(command: &$crate::CommandId) -> Self {
                Self(command.derive(Self::KIND))
            }

            /// The stream that this id names.
            pub fn stream(&self, tenant: &$crate::Tenant) -> $crate::StreamId {
                $crate::StreamId::new(tenant, Self::KIND, &self.0)
            }

            /// The id of the thing whose stream this is; `None` for a stream of another kind.
            pub fn of_stream(stream: &$crate::StreamId) -> Option<Self> {
                if stream.kind() == Self::KIND { <Self as $crate::wire::Text>::parse(stream.id()) } else { None }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl $crate::wire::Text for $name {
            const WHAT: &'static str = concat!("a ", $kind, " id (a UUID)");
            fn parse(text: &str) -> Option<Self> {
                $crate::uuid::Uuid::try_parse(text).ok().map(Self)
            }
            fn print(&self) -> String {
                self.0.to_string()
            }
        }
        $crate::text_wire!($name);
    };
}
