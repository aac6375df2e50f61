//! A company in the register.

use std::fmt;

use sceau_kernel::{Context, Decider, Refusal, RefusalKind, Wire};
use serde::{Deserialize, Serialize};

use crate::{Contact, Name};

sceau_kernel::id!(
    /// A registered company.
    CompanyId, "company"
);

/// The decider of company streams.
pub struct Company;

/// What another decision has to know of a company that exists; the gateway looks it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyFacts {
    /// Its legal name.
    pub name: Name,
}

/// Enters a company in the register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::RegisterCompanyRequest)]
pub struct RegisterCompany {
    /// Its legal name.
    pub name: Name,
    /// Its number in the trade register.
    pub registration_number: Name,
    /// How to reach it.
    pub contact: Contact,
}

/// Changes how a company is to be reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::certification::v1::ChangeCompanyContactRequest)]
pub struct ChangeCompanyContact {
    /// How to reach it from now on.
    pub contact: Contact,
}

/// What a caller may ask of a company stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CompanyCommand {
    /// Enters it in the register.
    Register(RegisterCompany),
    /// Changes how it is to be reached.
    ChangeContact(ChangeCompanyContact),
}

/// A company entered the register.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::CompanyRegistered)]
pub struct CompanyRegistered {
    /// Its legal name.
    pub name: Name,
    /// Its number in the trade register.
    pub registration_number: Name,
    /// How to reach it.
    pub contact: Contact,
}

/// A company is to be reached in another way.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(sceau_proto::certification::v1::CompanyContactChanged)]
pub struct CompanyContactChanged {
    /// How to reach it from now on.
    pub contact: Contact,
}

/// What may have happened to a company.
#[derive(Clone, Debug, PartialEq, Wire)]
pub enum CompanyEvent {
    /// It entered the register.
    Registered(CompanyRegistered),
    /// It is to be reached in another way.
    ContactChanged(CompanyContactChanged),
}

/// Where a company stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum CompanyState {
    /// Not in the register.
    #[default]
    Unknown,
    /// In the register.
    Registered {
        /// Its legal name.
        name: Name,
        /// Its number in the trade register.
        registration_number: Name,
        /// How to reach it.
        contact: Contact,
    },
}

/// Why a command to a company stream is refused, in order of precedence.
#[derive(Clone, Debug, PartialEq)]
pub enum CompanyRefusal {
    /// There is no such company.
    NotFound,
    /// The company is registered under another name, number or contact.
    AlreadyRegistered {
        /// The name it is registered under.
        name: Name,
        /// The number it is registered under.
        registration_number: Name,
    },
}

impl Decider for Company {
    type State = CompanyState;
    type Command = CompanyCommand;
    type Event = CompanyEvent;
    type Refusal = CompanyRefusal;

    fn decide(
        state: &CompanyState,
        command: &CompanyCommand,
        _: &Context,
    ) -> Result<Vec<CompanyEvent>, CompanyRefusal> {
        match (state, command) {
            (CompanyState::Unknown, CompanyCommand::Register(company)) => {
                Ok(vec![CompanyEvent::Registered(CompanyRegistered {
                    name: company.name.clone(),
                    registration_number: company.registration_number.clone(),
                    contact: company.contact.clone(),
                })])
            }
            (CompanyState::Registered { name, registration_number, contact }, CompanyCommand::Register(asked)) => {
                if (name, registration_number, contact) == (&asked.name, &asked.registration_number, &asked.contact) {
                    return Ok(Vec::new());
                }
                let (name, registration_number) = (name.clone(), registration_number.clone());
                Err(CompanyRefusal::AlreadyRegistered { name, registration_number })
            }
            (CompanyState::Unknown, CompanyCommand::ChangeContact(_)) => Err(CompanyRefusal::NotFound),
            (CompanyState::Registered { contact, .. }, CompanyCommand::ChangeContact(asked)) => {
                if *contact == asked.contact {
                    return Ok(Vec::new());
                }
                Ok(vec![CompanyEvent::ContactChanged(CompanyContactChanged { contact: asked.contact.clone() })])
            }
        }
    }

    fn evolve(state: &mut CompanyState, event: &CompanyEvent) {
        match event {
            CompanyEvent::Registered(company) => {
                *state = CompanyState::Registered {
                    name: company.name.clone(),
                    registration_number: company.registration_number.clone(),
                    contact: company.contact.clone(),
                };
            }
            CompanyEvent::ContactChanged(changed) => {
                if let CompanyState::Registered { contact, .. } = state {
                    contact.clone_from(&changed.contact);
                }
            }
        }
    }
}

impl Refusal for CompanyRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "COMPANY_NOT_FOUND",
            Self::AlreadyRegistered { .. } => "COMPANY_ALREADY_REGISTERED",
        }
    }
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFound => RefusalKind::NotFound,
            Self::AlreadyRegistered { .. } => RefusalKind::AlreadyExists,
        }
    }
    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotFound => Vec::new(),
            Self::AlreadyRegistered { name, registration_number } => {
                vec![("name", name.to_string()), ("registration_number", registration_number.to_string())]
            }
        }
    }
}

impl fmt::Display for CompanyRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no company has this company_id: register it first, or check the id"),
            Self::AlreadyRegistered { name, registration_number } => write!(
                f,
                "this company is registered already, as `{name}` with number `{registration_number}`: \
                 use a new command_id for another company"
            ),
        }
    }
}

impl std::error::Error for CompanyRefusal {}
