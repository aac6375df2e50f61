use proptest::prelude::*;

use super::super::plan::{Credit, Taken};
use super::*;

fn taken(line: u32, first: u32, count: u32) -> Taken {
    Taken { line, first, count }
}

#[test]
fn an_invoice_is_an_order_and_a_stock_code_a_product() {
    let (plan, refused) = planned(&["1,10001a,5", "1,10002,6", "2,10001A,7"]);
    assert!(refused.is_empty());
    let products: Vec<(&str, &str)> = plan.products.iter().map(|p| (p.stock_code.as_str(), p.name.as_str())).collect();
    assert_eq!(products, [("10001A", "THING 10001a"), ("10002", "THING 10002")]);
    let orders: Vec<_> = plan
        .orders
        .iter()
        .map(|order| (&*order.number, order.lines.iter().map(|l| (l.source, l.product, l.count)).collect::<Vec<_>>()))
        .collect();
    assert_eq!(orders, [("1/1", vec![(2, 0, 5), (3, 1, 6)]), ("2/1", vec![(4, 0, 7)])]);
}

#[test]
fn an_invoice_whose_lines_stand_apart_is_one_order() {
    let (plan, _) = planned(&["1,10001,5", "2,10001,1", "1,10002,6"]);
    assert_eq!(plan.orders.iter().map(|order| order.lines.len()).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn an_invoice_longer_than_an_order_is_several() {
    let lines = vec!["7,10001,1"; 4001];
    let (plan, _) = planned(&lines);
    let parts: Vec<(&str, usize)> = plan.orders.iter().map(|order| (&*order.number, order.lines.len())).collect();
    assert_eq!(parts, [("7/1", 2000), ("7/2", 2000), ("7/3", 1)]);
}

#[test]
fn a_return_takes_the_stamps_ordered_last_from_the_end_of_their_batches() {
    let (plan, refused) = planned(&["1,10001,5", "2,10001,3", "C3,10001,-4", "C4,10001,-1"]);
    assert!(refused.is_empty());
    let credit =
        |number: &str, source, part| Credit { number: number.into(), sources: vec![source], taken: vec![part] };
    assert_eq!(plan.orders[1].credits, [credit("C3", 4, taken(1, 0, 3))]);
    assert_eq!(plan.orders[0].credits, [credit("C3", 4, taken(1, 4, 1)), credit("C4", 5, taken(1, 3, 1))]);
}

#[test]
fn a_return_of_more_than_is_in_force_takes_what_there_is() {
    let (plan, refused) = planned(&["1,10001,5", "C2,10001,-9", "C3,10001,-1", "C3,10009,-1", "4,10001,2"]);
    assert_eq!(plan.beyond, 4);
    let reasons: Vec<(u64, &str)> = refused.iter().map(|(line, refusal)| (*line, refusal.code())).collect();
    assert_eq!(reasons, [(4, "NOTHING_IN_FORCE"), (5, "NOTHING_IN_FORCE")]);
    assert_eq!((plan.taken, plan.orders.len(), plan.products.len()), (3, 2, 1));
}

#[test]
fn a_product_is_named_by_its_first_description_that_says_something() {
    let text = format!(
        "{HEADER}\n1,10001,,1,2010-12-01 08:26:00,1,,\n2,10001, LAN\tTERN ,1,2010-12-01 08:26:00,1,,\n\
         3,10001,LAMP,1,2010-12-01 08:26:00,1,,\n3,10002,{},1,2010-12-01 08:26:00,1,,\n\
         3,10003,,1,2010-12-01 08:26:00,1,,\n",
        "é".repeat(150)
    );
    let (plan, _, _) = read(text.as_bytes()).unwrap();
    let names: Vec<&str> = plan.products.iter().map(|product| product.name.as_str()).collect();
    assert_eq!(names, ["LAN TERN", "é".repeat(100).as_str(), "10003"]);
}

#[test]
fn names_follow_from_the_retailer_and_the_file() {
    let (names, other) = (Names::of("Giftware Ltd"), Names::of("Another"));
    assert_eq!(names.placing("1/1"), Names::of("Giftware Ltd").placing("1/1"));
    assert_ne!(names.placing("1/1"), other.placing("1/1"));
    let gtin = names.gtin("85123A", 0).unwrap().to_string();
    // A restricted circulation number: fourteen digits that begin with 0 2.
    assert_eq!((gtin.len(), &gtin[..2]), (14, "02"));
    assert_ne!(names.gtin("85123A", 0), names.gtin("85123A", 1));
}

/// Lines as a shop may write them: few invoices and products, so that they meet.
fn entries() -> impl Strategy<Value = Vec<String>> {
    let line = (0..6_u32, 0..4_u32, 1..50_i64, any::<bool>()).prop_map(|(invoice, product, count, back)| {
        let (kind, quantity) = if back { ("C", -count) } else { ("", count) };
        format!("{kind}{invoice},1000{product},{quantity}")
    });
    prop::collection::vec(line, 0..60)
}

proptest! {
    /// Judged by plain counting: what is in force is what was ordered less what was taken back, never below nothing, and
    /// no stamp is taken twice.
    #[test]
    fn stamps_in_force_are_those_ordered_less_those_taken_back(lines in entries()) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (plan, refused) = planned(&lines);
        let mut in_force = [0_i64; 4];
        let mut beyond = 0;
        for line in &lines {
            let parts: Vec<&str> = line.split(',').collect();
            let product = parts[1].bytes().last().map_or(0, |digit| usize::from(digit - b'0'));
            let after = in_force[product] + parts[2].parse::<i64>().unwrap();
            // A return of a product of which nothing is in force is refused; one of too much takes what there is.
            beyond += if in_force[product] > 0 { (-after).max(0) } else { 0 };
            in_force[product] = after.max(0);
        }
        prop_assert_eq!(plan.beyond as i64, beyond);
        prop_assert_eq!(plan.taken as usize + refused.len(), lines.len());
        let mut held = [0_i64; 4];
        for order in &plan.orders {
            for (number, line) in (1_u32..).zip(&order.lines) {
                let product = &plan.products[line.product as usize];
                let place = product.stock_code.bytes().last().map_or(0, |digit| usize::from(digit - b'0'));
                let mut parts: Vec<Taken> = order.credits.iter().flat_map(|credit| &credit.taken).copied().collect();
                parts.retain(|part| part.line == number);
                // The parts lie side by side up to the end of the batch.
                parts.sort_unstable_by_key(|part| std::cmp::Reverse(part.first));
                let mut left = line.count;
                for part in parts {
                    prop_assert_eq!(part.first + part.count, left);
                    left = part.first;
                }
                held[place] += i64::from(left);
            }
        }
        prop_assert_eq!(held, in_force);
    }

    /// What stands later in the file changes nothing about what was planned before.
    #[test]
    fn a_longer_file_plans_the_same_and_more(lines in entries(), cut in 0..60_usize) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (shorter, _) = planned(&lines[..cut.min(lines.len())]);
        let (longer, _) = planned(&lines);
        prop_assert_eq!(&longer.products[..shorter.products.len()], &shorter.products[..]);
        for (before, after) in shorter.orders.iter().zip(&longer.orders) {
            prop_assert_eq!(&before.number, &after.number);
            prop_assert_eq!(&after.lines[..before.lines.len()], &before.lines[..]);
        }
    }
}
