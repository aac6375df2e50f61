//! The owner's machine, driven by hand: what it asks of the world, in which order, and what it answers when the world
//! misbehaves.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unnecessary_wraps,
    reason = "a test fails by panicking, and compares whole outcomes"
)]

#[path = "../support/counting.rs"]
mod counting;
mod epochs;
mod refusing;
mod repeats;
mod saving;
mod serving;
mod unreadable;
mod world;
