//! The two sizes.

/// A size and an error correction level of ISO/IEC 18004:2015.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// Version 4 at level M: 33 modules a side, at most 90 characters.
    V4M,
    /// Version 6 at level M: 41 modules a side, at most 154 characters.
    V6M,
}

impl Version {
    /// How many modules each side has.
    pub const fn side(self) -> usize {
        match self {
            Self::V4M => 33,
            Self::V6M => 41,
        }
    }

    /// The most characters that it holds (table 7).
    pub const fn capacity(self) -> usize {
        match self {
            Self::V4M => 90,
            Self::V6M => 154,
        }
    }

    /// Row and column of the middle of its alignment pattern (table E.1).
    pub(crate) const fn alignment(self) -> usize {
        self.side() - 7
    }

    /// Into how many blocks its codewords are split (table 9).
    pub(crate) const fn blocks(self) -> usize {
        match self {
            Self::V4M => 2,
            Self::V6M => 4,
        }
    }

    /// How many data codewords a block has (table 9).
    pub(crate) const fn data_of_block(self) -> usize {
        match self {
            Self::V4M => 32,
            Self::V6M => 27,
        }
    }

    /// How many error correction codewords a block has (table 9).
    pub(crate) const fn correction_of_block(self) -> usize {
        match self {
            Self::V4M => 18,
            Self::V6M => 16,
        }
    }

    /// How many data codewords it has.
    pub(crate) const fn data(self) -> usize {
        self.blocks() * self.data_of_block()
    }
}
