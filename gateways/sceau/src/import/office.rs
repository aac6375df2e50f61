//! What has to stand before an order can: the company, the prices, and a certificate for each product.

use std::collections::HashSet;

use futures_util::{StreamExt, stream};
use prost_types::Timestamp;
use sceau_api::certification::v1::certification_query_service_client::CertificationQueryServiceClient;
use sceau_api::order::v1::order_query_service_client::OrderQueryServiceClient;
use sceau_certification::Certification;
use sceau_kernel::Domain;
use sceau_order::Ordering;
use sceau_proto::certification::v1 as certification;
use sceau_proto::common::v1::Personal;
use sceau_proto::order::v1::{FormPrices, GetPriceListRequest, PriceTier, SetPriceListRequest, StampForm};
use sceau_proto::submit::v1::submit_request::Command;

use super::OrdersArgs;
use super::error::ImportError;
use super::pipe::{Pipe, SendError};
use super::plan::Product;
use super::query::{ask, fresh, next, page};
use super::run::{Run, WINDOW, interrupted};

/// Products are certified for five years from the company's registration: an instant that a second run knows too.
const VALIDITY_SECONDS: i64 = 5 * 365 * 86_400;
/// Who reviews the applications.
const REVIEWER: &str = "import";
/// Prices where there are none yet: XOF for a thousand stamps, from so many stamps of a line on.
const PRICES: [(u64, i64); 3] = [(1, 25_000), (1_000, 20_000), (100_000, 15_000)];
/// 18 %, the value added tax of the WAEMU states.
const TAX_PARTS_PER_MILLION: u32 = 180_000;
const QUOTE_DAYS: u32 = 30;

/// What orders refer to.
pub(super) struct Office {
    pub(super) company_id: String,
    /// Form of the stamps.
    pub(super) form: i32,
    /// By place in the plan's products.
    pub(super) certificates: Vec<String>,
}

impl Run<'_> {
    pub(super) async fn open_office(&self, pipe: &Pipe, args: &OrdersArgs) -> Result<Office, ImportError> {
        self.progress.stage("certifying");
        let registered_at = self.register_company(pipe, &args.company).await?;
        self.set_prices(pipe, args.form).await?;
        let valid_until = Timestamp { seconds: registered_at.seconds + VALIDITY_SECONDS, nanos: registered_at.nanos };
        let certificates = self.certify_products(pipe, valid_until).await?;
        Ok(Office { company_id: self.company_id(), form: args.form, certificates })
    }

    /// When the company was registered, if need be now.
    async fn register_company(&self, pipe: &Pipe, name: &str) -> Result<Timestamp, ImportError> {
        if let Some(at) = self.registered_at(pipe).await? {
            return Ok(at);
        }
        let id = self.names.registration();
        let personal = |clear: &str| Some(Personal { clear: clear.to_owned() });
        let contact = certification::Contact { person: personal("Import"), phone: personal("+000"), email: None };
        let register = |meta| {
            Command::RegisterCompany(certification::RegisterCompanyRequest {
                meta,
                name: name.to_owned(),
                registration_number: format!("IMPORT-{}", &id.simple().to_string()[..12]),
                contact: Some(contact.clone()),
            })
        };
        pipe.send(id, &[], register).await.map_err(|error| not_ready("the company cannot be registered", error))?;
        Ok(self.registered_at(pipe).await?.unwrap_or_default())
    }

    async fn registered_at(&self, pipe: &Pipe) -> Result<Option<Timestamp>, ImportError> {
        let found = ask(async || {
            let request = certification::GetCompanyRequest {
                meta: fresh(pipe.accepted(Certification::TOPIC)),
                company_id: self.company_id(),
            };
            CertificationQueryServiceClient::new(self.caller.clone()).get_company(request).await
        });
        Ok(found.await?.and_then(|answer| answer.company?.registered_at))
    }

    /// Sets prices when there are none, and sees to it that the form is sold.
    async fn set_prices(&self, pipe: &Pipe, form: i32) -> Result<(), ImportError> {
        let forms = match self.priced_forms(pipe).await? {
            Some(forms) => forms,
            None => {
                let sent = pipe.send(self.names.command(format_args!("prices")), &[], price_list).await;
                sent.map_err(|error| not_ready("prices cannot be set", error))?;
                self.priced_forms(pipe).await?.unwrap_or_default()
            }
        };
        if forms.contains(&form) { Ok(()) } else { Err(ImportError::FormNotPriced) }
    }

    async fn priced_forms(&self, pipe: &Pipe) -> Result<Option<Vec<i32>>, ImportError> {
        let found = ask(async || {
            let request = GetPriceListRequest { meta: fresh(pipe.accepted(Ordering::TOPIC)) };
            OrderQueryServiceClient::new(self.caller.clone()).get_price_list(request).await
        });
        let list = found.await?.and_then(|answer| answer.price_list);
        Ok(list.map(|list| list.prices.iter().map(|prices| prices.form).collect()))
    }

    /// Certifies the products that are not certified yet; the certificates of all.
    async fn certify_products(&self, pipe: &Pipe, valid_until: Timestamp) -> Result<Vec<String>, ImportError> {
        let certified = self.certified().await?;
        let certificates: Vec<String> =
            (0..self.plan.products.len()).map(|product| self.certificate_id(product)).collect();
        let missing = self.plan.products.iter().zip(&certificates).filter(|(_, id)| !certified.contains(*id));
        let mut under_way = stream::iter(missing)
            .map(|(product, id)| self.certify(pipe, product, id, valid_until))
            .buffer_unordered(WINDOW);
        while let Some(done) = under_way.next().await {
            done?;
        }
        drop(under_way);
        self.certificates_readable(pipe, certificates.first()).await?;
        Ok(certificates)
    }

    /// The certificates of the company that are in force.
    async fn certified(&self) -> Result<HashSet<String>, ImportError> {
        let (mut certified, mut token) = (HashSet::new(), Some(String::new()));
        while let Some(this) = token {
            let answer = ask(async || {
                let request = certification::ListCertificatesRequest {
                    meta: None,
                    page: Some(page(&this)),
                    company_id: Some(self.company_id()),
                    status: Some(certification::CertificateStatus::InForce as i32),
                };
                CertificationQueryServiceClient::new(self.caller.clone()).list_certificates(request).await
            });
            let answer = answer.await?.unwrap_or_default();
            certified.extend(answer.certificates.into_iter().map(|certificate| certificate.certificate_id));
            token = next(answer.page);
        }
        Ok(certified)
    }

    async fn certify(
        &self,
        pipe: &Pipe,
        product: &Product,
        certificate_id: &str,
        valid_until: Timestamp,
    ) -> Result<(), ImportError> {
        let Product { stock_code, name, gtin } = product;
        let failed = |error| not_ready(&format!("product {stock_code} ({name}) cannot be certified"), error);
        let apply = |meta| {
            Command::ApplyForCertificate(certification::ApplyForCertificateRequest {
                meta,
                company_id: self.company_id(),
                gtin: gtin.to_string(),
                product_name: name.clone(),
                category: certification::ProductCategory::Other as i32,
                evidence: Vec::new(),
            })
        };
        let assign = |meta| {
            Command::AssignReviewer(certification::AssignReviewerRequest {
                meta,
                certificate_id: certificate_id.to_owned(),
                reviewer: REVIEWER.to_owned(),
            })
        };
        let grant = |meta| {
            Command::GrantCertificate(certification::GrantCertificateRequest {
                meta,
                certificate_id: certificate_id.to_owned(),
                valid_until: Some(valid_until),
            })
        };
        pipe.send(self.names.application(stock_code), &[], apply).await.map_err(failed)?;
        let assignment = self.names.command(format_args!("product {stock_code} assign"));
        pipe.send(assignment, &[], assign).await.map_err(failed)?;
        let granting = self.names.command(format_args!("product {stock_code} grant"));
        pipe.send(granting, &[], grant).await.map_err(failed)?;
        Ok(())
    }

    /// Waits until orders can be placed for what was certified.
    async fn certificates_readable(&self, pipe: &Pipe, any: Option<&String>) -> Result<(), ImportError> {
        let Some(certificate_id) = any else { return Ok(()) };
        let read = ask(async || {
            let request = certification::GetCertificateRequest {
                meta: fresh(pipe.accepted(Certification::TOPIC)),
                certificate_id: certificate_id.clone(),
            };
            CertificationQueryServiceClient::new(self.caller.clone()).get_certificate(request).await
        });
        read.await.map(drop)
    }
}

fn price_list(meta: Option<sceau_proto::common::v1::CommandMeta>) -> Command {
    let tiers: Vec<PriceTier> =
        PRICES.map(|(from_count, price_per_thousand)| PriceTier { from_count, price_per_thousand }).into();
    let forms = [StampForm::SignedQr, StampForm::SmallQr, StampForm::Digits];
    Command::SetPriceList(SetPriceListRequest {
        meta,
        currency: "XOF".to_owned(),
        tax: TAX_PARTS_PER_MILLION,
        quote_days: QUOTE_DAYS,
        prices: forms.map(|form| FormPrices { form: form as i32, tiers: tiers.clone() }).into(),
    })
}

fn not_ready(what: &str, error: SendError) -> ImportError {
    match error {
        SendError::Refused(refusal) => ImportError::Office { what: what.to_owned(), refusal },
        SendError::Ended(status) => interrupted(status),
    }
}
