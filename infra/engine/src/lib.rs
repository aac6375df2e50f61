//! The fenced single writer, the projection runtime and the reactor runtime, as state machines with a thin async shell.
