//! The alphabet that every telephone shows: GSM 7 bit (3GPP TS 23.038, table 6.2.1), one septet a character.

/// The letters of the default alphabet beyond ASCII that French and its neighbours use.
const LETTERS: &str = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";

/// Whether a telephone shows this character as one septet.
pub(super) fn shown(c: char) -> bool {
    // Of ASCII, the backquote and what the extension table holds are missing.
    let ascii = (' '..='z').contains(&c) && !matches!(c, '`' | '[' | '\\' | ']' | '^');
    ascii || c == '\n' || LETTERS.contains(c)
}

/// The text in that alphabet: what it lacks is written with its nearest letter, or with `?`.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if shown(c) => folded.push(c),
            'â' | 'á' | 'ã' => folded.push('a'),
            'À' | 'Â' | 'Á' | 'Ã' => folded.push('A'),
            'ç' => folded.push('c'),
            'ê' | 'ë' | 'ɛ' => folded.push('e'),
            'È' | 'Ê' | 'Ë' | 'Ɛ' => folded.push('E'),
            'î' | 'ï' | 'í' => folded.push('i'),
            'Î' | 'Ï' | 'Í' => folded.push('I'),
            'ô' | 'ó' | 'õ' | 'ɔ' => folded.push('o'),
            'Ô' | 'Ó' | 'Ò' | 'Õ' | 'Ɔ' => folded.push('O'),
            'û' | 'ú' => folded.push('u'),
            'Û' | 'Ù' | 'Ú' => folded.push('U'),
            'ÿ' => folded.push('y'),
            'ŋ' => folded.push('n'),
            'Ŋ' => folded.push('N'),
            'œ' => folded.push_str("oe"),
            'Œ' => folded.push_str("OE"),
            '’' | '‘' | '`' => folded.push('\''),
            '«' | '»' | '“' | '”' => folded.push('"'),
            '–' | '—' => folded.push('-'),
            '…' => folded.push_str("..."),
            '[' | '{' => folded.push('('),
            ']' | '}' => folded.push(')'),
            c if c.is_whitespace() => folded.push(' '),
            _ => folded.push('?'),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn french_stays_readable() {
        assert_eq!(folded("Émis à l’œuvre, forêt ça où"), "Émis à l'oeuvre, foret ca où");
        assert_eq!(folded("a[b]€😀"), "a(b)??");
    }

    proptest! {
        #[test]
        fn every_character_is_one_septet(text in "\\PC*") {
            prop_assert!(folded(&text).chars().all(shown));
        }
    }
}
