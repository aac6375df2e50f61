//! From codewords to modules: up and down in columns two modules wide, from the right, around the function patterns
//! (section 7.7.3).
//!
//! Of two columns side by side one takes the even bits and the other the odd ones, in order, for as long as nothing is
//! in the way. So the bits are parted into two streams, and whole spans of them are moved.

use crate::frame::Patterns;
use crate::reed_solomon::MAX_CODEWORDS;
use crate::{Lines, MAX_SIDE, Version};

static V4M: Spans = Spans::of(Version::V4M);
static V6M: Spans = Spans::of(Version::V6M);

const WORDS: usize = MAX_CODEWORDS / 8;

/// Every second bit of the codewords, the first as the least significant, and a spare word to shift from.
type Stream = [u64; WORDS / 2 + 1];

/// The columns that hold these codewords and nothing else.
pub(crate) fn columns(version: Version, codewords: &[u8; MAX_CODEWORDS]) -> Lines {
    let spans = match version {
        Version::V4M => &V4M,
        Version::V6M => &V6M,
    };
    let streams = part(codewords);
    let mut columns = [0; MAX_SIDE];
    for span in &spans.spans[..spans.count] {
        columns[usize::from(span.column)] |= span.bits(&streams);
    }
    columns
}

/// The even bits and the odd ones, from 0.
fn part(codewords: &[u8; MAX_CODEWORDS]) -> [Stream; 2] {
    let mut streams = [[0; WORDS / 2 + 1]; 2];
    let (words, _) = codewords.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_be_bytes(*word).reverse_bits();
        streams[0][at / 2] |= every_second(word) << (at % 2 * 32);
        streams[1][at / 2] |= every_second(word >> 1) << (at % 2 * 32);
    }
    streams
}

/// Bits 0, 2, 4 and so on, closed up.
const fn every_second(word: u64) -> u64 {
    let word = word & 0x5555_5555_5555_5555;
    let word = (word | word >> 1) & 0x3333_3333_3333_3333;
    let word = (word | word >> 2) & 0x0f0f_0f0f_0f0f_0f0f;
    let word = (word | word >> 4) & 0x00ff_00ff_00ff_00ff;
    let word = (word | word >> 8) & 0x0000_ffff_0000_ffff;
    (word | word >> 16) & 0x0000_0000_ffff_ffff
}

/// Modules one above the other that hold consecutive bits of one stream.
#[derive(Clone, Copy)]
struct Span {
    column: u8,
    /// The uppermost row.
    row: u8,
    length: u8,
    /// Whether its first bit is in its lowest row.
    upward: bool,
    /// The stream, 0 or 1.
    stream: u8,
    /// Where in the stream it begins.
    from: u16,
}

impl Span {
    /// Its bits, each at its row.
    fn bits(self, streams: &[Stream; 2]) -> u64 {
        let stream = &streams[usize::from(self.stream)];
        let (word, shift) = (usize::from(self.from) / 64, self.from % 64);
        let bits = stream[word] >> shift | stream[word + 1] << 1 << (63 - shift);
        // The first bits are the lowest; what follows them is shifted out.
        let bits = if self.upward { bits.reverse_bits() } else { bits << (64 - self.length) };
        bits >> (64 - self.length) << self.row
    }
}

struct Spans {
    spans: [Span; 128],
    count: usize,
}

impl Spans {
    /// Follows the way of the bits, module by module.
    const fn of(version: Version) -> Self {
        let (side, patterns) = (version.side(), Patterns::of(version));
        let nowhere = Span { column: 0, row: 0, length: 0, upward: false, stream: 0, from: 0 };
        let mut spans = Self { spans: [nowhere; 128], count: 0 };
        let mut upward = true;
        let mut bit = 0;
        let mut right = side - 1;
        loop {
            // The spans that grow, of the right and of the left column.
            let mut growing = [None; 2];
            let mut step = 0;
            while step < 2 * side {
                let down = step / 2;
                let (x, y) = (right - step % 2, if upward { side - 1 - down } else { down });
                if !patterns.has(x, y) {
                    growing[step % 2] = Some(spans.place(growing[step % 2], bit, x, y, upward));
                    bit += 1;
                }
                step += 1;
            }
            if right == 1 {
                return spans;
            }
            // The column of the timing pattern is left out.
            right = if right == 8 { 5 } else { right - 2 };
            upward = !upward;
        }
    }

    /// Puts a bit at a module: at the end of the span that grows in this column if it continues that, else in a new
    /// one. Which span it is in.
    const fn place(&mut self, growing: Option<usize>, bit: usize, x: usize, y: usize, upward: bool) -> usize {
        if let Some(at) = growing {
            let span = &mut self.spans[at];
            let (row, length) = (span.row as usize, span.length as usize);
            let beside = if upward { y + 1 == row } else { y == row + length };
            let next = bit % 2 == span.stream as usize && bit / 2 == span.from as usize + length;
            if beside && next {
                span.length += 1;
                if upward {
                    span.row -= 1;
                }
                return at;
            }
        }
        let span =
            Span { column: x as u8, row: y as u8, length: 1, upward, stream: (bit % 2) as u8, from: (bit / 2) as u16 };
        self.spans[self.count] = span;
        self.count += 1;
        self.count - 1
    }
}
