//! The engine on a simulated log, store, clock and scheduler.
