//! What an order needs to know of certificates, looked up for it and never taken from the caller.

use std::collections::BTreeMap;

use sceau_kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::refusal::CertificateFault;
use crate::{CertificateId, CompanyId};

/// Whether a certificate is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It is granted and not suspended.
    InForce {
        /// It counts as expired from this instant on.
        valid_until: Timestamp,
    },
    /// It is not.
    NotInForce {
        /// Where it stands instead, in one word: `suspended`.
        status: Box<str>,
    },
}

/// What an order needs to know of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// The company that holds it.
    pub company_id: CompanyId,
    /// Name of the product.
    pub product_name: String,
    /// Whether it is in force.
    pub standing: Standing,
}

impl CertificateFacts {
    /// Whether the company may order stamps under it at `time`.
    pub(super) fn allow(&self, company_id: CompanyId, time: Timestamp) -> Result<(), CertificateFault> {
        if self.company_id != company_id {
            return Err(CertificateFault::OfAnotherCompany);
        }
        match &self.standing {
            Standing::InForce { valid_until } if time < *valid_until => Ok(()),
            Standing::InForce { .. } => Err(CertificateFault::NotInForce { status: "expired".into() }),
            Standing::NotInForce { status } => Err(CertificateFault::NotInForce { status: status.clone() }),
        }
    }
}

/// The certificates known, by id.
pub type Certificates = BTreeMap<CertificateId, CertificateFacts>;
