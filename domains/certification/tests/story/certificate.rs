//! The certificate of one product, from application to expiry.

use std::fmt::Write;

use proptest::prelude::*;
use sceau_certification::CertificateStatus as Status;
use sceau_certification::certificate::*;
use sceau_certification::{CompanyId, MAX_VALIDITY_DAYS, ValidityFault};
use sceau_kernel::testing::{context, given};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Actor, Decider, Refusal, Role};

use crate::samples::*;

fn company_user(company: CompanyId) -> Actor {
    Actor { subject: "awa".into(), role: Role::Company, party: Some(company.to_string().into()) }
}

/// Every command in every situation, as `situations.txt` has it: the event that follows, `nothing` when it already
/// holds or does not matter, or the code of the refusal.
#[test]
fn every_command_has_an_answer_in_every_situation() {
    let mut table = String::new();
    for (situation, history) in histories() {
        writeln!(table, "{situation}").unwrap();
        let mut state = CertificateState::default();
        for event in &history {
            Certificate::evolve(&mut state, event);
        }
        for (command, asked) in commands() {
            let answer = match Certificate::decide(&state, &asked, &context()).as_deref() {
                Ok([]) => "nothing",
                Ok(events) => events.last().unwrap().type_name().trim_start_matches("sceau.certification.v1."),
                Err(refusal) => refusal.code(),
            };
            writeln!(table, "    {command:8} {answer}").unwrap();
        }
    }
    assert_eq!(table, include_str!("situations.txt"), "the table is now:\n{table}");
}

/// Readers fold the status from the events, deciders the situation; they never disagree.
#[test]
fn an_event_names_the_status_of_the_situation_it_leads_to() {
    for (_, history) in histories() {
        let mut state = CertificateState::default();
        for event in history {
            Certificate::evolve(&mut state, &event);
            let CertificateState::Filed(case) = &state else { panic!("every event files a case") };
            assert_eq!(case.situation.status(), event.status());
        }
    }
}

#[test]
fn a_company_applies_and_is_named_in_the_case() {
    given::<Certificate>([]).when(&apply()).then([applied()]);
}

#[test]
fn an_unknown_company_cannot_apply() {
    let command = CertificateCommand::Apply { application: application(), company: None };
    given::<Certificate>([]).when(&command).refused(&CertificateRefusal::UnknownCompany { company_id: company_id() });
}

#[test]
fn a_company_applies_for_itself_only() {
    let other = CompanyId(Uuid::from_u128(0xBAD));
    given::<Certificate>([]).by(company_user(company_id())).when(&apply()).then([applied()]);
    let foreign = CertificateRefusal::AnotherCompany { company_id: company_id() };
    given::<Certificate>([]).by(company_user(other)).when(&apply()).refused(&foreign);
    for (_, command) in commands() {
        given::<Certificate>([applied()]).by(company_user(other)).when(&command).refused(&foreign);
    }
}

#[test]
fn the_same_application_again_changes_nothing_and_another_is_refused() {
    given::<Certificate>([applied()]).when(&apply()).then([]);
    let mut other = application();
    other.product_name = name("Cocoa butter");
    let command = CertificateCommand::Apply { application: other, company: Some(facts()) };
    given::<Certificate>([applied()]).when(&command).refused(&CertificateRefusal::AlreadyApplied {
        company_id: company_id(),
        gtin: application().gtin,
        product_name: application().product_name,
    });
}

#[test]
fn too_many_documents_are_refused() {
    let mut bulky = application();
    bulky.evidence = vec![evidence("page"); MAX_EVIDENCE + 1];
    let command = CertificateCommand::Apply { application: bulky, company: Some(facts()) };
    given::<Certificate>([]).when(&command).refused(&CertificateRefusal::TooMuchEvidence { count: MAX_EVIDENCE + 1 });
}

#[test]
fn the_review_goes_back_and_forth() {
    let [_, (_, assign), (_, request), (_, provide), ..] = &commands()[..] else { panic!("the first four commands") };
    let mut history = vec![applied()];
    for (command, event) in
        [(assign, reviewer_assigned()), (request, changes_requested()), (provide, changes_provided())]
    {
        given::<Certificate>(history.clone()).when(command).then([event.clone()]);
        history.push(event);
    }
    given::<Certificate>(history).when(&grant(365)).then([granted(365)]);
}

#[test]
fn another_reviewer_can_take_over() {
    let other = CertificateCommand::AssignReviewer(AssignReviewer { reviewer: name("aya") });
    let assigned = ReviewerAssigned { subject: subject(), reviewer: name("aya") };
    given::<Certificate>([applied(), reviewer_assigned()])
        .when(&other)
        .then([CertificateEvent::ReviewerAssigned(assigned)]);
}

#[test]
fn a_grant_ends_in_the_future_and_within_ten_years() {
    let review = || given::<Certificate>([applied(), reviewer_assigned()]);
    let past = ValidityFault::Past { valid_until: now(), now: now() };
    review().when(&grant(0)).refused(&CertificateRefusal::Validity(past));
    review().when(&grant(MAX_VALIDITY_DAYS)).then([granted(MAX_VALIDITY_DAYS)]);
    let (valid_until, latest) = (in_days(MAX_VALIDITY_DAYS + 1), in_days(MAX_VALIDITY_DAYS));
    let long = ValidityFault::TooLong { valid_until, latest };
    review().when(&grant(MAX_VALIDITY_DAYS + 1)).refused(&CertificateRefusal::Validity(long));
}

#[test]
fn what_holds_with_other_content_is_refused_by_name() {
    let history = |situation| histories().into_iter().find(|(name, _)| *name == situation).unwrap().1;
    let request = CertificateCommand::RequestChanges(RequestChanges { notes: remark("more") });
    let refuse = CertificateCommand::Refuse(RefuseCertificate { reason: remark("late") });
    let table = [
        ("changes requested", request, Repeat::ChangesRequested(remark("label in French"))),
        ("in force", grant(30), Repeat::Granted(in_days(365))),
        ("refused", refuse, Repeat::Refused(remark("unsafe"))),
        ("suspended", suspend("other"), Repeat::Suspended(remark("recall"))),
        ("revoked", revoke("other"), Repeat::Revoked(remark("fraud"))),
    ];
    for (situation, command, repeat) in table {
        given::<Certificate>(history(situation)).when(&command).refused(&CertificateRefusal::Repeated(repeat));
    }
}

#[test]
fn a_suspension_ends_with_the_validity_at_the_latest() {
    let history = [applied(), reviewer_assigned(), granted(10), suspended(10)];
    let resume = CertificateCommand::Resume(ResumeCertificate {});
    let a_moment_before = in_days(10).plus_micros(-1);
    given::<Certificate>(history.clone()).at(a_moment_before).when(&resume).then([resumed(10)]);
    let over = CertificateRefusal::ValidityOver { valid_until: in_days(10) };
    given::<Certificate>(history.clone()).at(in_days(10)).when(&resume).refused(&over);
    given::<Certificate>(history).at(in_days(10)).when(&CertificateCommand::Expire).then([expired(10)]);
}

#[test]
fn a_certificate_past_its_validity_cannot_be_suspended() {
    given::<Certificate>([applied(), granted(10)])
        .at(in_days(10))
        .when(&suspend("recall"))
        .refused(&CertificateRefusal::ValidityOver { valid_until: in_days(10) });
}

#[test]
fn a_certificate_expires_when_its_time_has_come_and_only_once() {
    let in_force = || given::<Certificate>([applied(), granted(10)]);
    in_force().at(in_days(10).plus_micros(-1)).when(&CertificateCommand::Expire).then([]);
    in_force().at(in_days(10)).when(&CertificateCommand::Expire).then([expired(10)]);
    given::<Certificate>([applied(), granted(10), expired(10)])
        .at(in_days(11))
        .when(&CertificateCommand::Expire)
        .then([]);
}

#[test]
fn a_renewal_prolongs_and_brings_an_expired_certificate_back() {
    let in_force = || given::<Certificate>([applied(), granted(10)]);
    in_force().when(&renew(20)).then([renewed(10, 20)]);
    in_force().when(&renew(10)).then([]);
    let shorter = CertificateRefusal::NotLater { valid_until: in_days(9), current: in_days(10) };
    in_force().when(&renew(9)).refused(&shorter);
    let lapsed = || given::<Certificate>([applied(), granted(10), expired(10)]).at(in_days(15));
    lapsed().when(&renew(20)).then([renewed(10, 20)]);
    let past = ValidityFault::Past { valid_until: in_days(12), now: in_days(15) };
    lapsed().when(&renew(12)).refused(&CertificateRefusal::Validity(past));
}

#[test]
fn a_refusal_says_the_rule_the_value_and_what_to_do() {
    let refusal = CertificateRefusal::Misplaced { rule: SituationRule::Renewable, status: Status::Suspended };
    assert_eq!(
        refusal.to_string(),
        "only a certificate in force or expired can be renewed; this one is suspended: it can be resumed or revoked"
    );
    assert_eq!(refusal.values(), [("status", "suspended".to_owned())]);
}

/// Existence comes before ownership, ownership before the situation, the situation before the values.
#[test]
fn refusals_come_in_order_of_precedence() {
    let other = CompanyId(Uuid::from_u128(0xBAD));
    let wrong_in_every_way = grant(-1);
    given::<Certificate>([]).by(company_user(other)).when(&wrong_in_every_way).refused(&CertificateRefusal::NotFound);
    given::<Certificate>([applied()])
        .by(company_user(other))
        .when(&wrong_in_every_way)
        .refused(&CertificateRefusal::AnotherCompany { company_id: company_id() });
    given::<Certificate>([applied()])
        .when(&wrong_in_every_way)
        .refused(&CertificateRefusal::Misplaced { rule: SituationRule::UnderReview, status: Status::Applied });
    given::<Certificate>([applied(), reviewer_assigned()])
        .when(&wrong_in_every_way)
        .refused(&CertificateRefusal::Validity(ValidityFault::Past { valid_until: in_days(-1), now: now() }));
}

proptest! {
    /// Whatever is asked in whatever order, what was just done holds: asking it again gives no events. Only an answer
    /// to a request for changes is not remembered, and refused by name. And what is final stays.
    #[test]
    fn what_was_done_holds(steps in prop::collection::vec((0..11_usize, 0..200_i64), 1..40)) {
        let mut state = CertificateState::default();
        let mut context = context();
        for (which, days) in steps {
            context.time = context.time.plus_days(days);
            let (name, mut command) = commands().swap_remove(which);
            match &mut command {
                CertificateCommand::Grant(grant) => grant.valid_until = context.time.plus_days(365),
                CertificateCommand::Renew(renew) => renew.valid_until = context.time.plus_days(730),
                _ => {}
            }
            let before = state.clone();
            let Ok(events) = Certificate::decide(&state, &command, &context) else { continue };
            for event in &events {
                Certificate::evolve(&mut state, event);
            }
            let again = Certificate::decide(&state, &command, &context);
            if name == "provide" {
                prop_assert_eq!(again.unwrap_err().code(), "CERTIFICATE_NO_CHANGES_REQUESTED");
            } else {
                prop_assert_eq!(again, Ok(Vec::new()), "{} again", name);
            }
            let CertificateState::Filed(case) = &before else { continue };
            if matches!(case.situation.status(), Status::Revoked | Status::Refused) {
                prop_assert_eq!(&state, &before);
            }
        }
    }
}
