//! The number space, in sentences.

use proptest::prelude::*;
use sceau_kernel::testing::given;
use sceau_kernel::uuid::Uuid;

use super::*;

const ORDER: OrderId = OrderId(Uuid::from_u128(7));
const COMPANY: CompanyId = CompanyId(Uuid::from_u128(8));
const BUCKET: u64 = 1 << 32;

fn line(line: u32, count: u64) -> AllocationLine {
    let certificate_id = CertificateId(Uuid::from_u128(u128::from(line)));
    AllocationLine { line, certificate_id, product_name: "Savon de Marseille".into(), form: StampForm::SignedQr, count }
}

fn allocate(lines: impl IntoIterator<Item = AllocationLine>) -> SeriesCommand {
    SeriesCommand::Allocate(AllocateStamps { order_id: ORDER, company_id: COMPANY, lines: lines.into_iter().collect() })
}

fn allocated(numbers: impl IntoIterator<Item = (u32, u64, u64)>) -> SeriesEvent {
    let lines = numbers.into_iter().map(|(number, first_number, count)| {
        let AllocationLine { certificate_id, product_name, form, .. } = line(number, count);
        let batch_id = BatchId::of_line(ORDER, number);
        AllocatedLine { line: number, batch_id, certificate_id, product_name, form, first_number, count }
    });
    SeriesEvent::Allocated(StampsAllocated { order_id: ORDER, company_id: COMPANY, lines: lines.collect() })
}

#[test]
fn the_first_order_gets_the_first_numbers() {
    given::<Series>([]).when(&allocate([line(1, 100), line(2, 5)])).then([allocated([(1, 1, 100), (2, 101, 5)])]);
}

#[test]
fn the_next_order_goes_on_where_the_last_one_ended() {
    given::<Series>([allocated([(1, 1, 100), (2, 101, 5)])])
        .when(&allocate([line(1, 1)]))
        .then([allocated([(1, 106, 1)])]);
}

#[test]
fn a_batch_that_would_cross_a_bucket_begins_at_the_next_one() {
    let nearly_full = || allocated([(1, BUCKET - 10, 5)]);
    given::<Series>([nearly_full()]).when(&allocate([line(1, 5)])).then([allocated([(1, BUCKET - 5, 5)])]);
    given::<Series>([nearly_full()]).when(&allocate([line(1, 6)])).then([allocated([(1, BUCKET, 6)])]);
}

#[test]
fn the_last_number_is_given_and_none_after_it() {
    let one_left = || allocated([(1, NUMBER_LIMIT - 2, 1)]);
    given::<Series>([one_left()]).when(&allocate([line(1, 1)])).then([allocated([(1, NUMBER_LIMIT - 1, 1)])]);
    given::<Series>([one_left()])
        .when(&allocate([line(1, 1), line(2, 1)]))
        .refused(&SeriesRefusal::NumbersExhausted { line: 2, count: 1 });
}

#[test]
fn refusals_have_an_order() {
    let mut lines = vec![line(1, 0); MAX_LINES + 1];
    let table = [
        (Vec::new(), SeriesRefusal::NoLines),
        (lines.clone(), SeriesRefusal::TooManyLines { lines: MAX_LINES + 1 }),
        (lines.split_off(MAX_LINES - 1), SeriesRefusal::LineRepeated { line: 1 }),
        (vec![line(1, 0)], SeriesRefusal::CountOutOfRange { line: 1, count: 0 }),
        (vec![line(3, MAX_COUNT + 1)], SeriesRefusal::CountOutOfRange { line: 3, count: MAX_COUNT + 1 }),
    ];
    for (lines, refusal) in table {
        given::<Series>([]).when(&allocate(lines)).refused(&refusal);
    }
}

#[test]
fn the_batch_of_a_line_is_known_without_asking() {
    assert_eq!(BatchId::of_line(ORDER, 1), BatchId::of_line(ORDER, 1));
    assert_ne!(BatchId::of_line(ORDER, 1), BatchId::of_line(ORDER, 2));
    assert_ne!(BatchId::of_line(ORDER, 1), BatchId::of_line(OrderId(Uuid::from_u128(9)), 1));
}

proptest! {
    #[test]
    fn no_number_is_given_twice_and_no_batch_crosses_a_bucket(
        orders in proptest::collection::vec(proptest::collection::vec(1..=MAX_COUNT, 1..4), 1..12)
    ) {
        let context = sceau_kernel::testing::context();
        let mut state = SeriesState::default();
        let mut last = 0;
        for counts in orders {
            let lines = (1..).zip(counts).map(|(number, count)| line(number, count));
            let events = Series::decide(&state, &allocate(lines), &context).unwrap();
            let SeriesEvent::Allocated(allocated) = &events[0];
            for line in &allocated.lines {
                prop_assert!(line.first_number > last);
                last = line.first_number + line.count - 1;
                prop_assert_eq!(bucket_of(line.first_number), bucket_of(last));
            }
            Series::evolve(&mut state, &events[0]);
        }
    }
}
