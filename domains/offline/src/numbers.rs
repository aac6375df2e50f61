//! A set of numbers as runs: for each run the gap since the last one and its length, so that a batch of a million takes
//! some eight bytes.

use crate::ListError;
use crate::wire::{Reader, write};

/// A set of numbers, held as runs that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// First number and the one after the last, ascending.
    runs: Vec<(u64, u64)>,
}

impl Numbers {
    /// Whether `number` is in the set.
    pub fn contains(&self, number: u64) -> bool {
        let above = self.runs.partition_point(|(first, _)| *first <= number);
        above.checked_sub(1).is_some_and(|place| number < self.runs[place].1)
    }

    /// How many numbers there are.
    pub fn count(&self) -> u64 {
        self.runs.iter().fold(0, |count, (first, end)| count + (end - first))
    }

    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        write(self.runs.len() as u64, bytes);
        let mut after = 0;
        for (first, end) in &self.runs {
            write(first - after, bytes);
            write(end - first, bytes);
            after = *end;
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>, field: &'static str) -> Result<Self, ListError> {
        let wrong = ListError::Content { field };
        let count = reader.count(2, field)?;
        let mut runs = Vec::with_capacity(count);
        let mut after = 0_u64;
        for nth in 0..count {
            let gap = reader.number(field)?;
            let length = reader.number(field)?;
            let first = after.checked_add(gap).filter(|_| nth == 0 || gap > 0).ok_or(wrong.clone())?;
            after = first.checked_add(length).filter(|_| length > 0).ok_or(wrong.clone())?;
            runs.push((first, after));
        }
        Ok(Self { runs })
    }
}

impl FromIterator<(u64, u64)> for Numbers {
    /// The set of runs, each a first number and a count, in any order.
    fn from_iter<I: IntoIterator<Item = (u64, u64)>>(runs: I) -> Self {
        let mut sorted: Vec<(u64, u64)> = runs
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(first, count)| (first, first.saturating_add(count)))
            .collect();
        sorted.sort_unstable();
        let mut runs: Vec<(u64, u64)> = Vec::with_capacity(sorted.len());
        for (first, end) in sorted {
            match runs.last_mut() {
                Some((_, last)) if first <= *last => *last = end.max(*last),
                _ => runs.push((first, end)),
            }
        }
        Self { runs }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_holds_what_was_put_in_and_its_text_gives_it_back(
            runs in proptest::collection::vec((0..2_000_u64, 0..50_u64), 0..60),
        ) {
            let set: Numbers = runs.iter().copied().collect();
            for number in 0..2_100 {
                let put_in = runs.iter().any(|(first, count)| (*first..first + count).contains(&number));
                prop_assert_eq!(set.contains(number), put_in);
            }
            prop_assert_eq!(set.count(), (0..2_100).filter(|number| set.contains(*number)).count() as u64);
            let mut bytes = Vec::new();
            set.write(&mut bytes);
            prop_assert_eq!(Numbers::read(&mut Reader::new(&bytes), "set"), Ok(set));
        }

        #[test]
        fn any_bytes_are_a_set_or_refused(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            if let Ok(set) = Numbers::read(&mut reader, "set") {
                let mut again = Vec::new();
                set.write(&mut again);
                prop_assert!(bytes.starts_with(&again));
            }
        }
    }
}
