//! `sceau certify`.

use clap::{Args, Subcommand};
use prost_types::Timestamp;
use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient as Commands;
use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient as Queries;
use sceau_proto::certification::v1 as pb;
use sceau_proto::common::v1::Personal;

use super::{Paging, Session, command, parse};
use crate::client::{CallError, Caller};

/// `sceau certify`.
#[derive(Debug, Subcommand)]
pub enum Certify {
    /// Companies.
    #[command(subcommand)]
    Company(Company),
    /// Products and their certificates.
    #[command(subcommand)]
    Product(Product),
    /// Accredited stampers.
    #[command(subcommand)]
    Stamper(Stamper),
}

/// Whom to call.
#[derive(Debug, Args)]
pub struct ContactArgs {
    /// Name of the contact person.
    #[arg(long)]
    person: String,
    /// Phone, in international form.
    #[arg(long)]
    phone: String,
    /// E-mail.
    #[arg(long)]
    email: Option<String>,
}

impl From<ContactArgs> for pb::Contact {
    fn from(contact: ContactArgs) -> Self {
        let personal = |clear| Personal { clear };
        Self {
            person: Some(personal(contact.person)),
            phone: Some(personal(contact.phone)),
            email: contact.email.map(personal),
        }
    }
}

/// `sceau certify company`.
#[derive(Debug, Subcommand)]
pub enum Company {
    /// Register a company.
    #[command(
        after_help = "Example:\n  sceau certify company register --name 'Brasserie du Golfe' --registration CI-ABJ-2019-B-1234 --person 'Awa Koné' --phone +2250700000000"
    )]
    Register {
        /// Name of the company.
        #[arg(long)]
        name: String,
        /// Number in the trade register (RCCM).
        #[arg(long)]
        registration: String,
        #[command(flatten)]
        contact: ContactArgs,
    },
    /// Change whom to call.
    Contact {
        /// The company.
        company: String,
        #[command(flatten)]
        contact: ContactArgs,
    },
    /// One company.
    Show {
        /// The company.
        company: String,
    },
    /// All companies.
    List {
        #[command(flatten)]
        paging: Paging,
    },
}

/// `sceau certify product`.
#[derive(Debug, Subcommand)]
pub enum Product {
    /// Apply for a product's certificate.
    #[command(
        after_help = "Example:\n  sceau certify product apply --company 7c1e… --gtin 6181100530018 --name 'Bière blonde 65 cl' --category beverage"
    )]
    Apply {
        /// The company.
        #[arg(long)]
        company: String,
        /// GTIN of 8, 12, 13 or 14 digits.
        #[arg(long)]
        gtin: String,
        /// Name of the product.
        #[arg(long)]
        name: String,
        /// food, beverage, tobacco, medicine, cosmetic, construction, electrical or other.
        #[arg(long, value_parser = parse::category)]
        category: i32,
        /// A document, as <title>=sha256:<hex>; may be given several times.
        #[arg(long, value_parser = parse::evidence)]
        evidence: Vec<pb::Evidence>,
    },
    /// Assign a reviewer.
    Assign {
        /// The certificate.
        certificate: String,
        /// The reviewer's subject, as in their token.
        #[arg(long)]
        reviewer: String,
    },
    /// Ask the applicant for changes.
    RequestChanges {
        /// The certificate.
        certificate: String,
        /// What is missing.
        #[arg(long)]
        notes: String,
    },
    /// Answer a request for changes.
    ProvideChanges {
        /// The certificate.
        certificate: String,
        /// What was changed.
        #[arg(long)]
        notes: String,
        /// A document, as <title>=sha256:<hex>; may be given several times.
        #[arg(long, value_parser = parse::evidence)]
        evidence: Vec<pb::Evidence>,
    },
    /// Grant the certificate.
    Grant {
        /// The certificate.
        certificate: String,
        /// Until when: 2027-12-31, or 365d.
        #[arg(long, value_parser = parse::instant)]
        valid_until: Timestamp,
    },
    /// Refuse the certificate.
    Refuse(Because),
    /// Suspend the certificate: its stamps verify as suspended at once.
    Suspend(Because),
    /// Put a suspended certificate back in force.
    Resume {
        /// The certificate.
        certificate: String,
    },
    /// Revoke the certificate for good.
    Revoke(Because),
    /// Renew the certificate.
    Renew {
        /// The certificate.
        certificate: String,
        /// Until when: 2029-12-31, or 365d.
        #[arg(long, value_parser = parse::instant)]
        valid_until: Timestamp,
    },
    /// One certificate.
    Show {
        /// The certificate.
        certificate: String,
    },
    /// Certificates.
    List {
        /// Of one company only.
        #[arg(long)]
        company: Option<String>,
        /// In one status only, for example in-force.
        #[arg(long, value_parser = parse::certificate_status)]
        status: Option<i32>,
        #[command(flatten)]
        paging: Paging,
    },
}

/// A certificate and a reason.
#[derive(Debug, Args)]
pub struct Because {
    /// The certificate.
    certificate: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// `sceau certify stamper`.
#[derive(Debug, Subcommand)]
pub enum Stamper {
    /// Accredit a stamper.
    Accredit {
        /// Name of the stamper.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        contact: ContactArgs,
        /// Until when: 2027-12-31, or 365d.
        #[arg(long, value_parser = parse::instant)]
        valid_until: Timestamp,
    },
    /// Withdraw the accreditation.
    Withdraw {
        /// The stamper.
        stamper: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// One stamper.
    Show {
        /// The stamper.
        stamper: String,
    },
    /// All stampers.
    List {
        #[command(flatten)]
        paging: Paging,
    },
}

pub(super) async fn run(session: &Session, command: Certify) -> Result<(), CallError> {
    match command {
        Certify::Company(command) => company(session, command).await,
        Certify::Product(command) => product(session, command).await,
        Certify::Stamper(command) => stamper(session, command).await,
    }
}

async fn company(session: &Session, command: Company) -> Result<(), CallError> {
    let meta = Some(session.meta());
    match command {
        Company::Register { name, registration, contact } => {
            let contact = Some(contact.into());
            let request = pb::RegisterCompanyRequest { meta, name, registration_number: registration, contact };
            command!(session, Commands<Caller>, register_company, request)
        }
        Company::Contact { company, contact } => {
            let request = pb::ChangeCompanyContactRequest { meta, company_id: company, contact: Some(contact.into()) };
            command!(session, Commands<Caller>, change_company_contact, request)
        }
        Company::Show { company } => {
            let request = pb::GetCompanyRequest { meta: None, company_id: company };
            let answer = Queries::new(session.caller.clone()).get_company(request).await?.into_inner();
            session.form.record(&answer.company.unwrap_or_default());
            Ok(())
        }
        Company::List { paging } => {
            let request = pb::ListCompaniesRequest { meta: None, page: Some(paging.request()) };
            let answer = Queries::new(session.caller.clone()).list_companies(request).await?.into_inner();
            session.form.table(&answer.companies, &["company_id", "name", "registration_number", "registered_at"]);
            Paging::more(answer.page);
            Ok(())
        }
    }
}

#[allow(clippy::too_many_lines, reason = "a table: one arm for each command")]
async fn product(session: &Session, command: Product) -> Result<(), CallError> {
    let meta = Some(session.meta());
    match command {
        Product::Apply { company, gtin, name, category, evidence } => {
            let request = pb::ApplyForCertificateRequest {
                meta,
                company_id: company,
                gtin,
                product_name: name,
                category,
                evidence,
            };
            command!(session, Commands<Caller>, apply_for_certificate, request)
        }
        Product::Assign { certificate: certificate_id, reviewer } => {
            command!(
                session,
                Commands<Caller>,
                assign_reviewer,
                pb::AssignReviewerRequest { meta, certificate_id, reviewer }
            )
        }
        Product::RequestChanges { certificate: certificate_id, notes } => {
            command!(
                session,
                Commands<Caller>,
                request_changes,
                pb::RequestChangesRequest { meta, certificate_id, notes }
            )
        }
        Product::ProvideChanges { certificate: certificate_id, notes, evidence } => {
            let request = pb::ProvideChangesRequest { meta, certificate_id, notes, evidence };
            command!(session, Commands<Caller>, provide_changes, request)
        }
        Product::Grant { certificate: certificate_id, valid_until } => {
            let request = pb::GrantCertificateRequest { meta, certificate_id, valid_until: Some(valid_until) };
            command!(session, Commands<Caller>, grant_certificate, request)
        }
        Product::Refuse(Because { certificate: certificate_id, reason }) => {
            command!(
                session,
                Commands<Caller>,
                refuse_certificate,
                pb::RefuseCertificateRequest { meta, certificate_id, reason }
            )
        }
        Product::Suspend(Because { certificate: certificate_id, reason }) => {
            command!(
                session,
                Commands<Caller>,
                suspend_certificate,
                pb::SuspendCertificateRequest { meta, certificate_id, reason }
            )
        }
        Product::Resume { certificate: certificate_id } => {
            command!(
                session,
                Commands<Caller>,
                resume_certificate,
                pb::ResumeCertificateRequest { meta, certificate_id }
            )
        }
        Product::Revoke(Because { certificate: certificate_id, reason }) => {
            command!(
                session,
                Commands<Caller>,
                revoke_certificate,
                pb::RevokeCertificateRequest { meta, certificate_id, reason }
            )
        }
        Product::Renew { certificate: certificate_id, valid_until } => {
            let request = pb::RenewCertificateRequest { meta, certificate_id, valid_until: Some(valid_until) };
            command!(session, Commands<Caller>, renew_certificate, request)
        }
        Product::Show { certificate } => show(session, certificate).await,
        Product::List { company, status, paging } => list(session, company, status, paging).await,
    }
}

async fn show(session: &Session, certificate_id: String) -> Result<(), CallError> {
    let request = pb::GetCertificateRequest { meta: None, certificate_id };
    let answer = Queries::new(session.caller.clone()).get_certificate(request).await?.into_inner();
    session.form.record(&answer.certificate.unwrap_or_default());
    Ok(())
}

async fn list(
    session: &Session,
    company_id: Option<String>,
    status: Option<i32>,
    paging: Paging,
) -> Result<(), CallError> {
    let request = pb::ListCertificatesRequest { meta: None, page: Some(paging.request()), company_id, status };
    let answer = Queries::new(session.caller.clone()).list_certificates(request).await?.into_inner();
    let columns = ["certificate_id", "gtin", "product_name", "category", "company_name", "status", "valid_until"];
    session.form.table(&answer.certificates, &columns);
    Paging::more(answer.page);
    Ok(())
}

async fn stamper(session: &Session, command: Stamper) -> Result<(), CallError> {
    let meta = Some(session.meta());
    match command {
        Stamper::Accredit { name, contact, valid_until } => {
            let (contact, valid_until) = (Some(contact.into()), Some(valid_until));
            command!(
                session,
                Commands<Caller>,
                accredit_stamper,
                pb::AccreditStamperRequest { meta, name, contact, valid_until }
            )
        }
        Stamper::Withdraw { stamper: stamper_id, reason } => {
            command!(
                session,
                Commands<Caller>,
                withdraw_stamper,
                pb::WithdrawStamperRequest { meta, stamper_id, reason }
            )
        }
        Stamper::Show { stamper } => {
            let request = pb::GetStamperRequest { meta: None, stamper_id: stamper };
            let answer = Queries::new(session.caller.clone()).get_stamper(request).await?.into_inner();
            session.form.record(&answer.stamper.unwrap_or_default());
            Ok(())
        }
        Stamper::List { paging } => {
            let request = pb::ListStampersRequest { meta: None, page: Some(paging.request()) };
            let answer = Queries::new(session.caller.clone()).list_stampers(request).await?.into_inner();
            session.form.table(&answer.stampers, &["stamper_id", "name", "status", "valid_until"]);
            Paging::more(answer.page);
            Ok(())
        }
    }
}
