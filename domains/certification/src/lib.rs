//! Companies, product certificates and accredited stampers.
