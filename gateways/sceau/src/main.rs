//! The sceau binary.

fn main() {}
