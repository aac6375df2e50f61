//! The write side: the fenced single writer and the owner of a partition, as a state machine with a thin async shell.
