//! The national number space, and batches of stamps from allocation to activation.
