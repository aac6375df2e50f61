//! When certificates have to expire. Something that ticks scans everything due by now and asks the open ones to expire.

use sceau_certification::CertificateId;
use sceau_certification::certificate::{
    CertificateEvent, CertificateExpired, CertificateGranted, CertificateRenewed, CertificateRevoked,
};
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_projection::{Projection, Row};

use crate::TOPICS;

/// Key of a deadline.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct CertificateDeadlineKey {
    /// Always [`CertificateDeadlineKey::KIND`], so that one scan meets the deadlines of all tenants in order of time.
    pub kind: String,
    /// When it falls due.
    pub due: Timestamp,
    /// The certificate's tenant.
    pub tenant: String,
    /// The certificate.
    pub certificate_id: Uuid,
}

impl CertificateDeadlineKey {
    /// The one value of `kind`.
    pub const KIND: &'static str = "certificate";
}

/// A deadline.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct CertificateDeadlineRow {
    /// True while the certificate still has to expire then. A certificate that was renewed, revoked or has expired
    /// leaves its row behind, closed.
    pub open: bool,
}

/// The deadlines of all certificates.
pub struct CertificateDeadline;

impl Projection for CertificateDeadline {
    const NAME: &'static str = "certificate_deadline";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 1;
    type Event = CertificateEvent;
    type Key = CertificateDeadlineKey;
    type Row = CertificateDeadlineRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<CertificateEvent, DecodeError>> {
        let moving = [
            CertificateGranted::TYPE_NAME,
            CertificateRenewed::TYPE_NAME,
            CertificateRevoked::TYPE_NAME,
            CertificateExpired::TYPE_NAME,
        ];
        let moves = moving.contains(&record.type_name);
        moves.then(|| CertificateEvent::decode_event(record.type_name, record.payload)).flatten()
    }

    fn route(event: &CertificateEvent, record: &Recorded<'_>) -> Vec<CertificateDeadlineKey> {
        let Some(id) = CertificateId::of_stream(record.stream) else {
            return Vec::new();
        };
        deadlines(event)
            .into_iter()
            .map(|(due, _)| CertificateDeadlineKey {
                kind: CertificateDeadlineKey::KIND.to_owned(),
                due,
                tenant: record.stream.tenant().to_owned(),
                certificate_id: id.0,
            })
            .collect()
    }

    fn apply(
        row: &mut CertificateDeadlineRow,
        key: &CertificateDeadlineKey,
        event: &CertificateEvent,
        _: &Recorded<'_>,
    ) {
        for (due, open) in deadlines(event) {
            if due == key.due {
                row.open = open;
            }
        }
    }
}

/// The deadlines that an event sets (open) or settles (not open).
fn deadlines(event: &CertificateEvent) -> Vec<(Timestamp, bool)> {
    match event {
        CertificateEvent::Granted(event) => vec![(event.valid_until, true)],
        CertificateEvent::Renewed(event) => vec![(event.previous_valid_until, false), (event.valid_until, true)],
        CertificateEvent::Revoked(event) => vec![(event.valid_until, false)],
        CertificateEvent::Expired(event) => vec![(event.valid_until, false)],
        CertificateEvent::Applied(_)
        | CertificateEvent::ReviewerAssigned(_)
        | CertificateEvent::ChangesRequested(_)
        | CertificateEvent::ChangesProvided(_)
        | CertificateEvent::Refused(_)
        | CertificateEvent::Suspended(_)
        | CertificateEvent::Resumed(_) => Vec::new(),
    }
}
