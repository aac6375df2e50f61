//! The running binary, called as its users call it.
