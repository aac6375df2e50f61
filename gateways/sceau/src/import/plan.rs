//! What the platform is to be asked for, worked out from the file alone.
//!
//! The plan is a fold of the file's lines and depends on nothing else, so a second run plans the same. It also says from
//! which stamps a return takes: from those of the product ordered last, and of a batch from its end.

use std::collections::{HashMap, HashSet};

use prost_types::Timestamp;
use sceau_certification::Gtin;

use super::line::{Entry, Item, LineRefusal};
use super::names::Names;

/// The most lines of an order; a longer invoice becomes several orders.
const MOST_LINES: usize = 2000;
/// The longest product name, in bytes.
const MOST_NAME_BYTES: usize = 200;

/// What is to be certified, ordered and taken back.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) products: Vec<Product>,
    /// In the order of the file.
    pub(super) orders: Vec<Order>,
    /// Stamps that returns asked for beyond those in force.
    pub(super) beyond: u64,
    /// Lines that were taken.
    pub(super) taken: u64,
}

/// A stock code that was sold.
#[derive(Debug, PartialEq)]
pub(super) struct Product {
    pub(super) stock_code: String,
    /// The first description that is not empty; the stock code when all are.
    pub(super) name: String,
    pub(super) gtin: Gtin,
}

/// An invoice, or as much of it as an order holds.
#[derive(Debug, PartialEq)]
pub(super) struct Order {
    /// The invoice number, and which part of it: `536365/1`.
    pub(super) number: String,
    pub(super) at: Timestamp,
    /// Line 1 is the first.
    pub(super) lines: Vec<OrderLine>,
    /// What is taken back of it, one entry for each return, in the order of the file.
    pub(super) credits: Vec<Credit>,
}

#[derive(Debug, PartialEq)]
pub(super) struct OrderLine {
    /// Its line in the file.
    pub(super) source: u64,
    /// Its place in [`Plan::products`].
    pub(super) product: u32,
    /// Stamps, at most 10⁹.
    pub(super) count: u32,
}

/// What one return takes back of one order.
#[derive(Debug, PartialEq)]
pub(super) struct Credit {
    /// The number of the return's invoice.
    pub(super) number: String,
    /// Its lines in the file.
    pub(super) sources: Vec<u64>,
    pub(super) taken: Vec<Taken>,
}

/// Consecutive stamps of an order's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// Number of the line within the order, from 1.
    pub(super) line: u32,
    /// Ordinal of the first within the line's batch.
    pub(super) first: u32,
    pub(super) count: u32,
}

impl Order {
    /// Lines of the file it holds, those of its returns not counted.
    pub(super) fn sources(&self) -> impl Iterator<Item = u64> + '_ {
        self.lines.iter().map(|line| line.source)
    }

    /// The product of a line, by its number within the order.
    pub(super) fn product_of(&self, line: u32) -> Option<u32> {
        let place = usize::try_from(line).ok()?.checked_sub(1)?;
        Some(self.lines.get(place)?.product)
    }
}

/// Folds lines into a plan.
pub(super) struct Planner {
    names: Names,
    plan: Plan,
    products: HashMap<String, u32>,
    gtins: HashSet<Gtin>,
    /// The order that takes further lines of an invoice, and how many orders the invoice has.
    invoices: HashMap<String, (usize, u32)>,
    /// By product: the stamps in force, the last ordered at the end.
    in_force: Vec<Vec<Held>>,
}

/// The first `count` stamps of an order's line.
#[derive(Clone, Copy)]
struct Held {
    order: u32,
    line: u32,
    count: u32,
}

impl Planner {
    pub(super) fn new(names: Names) -> Self {
        Self {
            names,
            plan: Plan::default(),
            products: HashMap::new(),
            gtins: HashSet::new(),
            invoices: HashMap::new(),
            in_force: Vec::new(),
        }
    }

    /// Takes line `source` of the file.
    pub(super) fn take(&mut self, source: u64, entry: Entry<'_>) -> Result<(), LineRefusal> {
        match entry {
            Entry::Sale(item) => self.order(source, item),
            Entry::Return(item) => self.give_back(source, item)?,
        }
        self.plan.taken += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Plan {
        for product in &mut self.plan.products {
            if product.name.is_empty() {
                product.name.clone_from(&product.stock_code);
            }
        }
        self.plan
    }

    fn order(&mut self, source: u64, item: Item<'_>) {
        let product = self.product(item.stock_code, item.description);
        let order = self.open_order(item.invoice, item.at);
        let lines = &mut self.plan.orders[order].lines;
        let count = item.count as u32;
        lines.push(OrderLine { source, product, count });
        let held = Held { order: order as u32, line: lines.len() as u32, count };
        self.in_force[product as usize].push(held);
    }

    fn product(&mut self, stock_code: String, description: &str) -> u32 {
        let product = match self.products.get(&stock_code) {
            Some(product) => *product,
            None => self.new_product(stock_code),
        };
        let name = &mut self.plan.products[product as usize].name;
        if name.is_empty() {
            *name = name_from(description);
        }
        product
    }

    fn new_product(&mut self, stock_code: String) -> u32 {
        let product = self.plan.products.len() as u32;
        let free = |gtin: &Gtin| self.gtins.insert(*gtin);
        let gtin = (0..u32::MAX).filter_map(|attempt| self.names.gtin(&stock_code, attempt)).find(free);
        self.plan.products.extend(gtin.map(|gtin| Product {
            stock_code: stock_code.clone(),
            name: String::new(),
            gtin,
        }));
        self.products.insert(stock_code, product);
        self.in_force.push(Vec::new());
        product
    }

    /// The order that takes a further line of an invoice.
    fn open_order(&mut self, invoice: &str, at: Timestamp) -> usize {
        let part = match self.invoices.get(invoice) {
            Some((order, _)) if self.plan.orders[*order].lines.len() < MOST_LINES => return *order,
            Some((_, parts)) => parts + 1,
            None => 1,
        };
        let order = self.plan.orders.len();
        let number = format!("{invoice}/{part}");
        self.plan.orders.push(Order { number, at, lines: Vec::new(), credits: Vec::new() });
        self.invoices.insert(invoice.to_owned(), (order, part));
        order
    }

    fn give_back(&mut self, source: u64, item: Item<'_>) -> Result<(), LineRefusal> {
        let product = self.products.get(&item.stock_code).map(|product| *product as usize);
        let Some(product) = product.filter(|product| !self.in_force[*product].is_empty()) else {
            return Err(LineRefusal::NothingInForce { stock_code: item.stock_code });
        };
        let mut wanted = item.count as u32;
        while wanted > 0 {
            let Some(held) = self.in_force[product].last_mut() else { break };
            let count = wanted.min(held.count);
            held.count -= count;
            wanted -= count;
            let (order, taken) = (held.order as usize, Taken { line: held.line, first: held.count, count });
            if held.count == 0 {
                self.in_force[product].pop();
            }
            self.plan.orders[order].take_back(item.invoice, source, taken);
        }
        self.plan.beyond += u64::from(wanted);
        Ok(())
    }
}

impl Order {
    fn take_back(&mut self, number: &str, source: u64, taken: Taken) {
        let place = self.credits.iter().rposition(|credit| credit.number == number).unwrap_or_else(|| {
            self.credits.push(Credit { number: number.to_owned(), sources: Vec::new(), taken: Vec::new() });
            self.credits.len() - 1
        });
        let credit = &mut self.credits[place];
        credit.sources.push(source);
        credit.taken.push(taken);
    }
}

/// A description as a product's name: one line, no longer than a name may be.
fn name_from(description: &str) -> String {
    let plain: String = description.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let end = plain.floor_char_boundary(MOST_NAME_BYTES);
    plain[..end].trim().to_owned()
}
