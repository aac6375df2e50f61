//! Cartons and pallets: what each is, where it stands, and what it holds.

use sceau_kernel::uuid::Uuid;
use sceau_kernel::{DecodeError, Recorded, Timestamp};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};
use sceau_stamp::{BatchEvent, ContainerEvent, ContainerFacts, ContainerKind, Sscc};

use crate::{Ranges, TOPICS, batch_event, tenant};

/// Key of a container.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct ContainerKey {
    /// Its tenant.
    pub tenant: String,
    /// Its SSCC, as one number.
    pub sscc: u64,
}

impl ContainerKey {
    /// The key of a container.
    pub fn of(tenant: &str, sscc: Sscc) -> Self {
        Self { tenant: tenant.to_owned(), sscc: sscc.value() }
    }
}

/// A container.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct ContainerRow {
    /// What it is; always there once it is opened.
    pub kind: Option<Json<ContainerKind>>,
    /// The company whose goods it holds.
    pub company_id: Uuid,
    /// The stamper who opened it; nobody when the company or the office did.
    pub stamper_id: Option<Uuid>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The pallet on which it stands.
    pub inside: Option<u64>,
}

impl ContainerRow {
    /// What a decision about something that goes into it needs to know.
    pub fn facts(&self) -> Option<ContainerFacts> {
        let Json(kind) = *self.kind.as_ref()?;
        Some(ContainerFacts { kind, company_id: sceau_stamp::CompanyId(self.company_id) })
    }
}

/// All containers.
pub struct ContainerView;

impl Projection for ContainerView {
    const NAME: &'static str = "container";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = ContainerEvent;
    type Key = ContainerKey;
    type Row = ContainerRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<ContainerEvent, DecodeError>> {
        ContainerEvent::decode_event(record.type_name, record.payload)
    }

    fn route(event: &ContainerEvent, record: &Recorded<'_>) -> Vec<ContainerKey> {
        let sscc = match event {
            ContainerEvent::Opened(event) => event.sscc,
            ContainerEvent::Aggregated(event) => event.sscc,
            ContainerEvent::Disaggregated(event) => event.sscc,
        };
        vec![ContainerKey::of(&tenant(record), sscc)]
    }

    fn apply(row: &mut ContainerRow, _: &ContainerKey, event: &ContainerEvent, record: &Recorded<'_>) {
        match event {
            ContainerEvent::Opened(event) => {
                row.kind = Some(Json(event.kind));
                row.company_id = event.company_id.0;
                row.stamper_id = event.stamper_id.map(|id| id.0);
                row.opened_at = record.time;
            }
            ContainerEvent::Aggregated(event) => row.inside = Some(event.into.value()),
            ContainerEvent::Disaggregated(_) => row.inside = None,
        }
    }
}

/// Key of a carton among those that stand on a pallet, or stood there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct CartonByPalletKey {
    /// Its tenant.
    pub tenant: String,
    /// The pallet's SSCC.
    pub pallet: u64,
    /// The carton's SSCC.
    pub carton: u64,
}

/// Whether a carton stands on a pallet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Row)]
pub struct CartonByPalletRow {
    /// True while it stands there.
    pub stands: bool,
}

/// The cartons of each pallet. A row is fed by the carton's stream alone.
pub struct CartonByPallet;

impl Projection for CartonByPallet {
    const NAME: &'static str = "carton_by_pallet";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = ContainerEvent;
    type Key = CartonByPalletKey;
    type Row = CartonByPalletRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<ContainerEvent, DecodeError>> {
        ContainerEvent::decode_event(record.type_name, record.payload)
    }

    fn route(event: &ContainerEvent, record: &Recorded<'_>) -> Vec<CartonByPalletKey> {
        let (pallet, carton) = match event {
            ContainerEvent::Opened(_) => return Vec::new(),
            ContainerEvent::Aggregated(event) => (event.into, event.sscc),
            ContainerEvent::Disaggregated(event) => (event.from, event.sscc),
        };
        vec![CartonByPalletKey { tenant: tenant(record), pallet: pallet.value(), carton: carton.value() }]
    }

    fn apply(row: &mut CartonByPalletRow, _: &CartonByPalletKey, event: &ContainerEvent, _: &Recorded<'_>) {
        row.stands = matches!(event, ContainerEvent::Aggregated(_));
    }
}

/// Key of a batch's codes in a container.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct CodesByContainerKey {
    /// Its tenant.
    pub tenant: String,
    /// The container's SSCC.
    pub sscc: u64,
    /// The batch.
    pub batch_id: Uuid,
}

/// A batch's codes in a container.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct CodesByContainerRow {
    /// The codes.
    pub ranges: Ranges,
}

/// The codes in each container. A row is fed by the batch's stream alone.
pub struct CodesByContainer;

impl Projection for CodesByContainer {
    const NAME: &'static str = "codes_by_container";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = BatchEvent;
    type Key = CodesByContainerKey;
    type Row = CodesByContainerRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<BatchEvent, DecodeError>> {
        if is_packing(record) { batch_event(record) } else { None }
    }

    fn route(event: &BatchEvent, record: &Recorded<'_>) -> Vec<CodesByContainerKey> {
        let batch_id = event.batch().batch_id.0;
        let key = |sscc: Sscc| CodesByContainerKey { tenant: tenant(record), sscc: sscc.value(), batch_id };
        match event {
            BatchEvent::Aggregated(event) => vec![key(event.into)],
            BatchEvent::Disaggregated(event) => event.from.iter().map(|from| key(from.container)).collect(),
            _ => Vec::new(),
        }
    }

    fn apply(row: &mut CodesByContainerRow, key: &CodesByContainerKey, event: &BatchEvent, _: &Recorded<'_>) {
        match event {
            BatchEvent::Aggregated(event) => row.ranges.add(&event.ranges),
            BatchEvent::Disaggregated(event) => {
                for from in event.from.iter().filter(|from| from.container.value() == key.sscc) {
                    row.ranges.remove(&from.ranges);
                }
            }
            _ => {}
        }
    }
}

/// True for the events of a batch that are about containers.
pub(crate) fn is_packing(record: &Recorded<'_>) -> bool {
    [sceau_stamp::CodesAggregated::TYPE_NAME, sceau_stamp::CodesDisaggregated::TYPE_NAME].contains(&record.type_name)
}
