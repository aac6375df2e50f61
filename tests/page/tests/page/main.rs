//! Verification without gRPC, by people and by programs, on a platform with the demo's country.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failure is the report of a test")]

mod browser;
mod country;
mod http;
