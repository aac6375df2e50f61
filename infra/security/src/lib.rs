//! Tokens, signing keys and who may do what.
