//! What the file becomes: lines, refusals, and a plan that is the same in every run.

mod lines;
mod plans;
mod real;

use super::OnRefusal;
use super::file::{self, FileError};
use super::line::{self, LineRefusal};
use super::names::Names;
use super::plan::{Plan, Planner};

const HEADER: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

/// Lines that were refused, with their numbers.
type RefusedLines = Vec<(u64, LineRefusal)>;

/// The lines under the header, each with what it was refused for.
fn read(bytes: &[u8]) -> Result<(Plan, RefusedLines, u64), FileError> {
    let mut planner = Planner::new(Names::of("Giftware Ltd"));
    let mut refused = Vec::new();
    let read = file::read_from(bytes, |line, fields| {
        let taken = fields.and_then(|fields| line::read_line(&fields)).and_then(|entry| planner.take(line, entry));
        refused.extend(taken.err().map(|refusal| (line, refusal)));
        Ok::<(), FileError>(())
    })?;
    Ok((planner.finish(), refused, read))
}

/// A file of these lines, each `invoice,code,quantity`.
fn planned(lines: &[&str]) -> (Plan, RefusedLines) {
    let (plan, refused, read) = read(text_of(lines).as_bytes()).unwrap();
    assert_eq!(read, lines.len() as u64);
    (plan, refused)
}

fn text_of(lines: &[&str]) -> String {
    let mut text = format!("{HEADER}\n");
    for line in lines {
        let [invoice, code, quantity] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        text.push_str(&format!("{invoice},{code},THING {code},{quantity},2010-12-01 08:26:00,2.55,17850.0,France\n"));
    }
    text
}
