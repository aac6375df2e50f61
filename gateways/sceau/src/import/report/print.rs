//! The report for people and for programs. Neither says when or how fast: the same state gives the same report.

use sceau_kernel::Money;
use sceau_kernel::wire::Wire;
use serde_json::{Value, json};

use super::{Account, Amounts, Expected, Held, ProductLine, Report};
use crate::show::aligned;

/// Products that do not add up are listed up to so many.
const LISTED: usize = 20;

impl Report {
    /// Prints it on standard output.
    pub(in crate::import) fn print(&self, json: bool) {
        if json {
            sayln!("{:#}", self.json());
        } else {
            say!("{}", self.text());
        }
    }

    fn wrong(&self) -> Vec<&ProductLine> {
        self.products.iter().filter(|line| !line.adds_up()).collect()
    }

    fn json(&self) -> Value {
        let reasons: serde_json::Map<String, Value> =
            self.reasons.iter().map(|(reason, (lines, _))| (reason.clone(), json!(lines))).collect();
        let (Expected { ordered, returned }, Held { allocated, decommissioned, in_force }) = self.stamps;
        let wrong: Vec<Value> = self.wrong().into_iter().map(product_json).collect();
        json!({
            "lines": { "read": self.read, "taken": self.read - self.refused, "refused": self.refused, "reasons": reasons },
            "orders": {
                "expected": self.orders.expected, "fulfilled": self.orders.fulfilled, "stamps": self.orders.stamps,
            },
            "stamps": {
                "products": self.products.len(), "ordered": ordered, "returned": returned, "allocated": allocated,
                "decommissioned": decommissioned, "in_force": in_force, "returned_beyond": self.beyond,
                "mismatches": wrong,
            },
            "money": self.money.iter().map(account_json).collect::<Vec<_>>(),
            "adds_up": self.adds_up(),
        })
    }

    fn text(&self) -> String {
        let mut text = self.lines_text();
        text.push_str(&self.stamps_text());
        text.extend(self.money.iter().map(account_text));
        text.push_str(if self.adds_up() {
            "\nIt adds up.\n"
        } else {
            "\nIT DOES NOT ADD UP: see what is marked above.\n"
        });
        text
    }

    fn lines_text(&self) -> String {
        let taken = self.read - self.refused;
        let mut text = format!("Lines\n  {} read = {taken} taken + {} refused\n", self.read, self.refused);
        let head = ["REASON", "LINES", "FIRST LINE"].map(str::to_owned);
        let rows: Vec<Vec<String>> = self
            .reasons
            .iter()
            .map(|(reason, (lines, first))| vec![reason.clone(), lines.to_string(), first.to_string()])
            .collect();
        if !rows.is_empty() {
            text.push_str(&indented(&aligned(&head, &rows)));
        }
        text
    }

    fn stamps_text(&self) -> String {
        let (Expected { ordered, returned }, Held { allocated, decommissioned, in_force }) = self.stamps;
        let wrong = self.wrong();
        let mut text = format!(
            "\nOrders\n  {} of {} fulfilled, with {} stamps{}\n",
            self.orders.fulfilled,
            self.orders.expected,
            self.orders.stamps,
            mark(self.orders.fulfilled == self.orders.expected && self.orders.stamps == ordered),
        );
        text.push_str(&format!(
            "\nStamps of {} products\n  file:     {} in force = {ordered} ordered - {returned} returned\n  platform: \
             {in_force} in force = {allocated} allocated - {decommissioned} decommissioned{}\n",
            self.products.len(),
            ordered - returned,
            mark(wrong.is_empty()),
        ));
        if self.beyond > 0 {
            text.push_str(&format!(
                "  {} more came back than were in force; there was nothing to take back\n",
                self.beyond
            ));
        }
        if wrong.is_empty() {
            text.push_str("  each product agrees\n");
        } else {
            let head = ["PRODUCT", "ORDERED", "ALLOCATED", "RETURNED", "DECOMMISSIONED", "IN FORCE", "NAME"];
            let rows: Vec<Vec<String>> = wrong.iter().take(LISTED).map(|line| product_row(line)).collect();
            text.push_str(&format!("  {} products do not agree\n", wrong.len()));
            text.push_str(&indented(&aligned(&head.map(str::to_owned), &rows)));
        }
        text
    }
}

/// What stands behind a sum that is not what it has to be.
const fn mark(holds: bool) -> &'static str {
    if holds { "" } else { "  <-- wrong" }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

fn product_row(line: &ProductLine) -> Vec<String> {
    let ProductLine { stock_code, name, expected, held } = line;
    let numbers = [expected.ordered, held.allocated, expected.returned, held.decommissioned, held.in_force];
    let mut row = vec![stock_code.clone()];
    row.extend(numbers.map(|number| number.to_string()));
    row.push(name.clone());
    row
}

fn product_json(line: &ProductLine) -> Value {
    let ProductLine { stock_code, name, expected, held } = line;
    json!({
        "stock_code": stock_code, "name": name, "ordered": expected.ordered, "returned": expected.returned,
        "allocated": held.allocated, "decommissioned": held.decommissioned, "in_force": held.in_force,
    })
}

fn account_json(account: &Account) -> Value {
    let Amounts { invoiced, settled, refunded, credited, open, refund_due } = account.ledger;
    json!({
        "currency": account.currency, "invoiced": invoiced, "settled": settled, "refunded": refunded,
        "paid": account.ledger.paid(), "credited": credited, "open": open, "refund_due": refund_due,
        "ledger_is_the_sum_of_the_invoices": account.ledger == account.invoices,
        "adds_up": account.adds_up(),
    })
}

fn account_text(account: &Account) -> String {
    let money = |minor: i64| {
        let proto = sceau_proto::common::v1::Money { minor, currency: account.currency.clone() };
        Money::from_wire(proto).map_or_else(|_| format!("{minor} {}", account.currency), |money| money.to_string())
    };
    let Amounts { invoiced, settled, refunded, credited, open, refund_due } = account.ledger;
    let mut text = format!(
        "\nMoney\n  {} invoiced = {} paid ({} received - {} given back) + {} credited + {} open{}\n",
        money(invoiced),
        money(account.ledger.paid()),
        money(settled),
        money(refunded),
        money(credited),
        money(open),
        mark(account.adds_up()),
    );
    if refund_due != 0 {
        text.push_str(&format!("  {} remain to be given back\n", money(refund_due)));
    }
    if account.ledger != account.invoices {
        text.push_str(&format!("  the invoices sum up to {}, not to the ledger\n", money(account.invoices.invoiced)));
    }
    text
}
