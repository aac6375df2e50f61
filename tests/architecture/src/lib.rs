//! Every rule of dependence as a test that fails: see `tests/`.
