//! What a stamper finds when he scans what he printed.

use super::*;

pub(super) fn read(good: &[(u64, u64)], bad: &[(u64, u64)], unreadable: u64) -> BatchCommand {
    BatchCommand::RecordReadBack(RecordReadBack { good: ranges(good), bad: ranges(bad), unreadable })
}

fn found(good: &[(u64, u64)], bad: &[(u64, u64)], unreadable: u64) -> BatchEvent {
    let (good, bad) = (ranges(good), ranges(bad));
    BatchEvent::ReadBack(CodesReadBack { batch: BATCH, good, bad, unreadable })
}

#[test]
fn a_read_back_says_only_what_is_new() {
    let before = || [generated(), released(), found(&[(0, 10)], &[(10, 2)], 0)];
    given::<Batch>(before()).when(&read(&[(5, 10)], &[], 3)).then([found(&[(10, 5)], &[], 3)]);
    given::<Batch>(before()).when(&read(&[(0, 10)], &[(11, 1)], 0)).then([]);
}

#[test]
fn the_last_reading_of_a_code_counts() {
    given::<Batch>([generated(), released(), found(&[(0, 10)], &[], 0), found(&[], &[(3, 1)], 0)])
        .when(&read(&[(0, 10)], &[], 0))
        .then([found(&[(3, 1)], &[], 0)]);
}

#[test]
fn a_code_is_not_good_and_bad_at_once_and_something_is_read() {
    let printed = || [generated(), released()];
    given::<Batch>(printed())
        .when(&read(&[(0, 10)], &[(8, 4)], 0))
        .refused(&BatchRefusal::ReadGoodAndBad { first: 8, count: 2 });
    given::<Batch>(printed()).when(&read(&[], &[], 0)).refused(&BatchRefusal::NoRanges);
    given::<Batch>(printed()).when(&read(&[], &[], 4)).then([found(&[], &[], 4)]);
    let outside = BatchRefusal::RangeOutsideBatch { first: BATCH.count, count: 1, batch_count: BATCH.count };
    given::<Batch>(printed()).when(&read(&[], &[(BATCH.count, 1)], 0)).refused(&outside);
}

#[test]
fn what_was_never_released_was_never_printed() {
    given::<Batch>([generated()]).when(&read(&[(0, 1)], &[], 0)).refused(&BatchRefusal::NotReleased);
}
