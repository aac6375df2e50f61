//! Views of price lists and orders.
