//! What readers may know of companies, certificates and stampers.
//!
//! | table | key (partition \| order) | for |
//! |---|---|---|
//! | `company` | tenant, id \| | one company |
//! | `company_list` | tenant \| registered_at, id | all companies; newest first by a descending scan |
//! | `certificate` | tenant, id \| | one certificate |
//! | `certificate_list` | tenant \| since, id | the office's queue |
//! | `certificate_by_company` | tenant, owner \| since, id | a company's certificates |
//! | `certificate_deadline` | `"certificate"` \| due, tenant, id | what has to expire by now |
//! | `stamper` | tenant, id \| | one stamper |
//! | `stamper_list` | tenant \| since, id | all stampers |
//! | `transparency_head` | tenant \| | how far the transparency log has come |
//! | `transparency_tile` | tenant, level \| tile | its hashes, 256 a row |
//! | `transparency_leaves` | tenant \| bundle | its leaves, 256 a row |
//!
//! Every row is fed by the one stream it is about. Rows become the messages of `CertificationQueryService` here, in
//! `message`, so that a field is added in one place.

mod certificate;
mod company;
mod deadline;
mod message;
mod stamper;
mod transparency;

pub use certificate::{
    CertificateByCompany, CertificateByCompanyKey, CertificateKey, CertificateList, CertificateListKey, CertificateRow,
    CertificateView,
};
pub use company::{CompanyKey, CompanyList, CompanyListKey, CompanyListRow, CompanyRow, CompanyView};
pub use deadline::{CertificateDeadline, CertificateDeadlineKey, CertificateDeadlineRow};
pub use stamper::{StamperKey, StamperList, StamperListKey, StamperRow, StamperView};
pub use transparency::{
    LEVELS, Place, TransparencyHead, TransparencyHeadKey, TransparencyHeadRow, TransparencyLeaves,
    TransparencyLeavesKey, TransparencyLeavesRow, TransparencyTile, TransparencyTileKey, TransparencyTileRow,
};

/// The topic of all these views.
const TOPICS: &[&str] = &[<sceau_certification::Certification as sceau_kernel::Domain>::TOPIC];
