//! The figures, each beside its limit or peer.
