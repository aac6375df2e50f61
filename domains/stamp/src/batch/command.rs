//! What may be asked of a batch, and the facts that a decision needs beside the batch's own state.

use sceau_kernel::{Phrase, Timestamp, Wire};
use serde::{Deserialize, Serialize};

use crate::container::ContainerFacts;
use crate::{BatchRef, DownloadedPart, OrdinalRange, Sscc, StampForm, StamperId};

/// The most ranges of one command.
pub const MAX_RANGES: usize = 10_000;

/// A remark on a decommissioning.
pub type Note = Phrase<500>;
/// A production line, as its people call it.
pub type ProductionLine = Phrase<60>;
/// The lot of the goods (GS1 AI 10 has at most 20 characters).
pub type Lot = Phrase<60>;
/// Where codes are applied.
pub type Place = Phrase<120>;

/// A command to a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BatchCommand {
    /// Bring it into being; given by the platform when numbers were allocated.
    Generate(GenerateBatch),
    /// Release it to a stamper.
    Release(ReleaseBatch, ReleaseFacts),
    /// Note that codes are about to be handed out.
    RecordDownload(RecordDownload),
    /// Activate codes.
    Activate(ActivateCodes),
    /// Note what a scan of printed labels found.
    RecordReadBack(RecordReadBack),
    /// Put codes into a container; the facts are of that container, `None` when there is none of that number.
    Aggregate(AggregateCodes, Option<ContainerFacts>),
    /// Take codes out of a container.
    Disaggregate(DisaggregateCodes),
    /// Take codes out of circulation.
    Decommission(DecommissionCodes),
    /// Undo a decommissioning.
    Reinstate(ReinstateCodes),
}

/// Brings a batch into being.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GenerateBatch {
    /// The batch.
    pub batch: BatchRef,
    /// The product's name at the time of the order.
    pub product_name: String,
    /// Form of the stamps.
    pub form: StampForm,
}

/// Releases a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::stamp::v1::ReleaseBatchRequest)]
pub struct ReleaseBatch {
    /// The stamper who is to print and apply it.
    pub stamper_id: StamperId,
}

/// What a release needs to know of the world; looked up by the gateway, never given by the caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleaseFacts {
    /// The stamper's accreditation; `None` when there is no such stamper.
    pub stamper: Option<StamperFacts>,
    /// The certificate of the batch's product; `None` when it cannot be found.
    pub certificate: Option<CertificateFacts>,
    /// Id of the key that signs codes now.
    pub key_id: u16,
}

/// The accreditation of a stamper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StamperFacts {
    /// Until when it holds; `None` when it was withdrawn.
    pub accredited_until: Option<Timestamp>,
}

/// A product's certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// Until when it is valid; `None` unless it is in force.
    pub in_force_until: Option<Timestamp>,
}

/// Notes a download of codes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordDownload {
    /// The codes.
    pub range: OrdinalRange,
    /// The file they are handed out in.
    pub part: Option<DownloadedPart>,
}

/// Activates codes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::stamp::v1::ActivateCodesRequest)]
pub struct ActivateCodes {
    /// The codes, in any order.
    pub ranges: Vec<OrdinalRange>,
    /// Where they were applied.
    pub production_line: Option<ProductionLine>,
    /// The lot of the goods they were applied to.
    pub lot: Option<Lot>,
    /// The place where they were applied.
    pub place: Option<Place>,
}

/// Notes what a scan of printed labels found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::stamp::v1::RecordReadBackRequest)]
pub struct RecordReadBack {
    /// Codes that read well, in any order.
    pub good: Vec<OrdinalRange>,
    /// Codes whose label is not fit for use, in any order.
    pub bad: Vec<OrdinalRange>,
    /// Labels that could not be read at all.
    pub unreadable: u64,
}

/// Puts codes into a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::stamp::v1::AggregateCodesRequest)]
pub struct AggregateCodes {
    /// The codes, in any order.
    pub ranges: Vec<OrdinalRange>,
    /// The container.
    pub into: Sscc,
}

/// Takes codes out of a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::stamp::v1::DisaggregateCodesRequest)]
pub struct DisaggregateCodes {
    /// The codes, in any order; none means all that the container holds of the batch.
    pub ranges: Vec<OrdinalRange>,
    /// The container.
    pub from: Sscc,
}

/// Takes codes out of circulation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::stamp::v1::DecommissionCodesRequest)]
pub struct DecommissionCodes {
    /// The codes, in any order.
    pub ranges: Vec<OrdinalRange>,
    /// Why.
    pub reason: DecommissionReason,
    /// More about it; required with [`DecommissionReason::Other`].
    pub note: Option<Note>,
}

/// Undoes a decommissioning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Wire)]
#[wire(request = sceau_proto::stamp::v1::ReinstateCodesRequest)]
pub struct ReinstateCodes {
    /// The codes, in any order.
    pub ranges: Vec<OrdinalRange>,
    /// More about it.
    pub note: Option<Note>,
}

/// Why codes are taken out of circulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::stamp::v1::DecommissionReason)]
pub enum DecommissionReason {
    /// Spoiled while printing or applying: the stamp is on no product.
    Spoiled,
    /// Lost.
    Lost,
    /// Stolen.
    Stolen,
    /// Unused stamps were returned to the office; of active codes, the stamped goods were returned.
    Returned,
    /// The stamped goods were recalled.
    Recalled,
    /// The stamped goods were destroyed or exported.
    Withdrawn,
    /// Anything else; the note says what.
    Other,
}

impl DecommissionReason {
    /// True when what was said cannot have been a mistake that is made good by a word: goods or stamps that are stolen,
    /// recalled, destroyed or exported do not come back (Delegated Regulation (EU) 2016/161, Article 13).
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Stolen | Self::Recalled | Self::Withdrawn)
    }
}
