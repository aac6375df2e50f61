//! The gRPC services of the published language: clients and servers, one module per package:
//! `sceau_api::<context>::v1::<service>_client` and `…_server`.
//!
//! Nothing here is written by hand; the `.proto` files of `sceau-proto` are the source, and its messages are used as
//! they are.
#![allow(
    missing_docs,
    clippy::pedantic,
    unreachable_pub,
    reason = "generated from the .proto files, which carry the comments"
)]

include!(concat!(env!("OUT_DIR"), "/services.rs"));

pub use sceau::*;
