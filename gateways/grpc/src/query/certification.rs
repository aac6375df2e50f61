//! Companies, certificates and stampers, as their views hold them.

use sceau_certification::{CertificateId, CompanyId, StamperId};
use sceau_certification_view::{CertificateKey, CompanyKey, StamperKey};
use sceau_kernel::wire::Wire;
use sceau_proto::certification::v1::{
    GetCertificateRequest, GetCertificateResponse, GetCompanyRequest, GetCompanyResponse, GetStamperRequest,
    GetStamperResponse, ListCertificatesRequest, ListCertificatesResponse, ListCompaniesRequest, ListCompaniesResponse,
    ListStampersRequest, ListStampersResponse,
};
use tonic::Status;

use super::list::{List, Wanted, text, uuid};
use super::{query_call, row};
use crate::call::Call;
use crate::command::id;
use crate::door::Door;
use crate::failure;

query_call!(
    "/sceau.certification.v1.CertificationQueryService/GetCompany",
    GetCompanyRequest,
    GetCompanyResponse,
    get_company
);
query_call!(
    "/sceau.certification.v1.CertificationQueryService/ListCompanies",
    ListCompaniesRequest,
    ListCompaniesResponse,
    list_companies
);
query_call!(
    "/sceau.certification.v1.CertificationQueryService/GetCertificate",
    GetCertificateRequest,
    GetCertificateResponse,
    get_certificate
);
query_call!(
    "/sceau.certification.v1.CertificationQueryService/ListCertificates",
    ListCertificatesRequest,
    ListCertificatesResponse,
    list_certificates
);
query_call!(
    "/sceau.certification.v1.CertificationQueryService/GetStamper",
    GetStamperRequest,
    GetStamperResponse,
    get_stamper
);
query_call!(
    "/sceau.certification.v1.CertificationQueryService/ListStampers",
    ListStampersRequest,
    ListStampersResponse,
    list_stampers
);

async fn get_company(request: GetCompanyRequest, door: &Door, call: &Call) -> Result<GetCompanyResponse, Status> {
    let named = request.company_id.clone();
    let company_id = id::<CompanyId>("company_id", request.company_id)?.0;
    call.check_owner(&company_id.to_string(), "company", &named)?;
    let key = CompanyKey { tenant: call.tenant.to_string(), company_id };
    let found = row(&door.tables.company, &key, request.meta.as_ref(), call).await?;
    let found = found.ok_or_else(|| failure::not_found("COMPANY_NOT_FOUND", "company", &named))?;
    Ok(GetCompanyResponse { company: Some(found.message(company_id)) })
}

async fn list_companies(
    request: ListCompaniesRequest,
    door: &Door,
    call: &Call,
) -> Result<ListCompaniesResponse, Status> {
    let wanted = Wanted { meta: request.meta.as_ref(), page: request.page.as_ref(), query: "companies" };
    let list = List::read(&door.tables.company_list, vec![text(&call.tenant)], wanted, call, |_, _| true).await?;
    let companies = list.rows.iter().map(|(key, row)| row.summary(key)).collect();
    Ok(ListCompaniesResponse { companies, page: Some(list.page) })
}

async fn get_certificate(
    request: GetCertificateRequest,
    door: &Door,
    call: &Call,
) -> Result<GetCertificateResponse, Status> {
    let named = request.certificate_id.clone();
    let certificate_id = id::<CertificateId>("certificate_id", request.certificate_id)?.0;
    let key = CertificateKey { tenant: call.tenant.to_string(), certificate_id };
    let found = row(&door.tables.certificate, &key, request.meta.as_ref(), call).await?;
    let found = found.ok_or_else(|| failure::not_found("CERTIFICATE_NOT_FOUND", "certificate", &named))?;
    call.check_owner(&found.company_id.to_string(), "certificate", &named)?;
    Ok(GetCertificateResponse { certificate: Some(found.message(certificate_id)) })
}

async fn list_certificates(
    request: ListCertificatesRequest,
    door: &Door,
    call: &Call,
) -> Result<ListCertificatesResponse, Status> {
    let company = request.company_id.as_deref().filter(|company| !company.is_empty());
    let company = company.or_else(|| call.confined_to());
    let status = request.status.filter(|status| *status != 0);
    let query = format!("certificates {status:?}");
    let wanted = Wanted { meta: request.meta.as_ref(), page: request.page.as_ref(), query: &query };
    let is_wanted =
        |row: &sceau_certification_view::CertificateRow| status.is_none_or(|status| row.status.0.to_wire() == status);
    let (certificates, page) = if let Some(named) = company {
        let company_id = id::<CompanyId>("company_id", named.to_owned())?.0;
        call.check_owner(&company_id.to_string(), "company", named)?;
        let prefix = vec![text(&call.tenant), uuid(company_id)];
        let keep = |_: &_, row: &_| is_wanted(row);
        let list = List::read(&door.tables.certificate_by_company, prefix, wanted, call, keep).await?;
        (list.rows.iter().map(|(key, row)| row.summary(key.certificate_id)).collect(), list.page)
    } else {
        let keep = |_: &_, row: &_| is_wanted(row);
        let list = List::read(&door.tables.certificate_list, vec![text(&call.tenant)], wanted, call, keep).await?;
        (list.rows.iter().map(|(key, row)| row.summary(key.certificate_id)).collect(), list.page)
    };
    Ok(ListCertificatesResponse { certificates, page: Some(page) })
}

async fn get_stamper(request: GetStamperRequest, door: &Door, call: &Call) -> Result<GetStamperResponse, Status> {
    let named = request.stamper_id.clone();
    let stamper_id = id::<StamperId>("stamper_id", request.stamper_id)?.0;
    call.check_owner(&stamper_id.to_string(), "stamper", &named)?;
    let key = StamperKey { tenant: call.tenant.to_string(), stamper_id };
    let found = row(&door.tables.stamper, &key, request.meta.as_ref(), call).await?;
    let found = found.ok_or_else(|| failure::not_found("STAMPER_NOT_FOUND", "stamper", &named))?;
    Ok(GetStamperResponse { stamper: Some(found.message(stamper_id)) })
}

async fn list_stampers(request: ListStampersRequest, door: &Door, call: &Call) -> Result<ListStampersResponse, Status> {
    let wanted = Wanted { meta: request.meta.as_ref(), page: request.page.as_ref(), query: "stampers" };
    let list = List::read(&door.tables.stamper_list, vec![text(&call.tenant)], wanted, call, |_, _| true).await?;
    let stampers = list.rows.iter().map(|(key, row)| row.summary(key.stamper_id)).collect();
    Ok(ListStampersResponse { stampers, page: Some(list.page) })
}
