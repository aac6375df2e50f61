//! What a person typed, and what comes next: at most three tries, so that a session ends.

use super::screen::{self, Screen};

const TRIES: usize = 3;
const DIGITS: usize = 16;

/// What comes next in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Show this.
    Say(Screen),
    /// Ask about these sixteen digits; `again` while the person may still retype them.
    Verify {
        /// The digits.
        digits: String,
        /// Whether there is a try left.
        again: bool,
    },
}

/// The next step of a session whose inputs so far are these, joined with `*`.
pub(super) fn next(inputs: &str) -> Step {
    let tries: Vec<&str> = inputs.split('*').map(str::trim).filter(|input| !input.is_empty()).collect();
    let Some(last) = tries.last() else {
        return Step::Say(screen::welcome());
    };
    let again = tries.len() < TRIES;
    match digits_in(last) {
        Some(digits) => Step::Verify { digits, again },
        None => Step::Say(screen::unreadable(again, screen::USSD)),
    }
}

/// The sixteen digits in a text: together or grouped, with whatever words or signs around them.
pub(super) fn digits_in(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(DIGITS + 1).collect();
    (digits.len() == DIGITS).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_session_asks_for_digits_and_then_about_them() {
        assert_eq!(next(""), Step::Say(screen::welcome()));
        let digits = "1234567890123456".to_owned();
        assert_eq!(next("1234567890123456"), Step::Verify { digits: digits.clone(), again: true });
        assert_eq!(next("12*1234 5678 9012 3456"), Step::Verify { digits: digits.clone(), again: true });
        assert_eq!(next("1*2*1234567890123456"), Step::Verify { digits, again: false });
    }

    #[test]
    fn a_session_ends_after_three_tries() {
        assert_eq!(next("1"), Step::Say(screen::unreadable(true, screen::USSD)));
        assert_eq!(next("1*2*3"), Step::Say(screen::unreadable(false, screen::USSD)));
        assert_eq!(next("1*2*3*4"), Step::Say(screen::unreadable(false, screen::USSD)));
    }

    #[test]
    fn digits_are_found_among_words() {
        assert_eq!(digits_in("TIMBRE 1234-5678-9012-3456 svp").as_deref(), Some("1234567890123456"));
        assert_eq!(digits_in("12345678901234567"), None);
    }

    proptest! {
        #[test]
        fn any_input_has_one_next_step(text in "\\PC*") {
            match next(&text) {
                Step::Say(screen) => prop_assert!(screen.text.chars().count() <= screen::USSD),
                Step::Verify { digits, .. } => prop_assert_eq!(digits.len(), DIGITS),
            }
        }
    }
}
