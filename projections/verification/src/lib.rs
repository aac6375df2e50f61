//! Scans folded per code.
