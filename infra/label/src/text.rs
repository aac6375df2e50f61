//! Lines of text on a label, in the Helvetica that every printer has.

/// Widths of the characters from space to `~` in Helvetica, in thousandths of the size (Adobe's font metrics).
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
/// No letter of Latin-1 beyond ASCII is wider, but for Æ and Œ.
const OTHERWISE: u16 = 778;

/// How wide a text is, in thousandths of its size.
pub(crate) fn width(text: impl Iterator<Item = char>) -> u32 {
    text.map(|letter| {
        let place = (letter as usize).checked_sub(usize::from(b' '));
        u32::from(place.and_then(|place| WIDTHS.get(place)).copied().unwrap_or(OTHERWISE))
    })
    .sum()
}

/// The text, cut short to a width in thousandths of its size.
pub(crate) fn fitted(text: &str, room: u32) -> String {
    let mut fitted = text.trim().to_owned();
    while width(fitted.chars()) > room {
        let shorter = fitted.trim_end_matches("...").chars().count().saturating_sub(1);
        if shorter == 0 {
            return String::new();
        }
        fitted = fitted.chars().take(shorter).collect::<String>().trim_end().to_owned() + "...";
    }
    fitted
}

/// The text between parentheses in a PDF or EPS, in the encoding WinAnsi; a character that it lacks is a question mark.
pub(crate) fn literal(text: impl Iterator<Item = char>) -> Vec<u8> {
    let mut bytes = vec![b'('];
    for letter in text {
        let byte = match letter {
            '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{ff}' => letter as u8,
            'Œ' => 0x8c,
            'œ' => 0x9c,
            '’' => 0x92,
            '–' => 0x96,
            '—' => 0x97,
            '€' => 0x80,
            _ => b'?',
        };
        if matches!(byte, b'(' | b')' | b'\\') {
            bytes.push(b'\\');
        }
        bytes.push(byte);
    }
    bytes.push(b')');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_to_its_room() {
        assert_eq!(width("0123 4567".chars()), 8 * 556 + 278);
        assert_eq!(fitted("Savon", 10_000), "Savon");
        assert_eq!(fitted("Savon de Marseille", 5_000), "Savon d...");
        assert_eq!(fitted("Savon", 100), "");
    }

    #[test]
    fn french_is_written_as_pdf_reads_it() {
        assert_eq!(literal("Contrôle (n° 1)".chars()), b"(Contr\xf4le \\(n\xb0 1\\))");
        assert_eq!(literal("œuf 漢".chars()), b"(\x9cuf ?)");
    }
}
