//! Why a batch refuses a command, in order of precedence.

use std::fmt;

use sceau_kernel::{Refusal, RefusalKind};

use super::command::{DecommissionReason, MAX_RANGES};
use super::removal::UNDO_DAYS;
use crate::{CertificateId, MAX_FRAGMENTS, Sscc, StamperId};

/// Why a batch refuses a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchRefusal {
    /// There is no such batch.
    Unknown,
    /// A batch of this id exists with other numbers, product or form.
    ExistsOtherwise {
        /// First number of the one that exists.
        first_number: u64,
        /// How many numbers it holds.
        count: u64,
    },
    /// The actor's company did not order it.
    OfAnotherCompany,
    /// It is not released to the actor's stamper.
    OfAnotherStamper,
    /// It is released to another stamper already.
    ReleasedToAnother {
        /// That one.
        stamper_id: StamperId,
    },
    /// There is no such stamper.
    UnknownStamper {
        /// The one named.
        stamper_id: StamperId,
    },
    /// The stamper's accreditation was withdrawn or has ended.
    StamperNotAccredited {
        /// The one named.
        stamper_id: StamperId,
    },
    /// The certificate of the batch's product is not in force.
    CertificateNotInForce {
        /// The certificate.
        certificate_id: CertificateId,
    },
    /// It is not released yet.
    NotReleased,
    /// A decommissioning for another reason says nothing of it.
    NoteRequired,
    /// No codes are named.
    NoRanges,
    /// Too many ranges are named at once.
    TooManyRanges {
        /// How many.
        ranges: usize,
    },
    /// A range is empty or reaches beyond the batch.
    RangeOutsideBatch {
        /// Its first ordinal.
        first: u64,
        /// How many codes it names.
        count: u64,
        /// How many codes the batch holds.
        batch_count: u64,
    },
    /// Codes that should become active are out of circulation.
    Decommissioned {
        /// The first of them.
        first: u64,
        /// How many follow it.
        count: u64,
    },
    /// Codes are said to read well and to be unfit at once.
    ReadGoodAndBad {
        /// The first of them.
        first: u64,
        /// How many follow it.
        count: u64,
    },
    /// Another party decommissioned codes that should come back.
    ReinstateByAnother {
        /// The first of them.
        first: u64,
        /// How many follow it.
        count: u64,
    },
    /// Codes that should come back were decommissioned for a reason that is final.
    ReinstateFinal {
        /// The first of them.
        first: u64,
        /// How many follow it.
        count: u64,
        /// The reason.
        reason: DecommissionReason,
    },
    /// Codes that should come back were decommissioned too long ago.
    ReinstateTooLate {
        /// The first of them.
        first: u64,
        /// How many follow it.
        count: u64,
    },
    /// There is no such container.
    IntoUnknown {
        /// The one named.
        container: Sscc,
    },
    /// The container holds another company's goods.
    IntoAnotherCompanys {
        /// The one named.
        container: Sscc,
    },
    /// Codes that should go into a container are not active.
    NotActive {
        /// The first of them.
        first: u64,
        /// How many follow it.
        count: u64,
    },
    /// Codes are in another container.
    InContainer {
        /// The first of them.
        first: u64,
        /// How many follow it.
        count: u64,
        /// That container.
        container: Sscc,
    },
    /// The batch would fall into too many fragments.
    TooFragmented {
        /// How many.
        fragments: usize,
    },
}

impl fmt::Display for BatchRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("there is no such batch: look its id up in the list of the order's batches"),
            Self::ExistsOtherwise { first_number, count } => write!(
                f,
                "a batch of this id exists with {count} numbers from {first_number} on: generate one per order line"
            ),
            Self::OfAnotherCompany => f.write_str("the batch was ordered by another company: name one of your own"),
            Self::OfAnotherStamper => {
                f.write_str("the batch is not released to your stamper: ask the office to release it to you")
            }
            Self::ReleasedToAnother { stamper_id } => {
                write!(f, "the batch is released to stamper {stamper_id} already: a batch is released once")
            }
            Self::UnknownStamper { stamper_id } => write!(f, "there is no stamper {stamper_id}: accredit it first"),
            Self::StamperNotAccredited { stamper_id } => {
                write!(f, "stamper {stamper_id} is not accredited now: accredit it again, or choose another")
            }
            Self::CertificateNotInForce { certificate_id } => {
                write!(f, "certificate {certificate_id} is not in force: resume or renew it first")
            }
            Self::NotReleased => f.write_str("the batch is not released: release it to a stamper first"),
            Self::NoteRequired => f.write_str("the reason OTHER needs a note: say why the codes are decommissioned"),
            Self::NoRanges => f.write_str("no codes are named: give at least one range of ordinals"),
            Self::TooManyRanges { ranges } => {
                write!(f, "{ranges} ranges are named: give at most {MAX_RANGES} at once")
            }
            Self::RangeOutsideBatch { first, count, batch_count } => write!(
                f,
                "the range of {count} codes from ordinal {first} is not within the batch: it holds ordinals 0 to {}, \
                 and a range names at least 1 code",
                batch_count.saturating_sub(1)
            ),
            Self::Decommissioned { first, count } => {
                write!(f, "{count} codes from ordinal {first} on are decommissioned: leave them out")
            }
            Self::ReadGoodAndBad { first, count } => {
                write!(f, "{count} codes from ordinal {first} on are named as good and as bad: name each once")
            }
            Self::ReinstateByAnother { first, count } => write!(
                f,
                "{count} codes from ordinal {first} on were decommissioned by another party: only that one can undo it"
            ),
            Self::ReinstateFinal { first, count, reason } => write!(
                f,
                "{count} codes from ordinal {first} on were decommissioned as {reason:?}, which is final: leave them out"
            ),
            Self::ReinstateTooLate { first, count } => write!(
                f,
                "{count} codes from ordinal {first} on were decommissioned {UNDO_DAYS} days ago or earlier, or among too \
                 many fragments to be remembered: they are out for ever, leave them out"
            ),
            Self::IntoUnknown { container } => write!(f, "there is no container {container}: open it first"),
            Self::IntoAnotherCompanys { container } => {
                write!(f, "container {container} holds another company's goods: name one of the same company")
            }
            Self::NotActive { first, count } => {
                write!(
                    f,
                    "{count} codes from ordinal {first} on are not active: activate them first, or leave them out"
                )
            }
            Self::InContainer { first, count, container } => {
                write!(f, "{count} codes from ordinal {first} on are in container {container}: disaggregate them first")
            }
            Self::TooFragmented { fragments } => write!(
                f,
                "the codes of the batch would fall into {fragments} fragments: at most {MAX_FRAGMENTS} are kept, treat \
                 neighbouring codes together"
            ),
        }
    }
}

impl std::error::Error for BatchRefusal {}

impl Refusal for BatchRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "BATCH_UNKNOWN",
            Self::ExistsOtherwise { .. } => "BATCH_EXISTS_OTHERWISE",
            Self::OfAnotherCompany => "BATCH_OF_ANOTHER_COMPANY",
            Self::OfAnotherStamper => "BATCH_OF_ANOTHER_STAMPER",
            Self::ReleasedToAnother { .. } => "BATCH_RELEASED_TO_ANOTHER",
            Self::UnknownStamper { .. } => "RELEASE_TO_UNKNOWN_STAMPER",
            Self::StamperNotAccredited { .. } => "RELEASE_STAMPER_NOT_ACCREDITED",
            Self::CertificateNotInForce { .. } => "RELEASE_CERTIFICATE_NOT_IN_FORCE",
            Self::NotReleased => "BATCH_NOT_RELEASED",
            Self::NoteRequired => "DECOMMISSION_NOTE_REQUIRED",
            Self::NoRanges => "CODE_RANGES_EMPTY",
            Self::TooManyRanges { .. } => "CODE_RANGES_TOO_MANY",
            Self::RangeOutsideBatch { .. } => "CODE_RANGE_OUTSIDE_BATCH",
            Self::Decommissioned { .. } => "CODES_DECOMMISSIONED",
            Self::ReadGoodAndBad { .. } => "READ_BACK_GOOD_AND_BAD",
            Self::ReinstateByAnother { .. } => "REINSTATE_BY_ANOTHER_PARTY",
            Self::ReinstateFinal { .. } => "REINSTATE_REASON_FINAL",
            Self::ReinstateTooLate { .. } => "REINSTATE_TOO_LATE",
            Self::IntoUnknown { .. } => "CODES_INTO_UNKNOWN_CONTAINER",
            Self::IntoAnotherCompanys { .. } => "CODES_INTO_CONTAINER_OF_ANOTHER_COMPANY",
            Self::NotActive { .. } => "CODES_NOT_ACTIVE",
            Self::InContainer { .. } => "CODES_IN_CONTAINER",
            Self::TooFragmented { .. } => "TOO_FRAGMENTED",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Unknown | Self::UnknownStamper { .. } | Self::IntoUnknown { .. } => RefusalKind::NotFound,
            Self::ExistsOtherwise { .. } => RefusalKind::AlreadyExists,
            Self::OfAnotherCompany | Self::OfAnotherStamper | Self::ReinstateByAnother { .. } => RefusalKind::Forbidden,
            Self::ReleasedToAnother { .. }
            | Self::StamperNotAccredited { .. }
            | Self::CertificateNotInForce { .. }
            | Self::NotReleased
            | Self::Decommissioned { .. }
            | Self::ReinstateFinal { .. }
            | Self::ReinstateTooLate { .. }
            | Self::IntoAnotherCompanys { .. }
            | Self::NotActive { .. }
            | Self::InContainer { .. }
            | Self::TooFragmented { .. } => RefusalKind::Precondition,
            Self::NoteRequired
            | Self::NoRanges
            | Self::TooManyRanges { .. }
            | Self::RangeOutsideBatch { .. }
            | Self::ReadGoodAndBad { .. } => RefusalKind::Invalid,
        }
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unknown
            | Self::OfAnotherCompany
            | Self::OfAnotherStamper
            | Self::NotReleased
            | Self::NoteRequired
            | Self::NoRanges => Vec::new(),
            Self::ExistsOtherwise { first_number, count } => {
                vec![("first_number", first_number.to_string()), ("count", count.to_string())]
            }
            Self::ReleasedToAnother { stamper_id }
            | Self::UnknownStamper { stamper_id }
            | Self::StamperNotAccredited { stamper_id } => vec![("stamper_id", stamper_id.to_string())],
            Self::CertificateNotInForce { certificate_id } => vec![("certificate_id", certificate_id.to_string())],
            Self::TooManyRanges { ranges } => vec![("ranges", ranges.to_string())],
            Self::RangeOutsideBatch { first, count, batch_count } => vec![
                ("first", first.to_string()),
                ("count", count.to_string()),
                ("batch_count", batch_count.to_string()),
            ],
            Self::Decommissioned { first, count }
            | Self::ReadGoodAndBad { first, count }
            | Self::ReinstateByAnother { first, count }
            | Self::NotActive { first, count }
            | Self::ReinstateTooLate { first, count } => {
                vec![("first", first.to_string()), ("count", count.to_string())]
            }
            Self::ReinstateFinal { first, count, reason } => {
                vec![("first", first.to_string()), ("count", count.to_string()), ("reason", format!("{reason:?}"))]
            }
            Self::IntoUnknown { container } | Self::IntoAnotherCompanys { container } => {
                vec![("container", container.to_string())]
            }
            Self::InContainer { first, count, container } => {
                vec![("first", first.to_string()), ("count", count.to_string()), ("container", container.to_string())]
            }
            Self::TooFragmented { fragments } => vec![("fragments", fragments.to_string())],
        }
    }
}
