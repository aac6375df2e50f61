//! What a decision has to know of other streams: looked up here, never taken from the caller.
//!
//! A view trails the log by some milliseconds. Whoever brings positions is decided on views that include them. Whoever
//! brings none must not be refused for what a view does not show yet: before a fact speaks against a command, the view
//! is waited for until it holds all that was in the log, and asked once more.

use std::collections::BTreeSet;
use std::sync::Arc;

use sceau_certification::{CertificateStatus, CompanyFacts, CompanyId, StamperStatus};
use sceau_certification_view::{
    CertificateKey, CertificateRow, CertificateView, CompanyKey, CompanyView, StamperKey, StamperRow, StamperView,
};
use sceau_log::{Log, LogError, Partition};
use sceau_order::{CertificateFacts, CertificateId, Certificates, OrderId, Prices, Standing};
use sceau_order_view::{OrderKey, OrderView, PriceListKey, PriceListView};
use sceau_projection::Projection;
use sceau_proto::common::v1::Position;
use sceau_security::CodeKeys;
use sceau_stamp::{BatchId, ContainerFacts, ReleaseFacts, Sscc, StamperFacts, StamperId};
use sceau_stamp_view::{BatchKey, BatchView, ContainerKey, ContainerView};
use sceau_verification::CaseFacts;
use sceau_verification_view::{CaseKey, CaseView};
use tonic::{Code, Status};

use crate::command::Given;
use crate::failure;
use crate::kept::{KeptBatches, KeptRows};
use crate::query::fresh;
use crate::tables::Tables;

/// The views that decisions are fed from.
pub(crate) struct Facts {
    companies: KeptRows<CompanyView>,
    certificates: KeptRows<CertificateView>,
    stampers: KeptRows<StamperView>,
    price_lists: KeptRows<PriceListView>,
    orders: KeptRows<OrderView>,
    batches: KeptRows<BatchView>,
    containers: KeptRows<ContainerView>,
    /// Batches by the numbers they hold.
    pub(crate) numbered: KeptBatches,
    cases: KeptRows<CaseView>,
    code_keys: Arc<CodeKeys>,
}

impl Facts {
    pub(crate) fn new(tables: &Tables, code_keys: Arc<CodeKeys>) -> Self {
        Self {
            companies: KeptRows::new(tables.company.clone()),
            certificates: KeptRows::new(tables.certificate.clone()),
            stampers: KeptRows::new(tables.stamper.clone()),
            price_lists: KeptRows::new(tables.price_list.clone()),
            orders: KeptRows::new(tables.order.clone()),
            batches: KeptRows::new(tables.batch.clone()),
            containers: KeptRows::new(tables.container.clone()),
            numbered: KeptBatches::new(tables.batch_range.clone()),
            cases: KeptRows::new(tables.clone_case.clone()),
            code_keys,
        }
    }

    /// The company, if there is one.
    pub(crate) async fn company(&self, given: &Given<'_>, id: CompanyId) -> Result<Option<CompanyFacts>, Status> {
        let key = CompanyKey { tenant: given.call.tenant.to_string(), company_id: id.0 };
        let row = one(&self.companies, &key, given, |_| true).await?;
        Ok(row.and_then(|row| row.facts()))
    }

    /// The case of the code with this number, if there is one.
    pub(crate) async fn case(&self, given: &Given<'_>, number: u64) -> Result<Option<CaseFacts>, Status> {
        let key = CaseKey { tenant: given.call.tenant.to_string(), number };
        let row = one(&self.cases, &key, given, |_| true).await?;
        Ok(row.map(|row| CaseFacts { status: row.status.0 }))
    }

    /// The certificates among these that there are.
    pub(crate) async fn certificates(
        &self,
        given: &Given<'_>,
        ids: impl IntoIterator<Item = CertificateId>,
    ) -> Result<Certificates, Status> {
        let ids: BTreeSet<CertificateId> = ids.into_iter().collect();
        let tenant = given.call.tenant.as_str();
        let key = |id: &CertificateId| CertificateKey { tenant: tenant.to_owned(), certificate_id: id.0 };
        let keys: Vec<CertificateKey> = ids.iter().map(key).collect();
        let rows = many(&self.certificates, &keys, given, in_force).await?;
        Ok(ids.into_iter().zip(rows).filter_map(|(id, row)| Some((id, certificate_facts(row.as_ref()?)))).collect())
    }

    /// The tenant's prices, if any were set.
    pub(crate) async fn prices(&self, given: &Given<'_>) -> Result<Option<Prices>, Status> {
        let key = PriceListKey { tenant: given.call.tenant.to_string() };
        let row = one(&self.price_lists, &key, given, |_| true).await?;
        Ok(row.and_then(|row| row.prices.0.clone()))
    }

    /// The certificates that an order names; none for an order that there is not, which its stream will say.
    pub(crate) async fn ordered_certificates(
        &self,
        given: &Given<'_>,
        id: OrderId,
    ) -> Result<Vec<CertificateId>, Status> {
        let key = OrderKey { tenant: given.call.tenant.to_string(), order_id: id.0 };
        let row = one(&self.orders, &key, given, |_| true).await?;
        Ok(row.map(|row| row.certificates()).unwrap_or_default())
    }

    /// What a container is, if there is one of this number.
    pub(crate) async fn container(&self, given: &Given<'_>, sscc: Sscc) -> Result<Option<ContainerFacts>, Status> {
        let key = ContainerKey::of(given.call.tenant.as_str(), sscc);
        Ok(one(&self.containers, &key, given, |_| true).await?.and_then(|row| row.facts()))
    }

    /// What the release of a batch to a stamper depends on.
    pub(crate) async fn release(
        &self,
        given: &Given<'_>,
        batch_id: BatchId,
        stamper_id: StamperId,
    ) -> Result<ReleaseFacts, Status> {
        let tenant = given.call.tenant.to_string();
        let key = StamperKey { tenant: tenant.clone(), stamper_id: stamper_id.0 };
        let stamper = one(&self.stampers, &key, given, accredited).await?;
        let key = BatchKey { tenant: tenant.clone(), batch_id: batch_id.0 };
        // Were a batch that comes to be at this moment decided on, its certificate would be missing.
        let Some(batch) = one(&self.batches, &key, given, |_| true).await? else {
            return Err(failure::not_found("BATCH_NOT_FOUND", "batch", &batch_id.to_string()));
        };
        let key = CertificateKey { tenant, certificate_id: batch.certificate_id };
        let certificate = one(&self.certificates, &key, given, in_force).await?;
        let key = self.code_keys.current(&given.call.tenant).ok_or_else(no_code_key)?;
        Ok(ReleaseFacts {
            stamper: stamper.map(|row| StamperFacts { accredited_until: accredited(&row).then_some(row.valid_until) }),
            certificate: certificate.map(|row| sceau_stamp::CertificateFacts {
                in_force_until: row.valid_until.filter(|_| in_force(&row)),
            }),
            key_id: key.id,
        })
    }
}

fn in_force(row: &CertificateRow) -> bool {
    row.status.0 == CertificateStatus::InForce
}

fn accredited(row: &StamperRow) -> bool {
    row.status.0 == StamperStatus::Accredited
}

/// The row of `key`; see [`many`].
async fn one<P: Projection>(
    rows: &KeptRows<P>,
    key: &P::Key,
    given: &Given<'_>,
    speaks_for: impl Fn(&P::Row) -> bool,
) -> Result<Option<Arc<P::Row>>, Status>
where
    P::Row: Sync,
{
    Ok(many(rows, std::slice::from_ref(key), given, speaks_for).await?.pop().flatten())
}

/// The rows of `keys`, looked up again in an up-to-date view unless each of them is there and speaks for the command.
async fn many<P: Projection>(
    kept: &KeptRows<P>,
    keys: &[P::Key],
    given: &Given<'_>,
    speaks_for: impl Fn(&P::Row) -> bool,
) -> Result<Vec<Option<Arc<P::Row>>>, Status>
where
    P::Row: Sync,
{
    fresh(kept.reader(), given.after, given.call).await?;
    let rows = kept.get_many(keys).await.map_err(|error| failure::view(&error))?;
    if rows.iter().all(|row| row.as_deref().is_some_and(&speaks_for)) {
        return Ok(rows);
    }
    let ends = ends::<P>(given.log).await.map_err(|error| failure::log(&error))?;
    fresh(kept.reader(), &ends, given.call).await?;
    kept.get_many(keys).await.map_err(|error| failure::view(&error))
}

/// The last position of each partition that the view follows.
pub(crate) async fn ends<P: Projection>(log: &dyn Log) -> Result<Vec<Position>, LogError> {
    let mut positions = Vec::new();
    for topic in P::TOPICS {
        for partition in 0..log.partitions(topic).await? {
            let end = log.end(Partition { topic, number: partition }).await?;
            positions.extend(end.checked_sub(1).map(|offset| Position {
                topic: (*topic).to_owned(),
                partition,
                offset,
            }));
        }
    }
    Ok(positions)
}

fn certificate_facts(row: &CertificateRow) -> CertificateFacts {
    let standing = match (row.status.0, row.valid_until) {
        (CertificateStatus::InForce, Some(valid_until)) => Standing::InForce { valid_until },
        (status, _) => Standing::NotInForce { status: status.name().into() },
    };
    CertificateFacts {
        company_id: sceau_order::CompanyId(row.company_id),
        product_name: row.product_name.clone(),
        standing,
    }
}

pub(crate) fn no_code_key() -> Status {
    let text = "this tenant has no key for codes: an administrator must rotate one in";
    failure::named(Code::FailedPrecondition, "CODE_KEY_MISSING", text, &[])
}
