//! What a commit record says: encoding and decoding, shared by the writer and every reader.
