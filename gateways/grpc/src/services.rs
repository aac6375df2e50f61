//! The generated service traits, joined to the calls that answer them.

use sceau_api::certification::v1::certification_command_service_server::CertificationCommandService;
use sceau_api::certification::v1::certification_query_service_server::CertificationQueryService;
use sceau_api::order::v1::order_command_service_server::OrderCommandService;
use sceau_api::order::v1::order_query_service_server::OrderQueryService;
use sceau_api::payment::v1::payment_command_service_server::PaymentCommandService;
use sceau_api::payment::v1::payment_query_service_server::PaymentQueryService;
use sceau_api::stamp::v1::stamp_command_service_server::StampCommandService;
use sceau_api::verification::v1::verification_command_service_server::VerificationCommandService;
use sceau_api::verification::v1::verification_query_service_server::VerificationQueryService;
use sceau_proto::certification::v1 as certification;
use sceau_proto::common::v1::CommandReceipt;
use sceau_proto::order::v1 as order;
use sceau_proto::payment::v1 as payment;
use sceau_proto::stamp::v1 as stamp;
use sceau_proto::verification::v1 as verification;
use tonic::{Request, Response, Status};

use crate::Gateway;

/// Every method of a command service is the one way for commands.
macro_rules! command_service {
    ($service:ident { $($method:ident: $request:ty;)+ }) => {
        #[tonic::async_trait]
        impl $service for Gateway {
            $(async fn $method(&self, request: Request<$request>) -> Result<Response<CommandReceipt>, Status> {
                self.door.unary_command(request).await
            })+
        }
    };
}

/// Every method of a query service is the one way for queries.
macro_rules! query_service {
    ($service:ident { $($method:ident: $request:ty => $answer:ty;)+ }) => {
        #[tonic::async_trait]
        impl $service for Gateway {
            $(async fn $method(&self, request: Request<$request>) -> Result<Response<$answer>, Status> {
                self.door.unary_query(request).await
            })+
        }
    };
}

command_service! {
    CertificationCommandService {
        register_company: certification::RegisterCompanyRequest;
        change_company_contact: certification::ChangeCompanyContactRequest;
        apply_for_certificate: certification::ApplyForCertificateRequest;
        assign_reviewer: certification::AssignReviewerRequest;
        request_changes: certification::RequestChangesRequest;
        provide_changes: certification::ProvideChangesRequest;
        grant_certificate: certification::GrantCertificateRequest;
        refuse_certificate: certification::RefuseCertificateRequest;
        suspend_certificate: certification::SuspendCertificateRequest;
        resume_certificate: certification::ResumeCertificateRequest;
        revoke_certificate: certification::RevokeCertificateRequest;
        renew_certificate: certification::RenewCertificateRequest;
        accredit_stamper: certification::AccreditStamperRequest;
        withdraw_stamper: certification::WithdrawStamperRequest;
    }
}

command_service! {
    OrderCommandService {
        set_price_list: order::SetPriceListRequest;
        place_order: order::PlaceOrderRequest;
        quote_order: order::QuoteOrderRequest;
        confirm_order: order::ConfirmOrderRequest;
        cancel_order: order::CancelOrderRequest;
    }
}

command_service! {
    PaymentCommandService {
        record_settlement: payment::RecordSettlementRequest;
        issue_credit_note: payment::IssueCreditNoteRequest;
        record_refund: payment::RecordRefundRequest;
    }
}

command_service! {
    StampCommandService {
        release_batch: stamp::ReleaseBatchRequest;
        activate_codes: stamp::ActivateCodesRequest;
        record_read_back: stamp::RecordReadBackRequest;
        open_container: stamp::OpenContainerRequest;
        aggregate_codes: stamp::AggregateCodesRequest;
        disaggregate_codes: stamp::DisaggregateCodesRequest;
        aggregate_container: stamp::AggregateContainerRequest;
        disaggregate_container: stamp::DisaggregateContainerRequest;
        decommission_codes: stamp::DecommissionCodesRequest;
        reinstate_codes: stamp::ReinstateCodesRequest;
    }
}

command_service! {
    VerificationCommandService {
        close_case: verification::CloseCaseRequest;
    }
}

query_service! {
    CertificationQueryService {
        get_company: certification::GetCompanyRequest => certification::GetCompanyResponse;
        list_companies: certification::ListCompaniesRequest => certification::ListCompaniesResponse;
        get_certificate: certification::GetCertificateRequest => certification::GetCertificateResponse;
        list_certificates: certification::ListCertificatesRequest => certification::ListCertificatesResponse;
        get_stamper: certification::GetStamperRequest => certification::GetStamperResponse;
        list_stampers: certification::ListStampersRequest => certification::ListStampersResponse;
    }
}

query_service! {
    OrderQueryService {
        get_price_list: order::GetPriceListRequest => order::GetPriceListResponse;
        get_order: order::GetOrderRequest => order::GetOrderResponse;
        list_orders: order::ListOrdersRequest => order::ListOrdersResponse;
    }
}

query_service! {
    PaymentQueryService {
        get_invoice: payment::GetInvoiceRequest => payment::GetInvoiceResponse;
        list_invoices: payment::ListInvoicesRequest => payment::ListInvoicesResponse;
        get_ledger: payment::GetLedgerRequest => payment::GetLedgerResponse;
    }
}

query_service! {
    VerificationQueryService {
        list_cases: verification::ListCasesRequest => verification::ListCasesResponse;
        get_case: verification::GetCaseRequest => verification::GetCaseResponse;
    }
}
