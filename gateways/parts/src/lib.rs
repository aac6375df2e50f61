//! A batch, cut into files for printers.
//!
//! - [`Spec`] is what somebody asks: a format, a sheet, what stands on a label; as words of a query and back.
//! - [`Job`] is that for one batch, checked: how many [`Part`]s there are, and which codes each has.
//! - [`write()`] makes the bytes of a part out of its codes. The same codes give the same bytes, so that a part can be
//!   made again and a transfer go on wherever it broke. A part for one [`Recipient`] is encrypted on the way, under a key
//!   of its own each time.
//! - [`Receipt`] is what the platform signs of a part that it handed out.
//!
//! The door that makes parts and the command line that takes them share it. It does no input or output but to the
//! `Write` it is given, and holds no private key.

mod about;
mod format;
mod job;
mod receipt;
mod seal;
mod spec;
mod write;

pub use about::{About, Entry, Hash};
pub use format::Format;
pub use job::{Batch, Job, Part};
pub use receipt::{Receipt, ReceiptError};
pub use seal::Recipient;
pub use spec::{MOST_LABELS, MOST_SINGLES, Spec, SpecError};
pub use write::write;
