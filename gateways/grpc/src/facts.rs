//! What a decision has to know of other streams: looked up here, never taken from the caller.

use std::collections::BTreeSet;
use std::sync::Arc;

use sceau_certification::{CertificateStatus, CompanyFacts, CompanyId};
use sceau_certification_view::{
    CertificateKey, CertificateRow, CertificateView, CompanyKey, CompanyView, StamperKey, StamperView,
};
use sceau_order::{CertificateFacts, CertificateId, Certificates, OrderId, Prices, Standing};
use sceau_order_view::{OrderKey, OrderView, PriceListKey, PriceListView};
use sceau_projector::ViewReader;
use sceau_security::CodeKeys;
use sceau_stamp::{BatchId, ReleaseFacts, StamperFacts, StamperId};
use sceau_stamp_view::{BatchKey, BatchView};
use tonic::{Code, Status};

use crate::command::Given;
use crate::failure;
use crate::query::fresh;
use crate::tables::Tables;

/// The views that decisions are fed from.
pub(crate) struct Facts {
    companies: ViewReader<CompanyView>,
    certificates: ViewReader<CertificateView>,
    stampers: ViewReader<StamperView>,
    price_lists: ViewReader<PriceListView>,
    orders: ViewReader<OrderView>,
    batches: ViewReader<BatchView>,
    code_keys: Arc<CodeKeys>,
}

impl Facts {
    pub(crate) fn new(tables: &Tables, code_keys: Arc<CodeKeys>) -> Self {
        Self {
            companies: tables.company.clone(),
            certificates: tables.certificate.clone(),
            stampers: tables.stamper.clone(),
            price_lists: tables.price_list.clone(),
            orders: tables.order.clone(),
            batches: tables.batch.clone(),
            code_keys,
        }
    }

    /// The company, if there is one.
    pub(crate) async fn company(&self, given: &Given<'_>, id: CompanyId) -> Result<Option<CompanyFacts>, Status> {
        fresh(&self.companies, given.after, given.call).await?;
        let key = CompanyKey { tenant: given.call.tenant.to_string(), company_id: id.0 };
        let row = self.companies.get(&key).await.map_err(|error| failure::view(&error))?;
        Ok(row.and_then(|row| row.facts()))
    }

    /// The certificates among these that there are.
    pub(crate) async fn certificates(
        &self,
        given: &Given<'_>,
        ids: impl IntoIterator<Item = CertificateId>,
    ) -> Result<Certificates, Status> {
        let ids: BTreeSet<CertificateId> = ids.into_iter().collect();
        fresh(&self.certificates, given.after, given.call).await?;
        let tenant = given.call.tenant.as_str();
        let key = |id: &CertificateId| CertificateKey { tenant: tenant.to_owned(), certificate_id: id.0 };
        let keys: Vec<CertificateKey> = ids.iter().map(key).collect();
        let rows = self.certificates.get_many(&keys).await.map_err(|error| failure::view(&error))?;
        Ok(ids.into_iter().zip(rows).filter_map(|(id, row)| Some((id, certificate_facts(row?)))).collect())
    }

    /// The tenant's prices, if any were set.
    pub(crate) async fn prices(&self, given: &Given<'_>) -> Result<Option<Prices>, Status> {
        fresh(&self.price_lists, given.after, given.call).await?;
        let key = PriceListKey { tenant: given.call.tenant.to_string() };
        let row = self.price_lists.get(&key).await.map_err(|error| failure::view(&error))?;
        Ok(row.and_then(|row| row.prices.0))
    }

    /// The certificates that an order names; none for an order that there is not, which its stream will say.
    pub(crate) async fn ordered_certificates(
        &self,
        given: &Given<'_>,
        id: OrderId,
    ) -> Result<Vec<CertificateId>, Status> {
        fresh(&self.orders, given.after, given.call).await?;
        let key = OrderKey { tenant: given.call.tenant.to_string(), order_id: id.0 };
        let row = self.orders.get(&key).await.map_err(|error| failure::view(&error))?;
        Ok(row.map(|row| row.certificates()).unwrap_or_default())
    }

    /// What the release of a batch to a stamper depends on.
    pub(crate) async fn release(
        &self,
        given: &Given<'_>,
        batch_id: BatchId,
        stamper_id: StamperId,
    ) -> Result<ReleaseFacts, Status> {
        fresh(&self.batches, given.after, given.call).await?;
        fresh(&self.stampers, given.after, given.call).await?;
        fresh(&self.certificates, given.after, given.call).await?;
        let tenant = given.call.tenant.to_string();
        let key = StamperKey { tenant: tenant.clone(), stamper_id: stamper_id.0 };
        let stamper = self.stampers.get(&key).await.map_err(|error| failure::view(&error))?;
        let key = BatchKey { tenant: tenant.clone(), batch_id: batch_id.0 };
        let certificate = match self.batches.get(&key).await.map_err(|error| failure::view(&error))? {
            Some(batch) => {
                let key = CertificateKey { tenant, certificate_id: batch.certificate_id };
                self.certificates.get(&key).await.map_err(|error| failure::view(&error))?
            }
            None => None,
        };
        let key = self.code_keys.current(&given.call.tenant).ok_or_else(no_code_key)?;
        Ok(ReleaseFacts {
            stamper: stamper.map(|row| {
                let holds = row.status.0 == sceau_certification::StamperStatus::Accredited;
                StamperFacts { accredited_until: holds.then_some(row.valid_until) }
            }),
            certificate: certificate.map(|row| sceau_stamp::CertificateFacts {
                in_force_until: row.valid_until.filter(|_| row.status.0 == CertificateStatus::InForce),
            }),
            key_id: key.id,
        })
    }
}

fn certificate_facts(row: CertificateRow) -> CertificateFacts {
    let standing = match (row.status.0, row.valid_until) {
        (CertificateStatus::InForce, Some(valid_until)) => Standing::InForce { valid_until },
        (status, _) => Standing::NotInForce { status: status.name().into() },
    };
    CertificateFacts { company_id: sceau_order::CompanyId(row.company_id), product_name: row.product_name, standing }
}

fn no_code_key() -> Status {
    let text = "this tenant has no key for codes: an administrator must rotate one in";
    failure::named(Code::FailedPrecondition, "CODE_KEY_MISSING", text, &[])
}
