//! Chromium without a window, driven by playwright-core: both are others' programs, and share nothing with the page.

mod browser;

pub use browser::{Browser, BrowserError};
