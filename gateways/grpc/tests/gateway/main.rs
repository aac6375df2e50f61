//! The gateway over real engines and a real network: every sentence is said by a tonic client.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unnecessary_wraps,
    reason = "helpers of tests are tests, and they give what messages hold"
)]

mod access;
mod bad_input;
mod clones;
mod country;
mod forms;
mod offline;
mod packing;
mod platform;
mod stamp_loop;
mod stamper;
mod submit;
