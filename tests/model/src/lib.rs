//! The protocol explored exhaustively.
