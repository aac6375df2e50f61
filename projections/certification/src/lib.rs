//! Views of companies, certificates and stampers.
