//! Price lists and orders of stamps.
