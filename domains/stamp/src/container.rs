//! One container: a carton or a pallet, and what it stands in.
//!
//! A container's own stream says what it is inside of; a batch's stream says which of its codes are in which container.
//! So a code is in one container at most, and a carton on one pallet at most, whoever asks at the same time: each is
//! decided by one stream. What the other side is (a pallet, of this company) never changes once it is opened, so it may
//! come as a fact. Containers are of two kinds and only pallets hold containers: nothing can stand in itself.

mod refusal;

use sceau_kernel::{Actor, Context, Decider, Role, Wire};
use serde::{Deserialize, Serialize};

pub use refusal::ContainerRefusal;

use crate::{CompanyId, Sscc, StamperId};

/// What a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::stamp::v1::ContainerKind)]
pub enum ContainerKind {
    /// Holds codes.
    Carton,
    /// Holds cartons and codes.
    Pallet,
}

/// A command to a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ContainerCommand {
    /// Bring it into use.
    Open(OpenContainer),
    /// Put it on a pallet.
    Aggregate(AggregateContainer, Option<ContainerFacts>),
    /// Take it off its pallet.
    Disaggregate,
}

/// Brings a container into use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::stamp::v1::OpenContainerRequest)]
pub struct OpenContainer {
    /// Its number.
    pub sscc: Sscc,
    /// What it is.
    pub kind: ContainerKind,
    /// The company whose goods it holds.
    pub company_id: CompanyId,
}

/// Puts a container on a pallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::stamp::v1::AggregateContainerRequest)]
pub struct AggregateContainer {
    /// The pallet.
    pub into: Sscc,
}

/// What is known of another container and never changes; looked up by the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerFacts {
    /// What it is.
    pub kind: ContainerKind,
    /// The company whose goods it holds.
    pub company_id: CompanyId,
}

/// What happened to a container.
#[derive(Clone, Debug, PartialEq, Wire)]
pub enum ContainerEvent {
    /// It was brought into use.
    Opened(ContainerOpened),
    /// It was put on a pallet.
    Aggregated(ContainerAggregated),
    /// It was taken off its pallet.
    Disaggregated(ContainerDisaggregated),
}

/// A container was brought into use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::stamp::v1::ContainerOpened)]
pub struct ContainerOpened {
    /// Its number.
    pub sscc: Sscc,
    /// What it is.
    pub kind: ContainerKind,
    /// The company whose goods it holds.
    pub company_id: CompanyId,
    /// The stamper who opened it; nobody when the company or the office did.
    pub stamper_id: Option<StamperId>,
}

/// A container was put on a pallet.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::ContainerAggregated)]
pub struct ContainerAggregated {
    /// The container.
    pub sscc: Sscc,
    /// The pallet.
    pub into: Sscc,
}

/// A container was taken off its pallet.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::stamp::v1::ContainerDisaggregated)]
pub struct ContainerDisaggregated {
    /// The container.
    pub sscc: Sscc,
    /// The pallet it stood on.
    pub from: Sscc,
}

/// The situation of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContainerState {
    /// There is no such container.
    #[default]
    NotOpened,
    /// It is in use.
    Opened {
        /// What it is.
        opened: ContainerOpened,
        /// The pallet on which it stands.
        inside: Option<Sscc>,
    },
}

/// A container as a decider.
pub struct Container;

type Decision = Result<Vec<ContainerEvent>, ContainerRefusal>;

impl Decider for Container {
    type State = ContainerState;
    type Command = ContainerCommand;
    type Event = ContainerEvent;
    type Refusal = ContainerRefusal;

    fn decide(state: &ContainerState, command: &ContainerCommand, context: &Context) -> Decision {
        match (state, command) {
            (ContainerState::NotOpened, ContainerCommand::Open(command)) => open(command, &context.actor),
            (ContainerState::NotOpened, _) => Err(ContainerRefusal::Unknown),
            (ContainerState::Opened { opened, .. }, ContainerCommand::Open(command)) => again(opened, command),
            (ContainerState::Opened { opened, inside }, command) => {
                check_party(&context.actor, opened.company_id, opened.stamper_id)?;
                match command {
                    ContainerCommand::Aggregate(command, facts) => {
                        aggregate(opened, *inside, command.into, facts.as_ref())
                    }
                    ContainerCommand::Open(_) | ContainerCommand::Disaggregate => Ok(disaggregate(opened, *inside)),
                }
            }
        }
    }

    fn evolve(state: &mut ContainerState, event: &ContainerEvent) {
        match (state, event) {
            (state, ContainerEvent::Opened(opened)) => {
                *state = ContainerState::Opened { opened: opened.clone(), inside: None };
            }
            (ContainerState::Opened { inside, .. }, ContainerEvent::Aggregated(event)) => *inside = Some(event.into),
            (ContainerState::Opened { inside, .. }, ContainerEvent::Disaggregated(_)) => *inside = None,
            (ContainerState::NotOpened, ContainerEvent::Aggregated(_) | ContainerEvent::Disaggregated(_)) => {}
        }
    }
}

fn open(command: &OpenContainer, actor: &Actor) -> Decision {
    let OpenContainer { sscc, kind, company_id } = *command;
    let stamper_id = match actor.role {
        Role::Stamper => Some(stamper_of(actor).ok_or(ContainerRefusal::OfAnother)?),
        _ => None,
    };
    check_party(actor, company_id, stamper_id)?;
    Ok(vec![ContainerEvent::Opened(ContainerOpened { sscc, kind, company_id, stamper_id })])
}

fn stamper_of(actor: &Actor) -> Option<StamperId> {
    sceau_kernel::wire::Text::parse(actor.party.as_deref()?)
}

fn again(opened: &ContainerOpened, command: &OpenContainer) -> Decision {
    if (opened.kind, opened.company_id) == (command.kind, command.company_id) {
        return Ok(Vec::new());
    }
    Err(ContainerRefusal::ExistsOtherwise { sscc: opened.sscc })
}

/// A company acts on containers of its goods, a stamper on those that it opened.
fn check_party(actor: &Actor, company_id: CompanyId, stamper_id: Option<StamperId>) -> Result<(), ContainerRefusal> {
    let its_own = match actor.role {
        Role::Company => actor.party.as_deref() == Some(company_id.to_string().as_str()),
        Role::Stamper => stamper_id.is_some() && stamper_of(actor) == stamper_id,
        Role::Administrator | Role::Operator | Role::Auditor | Role::Public | Role::System => true,
    };
    if its_own { Ok(()) } else { Err(ContainerRefusal::OfAnother) }
}

fn aggregate(opened: &ContainerOpened, inside: Option<Sscc>, into: Sscc, facts: Option<&ContainerFacts>) -> Decision {
    let sscc = opened.sscc;
    match inside {
        Some(parent) if parent == into => return Ok(Vec::new()),
        Some(parent) => return Err(ContainerRefusal::InAnother { sscc, inside: parent }),
        None => {}
    }
    if opened.kind == ContainerKind::Pallet {
        return Err(ContainerRefusal::PalletInside { sscc });
    }
    let Some(facts) = facts else {
        return Err(ContainerRefusal::IntoUnknown { sscc: into });
    };
    if facts.kind != ContainerKind::Pallet {
        return Err(ContainerRefusal::IntoCarton { sscc: into });
    }
    if facts.company_id != opened.company_id {
        return Err(ContainerRefusal::IntoAnotherCompanys { sscc: into });
    }
    Ok(vec![ContainerEvent::Aggregated(ContainerAggregated { sscc, into })])
}

fn disaggregate(opened: &ContainerOpened, inside: Option<Sscc>) -> Vec<ContainerEvent> {
    let event = |from| ContainerEvent::Disaggregated(ContainerDisaggregated { sscc: opened.sscc, from });
    inside.map(event).into_iter().collect()
}

#[cfg(test)]
mod tests;
