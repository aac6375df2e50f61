//! What a telephone shows: French, in its alphabet, within its length, whatever a product is called.

use sceau_kernel::Timestamp;
use sceau_kernel::wire::Wire;
use sceau_proto::verification::v1::VerifyResponse;

use super::gsm7;
use crate::words::{UNREADABLE, Words};

/// Characters of a screen of a USSD session.
pub(super) const USSD: usize = 182;
/// Characters of a text message.
pub(super) const SMS: usize = 160;

/// A screen, or a text message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Screen {
    pub(super) text: String,
    /// Whether the session waits for more.
    pub(super) goes_on: bool,
}

pub(super) fn welcome() -> Screen {
    Screen { text: gsm7::folded("Vérifier un timbre.\nTapez les 16 chiffres :"), goes_on: true }
}

/// That these were no digits of a stamp, with another try or without.
pub(super) fn unreadable(again: bool, limit: usize) -> Screen {
    if again {
        let text = "Ce ne sont pas les chiffres d'un timbre. Comparez-les et tapez les 16 chiffres :";
        return Screen { text: gsm7::folded(text), goes_on: true };
    }
    of(&UNREADABLE, None, limit)
}

/// A verdict: what it is, of which product, since when it is known, and what to do.
pub(super) fn of(words: &Words, known: Option<&VerifyResponse>, limit: usize) -> Screen {
    let title = gsm7::folded(&words.title.fr.to_uppercase());
    let brief = gsm7::folded(words.brief);
    let known = known.filter(|known| !known.batch_id.is_empty());
    let facts = known.map(facts).unwrap_or_default();
    let fixed = title.chars().count() + facts.chars().count() + brief.chars().count() + 4;
    let names = known.map(|known| names(known, limit.saturating_sub(fixed))).unwrap_or_default();
    let lines = [title, names, facts, brief];
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    Screen { text: cut(&lines.join("\n"), limit), goes_on: false }
}

fn facts(known: &VerifyResponse) -> String {
    let mut facts = Vec::new();
    if let Some(until) = known.valid_until {
        facts.push(format!("Certifié au {}", day(until)));
    }
    if let Some(first) = known.first_scanned_at {
        facts.push(format!("Contrôlé {} fois depuis le {}", known.scans.min(999_999), day(first)));
    }
    gsm7::folded(&facts.join("\n"))
}

/// Product and maker, each with the room that the other leaves.
fn names(known: &VerifyResponse, room: usize) -> String {
    let (product, maker) = (gsm7::folded(&known.product_name), gsm7::folded(&known.company_name));
    let of_maker = maker.chars().count().min(room / 2);
    let product = cut(&product, room.saturating_sub(of_maker));
    let maker = cut(&maker, room.saturating_sub(product.chars().count()));
    [product, maker].into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The text, or as much of it as fits, with a sign that it was cut.
fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(2)).collect();
    if limit < 2 { String::new() } else { format!("{}..", kept.trim_end()) }
}

/// `21/11/2026`.
fn day(at: prost_types::Timestamp) -> String {
    let date = Timestamp::from_wire(at).map(|at| at.to_string()).unwrap_or_default();
    date.split('T').next().unwrap_or_default().rsplit('-').collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;
    use proptest::prelude::*;
    use sceau_proto::verification::v1::{Verdict, VerdictReason};

    fn known(product: &str, maker: &str) -> VerifyResponse {
        VerifyResponse {
            batch_id: "b".into(),
            product_name: product.into(),
            company_name: maker.into(),
            valid_until: Some(prost_types::Timestamp { seconds: 1_795_255_200, nanos: 0 }),
            first_scanned_at: Some(prost_types::Timestamp { seconds: 1_763_000_000, nanos: 0 }),
            scans: u64::MAX,
            ..VerifyResponse::default()
        }
    }

    fn all() -> Vec<&'static Words> {
        let verdicts = (0..=8).filter_map(|verdict| Verdict::try_from(verdict).ok());
        let pairs = verdicts.flat_map(|verdict| (0..=40).map(move |reason| (verdict, reason)));
        let judged =
            pairs.filter_map(|(verdict, reason)| Some(words::of(verdict, VerdictReason::try_from(reason).ok()?)));
        judged.chain([&words::UNREADABLE, &words::TOO_OFTEN, &words::UNAVAILABLE]).collect()
    }

    #[track_caller]
    fn assert_fits(screen: &Screen, limit: usize) {
        assert!(screen.text.chars().count() <= limit, "{} characters: {}", screen.text.chars().count(), screen.text);
        assert!(screen.text.chars().all(gsm7::shown), "{}", screen.text);
    }

    #[test]
    fn every_verdict_fits_with_names_of_any_length_and_says_what_to_do() {
        for words in all() {
            for length in [0, 1, 10, 40, 80, 200, 1000] {
                for limit in [USSD, SMS] {
                    let screen = of(words, Some(&known(&"Étoile".repeat(length), &"Ça".repeat(length))), limit);
                    assert_fits(&screen, limit);
                    assert!(screen.text.ends_with(&gsm7::folded(words.brief)), "{}", screen.text);
                }
            }
            assert_fits(&of(words, None, SMS), SMS);
        }
        for screen in [welcome(), unreadable(true, USSD), unreadable(false, SMS)] {
            assert_fits(&screen, SMS);
        }
    }

    #[test]
    fn a_screen_reads_like_this() {
        let words = words::of(Verdict::Genuine, VerdictReason::Unspecified);
        let mut genuine = known("Savon Étoile 400 g", "Awa & fils");
        genuine.scans = 3;
        assert_eq!(
            of(words, Some(&genuine), USSD).text,
            "AUTHENTIQUE\nSavon Étoile 400 g\nAwa & fils\nCertifié au 21/11/2026\n\
             Controlé 3 fois depuis le 13/11/2025\nComparez le produit avec ce nom."
        );
        let long = of(words, Some(&known(&"Huile de palme raffinée ".repeat(9), "Awa & fils")), USSD).text;
        assert!(long.contains("..\nAwa & fils\n"), "{long}");
    }

    proptest! {
        #[test]
        fn any_names_fit(product in "\\PC*", maker in "\\PC*") {
            for words in all() {
                assert_fits(&of(words, Some(&known(&product, &maker)), USSD), USSD);
            }
        }
    }
}
