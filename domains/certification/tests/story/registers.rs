//! Companies and stampers.

use sceau_certification::ValidityFault;
use sceau_certification::company::*;
use sceau_certification::stamper::*;
use sceau_kernel::testing::given;

use crate::samples::*;

fn register(number: &str) -> CompanyCommand {
    CompanyCommand::Register(RegisterCompany {
        name: facts().name,
        registration_number: name(number),
        contact: contact("+225 01 02 03 04 05"),
    })
}

fn change_contact() -> CompanyCommand {
    CompanyCommand::ChangeContact(ChangeCompanyContact { contact: contact("+225 05 04 03 02 01") })
}

fn accredit(days: i64) -> StamperCommand {
    StamperCommand::Accredit(AccreditStamper {
        name: name("Imprimerie du Plateau"),
        contact: contact("+225 07 07 07 07 07"),
        valid_until: in_days(days),
    })
}

fn withdraw(reason: &str) -> StamperCommand {
    StamperCommand::Withdraw(WithdrawStamper { reason: remark(reason) })
}

#[test]
fn a_company_is_registered_once() {
    let number = "CI-ABJ-2019-B-12345";
    given::<Company>([]).when(&register(number)).then([company_registered()]);
    given::<Company>([company_registered()]).when(&register(number)).then([]);
    given::<Company>([company_registered()])
        .when(&register("CI-ABJ-1"))
        .refused(&CompanyRefusal::AlreadyRegistered { name: facts().name, registration_number: name(number) });
}

#[test]
fn a_known_company_changes_its_contact() {
    given::<Company>([]).when(&change_contact()).refused(&CompanyRefusal::NotFound);
    given::<Company>([company_registered()]).when(&change_contact()).then([contact_changed()]);
    given::<Company>([company_registered(), contact_changed()]).when(&change_contact()).then([]);
}

#[test]
fn a_stamper_is_accredited_for_a_time() {
    given::<Stamper>([]).when(&accredit(365)).then([stamper_accredited()]);
    given::<Stamper>([stamper_accredited()]).when(&accredit(365)).then([]);
    let known = StamperRefusal::AlreadyAccredited { name: name("Imprimerie du Plateau") };
    given::<Stamper>([stamper_accredited()]).when(&accredit(30)).refused(&known);
    given::<Stamper>([stamper_accredited(), stamper_withdrawn()]).when(&accredit(365)).refused(&known);
    let past = ValidityFault::Past { valid_until: now(), now: now() };
    given::<Stamper>([]).when(&accredit(0)).refused(&StamperRefusal::Validity(past));
}

#[test]
fn a_stamper_is_withdrawn_once() {
    given::<Stamper>([]).when(&withdraw("lost stamps")).refused(&StamperRefusal::NotFound);
    given::<Stamper>([stamper_accredited()]).when(&withdraw("lost stamps")).then([stamper_withdrawn()]);
    let withdrawn = || given::<Stamper>([stamper_accredited(), stamper_withdrawn()]);
    withdrawn().when(&withdraw("lost stamps")).then([]);
    withdrawn().when(&withdraw("other")).refused(&StamperRefusal::AlreadyWithdrawn { reason: remark("lost stamps") });
}

#[test]
fn a_person_does_not_show_in_debug_output() {
    let shown = format!("{:?} {:?}", company_registered(), stamper_accredited());
    assert!(!shown.contains("Awa") && !shown.contains("+225"), "{shown}");
}
