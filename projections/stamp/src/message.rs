//! Rows as the messages that `StampQueryService` answers with.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::wire::{Field, Wire};
use sceau_projection::row::Json;
use sceau_proto::stamp::v1 as proto;

use crate::{ActivationRow, BatchRow, ProductStampsRow, Ranges};

impl BatchRow {
    /// The batch with this id, with its ranges.
    pub fn message(&self, id: Uuid) -> proto::Batch {
        proto::Batch {
            active_ranges: ranges(&self.active),
            decommissioned_ranges: ranges(&self.decommissioned),
            ..self.summary(id)
        }
    }

    /// The batch with this id, as lists show it: without its ranges.
    pub fn summary(&self, id: Uuid) -> proto::Batch {
        let status =
            if self.stamper_id.is_some() { proto::BatchStatus::Released } else { proto::BatchStatus::Generated };
        proto::Batch {
            batch_id: id.to_string(),
            order_id: self.order_id.to_string(),
            line: self.line,
            certificate_id: self.certificate_id.to_string(),
            company_id: self.company_id.to_string(),
            product_name: self.product_name.clone(),
            form: self.form.as_ref().map_or(0, |Json(form)| form.to_wire()),
            status: status.into(),
            first_number: self.first_number,
            count: self.count,
            stamper_id: self.stamper_id.map(|id| id.to_string()).unwrap_or_default(),
            generated_at: self.generated_at.put(),
            released_at: self.released_at.put(),
            key_id: self.key_id,
            expiry_day: self.expiry_day,
            active: self.active.0.codes(),
            decommissioned: self.decommissioned.0.codes(),
            active_ranges: Vec::new(),
            decommissioned_ranges: Vec::new(),
            downloads: self.downloads,
            last_downloaded_at: self.last_downloaded_at.put(),
            last_downloaded_by: self.last_downloaded_by.clone().unwrap_or_default(),
            version: self.version,
            read_good: self.read_good.0.codes(),
            read_bad: self.read_bad.0.codes(),
            unreadable: self.unreadable,
            last_downloaded_part: self.last_downloaded_part.as_ref().map(|Json(part)| part.to_wire()),
        }
    }

    /// The account of the batch with this id.
    pub fn reconciliation(&self, id: Uuid) -> proto::Reconciliation {
        let (active, out) = (self.active.0.codes(), self.decommissioned.0.codes());
        proto::Reconciliation {
            batch_id: id.to_string(),
            product_name: self.product_name.clone(),
            company_id: self.company_id.to_string(),
            stamper_id: self.stamper_id.map(|id| id.to_string()).unwrap_or_default(),
            issued: self.count,
            activated: active + self.spent.0.codes(),
            spoiled: self.spoiled.0.codes(),
            returned: self.returned.0.codes(),
            lost: self.lost.0.codes(),
            otherwise: self.otherwise.0.codes(),
            not_used: self.count.saturating_sub(active + out),
            active,
            read_good: self.read_good.0.codes(),
            read_bad: self.read_bad.0.codes(),
            unreadable: self.unreadable,
        }
    }
}

impl ActivationRow {
    /// The activation.
    pub fn message(&self) -> proto::Activation {
        proto::Activation {
            activated_at: self.activated_at.put(),
            activated_by: self.activated_by.clone(),
            codes: self.ranges.0.codes(),
            production_line: self.production_line.clone().unwrap_or_default(),
            lot: self.lot.clone().unwrap_or_default(),
            place: self.place.clone().unwrap_or_default(),
            ranges: ranges(&self.ranges),
        }
    }
}

fn ranges(Ranges(set): &Ranges) -> Vec<proto::OrdinalRange> {
    set.ranges().iter().map(Wire::to_wire).collect()
}

impl ProductStampsRow {
    /// The counts of the product with this certificate.
    pub fn message(&self, certificate_id: Uuid) -> proto::GetProductStampsResponse {
        proto::GetProductStampsResponse {
            certificate_id: certificate_id.to_string(),
            company_id: self.company_id.to_string(),
            batches: self.batches,
            allocated: self.allocated,
            released: self.released,
            active: self.active(),
            decommissioned: self.decommissioned,
            in_force: self.in_force(),
        }
    }
}
