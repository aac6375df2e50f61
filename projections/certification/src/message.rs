//! Rows as the messages that `CertificationQueryService` answers with.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::wire::Wire;
use sceau_proto::certification::v1 as proto;
use sceau_proto::common::v1::Personal;

use crate::{CertificateRow, CompanyListRow, CompanyRow, StamperRow};

fn contact(person: &str, phone: &str, email: Option<&String>) -> proto::Contact {
    let personal = |clear: &str| Personal { clear: clear.to_owned() };
    proto::Contact {
        person: Some(personal(person)),
        phone: Some(personal(phone)),
        email: email.map(|email| personal(email)),
    }
}

impl CompanyRow {
    /// The company with this id.
    pub fn message(&self, id: Uuid) -> proto::Company {
        proto::Company {
            company_id: id.to_string(),
            name: self.name.clone(),
            registration_number: self.registration_number.clone(),
            contact: Some(contact(&self.contact_person, &self.contact_phone, self.contact_email.as_ref())),
            registered_at: Some(self.registered_at.to_wire()),
        }
    }
}

impl CompanyListRow {
    /// The company of this key, as lists show it.
    pub fn summary(&self, key: &crate::CompanyListKey) -> proto::CompanySummary {
        proto::CompanySummary {
            company_id: key.company_id.to_string(),
            name: self.name.clone(),
            registration_number: self.registration_number.clone(),
            registered_at: Some(key.registered_at.to_wire()),
        }
    }
}

impl CertificateRow {
    /// The certificate with this id.
    pub fn message(&self, id: Uuid) -> proto::Certificate {
        proto::Certificate {
            certificate_id: id.to_string(),
            status: self.status.0.to_wire(),
            company_id: self.company_id.to_string(),
            company_name: self.company_name.clone(),
            gtin: self.gtin.clone(),
            product_name: self.product_name.clone(),
            category: self.category.0.to_wire(),
            reviewer: self.reviewer.clone(),
            applied_at: Some(self.applied_at.to_wire()),
            granted_at: self.granted_at.map(|time| time.to_wire()),
            valid_until: self.valid_until.map(|time| time.to_wire()),
            reason: self.reason.clone(),
            notes: self.notes.clone(),
            evidence: self.evidence.0.iter().map(Wire::to_wire).collect(),
            changed_at: Some(self.changed_at.to_wire()),
            history_count: u32::try_from(self.history_count).unwrap_or(u32::MAX),
        }
    }

    /// The certificate with this id, as lists show it.
    pub fn summary(&self, id: Uuid) -> proto::CertificateSummary {
        proto::CertificateSummary {
            certificate_id: id.to_string(),
            status: self.status.0.to_wire(),
            company_id: self.company_id.to_string(),
            company_name: self.company_name.clone(),
            gtin: self.gtin.clone(),
            product_name: self.product_name.clone(),
            category: self.category.0.to_wire(),
            reviewer: self.reviewer.clone(),
            applied_at: Some(self.applied_at.to_wire()),
            granted_at: self.granted_at.map(|time| time.to_wire()),
            valid_until: self.valid_until.map(|time| time.to_wire()),
        }
    }
}

impl StamperRow {
    /// The stamper with this id.
    pub fn message(&self, id: Uuid) -> proto::Stamper {
        proto::Stamper {
            stamper_id: id.to_string(),
            name: self.name.clone(),
            status: self.status.0.to_wire(),
            accredited_at: Some(self.accredited_at.to_wire()),
            valid_until: Some(self.valid_until.to_wire()),
            contact: Some(contact(&self.contact_person, &self.contact_phone, self.contact_email.as_ref())),
            reason: self.reason.clone(),
        }
    }

    /// The stamper with this id, as lists show it.
    pub fn summary(&self, id: Uuid) -> proto::StamperSummary {
        proto::StamperSummary {
            stamper_id: id.to_string(),
            name: self.name.clone(),
            status: self.status.0.to_wire(),
            accredited_at: Some(self.accredited_at.to_wire()),
            valid_until: Some(self.valid_until.to_wire()),
        }
    }
}
