//! What an order needs to know of certificates, looked up for it and never taken from the caller.

use std::collections::BTreeMap;

use sceau_kernel::Timestamp;

use crate::{CertificateId, CompanyId};

/// Whether a certificate is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// The company that holds it.
    pub company_id: CompanyId,
    /// Name of the product.
    pub product_name: String,
    /// Whether it is in force.
    pub standing: Standing,
}

impl CertificateFacts {
    /// `Err` with the word for where it stands, when it is not in force at `time`.
    pub(super) fn in_force_at(&self, time: Timestamp) -> Result<(), &str> {
        match &self.standing {
            Standing::InForce { valid_until } if time < *valid_until => Ok(()),
            Standing::InForce { .. } => Err("expired"),
            Standing::NotInForce { status } => Err(status),
        }
    }
}

/// The certificates known, by id.
pub type Certificates = BTreeMap<CertificateId, CertificateFacts>;
