//! The gRPC door: authorises, parses, submits and answers.
