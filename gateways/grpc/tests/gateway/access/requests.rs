//! A well-formed request for every method, about the things of one company and one stamper.

use prost::Message;
use sceau_proto::admin::v1 as admin;
use sceau_proto::certification::v1 as certification;
use sceau_proto::common::v1::{CommandReceipt, Money};
use sceau_proto::order::v1 as order;
use sceau_proto::payment::v1 as payment;
use sceau_proto::stamp::v1 as stamp;
use sceau_proto::submit::v1::SubmitRequest;
use sceau_proto::submit::v1::submit_request::Command;
use sceau_proto::verification::v1 as verification;

use crate::country::{CARTON, Country, PALLET, apply, contact, in_days, place, prices, register};
use crate::platform::meta;

/// True when the request names something that belongs to the company or the stamper.
pub(crate) fn names_a_thing(method: &str) -> bool {
    let (service, name) = method.rsplit_once('/').unwrap();
    let about_none = [
        "RegisterCompany",
        "ListCompanies",
        "AccreditStamper",
        "ListStampers",
        "SetPriceList",
        "GetPriceList",
        // It answers everyone: of each code, whether it is his.
        "ResolveCodes",
        "OpenContainer",
    ];
    let runs_the_platform = ["AdminService", "SubmitService", "VerificationService"];
    !about_none.contains(&name) && !runs_the_platform.iter().any(|platform| service.ends_with(platform))
}

/// The encoded request.
pub(crate) fn of(method: &str, country: &Country) -> Vec<u8> {
    let (service, name) = method.rsplit_once('/').unwrap();
    let encoded = match service {
        "/sceau.certification.v1.CertificationCommandService" => certification_command(name, country),
        "/sceau.certification.v1.CertificationQueryService" => certification_query(name, country),
        "/sceau.order.v1.OrderCommandService" | "/sceau.order.v1.OrderQueryService" => order_call(name, country),
        "/sceau.payment.v1.PaymentCommandService" | "/sceau.payment.v1.PaymentQueryService" => {
            payment_call(name, country)
        }
        "/sceau.stamp.v1.StampCommandService" | "/sceau.stamp.v1.StampQueryService" => stamp_call(name, country),
        "/sceau.submit.v1.SubmitService" => {
            let command = Some(Command::RegisterCompany(register("SOLIBRA")));
            Some(SubmitRequest { command }.encode_to_vec())
        }
        "/sceau.verification.v1.VerificationService"
        | "/sceau.verification.v1.VerificationCommandService"
        | "/sceau.verification.v1.VerificationQueryService" => verification_call(name),
        _ => admin_call(name),
    };
    encoded.unwrap_or_else(|| panic!("no request for {method}"))
}

fn certification_command(name: &str, country: &Country) -> Option<Vec<u8>> {
    let certificate_id = country.certificate_id.clone();
    let (reason, notes) = ("Contrôle".to_owned(), "Étiquette".to_owned());
    Some(match name {
        "RegisterCompany" => register("SOLIBRA").encode_to_vec(),
        "ChangeCompanyContact" => certification::ChangeCompanyContactRequest {
            meta: meta(),
            company_id: country.company_id.clone(),
            contact: contact("Aya"),
        }
        .encode_to_vec(),
        "ApplyForCertificate" => apply(&country.company_id, &CommandReceipt::default()).encode_to_vec(),
        "AssignReviewer" => {
            certification::AssignReviewerRequest { meta: meta(), certificate_id, reviewer: "Koffi".into() }
                .encode_to_vec()
        }
        "RequestChanges" => {
            certification::RequestChangesRequest { meta: meta(), certificate_id, notes }.encode_to_vec()
        }
        "ProvideChanges" => {
            certification::ProvideChangesRequest { meta: meta(), certificate_id, notes, evidence: Vec::new() }
                .encode_to_vec()
        }
        "GrantCertificate" => {
            certification::GrantCertificateRequest { meta: meta(), certificate_id, valid_until: in_days(9) }
                .encode_to_vec()
        }
        "RefuseCertificate" => {
            certification::RefuseCertificateRequest { meta: meta(), certificate_id, reason }.encode_to_vec()
        }
        "SuspendCertificate" => {
            certification::SuspendCertificateRequest { meta: meta(), certificate_id, reason }.encode_to_vec()
        }
        "ResumeCertificate" => certification::ResumeCertificateRequest { meta: meta(), certificate_id }.encode_to_vec(),
        "RevokeCertificate" => {
            certification::RevokeCertificateRequest { meta: meta(), certificate_id, reason }.encode_to_vec()
        }
        "RenewCertificate" => {
            certification::RenewCertificateRequest { meta: meta(), certificate_id, valid_until: in_days(400) }
                .encode_to_vec()
        }
        "AccreditStamper" => certification::AccreditStamperRequest {
            meta: meta(),
            name: "Presse".into(),
            contact: contact("Yao"),
            valid_until: in_days(9),
        }
        .encode_to_vec(),
        "WithdrawStamper" => {
            let stamper_id = country.stamper_id.clone();
            certification::WithdrawStamperRequest { meta: meta(), stamper_id, reason }.encode_to_vec()
        }
        _ => return None,
    })
}

fn certification_query(name: &str, country: &Country) -> Option<Vec<u8>> {
    let company_id = country.company_id.clone();
    Some(match name {
        "GetCompany" => certification::GetCompanyRequest { meta: None, company_id }.encode_to_vec(),
        "ListCompanies" => certification::ListCompaniesRequest::default().encode_to_vec(),
        "GetCertificate" => {
            let certificate_id = country.certificate_id.clone();
            certification::GetCertificateRequest { meta: None, certificate_id }.encode_to_vec()
        }
        "ListCertificates" => certification::ListCertificatesRequest {
            company_id: Some(company_id),
            ..certification::ListCertificatesRequest::default()
        }
        .encode_to_vec(),
        "GetStamper" => {
            certification::GetStamperRequest { meta: None, stamper_id: country.stamper_id.clone() }.encode_to_vec()
        }
        "ListStampers" => certification::ListStampersRequest::default().encode_to_vec(),
        _ => return None,
    })
}

fn order_call(name: &str, country: &Country) -> Option<Vec<u8>> {
    let order_id = country.order_id.clone();
    Some(match name {
        "SetPriceList" => prices().encode_to_vec(),
        "PlaceOrder" => place((&country.company_id, &country.certificate_id), meta(), 10).encode_to_vec(),
        "QuoteOrder" => order::QuoteOrderRequest { meta: meta(), order_id }.encode_to_vec(),
        "ConfirmOrder" => order::ConfirmOrderRequest { meta: meta(), order_id }.encode_to_vec(),
        "CancelOrder" => order::CancelOrderRequest { meta: meta(), order_id, reason: "Erreur".into() }.encode_to_vec(),
        "GetPriceList" => order::GetPriceListRequest::default().encode_to_vec(),
        "GetOrder" => order::GetOrderRequest { meta: None, order_id }.encode_to_vec(),
        "ListOrders" => {
            let company_id = country.company_id.clone();
            order::ListOrdersRequest { company_id, ..order::ListOrdersRequest::default() }.encode_to_vec()
        }
        _ => return None,
    })
}

fn payment_call(name: &str, country: &Country) -> Option<Vec<u8>> {
    let (invoice_id, company_id) = (country.invoice_id.clone(), country.company_id.clone());
    let amount = Some(Money { minor: 1, currency: "XOF".into() });
    let method = payment::PaymentMethod::Cash.into();
    let receipt_number = "C-9".to_owned();
    Some(match name {
        "RecordSettlement" => {
            payment::RecordSettlementRequest { meta: meta(), invoice_id, amount, method, receipt_number, paid_at: None }
                .encode_to_vec()
        }
        "IssueCreditNote" => {
            payment::IssueCreditNoteRequest { meta: meta(), invoice_id, ..Default::default() }.encode_to_vec()
        }
        "RecordRefund" => {
            payment::RecordRefundRequest { meta: meta(), invoice_id, amount, method, receipt_number }.encode_to_vec()
        }
        "GetInvoice" => payment::GetInvoiceRequest { meta: None, invoice_id }.encode_to_vec(),
        "ListInvoices" => payment::ListInvoicesRequest { company_id, ..Default::default() }.encode_to_vec(),
        "GetLedger" => payment::GetLedgerRequest { meta: None, company_id }.encode_to_vec(),
        _ => return None,
    })
}

fn stamp_call(name: &str, country: &Country) -> Option<Vec<u8>> {
    let batch_id = country.batch_id.clone();
    let ranges = vec![stamp::OrdinalRange { first: 0, count: 1 }];
    Some(match name {
        "ReleaseBatch" => {
            let stamper_id = country.stamper_id.clone();
            stamp::ReleaseBatchRequest { meta: meta(), batch_id, stamper_id }.encode_to_vec()
        }
        "ActivateCodes" => {
            stamp::ActivateCodesRequest { meta: meta(), batch_id, ranges, ..Default::default() }.encode_to_vec()
        }
        "RecordReadBack" => {
            stamp::RecordReadBackRequest { meta: meta(), batch_id, good: ranges, ..Default::default() }.encode_to_vec()
        }
        "ReinstateCodes" => {
            stamp::ReinstateCodesRequest { meta: meta(), batch_id, ranges, ..Default::default() }.encode_to_vec()
        }
        "OpenContainer" => {
            let company_id = country.company_id.clone();
            let kind = stamp::ContainerKind::Carton.into();
            stamp::OpenContainerRequest { meta: meta(), sscc: CARTON.into(), kind, company_id }.encode_to_vec()
        }
        "AggregateCodes" => {
            let into = CARTON.into();
            stamp::AggregateCodesRequest { meta: meta(), batch_id, ranges, codes: Vec::new(), into }.encode_to_vec()
        }
        "DisaggregateCodes" => {
            let from = CARTON.into();
            stamp::DisaggregateCodesRequest { meta: meta(), batch_id, ranges, codes: Vec::new(), from }.encode_to_vec()
        }
        "AggregateContainer" => {
            stamp::AggregateContainerRequest { meta: meta(), sscc: CARTON.into(), into: PALLET.into() }.encode_to_vec()
        }
        "DisaggregateContainer" => {
            stamp::DisaggregateContainerRequest { meta: meta(), sscc: CARTON.into() }.encode_to_vec()
        }
        "GetContainer" => stamp::GetContainerRequest { meta: None, sscc: CARTON.into() }.encode_to_vec(),
        "ReconcileBatches" => stamp::ReconcileBatchesRequest { batch_id, ..Default::default() }.encode_to_vec(),
        "ListActivations" => stamp::ListActivationsRequest { batch_id, ..Default::default() }.encode_to_vec(),
        "ResolveCodes" => stamp::ResolveCodesRequest { meta: None, codes: vec!["1".into()] }.encode_to_vec(),
        "DecommissionCodes" => {
            let reason = stamp::DecommissionReason::Lost.into();
            stamp::DecommissionCodesRequest { meta: meta(), batch_id, ranges, reason, ..Default::default() }
                .encode_to_vec()
        }
        "GetBatch" => stamp::GetBatchRequest { meta: None, batch_id }.encode_to_vec(),
        "ListBatches" => {
            // Whose list it is follows from who asks; another's is asked for by name.
            let certificate_id = country.certificate_id.clone();
            stamp::ListBatchesRequest { certificate_id, ..Default::default() }.encode_to_vec()
        }
        "GetProductStamps" => {
            let certificate_id = country.certificate_id.clone();
            stamp::GetProductStampsRequest { meta: None, certificate_id }.encode_to_vec()
        }
        "DownloadCodes" => {
            stamp::DownloadCodesRequest { meta: None, batch_id, first: 0, count: 1, ..Default::default() }
                .encode_to_vec()
        }
        _ => return None,
    })
}

fn verification_call(name: &str) -> Option<Vec<u8>> {
    let tenant = "ci".to_owned();
    Some(match name {
        "Verify" => verification::VerifyRequest { tenant, code: "0000000000000000".into(), ..Default::default() }
            .encode_to_vec(),
        "VerifyBatch" => {
            let codes = vec!["0000000000000000".into()];
            verification::VerifyBatchRequest { tenant, codes, ..Default::default() }.encode_to_vec()
        }
        "ListKeys" => verification::ListKeysRequest { meta: None, tenant }.encode_to_vec(),
        "ReportProblem" => {
            let text = "Étiquette recollée".to_owned();
            verification::ReportProblemRequest { tenant, text, ..Default::default() }.encode_to_vec()
        }
        "GetPage" => verification::GetPageRequest {}.encode_to_vec(),
        "GetOfflineLists" => verification::GetOfflineListsRequest { meta: None, tenant }.encode_to_vec(),
        "CloseCase" => verification::CloseCaseRequest {
            meta: meta(),
            case_id: "1".into(),
            outcome: verification::CaseOutcome::Honest.into(),
            note: "Étal".into(),
        }
        .encode_to_vec(),
        "ListCases" => verification::ListCasesRequest::default().encode_to_vec(),
        "GetCase" => verification::GetCaseRequest { meta: None, case_id: "1".into() }.encode_to_vec(),
        _ => return None,
    })
}

fn admin_call(name: &str) -> Option<Vec<u8>> {
    let projection = "company".to_owned();
    Some(match name {
        "ListProjections" => admin::ListProjectionsRequest {}.encode_to_vec(),
        "RebuildProjection" => admin::RebuildProjectionRequest { name: projection }.encode_to_vec(),
        "CancelRebuild" => admin::CancelRebuildRequest { name: projection }.encode_to_vec(),
        "SwitchProjection" => admin::SwitchProjectionRequest { name: projection, force: false }.encode_to_vec(),
        "LogStat" => admin::LogStatRequest {}.encode_to_vec(),
        "TailLog" => admin::TailLogRequest { last: 1, ..Default::default() }.encode_to_vec(),
        "ListKeys" => admin::ListKeysRequest {}.encode_to_vec(),
        "RotateKey" => admin::RotateKeyRequest { r#use: admin::KeyUse::Codes.into() }.encode_to_vec(),
        "WithdrawKey" => admin::WithdrawKeyRequest { key_id: 1, reason: "stolen".into() }.encode_to_vec(),
        "IssueToken" => {
            let (subject, roles) = ("Awa".to_owned(), vec!["auditor".to_owned()]);
            admin::IssueTokenRequest { subject, roles, ..Default::default() }.encode_to_vec()
        }
        "RevokeToken" => admin::RevokeTokenRequest { token_id: "none".into() }.encode_to_vec(),
        "GetCluster" => admin::GetClusterRequest {}.encode_to_vec(),
        _ => return None,
    })
}
