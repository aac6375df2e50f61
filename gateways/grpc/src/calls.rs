//! How many calls there were, by method and how they ended.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use tonic::{Code, Status};

use crate::access::ACCESS;

/// Status codes of gRPC are 0 to 16.
const CODES: usize = 17;

/// How often a method ended with a code since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallCount {
    /// Full name of the method.
    pub method: &'static str,
    /// How it ended.
    pub code: Code,
    /// How often.
    pub count: u64,
}

/// The counts of all methods; those that never occurred are left out.
pub(crate) struct Calls(HashMap<&'static str, [AtomicU64; CODES]>);

impl Calls {
    pub(crate) fn new() -> Self {
        Self(ACCESS.iter().map(|rule| (rule.method, [const { AtomicU64::new(0) }; CODES])).collect())
    }

    /// Counts a call and gives its answer on.
    pub(crate) fn counted<T>(&self, method: &str, answer: Result<T, Status>) -> Result<T, Status> {
        let code = answer.as_ref().map_or_else(Status::code, |_| Code::Ok);
        if let Some(count) = self.0.get(method).and_then(|counts| counts.get(code as usize)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        answer
    }

    pub(crate) fn counts(&self) -> Vec<CallCount> {
        let of_method = |method: &'static str, counts: &[AtomicU64; CODES]| {
            let count = |(code, count): (usize, &AtomicU64)| CallCount {
                method,
                code: Code::from(code as i32),
                count: count.load(Ordering::Relaxed),
            };
            counts.iter().enumerate().map(count).filter(|counted| counted.count > 0).collect::<Vec<_>>()
        };
        ACCESS
            .iter()
            .filter_map(|rule| Some((rule.method, self.0.get(rule.method)?)))
            .flat_map(|(method, counts)| of_method(method, counts))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_how_they_end() {
        let calls = Calls::new();
        let method = ACCESS[0].method;
        assert!(calls.counted(method, Ok(())).is_ok());
        assert!(calls.counted::<()>(method, Err(Status::not_found("x"))).is_err());
        assert!(calls.counted::<()>(method, Err(Status::not_found("x"))).is_err());
        let count = |code, count| CallCount { method, code, count };
        assert_eq!(calls.counts(), [count(Code::Ok, 1), count(Code::NotFound, 2)]);
    }
}
