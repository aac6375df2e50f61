//! Scans of codes.
