//! A stamper: a printer or importer whom the office trusts with stamps.

use std::fmt;

use sceau_kernel::{Context, Decider, Refusal, RefusalKind, Timestamp, Wire};
use serde::{Deserialize, Serialize};

use crate::validity::{self, ValidityFault};
use crate::{Contact, Name, Remark};

sceau_kernel::id!(
    /// An accredited stamper.
    StamperId, "stamper"
);

/// The decider of stamper streams.
pub struct Stamper;

/// Allows a stamper to produce and activate stamps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::AccreditStamperRequest)]
pub struct AccreditStamper {
    /// Its legal name.
    pub name: Name,
    /// How to reach it.
    pub contact: Contact,
    /// The first instant at which the accreditation no longer holds.
    pub valid_until: Timestamp,
}

/// Takes a stamper's accreditation away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::WithdrawStamperRequest)]
pub struct WithdrawStamper {
    /// Why.
    pub reason: Remark,
}

/// What a caller may ask of a stamper stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StamperCommand {
    /// Accredits it.
    Accredit(AccreditStamper),
    /// Takes the accreditation away.
    Withdraw(WithdrawStamper),
}

/// A stamper may produce and activate stamps.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::StamperAccredited)]
pub struct StamperAccredited {
    /// Its legal name.
    pub name: Name,
    /// How to reach it.
    pub contact: Contact,
    /// The first instant at which the accreditation no longer holds.
    pub valid_until: Timestamp,
    /// When it was accredited.
    pub accredited_at: Timestamp,
}

/// A stamper lost its accreditation.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::StamperWithdrawn)]
pub struct StamperWithdrawn {
    /// Why.
    pub reason: Remark,
    /// When it had been accredited.
    pub accredited_at: Timestamp,
}

/// What may have happened to a stamper.
#[derive(Clone, Debug, PartialEq, Wire)]
pub enum StamperEvent {
    /// It was accredited.
    Accredited(StamperAccredited),
    /// It lost the accreditation.
    Withdrawn(StamperWithdrawn),
}

/// Where an accreditation stands. That its time has run out is for the reader to see from `valid_until`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire, Serialize, Deserialize)]
#[wire(enumeration = sceau_proto::certification::v1::StamperStatus)]
pub enum StamperStatus {
    /// It holds until its end of validity.
    #[default]
    Accredited,
    /// It was taken away.
    Withdrawn,
}

/// Where a stamper stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum StamperState {
    /// Never accredited.
    #[default]
    Unknown,
    /// Accredited.
    Accredited {
        /// What was accredited.
        name: Name,
        /// How to reach it.
        contact: Contact,
        /// The first instant at which the accreditation no longer holds.
        valid_until: Timestamp,
        /// When it was accredited.
        accredited_at: Timestamp,
    },
    /// The accreditation was taken away.
    Withdrawn {
        /// Its name.
        name: Name,
        /// Why.
        reason: Remark,
    },
}

/// Why a command to a stamper stream is refused, in order of precedence.
#[derive(Clone, Debug, PartialEq)]
pub enum StamperRefusal {
    /// There is no such stamper.
    NotFound,
    /// It was accredited under another name, contact or validity, or lost the accreditation since.
    AlreadyAccredited {
        /// The name it was accredited under.
        name: Name,
    },
    /// The accreditation was taken away for another reason.
    AlreadyWithdrawn {
        /// The reason it was taken away for.
        reason: Remark,
    },
    /// The validity asked for is not allowed.
    Validity(ValidityFault),
}

impl Decider for Stamper {
    type State = StamperState;
    type Command = StamperCommand;
    type Event = StamperEvent;
    type Refusal = StamperRefusal;

    fn decide(
        state: &StamperState,
        command: &StamperCommand,
        context: &Context,
    ) -> Result<Vec<StamperEvent>, StamperRefusal> {
        use {StamperCommand as Command, StamperState as State};
        match (state, command) {
            (State::Unknown, Command::Accredit(asked)) => {
                validity::check(asked.valid_until, context.time).map_err(StamperRefusal::Validity)?;
                Ok(vec![StamperEvent::Accredited(StamperAccredited {
                    name: asked.name.clone(),
                    contact: asked.contact.clone(),
                    valid_until: asked.valid_until,
                    accredited_at: context.time,
                })])
            }
            (State::Accredited { name, contact, valid_until, .. }, Command::Accredit(asked)) => {
                if (name, contact, valid_until) == (&asked.name, &asked.contact, &asked.valid_until) {
                    return Ok(Vec::new());
                }
                Err(StamperRefusal::AlreadyAccredited { name: name.clone() })
            }
            (State::Withdrawn { name, .. }, Command::Accredit(_)) => {
                Err(StamperRefusal::AlreadyAccredited { name: name.clone() })
            }
            (State::Unknown, Command::Withdraw(_)) => Err(StamperRefusal::NotFound),
            (State::Accredited { accredited_at, .. }, Command::Withdraw(asked)) => {
                let (reason, accredited_at) = (asked.reason.clone(), *accredited_at);
                Ok(vec![StamperEvent::Withdrawn(StamperWithdrawn { reason, accredited_at })])
            }
            (State::Withdrawn { reason, .. }, Command::Withdraw(asked)) => {
                if *reason == asked.reason {
                    return Ok(Vec::new());
                }
                Err(StamperRefusal::AlreadyWithdrawn { reason: reason.clone() })
            }
        }
    }

    fn evolve(state: &mut StamperState, event: &StamperEvent) {
        match event {
            StamperEvent::Accredited(event) => {
                *state = StamperState::Accredited {
                    name: event.name.clone(),
                    contact: event.contact.clone(),
                    valid_until: event.valid_until,
                    accredited_at: event.accredited_at,
                };
            }
            StamperEvent::Withdrawn(event) => {
                if let StamperState::Accredited { name, .. } = state {
                    *state = StamperState::Withdrawn { name: name.clone(), reason: event.reason.clone() };
                }
            }
        }
    }
}

impl Refusal for StamperRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "STAMPER_NOT_FOUND",
            Self::AlreadyAccredited { .. } => "STAMPER_ALREADY_ACCREDITED",
            Self::AlreadyWithdrawn { .. } => "STAMPER_ALREADY_WITHDRAWN",
            Self::Validity(ValidityFault::Past { .. }) => "ACCREDITATION_VALIDITY_PAST",
            Self::Validity(ValidityFault::TooLong { .. }) => "ACCREDITATION_VALIDITY_TOO_LONG",
        }
    }
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound => RefusalKind::NotFound,
            Self::AlreadyAccredited { .. } => RefusalKind::AlreadyExists,
            Self::AlreadyWithdrawn { .. } => RefusalKind::Precondition,
            Self::Validity(_) => RefusalKind::Invalid,
        }
    }
    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotFound => Vec::new(),
            Self::AlreadyAccredited { name } => vec![("name", name.to_string())],
            Self::AlreadyWithdrawn { reason } => vec![("reason", reason.to_string())],
            Self::Validity(fault) => fault.values(),
        }
    }
}

impl fmt::Display for StamperRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no stamper has this stamper_id: accredit it first, or check the id"),
            Self::AlreadyAccredited { name } => {
                write!(
                    f,
                    "this stamper was accredited already, as `{name}`: use a new command_id for a new accreditation"
                )
            }
            Self::AlreadyWithdrawn { reason } => {
                write!(
                    f,
                    "this accreditation was withdrawn already, because of `{reason}`: nothing is left to withdraw"
                )
            }
            Self::Validity(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for StamperRefusal {}
