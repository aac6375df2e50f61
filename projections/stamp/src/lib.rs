//! Views of batches, by range, by stamper and by product.
