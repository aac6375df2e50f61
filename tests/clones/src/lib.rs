//! A country of honest buyers, busy inspectors and several kinds of counterfeiters, on which the rules that tell copies
//! are measured: precision, recall and delay of each rule, and how often an honest scan raises a false alert.
//!
//! Everything is drawn from one seed, so that the same seed gives the same country, to the last scan. What people do is
//! assumed, not observed: nobody has published how stamps are scanned and copied. The assumptions are constants with
//! names, in `people`, `country` and `counterfeiters`, and stand in docs/clones.md.

mod counterfeiters;
mod country;
mod dice;
mod people;
mod score;
mod sweep;

pub use counterfeiters::Kind;
pub use country::{Country, Size, Sort, Witnessed};
pub use score::{OfKind, OfRule, Score};
pub use sweep::sweep;
