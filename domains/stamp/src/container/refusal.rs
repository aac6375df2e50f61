//! Why a container refuses a command, in order of precedence.

use std::fmt;

use sceau_kernel::{Refusal, RefusalKind};

use crate::Sscc;

/// Why a container refuses a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContainerRefusal {
    /// There is no such container.
    Unknown,
    /// A container of this number is in use as another kind or by another company.
    ExistsOtherwise {
        /// Its number.
        sscc: Sscc,
    },
    /// It is not the actor's.
    OfAnother,
    /// It stands on another pallet.
    InAnother {
        /// Its number.
        sscc: Sscc,
        /// That pallet.
        inside: Sscc,
    },
    /// A pallet stands on nothing.
    PalletInside {
        /// Its number.
        sscc: Sscc,
    },
    /// There is no such pallet.
    IntoUnknown {
        /// The one named.
        sscc: Sscc,
    },
    /// A carton holds codes only.
    IntoCarton {
        /// The one named.
        sscc: Sscc,
    },
    /// The pallet holds another company's goods.
    IntoAnotherCompanys {
        /// The one named.
        sscc: Sscc,
    },
}

impl fmt::Display for ContainerRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("there is no such container: open it first"),
            Self::ExistsOtherwise { sscc } => {
                write!(f, "container {sscc} is in use as another kind or by another company: use a fresh SSCC")
            }
            Self::OfAnother => f.write_str("the container is not yours: name one of your company's, or one you opened"),
            Self::InAnother { sscc, inside } => {
                write!(f, "container {sscc} stands on pallet {inside}: disaggregate it first")
            }
            Self::PalletInside { sscc } => write!(f, "{sscc} is a pallet, which stands on nothing: name a carton"),
            Self::IntoUnknown { sscc } => write!(f, "there is no pallet {sscc}: open it first"),
            Self::IntoCarton { sscc } => write!(f, "{sscc} is a carton, which holds codes only: name a pallet"),
            Self::IntoAnotherCompanys { sscc } => {
                write!(f, "pallet {sscc} holds another company's goods: name one of the same company")
            }
        }
    }
}

impl std::error::Error for ContainerRefusal {}

impl Refusal for ContainerRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "CONTAINER_UNKNOWN",
            Self::ExistsOtherwise { .. } => "CONTAINER_EXISTS_OTHERWISE",
            Self::OfAnother => "CONTAINER_OF_ANOTHER",
            Self::InAnother { .. } => "CONTAINER_IN_ANOTHER",
            Self::PalletInside { .. } => "CONTAINER_IS_A_PALLET",
            Self::IntoUnknown { .. } => "INTO_UNKNOWN_CONTAINER",
            Self::IntoCarton { .. } => "INTO_CARTON",
            Self::IntoAnotherCompanys { .. } => "INTO_CONTAINER_OF_ANOTHER_COMPANY",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Unknown | Self::IntoUnknown { .. } => RefusalKind::NotFound,
            Self::ExistsOtherwise { .. } => RefusalKind::AlreadyExists,
            Self::OfAnother => RefusalKind::Forbidden,
            Self::InAnother { .. }
            | Self::PalletInside { .. }
            | Self::IntoCarton { .. }
            | Self::IntoAnotherCompanys { .. } => RefusalKind::Precondition,
        }
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unknown | Self::OfAnother => Vec::new(),
            Self::InAnother { sscc, inside } => vec![("sscc", sscc.to_string()), ("inside", inside.to_string())],
            Self::ExistsOtherwise { sscc }
            | Self::PalletInside { sscc }
            | Self::IntoUnknown { sscc }
            | Self::IntoCarton { sscc }
            | Self::IntoAnotherCompanys { sscc } => vec![("sscc", sscc.to_string())],
        }
    }
}
