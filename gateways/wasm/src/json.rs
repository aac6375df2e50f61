//! Answers as JSON. Written by hand: their texts are ours, and a library would be half of the module.

use sceau_offline::{Answer, Doubt, Lists};

/// The answer on a code.
pub(crate) fn answer(answer: &Answer, lists: &Lists) -> String {
    let payload = answer.payload;
    let field = |value: Option<u64>| value.map_or_else(|| "null".to_owned(), |value| value.to_string());
    let (doubt, since) = match answer.doubt {
        None => ("null", None),
        Some(Doubt::Stale { since }) => ("\"STALE\"", Some(since)),
        Some(Doubt::Clock) => ("\"CLOCK\"", None),
    };
    let issued_at = lists.keys().issue.issued_at.min(lists.revocations().issue.issued_at);
    [
        "{\"verdict\":",
        &text(answer.verdict.name()),
        ",\"advice\":",
        &text(answer.verdict.advice()),
        ",\"number\":",
        &field(payload.map(|payload| payload.number)),
        ",\"key_id\":",
        &field(payload.map(|payload| payload.key_id.into())),
        ",\"expiry_day\":",
        &field(payload.map(|payload| payload.expiry_day.into())),
        ",\"doubt\":",
        doubt,
        ",\"stale_since\":",
        &field(since),
        ",\"issued_at\":",
        &issued_at.to_string(),
        ",\"authority\":",
        &text(&lists.keys().issue.authority),
        "}",
    ]
    .concat()
}

/// What went wrong.
pub(crate) fn error(reason: &str) -> String {
    ["{\"error\":", &text(reason), "}"].concat()
}

/// A string of JSON (RFC 8259, section 7).
fn text(content: &str) -> String {
    let mut text = String::from("\"");
    for character in content.chars() {
        match character {
            '"' | '\\' => text.extend(['\\', character]),
            '\u{0}'..='\u{1f}' => text.push(' '),
            character => text.push(character),
        }
    }
    text.push('"');
    text
}
