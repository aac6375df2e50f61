//! The command that is measured: a registered company is to be reached in another way. It is a real command of a real
//! domain that can be given for ever: its state stays as it is, each gives an event, and the views follow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sceau_certification::company::{ChangeCompanyContact, CompanyCommand, RegisterCompany};
use sceau_certification::{Certification, CertificationCommand, CompanyId};
use sceau_engine::{Commands, Envelope};
use sceau_kernel::prost::Message;
use sceau_kernel::uuid::Uuid;
use sceau_kernel::wire::FromRequest;
use sceau_kernel::{Actor, CommandDigest, CommandId, StreamId, Tenant};
use sceau_proto::certification::v1 as pb;
use sceau_proto::common::v1::{CommandMeta, Personal};

use crate::Result;
use crate::load::Times;

/// How many companies there are.
pub(crate) const COMPANIES: u64 = 10_000;
/// Commands that a caller in process keeps on their way.
const WINDOW: u64 = 1_024;
/// Callers in process.
const CALLERS: u64 = 4;
/// Commands that all callers in process keep on their way.
pub(crate) const IN_FLIGHT: u64 = WINDOW * CALLERS;
/// Number of the field `meta`, which no digest includes.
const META: u32 = 1;
/// Contacts that a company changes between in process.
const CONTACTS: u64 = 8;
/// The kind of command ids under which companies are registered; others change them.
const REGISTRATION: u64 = 0;

fn command_id(kind: u64, nth: u64) -> Uuid {
    Uuid::from_u64_pair(kind, nth)
}

/// Companies in an order that no cache could guess: each once in every [`COMPANIES`].
const fn scattered(nth: u64) -> u64 {
    nth.wrapping_mul(7_919) % COMPANIES
}

/// The nth company.
pub(crate) fn company(nth: u64) -> CompanyId {
    CompanyId::created_by(&CommandId::Client(command_id(REGISTRATION, nth)))
}

/// The request to enter the nth company in the register.
pub(crate) fn registration(nth: u64) -> pb::RegisterCompanyRequest {
    pb::RegisterCompanyRequest {
        meta: meta(REGISTRATION, nth),
        name: format!("Brasserie du Golfe {nth}"),
        registration_number: format!("CI-ABJ-2019-B-{nth:05}"),
        contact: contact(nth),
    }
}

/// The nth request of this `kind` (1, 2, 3 …) to change a contact.
pub(crate) fn change(kind: u64, nth: u64) -> pb::ChangeCompanyContactRequest {
    let company_id = company(scattered(nth)).to_string();
    pb::ChangeCompanyContactRequest { meta: meta(kind, nth), company_id, contact: contact(COMPANIES + nth) }
}

fn meta(kind: u64, nth: u64) -> Option<CommandMeta> {
    Some(CommandMeta { command_id: command_id(kind, nth).to_string(), ..CommandMeta::default() })
}

fn contact(nth: u64) -> Option<pb::Contact> {
    let personal = |clear: String| Some(Personal { clear });
    let (person, email) = (personal("Awa Koné".to_owned()), personal("awa@brasserie.example".to_owned()));
    Some(pb::Contact { person, phone: personal(format!("+225 07 {nth:010}")), email })
}

/// Gives commands to the engine itself. What the gateway would do for each, reading the request and digesting it, is
/// done beforehand.
#[derive(Clone)]
pub(crate) struct InProcess {
    commands: Commands<Certification>,
    tenant: Tenant,
    streams: Arc<[StreamId]>,
    changes: Arc<[(ChangeCompanyContact, CommandDigest)]>,
}

impl InProcess {
    pub(crate) fn new(commands: Commands<Certification>) -> Result<Self> {
        let tenant: Tenant = "ci".parse()?;
        let streams = (0..COMPANIES).map(|nth| company(nth).stream(&tenant)).collect();
        let changes = (0..CONTACTS).map(|nth| taken(change(1, nth))).collect::<Result<_>>()?;
        Ok(Self { commands, tenant, streams, changes })
    }

    /// Enters the first `companies` in the register; [`crowd`](Self::crowd) changes the first [`COMPANIES`].
    pub(crate) async fn register(&self, companies: u64) -> Result<()> {
        for first in (0..companies).step_by(WINDOW as usize) {
            let mut answers = Vec::new();
            for nth in first..companies.min(first + WINDOW) {
                let (registration, digest) = taken::<RegisterCompany>(registration(nth))?;
                let command = CompanyCommand::Register(registration);
                let stream = company(nth).stream(&self.tenant);
                answers.push(self.commands.submit(envelope(REGISTRATION, nth, stream, command, digest)));
            }
            for answer in join_all(answers).await {
                answer?;
            }
        }
        Ok(())
    }

    /// Gives commands of this `kind` for `time`, or `most` of them; how many were accepted each second.
    pub(crate) async fn crowd(&self, kind: u64, time: Duration, most: u64) -> Result<f64> {
        let begun = Instant::now();
        let each = most.div_ceil(CALLERS);
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let this = self.clone();
                tokio::spawn(async move {
                    let mut done = 0;
                    while begun.elapsed() < time && done < each {
                        // A company's commands all come from one caller, since callers divide companies.
                        let window = (done..each.min(done + WINDOW)).map(|nth| nth * CALLERS + caller);
                        let answers: Vec<_> = window.map(|nth| this.commands.submit(this.change(kind, nth))).collect();
                        done += answers.len() as u64;
                        for answer in answers {
                            answer.await?;
                        }
                    }
                    Result::Ok(done)
                })
            })
            .collect();
        let mut done = 0;
        for caller in callers {
            done += caller.await??;
        }
        Ok(done as f64 / begun.elapsed().as_secs_f64())
    }

    /// Gives so many commands of this `kind` one by one; how long each waited for its answer.
    pub(crate) async fn lone(&self, kind: u64, count: u64) -> Result<Times> {
        let mut times = Times::default();
        for nth in 0..count {
            let asked = Instant::now();
            self.commands.submit(self.change(kind, nth)).await?;
            times.push(asked.elapsed());
        }
        Ok(times)
    }

    fn change(&self, kind: u64, nth: u64) -> Envelope<Certification> {
        // Never the contact that the company has already.
        let (change, digest) = &self.changes[(nth / COMPANIES % CONTACTS) as usize];
        let stream = self.streams[scattered(nth) as usize].clone();
        envelope(kind, nth, stream, CompanyCommand::ChangeContact(change.clone()), digest.clone())
    }
}

fn envelope(
    kind: u64,
    nth: u64,
    stream: StreamId,
    command: CompanyCommand,
    digest: CommandDigest,
) -> Envelope<Certification> {
    Envelope {
        stream,
        command: CertificationCommand::Company(command),
        command_id: CommandId::Client(command_id(kind, nth)),
        digest,
        expected_version: None,
        actor: Actor::system(),
        traceparent: "".into(),
    }
}

/// A request as the gateway takes it.
fn taken<B: FromRequest>(request: B::Request) -> Result<(B, CommandDigest)>
where
    B::Request: Message,
{
    let digest = CommandDigest::of(&request.encode_to_vec(), META);
    let body = B::from_request(request).map_err(|faults| format!("{faults:?}"))?;
    Ok((body, digest))
}
