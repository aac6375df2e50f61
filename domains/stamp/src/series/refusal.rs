//! Why numbers are not allocated, in order of precedence.

use std::fmt;

use sceau_kernel::{Refusal, RefusalKind};

use super::{MAX_COUNT, MAX_LINES, NUMBER_LIMIT};

/// Why numbers are not allocated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeriesRefusal {
    /// There is no line.
    NoLines,
    /// There are too many lines.
    TooManyLines {
        /// How many.
        lines: usize,
    },
    /// Two lines have the same number.
    LineRepeated {
        /// The number.
        line: u32,
    },
    /// A line asks for no stamps, or for too many.
    CountOutOfRange {
        /// The line.
        line: u32,
        /// How many it asks for.
        count: u64,
    },
    /// The number space has no room for a line.
    NumbersExhausted {
        /// The line.
        line: u32,
        /// How many it asks for.
        count: u64,
    },
}

impl fmt::Display for SeriesRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLines => f.write_str("the allocation has no lines: name at least one"),
            Self::TooManyLines { lines } => {
                write!(f, "the allocation has {lines} lines: an order has at most {MAX_LINES}, use several orders")
            }
            Self::LineRepeated { line } => write!(f, "line {line} is there twice: number each line once"),
            Self::CountOutOfRange { line, count } => {
                write!(f, "line {line} asks for {count} stamps: ask for 1 to {MAX_COUNT}")
            }
            Self::NumbersExhausted { line, count } => write!(
                f,
                "the number space below {NUMBER_LIMIT} has no room for the {count} stamps of line {line}: order fewer, \
                 or open a series for a new tenant"
            ),
        }
    }
}

impl std::error::Error for SeriesRefusal {}

impl Refusal for SeriesRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NoLines => "ALLOCATION_EMPTY",
            Self::TooManyLines { .. } => "ALLOCATION_TOO_LONG",
            Self::LineRepeated { .. } => "ALLOCATION_LINE_REPEATED",
            Self::CountOutOfRange { .. } => "ALLOCATION_COUNT_OUT_OF_RANGE",
            Self::NumbersExhausted { .. } => "NUMBERS_EXHAUSTED",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoLines | Self::TooManyLines { .. } | Self::LineRepeated { .. } | Self::CountOutOfRange { .. } => {
                RefusalKind::Invalid
            }
            Self::NumbersExhausted { .. } => RefusalKind::Precondition,
        }
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoLines => Vec::new(),
            Self::TooManyLines { lines } => vec![("lines", lines.to_string())],
            Self::LineRepeated { line } => vec![("line", line.to_string())],
            Self::CountOutOfRange { line, count } | Self::NumbersExhausted { line, count } => {
                vec![("line", line.to_string()), ("count", count.to_string())]
            }
        }
    }
}
