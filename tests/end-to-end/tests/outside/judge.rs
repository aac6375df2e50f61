//! What is expected, found without any of the platform's own code: from the events of the log as `TailLog` shows them.

pub(crate) mod books;
pub(crate) mod journal;
pub(crate) mod rules;
pub(crate) mod views;
