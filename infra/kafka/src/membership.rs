//! Which partitions this node should try to own.
