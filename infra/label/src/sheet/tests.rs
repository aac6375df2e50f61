//! Presets and geometries.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

use super::*;

fn mm(x: &str, y: &str) -> (Length, Length) {
    (x.parse().unwrap(), y.parse().unwrap())
}

#[test]
fn every_preset_is_possible_and_reads_back_from_its_own_geometry() {
    for preset in PRESETS {
        let sheet = preset.sheet().unwrap();
        let again: Sheet = sheet.to_string().parse().unwrap();
        assert_eq!(Sheet { name: sheet.name.clone(), ..again }, sheet);
        assert_eq!(preset.name.to_lowercase().parse::<Sheet>().unwrap(), sheet);
    }
}

#[test]
fn labels_are_counted_along_the_rows() {
    let sheet: Sheet = "L7160".parse().unwrap();
    assert_eq!(sheet.labels(), 21);
    assert_eq!(sheet.corner(0), mm("7.2", "15.1"));
    assert_eq!(sheet.corner(2), mm("139.2", "15.1"));
    assert_eq!(sheet.corner(3), mm("7.2", "53.2"));
}

#[test]
fn what_is_not_said_of_a_geometry_is_the_simplest() {
    let roll: Sheet = "label=40x25".parse().unwrap();
    assert_eq!((roll.page(), roll.labels(), roll.corner(0)), (mm("40", "25"), 1, mm("0", "0")));
    let sheet: Sheet = "label=25x24,grid=8x12,page=210x297".parse().unwrap();
    assert_eq!(sheet.corner(95), mm("180", "268.5"));
}

#[test]
fn a_geometry_that_cannot_be_is_refused_by_name_and_with_a_remedy() {
    let said = |text: &str| text.parse::<Sheet>().unwrap_err().to_string();
    let told = [
        ("L9999", "there is no sheet `L9999`: take one of A4-96, L4732"),
        ("label=40", "`label=40` is no part of a geometry"),
        ("label=40x25,colour=1x1", "`colour=1x1` is no part of a geometry"),
        ("label=-1x25", "`label=-1x25` is no part of a geometry"),
        ("page=210x297", "add label="),
        ("label=40x25,grid=0x1", "0 columns of labels 40 mm in width"),
        ("label=0x25", "1 columns of labels 0 mm in width"),
        ("label=40x25,grid=2x1", "2 columns end at 80 mm, and the paper has 40 mm in width"),
        (
            "page=210x297,label=40x25,grid=2x2,pitch=30x25",
            "labels 40 mm in width lie on each other at a pitch of 30 mm",
        ),
        ("page=2000x2000,label=1x1,grid=2000x2000", "more than 10000 labels"),
        ("label=40x25,grid=4294967295x4294967295", "4294967295 columns"),
    ];
    for (text, beginning) in told {
        assert!(said(text).contains(beginning), "{text}: {}", said(text));
    }
}
