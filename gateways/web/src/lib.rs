//! The HTTP door: whoever verifies a code without gRPC comes in here.
//!
//! | path | what it answers |
//! |---|---|
//! | `GET /`, `GET /{code}`, `GET /01/{gtin}/21/{serial}` | the verification page, with the verdict on a code |
//! | `GET /.well-known/sceau/{jwks.json,keys,revoked}` | the lists of verifiers without a network |
//! | `POST /v1/verify`, `GET /v1/verify/{code}` | the verdict on a code, as JSON |
//! | `POST /v1/verify:batch` | the verdicts on up to 100 codes, as JSON |
//! | `POST /v1/reports`, `POST /report` | a problem that somebody reports, as JSON or as the page's form |
//! | `GET /v1/batches/{batch_id}/parts/{n}` | a file of a batch for printers, whole or from any byte on |
//! | `POST /ussd/{operator}`, `POST /sms/{operator}` | what operators call for feature phones |
//! | `GET /tlog/{tenant}/…` | the transparency log's checkpoint, key and tiles |
//!
//! JSON is protobuf's canonical mapping of the messages in `proto/sceau/verification/v1`; what goes wrong is a problem
//! document (RFC 9457). It speaks plain HTTP: TLS is a proxy's, whose addresses are configured, since only those are
//! believed when they say for whom they ask. It holds no business rule and reaches the platform through
//! [`sceau_grpc::Gateway`] alone.

mod address;
mod door;
mod json;
mod lists;
mod page;
mod parts;
mod phone;
mod problem;
mod report;
mod transparency;
mod verify;
mod words;

pub use address::{Network, NetworkError};
pub use door::{Trusted, WebDoor};
pub use parts::parts;
pub use transparency::transparency;
