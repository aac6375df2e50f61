//! The read side: projection and reactor runtimes, rebuilds, and waiting for a position.
