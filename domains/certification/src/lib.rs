//! What a control office decides: which companies are known, which of their products are certified, who may stamp.
//!
//! A company is registered, then applies for the certificate of one product. An officer is charged with the review; he
//! may ask for changes, and the company answers; in the end the certificate is granted for a time, or refused. A
//! certificate in force can be suspended and resumed, renewed, revoked for good, and it expires by itself. Stampers are
//! accredited for a time and lose the accreditation by withdrawal.
//!
//! Three kinds of stream, each a pure state machine: [`company`], [`certificate`], [`stamper`]; and one that puts what
//! is public in an order that anyone can check, [`transparency`]. The certificate's id is
//! the product's identity everywhere else. What a decision needs to know of another stream (that the company exists)
//! comes in the command as a fact.

pub mod certificate;
pub mod company;
mod contact;
mod gtin;
mod hash;
pub mod stamper;
pub mod transparency;
mod validity;

pub use certificate::{CertificateId, CertificateStatus, ProductCategory};
pub use company::{CompanyFacts, CompanyId};
pub use contact::Contact;
pub use gtin::{Gtin, GtinError};
pub use hash::Sha256;
pub use stamper::{StamperId, StamperStatus};
pub use validity::{MAX_VALIDITY_DAYS, ValidityFault};

/// A name or number as registers keep it, in at most 200 bytes of UTF-8.
pub type Name = sceau_kernel::Phrase<200>;

/// What a person has to say about a case, in at most 4000 bytes of UTF-8.
pub type Remark = sceau_kernel::Phrase<4000>;

sceau_kernel::domain! {
    /// The certification domain.
    Certification, topic "sceau.certification",
    state CertificationState, command CertificationCommand, event CertificationEvent, refusal CertificationRefusal;
    Company: company::Company as "company",
    Certificate: certificate::Certificate as "certificate",
    Stamper: stamper::Stamper as "stamper",
    Transparency: transparency::TransparencyLog as "transparency",
}
