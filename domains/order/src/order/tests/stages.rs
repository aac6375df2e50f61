//! Every command in every situation.

use super::*;

/// What a command does in a situation.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    /// It gives one event.
    Acts,
    /// What it asks for holds already.
    Holds,
    /// It is refused with this code.
    Refused(&'static str),
}
use Does::{Acts, Holds, Refused};

fn outcome(history: &[OrderEvent], command: &OrderCommand) -> Does {
    use sceau_kernel::Refusal;

    let mut state = OrderState::default();
    for event in history {
        Order::evolve(&mut state, event);
    }
    // Late enough for a quote to be confirmed, and for another to expire.
    let time = if *command == OrderCommand::Expire { valid_until() } else { now() };
    match Order::decide(&state, command, &Context { time, ..context() }) {
        Ok(events) if events.is_empty() => Holds,
        Ok(_) => Acts,
        Err(refusal) => Refused(refusal.code()),
    }
}

#[test]
fn every_command_is_answered_in_every_situation() {
    let story = [placed(), quoted(), confirmed(), paid(), fulfilled()];
    let histories = [
        ("unplaced", story[..0].to_vec()),
        ("placed", story[..1].to_vec()),
        ("quoted", story[..2].to_vec()),
        ("confirmed", story[..3].to_vec()),
        ("paid", story[..4].to_vec()),
        ("fulfilled", story[..5].to_vec()),
        ("cancelled", vec![placed(), cancelled(None, false)]),
        ("expired", vec![placed(), quoted(), expired()]),
    ];
    let unknown = Refused("ORDER_NOT_FOUND");
    let again = Refused("ORDER_ALREADY_PLACED");
    let no_quote = Refused("ORDER_NOT_AWAITING_QUOTE");
    let unquoted = Refused("ORDER_NOT_QUOTED");
    let firm = Refused("ORDER_NOT_CANCELLABLE");
    let early = Refused("ORDER_NOT_AWAITING_PAYMENT");
    let unpaid = Refused("ORDER_NOT_PAID");
    #[rustfmt::skip]
    let table = [
        //                       unplaced  placed    quoted    confirmed  paid      fulfilled  cancelled  expired
        (place(),              [Acts,     again,    again,    again,     again,    again,     again,     again]),
        (quote(),              [unknown,  Acts,     no_quote, no_quote,  no_quote, no_quote,  no_quote,  no_quote]),
        (confirm(),            [unknown,  unquoted, Acts,     Holds,     unquoted, unquoted,  unquoted,  unquoted]),
        (cancel(),             [unknown,  Acts,     Acts,     Acts,      firm,     firm,      Holds,     firm]),
        (OrderCommand::Expire, [unknown,  unquoted, Acts,     unquoted,  unquoted, unquoted,  unquoted,  Holds]),
        (pay(),                [unknown,  early,    early,    Acts,      Holds,    Holds,     early,     early]),
        (fulfil(),             [unknown,  unpaid,   unpaid,   unpaid,    Acts,     Holds,     unpaid,    unpaid]),
    ];
    for (command, expected) in table {
        for ((situation, history), expected) in histories.iter().zip(expected) {
            assert_eq!(outcome(history, &command), expected, "{command:?} in situation {situation}");
        }
    }
}

#[test]
fn a_refusal_names_where_the_order_stands() {
    let refusal = OrderRefusal::NotCancellable { status: OrderStatus::Paid };
    given::<Order>([placed(), quoted(), confirmed(), paid()]).when(&cancel()).refused(&refusal);
    assert!(refusal.to_string().contains("paid"));
}
