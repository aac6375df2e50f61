//! The story of certification: given what happened, when this is asked, then that follows.

#![allow(clippy::unwrap_used, reason = "a sample that is not valid fails its test")]

mod certificate;
mod registers;
mod samples;
mod transparency;
mod wire;
