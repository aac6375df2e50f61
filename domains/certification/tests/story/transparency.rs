//! The transparency log: every public fact once, in one order.

use sceau_certification::transparency::*;
use sceau_kernel::testing::given;

use crate::samples::leaves_logged;

fn source(partition: u32) -> LeafSource {
    LeafSource { source: "sceau.certification".to_owned(), partition }
}

fn add(partition: u32, from: u64, next: u64, leaves: &[&str]) -> TransparencyCommand {
    let leaves = leaves.iter().map(ToString::to_string).collect();
    TransparencyCommand::Add(AddLeaves {
        source: source(partition),
        from,
        place: SourcePlace { next, epoch: Some(2), seq: 5 },
        leaves,
    })
}

fn logged(partition: u32, first_index: u64, next: u64, leaves: &[&str]) -> TransparencyEvent {
    TransparencyEvent::Logged(LeavesLogged {
        first_index,
        leaves: leaves.iter().map(ToString::to_string).collect(),
        source: "sceau.certification".to_owned(),
        partition,
        place: SourcePlace { next, epoch: Some(2), seq: 5 },
    })
}

#[test]
fn leaves_get_indices_in_the_order_in_which_they_come() {
    let leaf = r#"{"type":"CertificateGranted"}"#;
    given::<TransparencyLog>([]).when(&add(3, 0, 8, &[leaf])).then([leaves_logged()]);
    given::<TransparencyLog>([leaves_logged()]).when(&add(1, 0, 4, &["a", "b"])).then([logged(1, 1, 4, &["a", "b"])]);
    given::<TransparencyLog>([leaves_logged(), logged(1, 1, 4, &["a", "b"])])
        .when(&add(3, 8, 9, &["c"]))
        .then([logged(3, 3, 9, &["c"])]);
}

#[test]
fn a_stretch_without_leaves_is_noted_and_one_without_records_is_not() {
    given::<TransparencyLog>([leaves_logged()]).when(&add(3, 8, 900, &[])).then([logged(3, 1, 900, &[])]);
    given::<TransparencyLog>([leaves_logged()]).when(&add(3, 8, 8, &[])).then([]);
}

#[test]
fn what_was_read_already_is_refused_and_so_is_a_gap() {
    let refusal = TransparencyRefusal::ReadElsewhere { next: 8 };
    given::<TransparencyLog>([leaves_logged()]).when(&add(3, 0, 8, &["again"])).refused(&refusal);
    given::<TransparencyLog>([leaves_logged()]).when(&add(3, 9, 12, &["later"])).refused(&refusal);
    given::<TransparencyLog>([leaves_logged()]).when(&add(3, 8, 7, &["back"])).refused(&TransparencyRefusal::Backwards);
}

#[test]
fn too_much_at_once_is_refused() {
    let many = vec!["x"; MAX_LEAVES + 1];
    given::<TransparencyLog>([])
        .when(&add(0, 0, 1, &many))
        .refused(&TransparencyRefusal::TooMany { leaves: MAX_LEAVES + 1 });
    let long = "x".repeat(MAX_LEAF + 1);
    given::<TransparencyLog>([])
        .when(&add(0, 0, 1, &[&long]))
        .refused(&TransparencyRefusal::TooLong { bytes: MAX_LEAF + 1 });
}
