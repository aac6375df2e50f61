//! A company's orders, the batches that come of them, and who scans their codes.

use sceau_proto::order::v1::StampForm;
use sceau_proto::payment::v1::PaymentMethod;
use sceau_proto::stamp::v1::{DecommissionReason, OrdinalRange};
use sceau_proto::verification::v1::{ScanChannel, Verdict};

use super::super::country::{STAMPERS, TOWNS};
use super::super::dice::Dice;
use super::company::Fate;
use super::{Credit, LinePlan, OrderPlan, Payment, ScanPlan, Stage};

const COUNTS: [u64; 8] = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 250_000];
const FORMS: [StampForm; 4] = [StampForm::SignedQr, StampForm::SignedQr, StampForm::SmallQr, StampForm::Digits];
const CHANNELS: [ScanChannel; 4] = [ScanChannel::App, ScanChannel::Web, ScanChannel::Sms, ScanChannel::Ussd];
/// Codes at the begin of a batch that nobody scans by chance, so that those to show stay as they are promised.
const KEPT: u64 = 10;
/// Only the first codes of a batch are scanned, as if they had reached the shops first.
const IN_SHOPS: u64 = 100;
/// More scans in more places within a day than any one stamp sees (`sceau_verification`, table of verdicts).
const CLONE_SCANS: usize = 28;

/// The orders of a company whose products have these fates.
pub(super) fn plan(dice: &mut Dice, seed: u64, company: usize, fates: &[Fate]) -> Vec<OrderPlan> {
    let granted: Vec<usize> = (0..fates.len()).filter(|n| fates[*n].granted()).collect();
    let receipts = |order: usize| format!("{seed}-{:04}-{order:02}", company + 1);
    if company == 0 {
        return showcase(dice, &receipts);
    }
    let orders = 2 + dice.below(4) as usize;
    (0..orders)
        .map(|n| {
            let lines = 1 + dice.below(3) as usize;
            let lines = (0..lines).map(|_| {
                let product = granted[dice.below(granted.len() as u64) as usize];
                line(dice, product)
            });
            let lines = lines.collect();
            match dice.below(100) {
                0..8 => stopped(lines, Stage::Placed, None),
                8..18 => stopped(lines, Stage::Quoted, None),
                18..22 => stopped(lines, Stage::Quoted, Some("Prix trop élevé.")),
                22..26 => stopped(lines, Stage::Confirmed, Some("Lancement du produit reporté.")),
                26..36 => stopped(lines, Stage::Confirmed, None),
                36..48 => partly_paid(lines, &receipts(n)),
                _ => {
                    let order = paid(dice, lines, &receipts(n));
                    if dice.percent(15) { partly_returned(order, &receipts(n)) } else { order }
                }
            }
        })
        .collect()
}

/// One order in every state, and the batches of which codes are shown at the end.
fn showcase(dice: &mut Dice, receipts: &dyn Fn(usize) -> String) -> Vec<OrderPlan> {
    let shown = paid(dice, vec![good_batch(), suspended_batch()], &receipts(0));
    let mut returned = line(dice, 0);
    returned.stamper = Some(0);
    vec![
        OrderPlan { note: Some("Première commande"), ..shown },
        partly_returned(OrderPlan { lines: vec![returned], ..paid(dice, Vec::new(), &receipts(1)) }, &receipts(1)),
        stopped(vec![line(dice, 0)], Stage::Placed, None),
        stopped(vec![line(dice, 0)], Stage::Quoted, None),
        stopped(vec![line(dice, 0)], Stage::Quoted, Some("Erreur de quantité.")),
        stopped(vec![line(dice, 0)], Stage::Confirmed, Some("Lancement du produit reporté.")),
        stopped(vec![line(dice, 0)], Stage::Confirmed, None),
        partly_paid(vec![line(dice, 0)], &receipts(7)),
    ]
}

/// Of a product in force: most codes active, some spoiled, and one of them copied.
fn good_batch() -> LinePlan {
    let one = ScanPlan { ordinal: 0, channel: ScanChannel::App, place: TOWNS[0], fresh: false };
    let copies = (0..CLONE_SCANS).map(|n| ScanPlan {
        ordinal: 1,
        channel: CHANNELS[n % CHANNELS.len()],
        place: TOWNS[n % TOWNS.len()],
        fresh: true,
    });
    LinePlan {
        product: 0,
        form: StampForm::SignedQr,
        count: 20_000,
        stamper: Some(0),
        activated: Some(OrdinalRange { first: 0, count: 12_000 }),
        decommissioned: vec![(OrdinalRange { first: 12_000, count: 150 }, DecommissionReason::Spoiled)],
        scans: std::iter::once(one).chain(copies).collect(),
        samples: vec![
            (0, Verdict::Genuine),
            (19_999, Verdict::NotActivated),
            (12_000, Verdict::Decommissioned),
            (1, Verdict::Suspect),
        ],
    }
}

/// Of a product whose certificate is suspended once its stamps are about.
fn suspended_batch() -> LinePlan {
    LinePlan {
        product: 1,
        form: StampForm::SignedQr,
        count: 5_000,
        stamper: Some(1),
        activated: Some(OrdinalRange { first: 0, count: 5_000 }),
        decommissioned: Vec::new(),
        scans: vec![ScanPlan { ordinal: 0, channel: ScanChannel::Inspector, place: TOWNS[1], fresh: false }],
        samples: vec![(0, Verdict::Suspended)],
    }
}

/// A line whose batch is not released.
fn line(dice: &mut Dice, product: usize) -> LinePlan {
    LinePlan {
        product,
        form: dice.one_of(&FORMS),
        count: dice.one_of(&COUNTS),
        stamper: None,
        activated: None,
        decommissioned: Vec::new(),
        scans: Vec::new(),
        samples: Vec::new(),
    }
}

fn stopped(lines: Vec<LinePlan>, stage: Stage, cancelled: Option<&'static str>) -> OrderPlan {
    OrderPlan { lines, note: None, stage, cancelled, payments: Vec::new(), credit: None }
}

fn partly_paid(lines: Vec<LinePlan>, receipt: &str) -> OrderPlan {
    let payments = vec![cash(Some(400), format!("QC-{receipt}-1"))];
    OrderPlan { payments, ..stopped(lines, Stage::Confirmed, None) }
}

fn paid(dice: &mut Dice, lines: Vec<LinePlan>, receipt: &str) -> OrderPlan {
    let payments = if dice.percent(30) {
        vec![cash(Some(300), format!("QC-{receipt}-1")), transfer(format!("VIR-{receipt}-2"))]
    } else {
        vec![transfer(format!("VIR-{receipt}-1"))]
    };
    let lines = lines.into_iter().map(|line| put_in_use(dice, line)).collect();
    OrderPlan { payments, ..stopped(lines, Stage::Paid, None) }
}

const fn cash(share: Option<u32>, receipt: String) -> Payment {
    Payment { share, method: PaymentMethod::Cash, receipt }
}

const fn transfer(receipt: String) -> Payment {
    Payment { share: None, method: PaymentMethod::BankTransfer, receipt }
}

/// The company returns the last stamps of its first line unused, and gets its money back.
fn partly_returned(mut order: OrderPlan, receipt: &str) -> OrderPlan {
    // Stamps that wait in the office cannot be returned.
    let Some(line) = order.lines.first_mut().filter(|line| line.stamper.is_some()) else { return order };
    let count = line.count / 20;
    let range = OrdinalRange { first: line.count - count, count };
    line.decommissioned.push((range, DecommissionReason::Returned));
    let refund = transfer(format!("RMB-{receipt}"));
    order.credit = Some(Credit { count, reason: "Timbres rendus par l'entreprise.", refund });
    order
}

/// The batch of a paid line is released, activated, scanned; unless it waits in the office.
fn put_in_use(dice: &mut Dice, line: LinePlan) -> LinePlan {
    if !line.samples.is_empty() || dice.percent(20) {
        return line;
    }
    // The last twentieth is never activated: it may be returned.
    let active = line.count / 20 * dice.one_of(&[0, 4, 10, 15, 19]);
    let spoiled = if dice.percent(40) { line.count / 100 } else { 0 };
    let from_active = OrdinalRange { first: active.saturating_sub(spoiled), count: spoiled };
    LinePlan {
        stamper: Some(dice.below(STAMPERS.len() as u64) as usize),
        activated: (active > 0).then_some(OrdinalRange { first: 0, count: active }),
        decommissioned: if spoiled > 0 { vec![(from_active, DecommissionReason::Spoiled)] } else { Vec::new() },
        scans: scans(dice, active),
        ..line
    }
}

fn scans(dice: &mut Dice, active: u64) -> Vec<ScanPlan> {
    let mut scans = Vec::new();
    let shops = active.min(IN_SHOPS).saturating_sub(KEPT);
    let shoppers = if shops > 0 { dice.below(7) } else { 0 };
    for _ in 0..shoppers {
        let ordinal = KEPT + dice.below(shops);
        for _ in 0..=dice.below(3) {
            let (channel, place) = (dice.one_of(&CHANNELS), dice.one_of(&TOWNS));
            scans.push(ScanPlan { ordinal, channel, place, fresh: false });
        }
    }
    if dice.percent(20) {
        let place = dice.one_of(&TOWNS);
        let inspected = (0..3).map(|_| KEPT + dice.below(IN_SHOPS));
        scans.extend(inspected.map(|ordinal| ScanPlan {
            ordinal,
            channel: ScanChannel::Inspector,
            place,
            fresh: false,
        }));
    }
    scans
}
