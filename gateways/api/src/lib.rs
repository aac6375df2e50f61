//! The gRPC services of the published language, generated.
