//! The reactions that carry an order to its invoice, its payment and its stamps.
