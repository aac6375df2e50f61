//! One company, one product, one stamper, and what may happen to them.

use sceau_certification::certificate::*;
use sceau_certification::company::*;
use sceau_certification::stamper::*;
use sceau_certification::transparency::*;
use sceau_certification::{CompanyFacts, Contact, Name, Remark, Sha256};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Personal, Timestamp, testing};

pub(crate) fn now() -> Timestamp {
    testing::context().time
}

pub(crate) fn in_days(days: i64) -> Timestamp {
    now().plus_days(days)
}

pub(crate) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(crate) fn remark(text: &str) -> Remark {
    Remark::new(text).unwrap()
}

pub(crate) fn company_id() -> CompanyId {
    CompanyId(Uuid::from_u128(0xC0))
}

pub(crate) fn contact(phone: &str) -> Contact {
    let personal = |text: &str| Personal::new(text.to_owned());
    Contact { person: personal("Awa Koné"), phone: personal(phone), email: None }
}

pub(crate) fn facts() -> CompanyFacts {
    CompanyFacts { name: name("Cacao d'Abidjan SA") }
}

pub(crate) fn evidence(title: &str) -> Evidence {
    Evidence { title: name(title), sha256: Sha256([7; 32]) }
}

pub(crate) fn application() -> ApplyForCertificate {
    ApplyForCertificate {
        company_id: company_id(),
        gtin: "6291041500213".parse().unwrap(),
        product_name: name("Cocoa powder 500 g"),
        category: ProductCategory::Food,
        evidence: vec![evidence("Laboratory report")],
    }
}

pub(crate) fn apply() -> CertificateCommand {
    CertificateCommand::Apply { application: application(), company: Some(facts()) }
}

pub(crate) fn subject() -> CertificateSubject {
    CertificateSubject {
        company_id: company_id(),
        company_name: facts().name,
        gtin: application().gtin,
        product_name: application().product_name,
        category: ProductCategory::Food,
        applied_at: now(),
    }
}

pub(crate) fn applied() -> CertificateEvent {
    CertificateEvent::Applied(CertificateApplied { subject: subject(), evidence: application().evidence })
}

pub(crate) fn reviewer_assigned() -> CertificateEvent {
    CertificateEvent::ReviewerAssigned(ReviewerAssigned { subject: subject(), reviewer: name("koffi") })
}

pub(crate) fn changes_requested() -> CertificateEvent {
    let (subject, reviewer) = (subject(), name("koffi"));
    CertificateEvent::ChangesRequested(ChangesRequested { subject, reviewer, notes: remark("label in French") })
}

pub(crate) fn changes_provided() -> CertificateEvent {
    CertificateEvent::ChangesProvided(ChangesProvided {
        subject: subject(),
        reviewer: name("koffi"),
        notes: remark("label translated"),
        evidence: vec![evidence("New label")],
    })
}

pub(crate) fn granted(days: i64) -> CertificateEvent {
    let valid_until = in_days(days);
    CertificateEvent::Granted(CertificateGranted { subject: subject(), reviewer: name("koffi"), valid_until })
}

pub(crate) fn refused() -> CertificateEvent {
    CertificateEvent::Refused(CertificateRefused { subject: subject(), reason: remark("unsafe") })
}

pub(crate) fn suspended(days: i64) -> CertificateEvent {
    let (subject, reason) = (subject(), remark("recall"));
    CertificateEvent::Suspended(CertificateSuspended { subject, reason, valid_until: in_days(days) })
}

pub(crate) fn resumed(days: i64) -> CertificateEvent {
    CertificateEvent::Resumed(CertificateResumed { subject: subject(), valid_until: in_days(days) })
}

pub(crate) fn revoked(days: i64) -> CertificateEvent {
    let (subject, reason) = (subject(), remark("fraud"));
    CertificateEvent::Revoked(CertificateRevoked { subject, reason, valid_until: in_days(days) })
}

pub(crate) fn renewed(from: i64, to: i64) -> CertificateEvent {
    CertificateEvent::Renewed(CertificateRenewed {
        subject: subject(),
        previous_valid_until: in_days(from),
        valid_until: in_days(to),
    })
}

pub(crate) fn expired(days: i64) -> CertificateEvent {
    CertificateEvent::Expired(CertificateExpired { subject: subject(), valid_until: in_days(days) })
}

/// Every command a certificate stream takes, each valid in itself.
pub(crate) fn commands() -> Vec<(&'static str, CertificateCommand)> {
    use CertificateCommand as Command;
    vec![
        ("apply", apply()),
        ("assign", Command::AssignReviewer(AssignReviewer { reviewer: name("koffi") })),
        ("request", Command::RequestChanges(RequestChanges { notes: remark("label in French") })),
        (
            "provide",
            Command::ProvideChanges(ProvideChanges {
                notes: remark("label translated"),
                evidence: vec![evidence("New label")],
            }),
        ),
        ("grant", grant(365)),
        ("refuse", Command::Refuse(RefuseCertificate { reason: remark("unsafe") })),
        ("suspend", suspend("recall")),
        ("resume", Command::Resume(ResumeCertificate {})),
        ("revoke", revoke("fraud")),
        ("renew", renew(730)),
        ("expire", Command::Expire),
    ]
}

pub(crate) fn grant(days: i64) -> CertificateCommand {
    CertificateCommand::Grant(GrantCertificate { valid_until: in_days(days) })
}

pub(crate) fn suspend(reason: &str) -> CertificateCommand {
    CertificateCommand::Suspend(SuspendCertificate { reason: remark(reason) })
}

pub(crate) fn revoke(reason: &str) -> CertificateCommand {
    CertificateCommand::Revoke(RevokeCertificate { reason: remark(reason) })
}

pub(crate) fn renew(days: i64) -> CertificateCommand {
    CertificateCommand::Renew(RenewCertificate { valid_until: in_days(days) })
}

/// A history that leads to each situation, by its name.
pub(crate) fn histories() -> Vec<(&'static str, Vec<CertificateEvent>)> {
    let review = || vec![applied(), reviewer_assigned()];
    let then = |event| [review(), vec![event]].concat();
    let after_grant = |event| [review(), vec![granted(365), event]].concat();
    vec![
        ("not applied", vec![]),
        ("applied", vec![applied()]),
        ("under review", review()),
        ("changes requested", then(changes_requested())),
        ("in force", then(granted(365))),
        ("suspended", after_grant(suspended(365))),
        ("revoked", after_grant(revoked(365))),
        ("expired", after_grant(expired(365))),
        ("refused", then(refused())),
    ]
}

pub(crate) fn company_registered() -> CompanyEvent {
    CompanyEvent::Registered(CompanyRegistered {
        name: facts().name,
        registration_number: name("CI-ABJ-2019-B-12345"),
        contact: contact("+225 01 02 03 04 05"),
    })
}

pub(crate) fn contact_changed() -> CompanyEvent {
    CompanyEvent::ContactChanged(CompanyContactChanged { contact: contact("+225 05 04 03 02 01") })
}

pub(crate) fn stamper_accredited() -> StamperEvent {
    StamperEvent::Accredited(StamperAccredited {
        name: name("Imprimerie du Plateau"),
        contact: contact("+225 07 07 07 07 07"),
        valid_until: in_days(365),
        accredited_at: now(),
    })
}

pub(crate) fn stamper_withdrawn() -> StamperEvent {
    StamperEvent::Withdrawn(StamperWithdrawn { reason: remark("lost stamps"), accredited_at: now() })
}

pub(crate) fn leaves_logged() -> TransparencyEvent {
    TransparencyEvent::Logged(LeavesLogged {
        first_index: 0,
        leaves: vec![r#"{"type":"CertificateGranted"}"#.to_owned()],
        source: "sceau.certification".to_owned(),
        partition: 3,
        place: SourcePlace { next: 8, epoch: Some(2), seq: 5 },
    })
}
