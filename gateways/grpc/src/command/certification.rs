//! Commands to companies, certificates and stampers.

use sceau_certification::certificate::{
    ApplyForCertificate, AssignReviewer, CertificateCommand, GrantCertificate, ProvideChanges, RefuseCertificate,
    RenewCertificate, RequestChanges, ResumeCertificate, RevokeCertificate, SuspendCertificate,
};
use sceau_certification::company::{ChangeCompanyContact, CompanyCommand, RegisterCompany};
use sceau_certification::stamper::{AccreditStamper, StamperCommand, WithdrawStamper};
use sceau_certification::{CertificateId, Certification, CertificationCommand as Command, CompanyId, StamperId};
use sceau_proto::certification::v1::{
    AccreditStamperRequest, ApplyForCertificateRequest, AssignReviewerRequest, ChangeCompanyContactRequest,
    GrantCertificateRequest, ProvideChangesRequest, RefuseCertificateRequest, RegisterCompanyRequest,
    RenewCertificateRequest, RequestChangesRequest, ResumeCertificateRequest, RevokeCertificateRequest,
    SuspendCertificateRequest, WithdrawStamperRequest,
};
use tonic::Status;

use super::{Given, Prepared, addressed, body, command_call, commands_to};
use crate::door::Door;

commands_to! {
    Certification, "/sceau.certification.v1.CertificationCommandService/";
    AssignReviewer: AssignReviewerRequest, certificate_id as CertificateId, AssignReviewer
        => |body| Command::Certificate(CertificateCommand::AssignReviewer(body));
    RequestChanges: RequestChangesRequest, certificate_id as CertificateId, RequestChanges
        => |body| Command::Certificate(CertificateCommand::RequestChanges(body));
    ProvideChanges: ProvideChangesRequest, certificate_id as CertificateId, ProvideChanges
        => |body| Command::Certificate(CertificateCommand::ProvideChanges(body));
    GrantCertificate: GrantCertificateRequest, certificate_id as CertificateId, GrantCertificate
        => |body| Command::Certificate(CertificateCommand::Grant(body));
    RefuseCertificate: RefuseCertificateRequest, certificate_id as CertificateId, RefuseCertificate
        => |body| Command::Certificate(CertificateCommand::Refuse(body));
    SuspendCertificate: SuspendCertificateRequest, certificate_id as CertificateId, SuspendCertificate
        => |body| Command::Certificate(CertificateCommand::Suspend(body));
    ResumeCertificate: ResumeCertificateRequest, certificate_id as CertificateId, ResumeCertificate
        => |body| Command::Certificate(CertificateCommand::Resume(body));
    RevokeCertificate: RevokeCertificateRequest, certificate_id as CertificateId, RevokeCertificate
        => |body| Command::Certificate(CertificateCommand::Revoke(body));
    RenewCertificate: RenewCertificateRequest, certificate_id as CertificateId, RenewCertificate
        => |body| Command::Certificate(CertificateCommand::Renew(body));
    WithdrawStamper: WithdrawStamperRequest, stamper_id as StamperId, WithdrawStamper
        => |body| Command::Stamper(StamperCommand::Withdraw(body));
}

command_call!(
    Certification,
    "/sceau.certification.v1.CertificationCommandService/RegisterCompany",
    RegisterCompanyRequest,
    -,
    now register_company
);
command_call!(
    Certification,
    "/sceau.certification.v1.CertificationCommandService/ChangeCompanyContact",
    ChangeCompanyContactRequest,
    company_id,
    now change_contact
);
command_call!(
    Certification,
    "/sceau.certification.v1.CertificationCommandService/ApplyForCertificate",
    ApplyForCertificateRequest,
    -,
    looking_up apply
);
command_call!(
    Certification,
    "/sceau.certification.v1.CertificationCommandService/AccreditStamper",
    AccreditStamperRequest,
    -,
    now accredit
);

fn register_company(request: RegisterCompanyRequest, given: &Given<'_>) -> Result<Prepared<Certification>, Status> {
    let company = body::<RegisterCompany>(request)?;
    let stream = CompanyId::created_by(&given.command_id).stream(&given.call.tenant);
    Ok(Prepared { stream, command: Command::Company(CompanyCommand::Register(company)) })
}

fn change_contact(request: ChangeCompanyContactRequest, given: &Given<'_>) -> Result<Prepared<Certification>, Status> {
    let named = request.company_id.clone();
    let (id, contact) = addressed::<CompanyId, ChangeCompanyContact>("company_id", &named, request)?;
    given.call.check_owner(&id.to_string(), "company", &named)?;
    Ok(Prepared {
        stream: id.stream(&given.call.tenant),
        command: Command::Company(CompanyCommand::ChangeContact(contact)),
    })
}

async fn apply(
    request: ApplyForCertificateRequest,
    door: &Door,
    given: &Given<'_>,
) -> Result<Prepared<Certification>, Status> {
    let application = body::<ApplyForCertificate>(request)?;
    let company = door.facts.company(given, application.company_id).await?;
    let stream = CertificateId::created_by(&given.command_id).stream(&given.call.tenant);
    Ok(Prepared { stream, command: Command::Certificate(CertificateCommand::Apply { application, company }) })
}

fn accredit(request: AccreditStamperRequest, given: &Given<'_>) -> Result<Prepared<Certification>, Status> {
    let stamper = body::<AccreditStamper>(request)?;
    let stream = StamperId::created_by(&given.command_id).stream(&given.call.tenant);
    Ok(Prepared { stream, command: Command::Stamper(StamperCommand::Accredit(stamper)) })
}
