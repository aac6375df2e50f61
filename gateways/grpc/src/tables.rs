//! The views that the gateway reads. Each is named once: to be registered, and to be read.

use sceau_certification_view::{
    CertificateByCompany, CertificateDeadline, CertificateList, CertificateView, CompanyList, CompanyView, StamperList,
    StamperView, TransparencyHead, TransparencyLeaves, TransparencyTile,
};
use sceau_order_view::{OrderByCompany, OrderDeadline, OrderView, PriceListView};
use sceau_payment_view::{CompanyLedger, InvoiceByCompany, InvoiceView};
use sceau_projection::Projection;
use sceau_projector::{Projections, ViewReader, Views};
use sceau_stamp_view::{
    ActivationView, BatchByCompany, BatchByOrder, BatchByStamper, BatchPacking, BatchRange, BatchView, CartonByPallet,
    CodesByContainer, ContainerView, ProductStamps,
};
use sceau_verification_view::{BatchScan, CaseView, ScanView};

/// A projection that was not registered with the read side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingView {
    /// Its name.
    pub projection: &'static str,
}

impl std::fmt::Display for MissingView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "projection `{}` is not registered: start the read side with `projections()`", self.projection)
    }
}

impl std::error::Error for MissingView {}

macro_rules! tables {
    ($($name:ident: $projection:ty;)+) => {
        /// A reader for each view.
        pub(crate) struct Tables {
            $(pub(crate) $name: ViewReader<$projection>,)+
        }

        impl Tables {
            pub(crate) fn of(views: &Views) -> Result<Self, MissingView> {
                Ok(Self { $($name: reader(views)?,)+ })
            }
        }

        /// Every projection that a gateway needs, for the read side to start.
        pub fn projections() -> Projections {
            Projections::new()$(.with::<$projection>())+
        }

        #[cfg(test)]
        fn columns() -> Vec<(&'static str, Vec<Column>)> {
            vec![$((
                <$projection as Projection>::NAME,
                [<<$projection as Projection>::Key as Cells>::columns(), <<$projection as Projection>::Row as Cells>::columns()]
                    .concat(),
            )),+]
        }
    };
}

tables! {
    company: CompanyView;
    company_list: CompanyList;
    certificate: CertificateView;
    certificate_list: CertificateList;
    certificate_by_company: CertificateByCompany;
    certificate_deadline: CertificateDeadline;
    stamper: StamperView;
    stamper_list: StamperList;
    price_list: PriceListView;
    order: OrderView;
    order_by_company: OrderByCompany;
    order_deadline: OrderDeadline;
    invoice: InvoiceView;
    invoice_by_company: InvoiceByCompany;
    company_ledger: CompanyLedger;
    activation: ActivationView;
    batch: BatchView;
    batch_range: BatchRange;
    batch_by_company: BatchByCompany;
    batch_by_stamper: BatchByStamper;
    batch_by_order: BatchByOrder;
    batch_packing: BatchPacking;
    container: ContainerView;
    carton_by_pallet: CartonByPallet;
    codes_by_container: CodesByContainer;
    product_stamps: ProductStamps;
    scan: ScanView;
    batch_scan: BatchScan;
    clone_case: CaseView;
    transparency_head: TransparencyHead;
    transparency_tile: TransparencyTile;
    transparency_leaves: TransparencyLeaves;
}

fn reader<P: Projection>(views: &Views) -> Result<ViewReader<P>, MissingView> {
    views.reader::<P>().ok_or(MissingView { projection: P::NAME })
}

#[cfg(test)]
use sceau_projection::{Cells, Column};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn no_table_has_two_columns_of_one_name() {
        for (table, columns) in super::columns() {
            let names: BTreeSet<_> = columns.iter().map(|column| column.name).collect();
            assert_eq!(names.len(), columns.len(), "{table}: {columns:?}");
        }
    }
}
