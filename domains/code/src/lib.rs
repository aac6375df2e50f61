//! The text forms of a stamp: signed payload and sixteen digits.
