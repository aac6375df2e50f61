//! What follows from a command to a certificate stream.

use sceau_kernel::{Context, Role, Timestamp};

use super::{
    ApplyForCertificate, Case, CertificateApplied, CertificateCommand as Command, CertificateEvent as Event,
    CertificateExpired, CertificateGranted, CertificateRefusal as Refusal, CertificateRefused, CertificateRenewed,
    CertificateResumed, CertificateRevoked, CertificateState as State, CertificateSubject, CertificateSuspended,
    ChangesProvided, ChangesRequested, Evidence, MAX_EVIDENCE, ProvideChanges, Repeat, ReviewerAssigned, Situation,
    SituationRule as Rule,
};
use crate::{CompanyFacts, CompanyId, Name, Remark, validity};

type Decision = Result<Vec<Event>, Refusal>;

pub(super) fn decide(state: &State, command: &Command, context: &Context) -> Decision {
    let case = match (state, command) {
        (State::NotApplied, Command::Apply { application, company }) => {
            return apply(application, company.as_ref(), context);
        }
        // A deadline that outlived its certificate changes nothing.
        (State::NotApplied, Command::Expire) => return Ok(Vec::new()),
        (State::NotApplied, _) => return Err(Refusal::NotFound),
        (State::Filed(case), _) => case,
    };
    of_own_company(case.subject.company_id, context)?;
    match command {
        Command::Apply { application, .. } => case.apply_again(application),
        Command::AssignReviewer(command) => case.assign_reviewer(&command.reviewer),
        Command::RequestChanges(command) => case.request_changes(&command.notes),
        Command::ProvideChanges(command) => case.provide_changes(command),
        Command::Grant(command) => case.grant(command.valid_until, context.time),
        Command::Refuse(command) => case.refuse(&command.reason),
        Command::Suspend(command) => case.suspend(&command.reason, context.time),
        Command::Resume(_) => case.resume(context.time),
        Command::Revoke(command) => case.revoke(&command.reason),
        Command::Renew(command) => case.renew(command.valid_until, context.time),
        Command::Expire => Ok(case.expire(context.time)),
    }
}

/// A caller bound to a company acts on that company's cases only.
fn of_own_company(company_id: CompanyId, context: &Context) -> Result<(), Refusal> {
    let actor = &context.actor;
    if actor.role == Role::Company && actor.party.as_deref() != Some(company_id.to_string().as_str()) {
        return Err(Refusal::AnotherCompany { company_id });
    }
    Ok(())
}

fn apply(application: &ApplyForCertificate, company: Option<&CompanyFacts>, context: &Context) -> Decision {
    let company_id = application.company_id;
    of_own_company(company_id, context)?;
    let company = company.ok_or(Refusal::UnknownCompany { company_id })?;
    bounded(&application.evidence)?;
    let subject = CertificateSubject {
        company_id,
        company_name: company.name.clone(),
        gtin: application.gtin,
        product_name: application.product_name.clone(),
        category: application.category,
        applied_at: context.time,
    };
    Ok(vec![Event::Applied(CertificateApplied { subject, evidence: application.evidence.clone() })])
}

fn bounded(evidence: &[Evidence]) -> Result<(), Refusal> {
    if evidence.len() > MAX_EVIDENCE {
        return Err(Refusal::TooMuchEvidence { count: evidence.len() });
    }
    Ok(())
}

/// What holds already gives no events; with other content it is refused.
fn repeated(same: bool, repeat: impl FnOnce() -> Repeat) -> Decision {
    if same { Ok(Vec::new()) } else { Err(Refusal::Repeated(repeat())) }
}

impl Case {
    fn misplaced(&self, rule: Rule) -> Decision {
        Err(Refusal::Misplaced { rule, status: self.situation.status() })
    }

    /// The same application is the one for the same product of the same company; the documents are not compared.
    fn apply_again(&self, application: &ApplyForCertificate) -> Decision {
        let CertificateSubject { company_id, gtin, product_name, category, .. } = &self.subject;
        let same = *company_id == application.company_id
            && *gtin == application.gtin
            && *product_name == application.product_name
            && *category == application.category;
        if same {
            return Ok(Vec::new());
        }
        Err(Refusal::AlreadyApplied { company_id: *company_id, gtin: *gtin, product_name: product_name.clone() })
    }

    fn assign_reviewer(&self, asked: &Name) -> Decision {
        match &self.situation {
            Situation::UnderReview { reviewer } if reviewer == asked => Ok(Vec::new()),
            Situation::Applied | Situation::UnderReview { .. } => {
                let (subject, reviewer) = (self.subject.clone(), asked.clone());
                Ok(vec![Event::ReviewerAssigned(ReviewerAssigned { subject, reviewer })])
            }
            Situation::ChangesRequested { .. }
            | Situation::InForce { .. }
            | Situation::Suspended { .. }
            | Situation::Revoked { .. }
            | Situation::Expired { .. }
            | Situation::Refused { .. } => self.misplaced(Rule::ReviewOpen),
        }
    }

    fn request_changes(&self, asked: &Remark) -> Decision {
        match &self.situation {
            Situation::UnderReview { reviewer } => Ok(vec![Event::ChangesRequested(ChangesRequested {
                subject: self.subject.clone(),
                reviewer: reviewer.clone(),
                notes: asked.clone(),
            })]),
            Situation::ChangesRequested { notes, .. } => {
                repeated(notes == asked, || Repeat::ChangesRequested(notes.clone()))
            }
            Situation::Applied
            | Situation::InForce { .. }
            | Situation::Suspended { .. }
            | Situation::Revoked { .. }
            | Situation::Expired { .. }
            | Situation::Refused { .. } => self.misplaced(Rule::UnderReview),
        }
    }

    fn provide_changes(&self, asked: &ProvideChanges) -> Decision {
        match &self.situation {
            Situation::ChangesRequested { reviewer, .. } => {
                bounded(&asked.evidence)?;
                Ok(vec![Event::ChangesProvided(ChangesProvided {
                    subject: self.subject.clone(),
                    reviewer: reviewer.clone(),
                    notes: asked.notes.clone(),
                    evidence: asked.evidence.clone(),
                })])
            }
            Situation::Applied
            | Situation::UnderReview { .. }
            | Situation::InForce { .. }
            | Situation::Suspended { .. }
            | Situation::Revoked { .. }
            | Situation::Expired { .. }
            | Situation::Refused { .. } => self.misplaced(Rule::ChangesRequested),
        }
    }

    fn grant(&self, asked: Timestamp, now: Timestamp) -> Decision {
        match &self.situation {
            Situation::UnderReview { reviewer } => {
                validity::check(asked, now).map_err(Refusal::Validity)?;
                Ok(vec![Event::Granted(CertificateGranted {
                    subject: self.subject.clone(),
                    reviewer: reviewer.clone(),
                    valid_until: asked,
                })])
            }
            Situation::InForce { valid_until } => repeated(*valid_until == asked, || Repeat::Granted(*valid_until)),
            Situation::Applied
            | Situation::ChangesRequested { .. }
            | Situation::Suspended { .. }
            | Situation::Revoked { .. }
            | Situation::Expired { .. }
            | Situation::Refused { .. } => self.misplaced(Rule::UnderReview),
        }
    }

    fn refuse(&self, asked: &Remark) -> Decision {
        match &self.situation {
            // A company that never answers keeps its case open no longer than the office likes.
            Situation::UnderReview { .. } | Situation::ChangesRequested { .. } => {
                let (subject, reason) = (self.subject.clone(), asked.clone());
                Ok(vec![Event::Refused(CertificateRefused { subject, reason })])
            }
            Situation::Refused { reason } => repeated(reason == asked, || Repeat::Refused(reason.clone())),
            Situation::Applied
            | Situation::InForce { .. }
            | Situation::Suspended { .. }
            | Situation::Revoked { .. }
            | Situation::Expired { .. } => self.misplaced(Rule::UnderReview),
        }
    }

    fn suspend(&self, asked: &Remark, now: Timestamp) -> Decision {
        match &self.situation {
            Situation::InForce { valid_until } if *valid_until <= now => {
                Err(Refusal::ValidityOver { valid_until: *valid_until })
            }
            Situation::InForce { valid_until } => Ok(vec![Event::Suspended(CertificateSuspended {
                subject: self.subject.clone(),
                reason: asked.clone(),
                valid_until: *valid_until,
            })]),
            Situation::Suspended { reason, .. } => repeated(reason == asked, || Repeat::Suspended(reason.clone())),
            Situation::Applied
            | Situation::UnderReview { .. }
            | Situation::ChangesRequested { .. }
            | Situation::Revoked { .. }
            | Situation::Expired { .. }
            | Situation::Refused { .. } => self.misplaced(Rule::InForce),
        }
    }

    fn resume(&self, now: Timestamp) -> Decision {
        match &self.situation {
            Situation::Suspended { valid_until, .. } if *valid_until <= now => {
                Err(Refusal::ValidityOver { valid_until: *valid_until })
            }
            Situation::Suspended { valid_until, .. } => {
                let (subject, valid_until) = (self.subject.clone(), *valid_until);
                Ok(vec![Event::Resumed(CertificateResumed { subject, valid_until })])
            }
            Situation::InForce { .. } => Ok(Vec::new()),
            Situation::Applied
            | Situation::UnderReview { .. }
            | Situation::ChangesRequested { .. }
            | Situation::Revoked { .. }
            | Situation::Expired { .. }
            | Situation::Refused { .. } => self.misplaced(Rule::Suspended),
        }
    }

    fn revoke(&self, asked: &Remark) -> Decision {
        match &self.situation {
            // An expired one could still be renewed, so it can be revoked as well.
            Situation::InForce { valid_until }
            | Situation::Suspended { valid_until, .. }
            | Situation::Expired { valid_until } => Ok(vec![Event::Revoked(CertificateRevoked {
                subject: self.subject.clone(),
                reason: asked.clone(),
                valid_until: *valid_until,
            })]),
            Situation::Revoked { reason } => repeated(reason == asked, || Repeat::Revoked(reason.clone())),
            Situation::Applied
            | Situation::UnderReview { .. }
            | Situation::ChangesRequested { .. }
            | Situation::Refused { .. } => self.misplaced(Rule::Granted),
        }
    }

    fn renew(&self, asked: Timestamp, now: Timestamp) -> Decision {
        match &self.situation {
            Situation::InForce { valid_until: current } if *current == asked && *current > now => Ok(Vec::new()),
            Situation::InForce { valid_until: current } | Situation::Expired { valid_until: current } => {
                if asked <= *current {
                    return Err(Refusal::NotLater { valid_until: asked, current: *current });
                }
                validity::check(asked, now).map_err(Refusal::Validity)?;
                Ok(vec![Event::Renewed(CertificateRenewed {
                    subject: self.subject.clone(),
                    previous_valid_until: *current,
                    valid_until: asked,
                })])
            }
            Situation::Applied
            | Situation::UnderReview { .. }
            | Situation::ChangesRequested { .. }
            | Situation::Suspended { .. }
            | Situation::Revoked { .. }
            | Situation::Refused { .. } => self.misplaced(Rule::Renewable),
        }
    }

    fn expire(&self, now: Timestamp) -> Vec<Event> {
        match &self.situation {
            Situation::InForce { valid_until } | Situation::Suspended { valid_until, .. } if *valid_until <= now => {
                let (subject, valid_until) = (self.subject.clone(), *valid_until);
                vec![Event::Expired(CertificateExpired { subject, valid_until })]
            }
            Situation::InForce { .. }
            | Situation::Suspended { .. }
            | Situation::Applied
            | Situation::UnderReview { .. }
            | Situation::ChangesRequested { .. }
            | Situation::Revoked { .. }
            | Situation::Expired { .. }
            | Situation::Refused { .. } => Vec::new(),
        }
    }
}
