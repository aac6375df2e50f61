//! The page as text: what is fixed stands in `page/page.html`, the verdict is put into it.

use std::sync::LazyLock;

use sceau_kernel::Timestamp;
use sceau_kernel::wire::Wire;
use sceau_proto::verification::v1::VerifyResponse;

use crate::words::{Both, DOUBTS, OFFLINE, Tone, Words};

const PAGE: &str = include_str!("../../page/page.html");

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    French,
    English,
}

impl Language {
    /// The one wished for by `?lang=`, or else the first of a browser's list that the page has; French otherwise.
    pub(super) fn wished(query: Option<&str>, accepted: &str) -> Self {
        let of = |tag: &str| match tag.trim().get(..2)?.to_ascii_lowercase().as_str() {
            "fr" => Some(Self::French),
            "en" => Some(Self::English),
            _ => None,
        };
        let asked = query.and_then(|query| {
            form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "lang").and_then(|(_, value)| of(&value))
        });
        // Browsers list languages by preference; their weights only repeat the order.
        asked.or_else(|| accepted.split(',').find_map(of)).unwrap_or(Self::French)
    }

    const fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }
}

/// The page, with what is said of a code if one was asked about.
pub(super) fn page(language: Language, version: &str, code: &str, verdict: &str) -> String {
    PAGE.replace("{{language}}", language.tag())
        .replace("{{version}}", version)
        .replace("{{templates}}", &TEMPLATES)
        // Each stands once in the page, the verdict first: neither can stand in for the other.
        .replacen("{{code}}", &escaped(code), 1)
        .replacen("{{verdict}}", verdict, 1)
}

/// What the page says without a network, to be picked by name.
static TEMPLATES: LazyLock<String> = LazyLock::new(|| {
    let cards = OFFLINE
        .iter()
        .map(|(name, words)| format!("<template id=\"offline-{name}\">{}</template>", verdict(words, None)));
    // These texts are markup already.
    let doubts = DOUBTS.iter().map(|(name, Both { fr, en })| {
        format!(
            "<template id=\"doubt-{name}\"><p class=\"doubt\"><span lang=\"fr\">{fr}</span>\
             <span lang=\"en\">{en}</span></p></template>"
        )
    });
    cards.chain(doubts).collect()
});

/// What is said of a code: colour, symbol and words, then what is known of it.
pub(super) fn verdict(words: &Words, known: Option<&VerifyResponse>) -> String {
    let (tone, sign) = match words.tone {
        Tone::Good => ("good", "M9 16.2 4.8 12l-1.9 1.9L9 20 21.1 7.9l-1.9-1.9z"),
        Tone::Careful => ("careful", "M10.5 3h3v11h-3zM10.5 17h3v3h-3z"),
        Tone::Bad => {
            ("bad", "M19 6.9 17.1 5 12 10.1 6.9 5 5 6.9l5.1 5.1L5 17.1 6.9 19l5.1-5.1 5.1 5.1 1.9-1.9-5.1-5.1z")
        }
    };
    let mut html = format!(
        "<section id=\"verdict\" class=\"{tone}\" role=\"status\" tabindex=\"-1\">\
         <svg class=\"sign\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"{sign}\"/></svg>\
         <h1>{}</h1><p>{}</p>",
        both(words.title),
        both(words.advice)
    );
    if let Some(known) = known {
        html.push_str(&details(known));
    }
    html.push_str("</section>");
    html
}

fn details(known: &VerifyResponse) -> String {
    let mut rows = String::new();
    let mut row = |label: Both, value: String| {
        rows.push_str(&format!("<div><dt>{}</dt><dd>{value}</dd></div>", both(label)));
    };
    if known.batch_id.is_empty() {
        return rows;
    }
    let labels = [("Produit", "Product", &known.product_name), ("Fabricant", "Maker", &known.company_name)];
    for (fr, en, value) in labels.into_iter().filter(|(_, _, value)| !value.is_empty()) {
        row(Both { fr, en }, escaped(value));
    }
    if let Some(until) = known.valid_until {
        row(Both { fr: "Certifié jusqu'au", en: "Certified until" }, day(until));
    }
    let first = known.first_scanned_at.map_or_else(|| both(Both { fr: "celui-ci", en: "this one" }), day);
    row(Both { fr: "Premier contrôle", en: "First scan" }, first);
    row(Both { fr: "Contrôles avant celui-ci", en: "Scans before this one" }, known.scans.to_string());
    format!("<dl>{rows}</dl>")
}

/// A text in both languages, of which the style shows one.
fn both(text: Both) -> String {
    format!("<span lang=\"fr\">{}</span><span lang=\"en\">{}</span>", escaped(text.fr), escaped(text.en))
}

/// A day as each language writes it; days begin at midnight UTC, as in all of West Africa but its east.
fn day(at: prost_types::Timestamp) -> String {
    let Ok(at) = Timestamp::from_wire(at) else { return String::new() };
    let text = at.to_string();
    let date = text.split('T').next().unwrap_or_default();
    let french: Vec<&str> = date.rsplit('-').collect();
    format!(
        "<time datetime=\"{date}\"><span lang=\"fr\">{}</span><span lang=\"en\">{date}</span></time>",
        french.join("/")
    )
}

/// Text that is no markup, whatever it holds.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use sceau_proto::verification::v1::{Verdict, VerdictReason};

    fn genuine() -> VerifyResponse {
        VerifyResponse {
            batch_id: "b".into(),
            product_name: "Savon <b>\"Étoile\"</b>".into(),
            company_name: "Awa & fils".into(),
            valid_until: Some(prost_types::Timestamp { seconds: 1_795_255_200, nanos: 0 }),
            ..VerifyResponse::default()
        }
    }

    #[test]
    fn a_verdict_is_told_by_colour_symbol_and_words_in_both_languages() {
        let html = verdict(crate::words::of(Verdict::Genuine, VerdictReason::Unspecified), Some(&genuine()));
        let expected =
            ["class=\"good\"", "<path", "Authentique", "Genuine", "21/11/2026", "2026-11-21", "celui-ci", "this one"];
        for part in expected {
            assert!(html.contains(part), "{part} is missing from {html}");
        }
    }

    #[test]
    fn names_are_never_markup() {
        let html = verdict(&crate::words::UNREADABLE, Some(&genuine()));
        assert!(html.contains("Savon &lt;b&gt;&quot;Étoile&quot;&lt;/b&gt;") && html.contains("Awa &amp; fils"));
    }

    #[test]
    fn the_page_speaks_the_browsers_language_and_french_otherwise() {
        assert_eq!(Language::wished(None, "en-GB,en;q=0.9,fr;q=0.8"), Language::English);
        assert_eq!(Language::wished(None, "pt-BR,fr;q=0.8,en;q=0.7"), Language::French);
        assert_eq!(Language::wished(None, ""), Language::French);
        assert_eq!(Language::wished(None, "ÿÿ"), Language::French);
        assert_eq!(Language::wished(Some("lang=en"), "fr"), Language::English);
    }

    #[test]
    fn nothing_is_left_open_in_the_page() {
        let html = page(Language::French, "1", "", "");
        assert!(!html.contains("{{"), "{html}");
        assert!(html.starts_with("<!doctype html>\n<html lang=\"fr\">"));
    }
}
