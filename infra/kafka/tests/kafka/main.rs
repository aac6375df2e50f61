//! The adapter on a real broker, which all tests here share unless they hurt it. Where Java is missing each is skipped,
//! aloud.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod contract;
mod environment;
mod faults;
mod membership;
mod opening;
mod records;
