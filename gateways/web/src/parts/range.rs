//! Which bytes are asked for: the headers `Range` and `If-Range` (RFC 9110, 13.1.5 and 14.2).

use axum::http::{HeaderMap, header};

use crate::problem::Problem;

/// What of a file is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it.
    Whole,
    /// Some of it.
    Range(Range),
}

/// Bytes that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// From a byte on, to another or to the end.
    From {
        /// The first.
        first: u64,
        /// The last, if not that of the file.
        last: Option<u64>,
    },
    /// So many at the end.
    Last(u64),
}

impl Asked {
    /// What the headers ask for. Several ranges at once, and units other than bytes, are answered with everything, as
    /// the standard allows; what is no range at all is refused.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let Some(value) = headers.get(header::RANGE) else { return Ok(Self::Whole) };
        let text = value.to_str().unwrap_or("?");
        let malformed = || Problem::malformed_range(text);
        let (unit, ranges) = text.split_once('=').ok_or_else(malformed)?;
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return Ok(Self::Whole);
        }
        let ranges: Vec<Range> = ranges.split(',').map(Range::parse).collect::<Option<_>>().ok_or_else(malformed)?;
        Ok(if let [range] = ranges[..] { Self::Range(range) } else { Self::Whole })
    }

    /// The same, when the file is still the one of which the caller has the beginning.
    pub(super) fn within(self, headers: &HeaderMap, tag: &str) -> Self {
        match headers.get(header::IF_RANGE) {
            Some(has) if has.as_bytes() != tag.as_bytes() => Self::Whole,
            _ => self,
        }
    }
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        match text.trim().split_once('-')? {
            ("", last) => Some(Self::Last(number(last)?)),
            (first, "") => Some(Self::From { first: number(first)?, last: None }),
            (first, last) => {
                let (first, last): (u64, u64) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::From { first, last: Some(last) })
            }
        }
    }

    /// The first and the last byte that a file of this length has of it; none where it has none.
    pub(super) fn of(self, length: u64) -> Option<(u64, u64)> {
        let end = length.checked_sub(1)?;
        match self {
            Self::From { first, last } => (first <= end).then(|| (first, last.unwrap_or(end).min(end))),
            Self::Last(0) => None,
            Self::Last(count) => Some((length.saturating_sub(count), end)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(range: &str) -> Option<Asked> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().ok()?);
        Asked::of(&headers).ok()
    }

    fn of(range: &str, length: u64) -> Option<(u64, u64)> {
        match asked(range) {
            Some(Asked::Range(range)) => range.of(length),
            _ => None,
        }
    }

    #[test]
    fn a_range_is_what_the_standard_says() {
        assert_eq!(of("bytes=0-", 10), Some((0, 9)));
        assert_eq!(of("bytes=3-5", 10), Some((3, 5)));
        assert_eq!(of("bytes= 3-99 ", 10), Some((3, 9)));
        assert_eq!(of("Bytes=-4", 10), Some((6, 9)));
        assert_eq!(of("bytes=-99", 10), Some((0, 9)));
        assert_eq!((of("bytes=10-", 10), of("bytes=-0", 10), of("bytes=0-", 0)), (None, None, None));
        assert_eq!(asked("bytes=0-1,3-4"), Some(Asked::Whole));
        assert_eq!(asked("lines=1-2"), Some(Asked::Whole));
        for malformed in
            ["bytes", "bytes=", "bytes=a-b", "bytes=5-3", "bytes=-", "bytes=1", "bytes=+1-2", "bytes=1-2,x"]
        {
            assert_eq!(asked(malformed), None, "{malformed}");
        }
        assert_eq!(asked("bytes=99999999999999999999-"), None);
    }

    #[test]
    fn a_file_that_changed_is_sent_whole() {
        let mut headers = HeaderMap::new();
        let range = Asked::Range(Range::Last(1));
        assert_eq!(range.within(&headers, "\"a\""), range);
        headers.insert(header::IF_RANGE, "\"a\"".parse().unwrap());
        assert_eq!(range.within(&headers, "\"a\""), range);
        assert_eq!(range.within(&headers, "\"b\""), Asked::Whole);
    }

    proptest! {
        #[test]
        fn whatever_is_asked_lies_within_the_file(range in "(bytes=)?[0-9a,-]{0,30}", length: u64) {
            if let Some((first, last)) = of(&range, length) {
                prop_assert!(first <= last && last < length);
            }
        }
    }
}
