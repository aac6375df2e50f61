//! The whole loop without an engine: every event is given to the reactor and every command to its stream, until nothing
//! happens any more.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a sample that is not valid fails its test")]

use std::collections::{BTreeMap, VecDeque};

use sceau_kernel::testing::context;
use sceau_kernel::uuid::Uuid;
use sceau_kernel::{Currency, Domain, EncodedEvent, Money, Phrase, Rate, Reactor, Recorded, Refusal, Source, StreamId};
use sceau_order::order::{
    CancelOrder, CertificateFacts, ConfirmOrder, PlaceOrder, QuoteOrder, RequestedLine, RequestedOrder, Standing,
};
use sceau_order::price_list::{FormPrices, PriceTier, Prices};
use sceau_order::{
    CertificateId, CompanyId, OrderCommand, OrderId, Ordering, OrderingCommand, OrderingEvent, StampForm,
};
use sceau_payment::invoice::{IssueCreditNote, LineCount, PaymentMethod, RecordSettlement};
use sceau_payment::{InvoiceCommand, InvoiceId, PaymentCommand, PaymentEvent, Payments};
use sceau_process::{ProcessCommand, StampLoop};
use sceau_stamp::{Stamping, StampingEvent};

const ORDER: OrderId = OrderId(Uuid::from_u128(1));
const COMPANY: CompanyId = CompanyId(Uuid::from_u128(2));
const SOAP: CertificateId = CertificateId(Uuid::from_u128(3));

/// All streams of all domains, and what became of every command.
#[derive(Default)]
struct Platform {
    log: BTreeMap<StreamId, Vec<EncodedEvent>>,
    refusals: Vec<&'static str>,
}

impl Platform {
    /// Carries a command out, and everything that it leads to.
    fn run(&mut self, stream: StreamId, command: ProcessCommand) {
        let mut waiting = VecDeque::from([(stream, command)]);
        while let Some((stream, command)) = waiting.pop_front() {
            for event in self.accept(&stream, &command) {
                waiting.extend(react(&stream, &event));
            }
        }
    }

    fn accept(&mut self, stream: &StreamId, command: &ProcessCommand) -> Vec<EncodedEvent> {
        match command {
            ProcessCommand::Order(command) => self.decide::<Ordering>(stream, command),
            ProcessCommand::Payment(command) => self.decide::<Payments>(stream, command),
            ProcessCommand::Stamp(command) => self.decide::<Stamping>(stream, command),
        }
    }

    fn decide<D: Domain>(&mut self, stream: &StreamId, command: &D::Command) -> Vec<EncodedEvent> {
        let log = self.log.entry(stream.clone()).or_default();
        let mut state = D::initial(stream.kind()).unwrap();
        for event in log.iter() {
            D::evolve(&mut state, &D::decode(event.type_name, &event.payload).unwrap());
        }
        match D::decide(&state, command, &context()) {
            Ok(events) => {
                let events: Vec<_> = events.iter().map(D::encode).collect();
                log.extend(events.iter().cloned());
                events
            }
            Err(refusal) => {
                self.refusals.push(refusal.code());
                Vec::new()
            }
        }
    }

    fn events<D: Domain>(&self, stream: &StreamId) -> Vec<D::Event> {
        let log = self.log.get(stream).map_or(&[][..], Vec::as_slice);
        log.iter().map(|event| D::decode(event.type_name, &event.payload).unwrap()).collect()
    }

    fn order(&mut self, command: OrderCommand) {
        self.run(order_stream(), ProcessCommand::Order(OrderingCommand::Order(command)));
    }

    fn invoice(&mut self, command: InvoiceCommand) {
        self.run(invoice_stream(), ProcessCommand::Payment(PaymentCommand::Invoice(command)));
    }

    /// Names of the events of a stream, without their package.
    fn story(&self, stream: &StreamId) -> Vec<&'static str> {
        let log = self.log.get(stream).map_or(&[][..], Vec::as_slice);
        log.iter().map(|event| event.type_name.rsplit('.').next().unwrap_or_default()).collect()
    }

    /// How many stamps were allocated, by line.
    fn allocated(&self) -> Vec<(u32, u64)> {
        let allocations = self.events::<Stamping>(&series_stream());
        let lines = allocations.into_iter().flat_map(|event| match event {
            StampingEvent::Series(sceau_stamp::SeriesEvent::Allocated(allocated)) => allocated.lines,
            other => panic!("{other:?} is no event of the series"),
        });
        lines.map(|line| (line.line, line.count)).collect()
    }

    fn batches(&self) -> usize {
        self.log.keys().filter(|stream| stream.kind() == "batch").count()
    }
}

fn react(stream: &StreamId, event: &EncodedEvent) -> Vec<(StreamId, ProcessCommand)> {
    let topic = StampLoop::TOPICS[0];
    let record = Recorded {
        source: &Source { topic, partition: 0 },
        offset: 0,
        index: 0,
        stream,
        version: 1,
        time: context().time,
        actor: "test",
        type_name: event.type_name,
        payload: &event.payload,
    };
    StampLoop::react(&record).unwrap()
}

fn order_stream() -> StreamId {
    ORDER.stream(&context().tenant)
}

fn invoice_stream() -> StreamId {
    InvoiceId::of_order(sceau_payment::OrderId(ORDER.0)).stream(&context().tenant)
}

fn series_stream() -> StreamId {
    sceau_stamp::series_stream(&context().tenant)
}

/// A platform with a confirmed order of two lines: 1000 signed codes for 4.00, 3000 digits for 3.00, 10 % tax: 7.70.
fn confirmed() -> Platform {
    let facts = CertificateFacts {
        company_id: COMPANY,
        product_name: "Savon".into(),
        standing: Standing::InForce { valid_until: context().time.plus_days(1) },
    };
    let line = |form, count| RequestedLine { certificate_id: SOAP, form, count };
    let request = RequestedOrder {
        company_id: COMPANY,
        lines: vec![line(StampForm::SignedQr, 1000), line(StampForm::Digits, 3000)],
        note: None,
    };
    let priced =
        |form, price_per_thousand| FormPrices { form, tiers: vec![PriceTier { from_count: 1, price_per_thousand }] };
    let prices = Prices {
        currency: Currency::Eur,
        tax: Rate(100_000),
        quote_days: 30,
        prices: vec![priced(StampForm::SignedQr, 400), priced(StampForm::Digits, 100)],
    };
    let certificates: sceau_order::Certificates = [(SOAP, facts)].into();
    let mut platform = Platform::default();
    platform.order(OrderCommand::Place(PlaceOrder { request, certificates: certificates.clone() }));
    platform.order(OrderCommand::Quote(QuoteOrder { prices: Some(prices) }));
    platform.order(OrderCommand::Confirm(ConfirmOrder { certificates }));
    platform
}

fn settle(minor: i64, receipt: &str) -> InvoiceCommand {
    InvoiceCommand::RecordSettlement(RecordSettlement {
        amount: Money::new(minor, Currency::Eur),
        method: PaymentMethod::BankTransfer,
        receipt_number: Phrase::new(receipt).unwrap(),
        paid_at: None,
    })
}

fn credit(counts: &[(u32, u64)]) -> InvoiceCommand {
    let lines = counts.iter().map(|(line, count)| LineCount { line: *line, count: *count }).collect();
    InvoiceCommand::IssueCreditNote(IssueCreditNote { lines, reason: Phrase::new("returned").unwrap() })
}

fn cancel() -> OrderCommand {
    OrderCommand::Cancel(CancelOrder { reason: Phrase::new("withdrawn").unwrap() })
}

#[test]
fn a_confirmed_order_is_invoiced_line_by_line() {
    let platform = confirmed();
    let invoices = platform.events::<Payments>(&invoice_stream());
    let [PaymentEvent::Invoice(sceau_payment::InvoiceEvent::Issued(issued))] = invoices.as_slice() else {
        panic!("{invoices:?} is not one invoice")
    };
    assert_eq!(issued.total, Money::new(770, Currency::Eur));
    assert_eq!(issued.lines[1].description, "Stamps (digits) for Savon");
    assert_eq!(platform.allocated(), []);
}

#[test]
fn a_settled_invoice_brings_the_stamps() {
    let mut platform = confirmed();
    platform.invoice(settle(700, "A"));
    assert_eq!(platform.allocated(), [], "not before it is paid in full");
    platform.invoice(settle(70, "B"));
    assert_eq!(platform.allocated(), [(1, 1000), (2, 3000)]);
    assert_eq!(platform.batches(), 2);
    assert_eq!(platform.refusals, [""; 0]);
    let story = ["OrderPlaced", "OrderQuoted", "OrderConfirmed", "OrderPaid", "OrderFulfilled"];
    assert_eq!(platform.story(&order_stream()), story);
}

#[test]
fn an_order_knows_its_batches_by_the_ids_of_the_stamp_domain() {
    let mut platform = confirmed();
    platform.invoice(settle(770, "A"));
    let Some(OrderingEvent::Order(sceau_order::OrderEvent::Fulfilled(fulfilled))) =
        platform.events::<Ordering>(&order_stream()).pop()
    else {
        panic!("the order is not fulfilled")
    };
    for batch in fulfilled.batches {
        let id = sceau_stamp::BatchId::of_line(sceau_stamp::OrderId(ORDER.0), batch.line);
        assert_eq!(batch.batch_id.0, id.0);
        assert_eq!(platform.story(&id.stream(&context().tenant)), ["BatchGenerated"]);
    }
}

#[test]
fn what_was_credited_before_payment_is_not_allocated() {
    let mut platform = confirmed();
    platform.invoice(credit(&[(1, 250), (2, 3000)]));
    platform.invoice(settle(330, "A"));
    assert_eq!(platform.allocated(), [(1, 750)]);
}

#[test]
fn an_invoice_credited_in_full_before_payment_brings_nothing() {
    let mut platform = confirmed();
    platform.invoice(credit(&[(1, 1000), (2, 3000)]));
    assert_eq!(platform.story(&invoice_stream()), ["InvoiceIssued", "CreditNoteIssued", "InvoiceVoided"]);
    assert_eq!(platform.story(&order_stream()).last(), Some(&"OrderCancelled"));
    assert_eq!(platform.allocated(), []);
}

#[test]
fn a_cancelled_order_owes_nothing_and_gives_back_what_was_paid() {
    let mut platform = confirmed();
    platform.invoice(settle(100, "A"));
    platform.order(cancel());
    let story = ["InvoiceIssued", "SettlementRecorded", "CreditNoteIssued", "InvoiceVoided"];
    assert_eq!(platform.story(&invoice_stream()), story);
    let Some(PaymentEvent::Invoice(sceau_payment::InvoiceEvent::Voided(voided))) =
        platform.events::<Payments>(&invoice_stream()).pop()
    else {
        panic!("the invoice is not void")
    };
    assert_eq!(voided.refund_due, Money::new(100, Currency::Eur));
    assert_eq!(platform.refusals, [""; 0], "the void invoice finds its order cancelled already");
    assert_eq!(platform.allocated(), []);
}

#[test]
fn a_payment_that_crosses_a_cancellation_is_given_back() {
    let mut platform = confirmed();
    let payment = ProcessCommand::Payment(PaymentCommand::Invoice(settle(770, "A")));
    let events = platform.accept(&invoice_stream(), &payment);
    platform.order(cancel());
    for (stream, command) in events.iter().flat_map(|event| react(&invoice_stream(), event)) {
        platform.run(stream, command);
    }
    assert_eq!(platform.refusals, ["ORDER_NOT_AWAITING_PAYMENT"]);
    assert_eq!(platform.allocated(), []);
    let Some(PaymentEvent::Invoice(sceau_payment::InvoiceEvent::Credited(note))) =
        platform.events::<Payments>(&invoice_stream()).pop()
    else {
        panic!("the invoice is not credited")
    };
    assert_eq!(note.to_refund, Money::new(770, Currency::Eur));
}

#[test]
fn stamps_returned_after_payment_stay_allocated() {
    let mut platform = confirmed();
    platform.invoice(settle(770, "A"));
    platform.invoice(credit(&[(1, 1000), (2, 3000)]));
    assert_eq!(platform.story(&invoice_stream()).last(), Some(&"CreditNoteIssued"));
    assert_eq!(platform.story(&order_stream()).last(), Some(&"OrderFulfilled"));
}

#[test]
fn both_domains_name_the_invoice_of_an_order_alike() {
    let payments = InvoiceId::of_order(sceau_payment::OrderId(ORDER.0));
    assert_eq!(sceau_order::InvoiceId::of_order(ORDER).0, payments.0);
}

#[test]
fn an_event_that_cannot_be_read_is_an_error_not_a_command() {
    let type_name = sceau_order::order::OrderConfirmed::TYPE_NAME;
    let broken = EncodedEvent { type_name, payload: vec![0xff] };
    let stream = order_stream();
    let record = Recorded {
        source: &Source { topic: Ordering::TOPIC, partition: 0 },
        offset: 0,
        index: 0,
        stream: &stream,
        version: 3,
        time: context().time,
        actor: "test",
        type_name: broken.type_name,
        payload: &broken.payload,
    };
    assert!(StampLoop::react(&record).is_err());
}
