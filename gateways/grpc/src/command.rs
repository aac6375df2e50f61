//! One way for every command, whether it comes alone or over the `Submit` stream: authorise, read, look up the facts it
//! needs, hand it to the engine, answer with a receipt.

mod certification;
mod container;
mod order;
mod payment;
mod stamp;
mod verification;

use std::future::Future;
use std::sync::OnceLock;

use prost::{Message, Name};
use prost_types::FileDescriptorSet;
use sceau_engine::{Accepted, Envelope as Submission};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::wire::{Faults, Field, FromRequest, Wire};
use sceau_kernel::{CommandDigest, CommandId, Domain, StreamId};
use sceau_log::Log;
use sceau_proto::common::v1::{CommandMeta, CommandReceipt, Position};
use sceau_security::Rule;
use tonic::Status;

use crate::call::Call;
use crate::door::{Decides, Door, Engines};
use crate::failure;

/// Number of the field `meta` in every command request.
const META_FIELD: u32 = 1;

/// A request that asks for a change.
pub(crate) trait CommandCall: Message + Name + Default + 'static {
    /// The domain that decides it.
    type Domain: Domain;
    /// Who may give it.
    const RULE: &'static Rule;
    /// Takes the meta out of the request.
    fn take_meta(&mut self) -> Option<CommandMeta>;
    /// Text that is the same for two requests to the same stream: the id of the thing changed; `None` for one that
    /// creates its thing.
    fn target(&self) -> Option<&str>;
    /// Reads the request and looks up what its decision needs to know.
    fn prepare(
        self,
        door: &Door,
        given: &Given<'_>,
    ) -> impl Future<Output = Result<Prepared<Self::Domain>, Status>> + Send;
}

/// What comes with a command beside its own fields.
pub(crate) struct Given<'a> {
    pub(crate) call: &'a Call,
    pub(crate) command_id: CommandId,
    /// The facts are at least as fresh as these positions.
    pub(crate) after: &'a [Position],
    /// The log that the views follow.
    pub(crate) log: &'a dyn Log,
}

/// A command ready for the engine.
pub(crate) struct Prepared<D: Domain> {
    pub(crate) stream: StreamId,
    pub(crate) command: D::Command,
}

impl Door {
    /// Prepares a command and hands it to the engine; the future it gives waits for the answer.
    pub(crate) async fn begin<C: CommandCall>(
        &self,
        call: &Call,
        mut request: C,
    ) -> Result<impl Future<Output = Result<CommandReceipt, Status>> + Send + use<C>, Status>
    where
        Engines: Decides<C::Domain>,
    {
        let meta = request.take_meta().unwrap_or_default();
        let command_id = CommandId::Client(command_uuid(&meta)?);
        let digest = CommandDigest::of(&request.encode_to_vec(), META_FIELD);
        let given = Given { call, command_id: command_id.clone(), after: &meta.after, log: &*self.log };
        let Prepared { stream, command } = request.prepare(self, &given).await?;
        let submission = Submission {
            stream: stream.clone(),
            command,
            command_id,
            digest,
            expected_version: meta.expected_version,
            actor: call.actor.clone(),
            traceparent: call.traceparent.clone(),
        };
        let outcome = Decides::<C::Domain>::engine(&self.engines).submit(submission);
        Ok(async move {
            match outcome.await {
                Ok(accepted) => Ok(receipt(&accepted, &stream)),
                Err(refused) => Err(failure::refused(&refused, &stream, |number| field_name(&C::full_name(), number))),
            }
        })
    }

    /// Carries a command out.
    pub(crate) async fn command<C: CommandCall>(&self, call: &Call, request: C) -> Result<CommandReceipt, Status>
    where
        Engines: Decides<C::Domain>,
    {
        self.begin(call, request).await?.await
    }
}

fn command_uuid(meta: &CommandMeta) -> Result<Uuid, Status> {
    let text = meta.command_id.as_str();
    let fault = |reason: String| failure::bad_field("meta.command_id", reason);
    match Uuid::try_parse(text) {
        Ok(id) => Ok(id),
        Err(_) if text.is_empty() => {
            Err(fault("is required: a UUID of your choice, the same when you retry".to_owned()))
        }
        Err(_) => Err(fault(format!("`{text}` is not a UUID"))),
    }
}

fn receipt(accepted: &Accepted, stream: &StreamId) -> CommandReceipt {
    CommandReceipt {
        position: Some(Position {
            topic: accepted.topic.to_owned(),
            partition: accepted.partition,
            offset: accepted.offset,
        }),
        version: accepted.version,
        id: stream.id().to_owned(),
        repeated: accepted.repeated,
        accepted_at: Some(accepted.time.to_wire()),
    }
}

/// The name of a field of a published message.
fn field_name(message: &str, number: u32) -> Option<String> {
    static DESCRIPTORS: OnceLock<FileDescriptorSet> = OnceLock::new();
    let descriptors =
        DESCRIPTORS.get_or_init(|| FileDescriptorSet::decode(sceau_proto::DESCRIPTORS).unwrap_or_default());
    let (package, name) = message.rsplit_once('.')?;
    let messages = descriptors.file.iter().filter(|file| file.package() == package).flat_map(|file| &file.message_type);
    let fields = messages.filter(|message| message.name() == name).flat_map(|message| &message.field);
    fields.into_iter().find(|field| i64::from(field.number()) == i64::from(number)).map(|field| field.name().to_owned())
}

/// The body of a request; all its faults otherwise.
pub(crate) fn body<B: FromRequest>(request: B::Request) -> Result<B, Status> {
    B::from_request(request).map_err(|faults| failure::bad_request(&faults))
}

/// The id in the field `name` and the body of a request that names an existing thing; all faults of both otherwise.
pub(crate) fn addressed<I: Field<String>, B: FromRequest>(
    name: &str,
    id: &str,
    request: B::Request,
) -> Result<(I, B), Status> {
    let mut faults = Vec::new();
    let id = Faults::field::<I, String>(&mut faults, name, id.to_owned());
    match (id, B::from_request(request)) {
        (Some(id), Ok(body)) => Ok((id, body)),
        (_, Ok(_)) => Err(failure::bad_request(&Faults(faults))),
        (_, Err(found)) => {
            faults.extend(found.0);
            Err(failure::bad_request(&Faults(faults)))
        }
    }
}

/// The id in the field `name`.
pub(crate) fn id<I: Field<String>>(name: &str, text: String) -> Result<I, Status> {
    I::take(text).map_err(|faults| failure::bad_request(&faults.under(name)))
}

/// Makes a request a command: its domain, its method, the field that names the thing it changes (or `-`), and the
/// function that prepares it: `now` for one that needs no facts, `looking_up` for one that does.
macro_rules! command_call {
    ($domain:ty, $method:expr, $request:ty, $target:tt, $way:ident $prepare:expr) => {
        impl $crate::command::CommandCall for $request {
            type Domain = $domain;
            const RULE: &'static sceau_security::Rule = $crate::access::rule_of($method);
            fn take_meta(&mut self) -> Option<sceau_proto::common::v1::CommandMeta> {
                self.meta.take()
            }
            fn target(&self) -> Option<&str> {
                $crate::command::command_call!(@target self $target)
            }
            fn prepare(
                self,
                door: &$crate::door::Door,
                given: &$crate::command::Given<'_>,
            ) -> impl Future<Output = Result<$crate::command::Prepared<$domain>, tonic::Status>> + Send {
                $crate::command::command_call!(@$way $prepare, self, door, given)
            }
        }
    };
    (@target $this:ident -) => {
        None
    };
    (@target $this:ident $field:ident) => {
        Some(&$this.$field)
    };
    (@now $prepare:expr, $this:ident, $door:ident, $given:ident) => {{
        let _ = $door;
        std::future::ready(($prepare)($this, $given))
    }};
    (@looking_up $prepare:expr, $this:ident, $door:ident, $given:ident) => {
        ($prepare)($this, $door, $given)
    };
}

/// Makes requests that name an existing thing and need no facts commands.
macro_rules! commands_to {
    ($domain:ty, $service:literal; $($method:ident: $request:ty, $field:ident as $id:ty, $body:ty => $command:expr;)+) => {
        $($crate::command::command_call!($domain, concat!($service, stringify!($method)), $request, $field, now {
            |request: $request, given: &$crate::command::Given<'_>| {
                let named = request.$field.clone();
                let (id, body) = $crate::command::addressed::<$id, $body>(stringify!($field), &named, request)?;
                let command: fn($body) -> <$domain as sceau_kernel::Domain>::Command = $command;
                Ok($crate::command::Prepared { stream: id.stream(&given.call.tenant), command: command(body) })
            }
        });)+
    };
}

pub(crate) use {command_call, commands_to};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_as_the_caller_knows_them() {
        assert_eq!(field_name("sceau.order.v1.PlaceOrderRequest", 3).as_deref(), Some("lines"));
        assert_eq!(field_name("sceau.order.v1.PlaceOrderRequest", 99), None);
    }
}
