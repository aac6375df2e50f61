use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

/// The reason for which the only line of a file is refused; `None` when it is taken.
fn reason(line: &str) -> Option<String> {
    let text = format!("{HEADER}\n{line}\n");
    let (_, refused, read) = read(text.as_bytes()).unwrap();
    assert_eq!(read, 1);
    refused.first().map(|(at, refusal)| {
        assert_eq!(*at, 2);
        assert!(!refusal.to_string().is_empty());
        refusal.code().to_owned()
    })
}

#[test]
fn each_kind_of_dirt_has_its_name() {
    let table = [
        ("536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850.0,France", None),
        ("536365,85123a,LANTERN,6,2010-12-01 08:26:00,0.001,,", None),
        ("536365,DCGS0076,NIGHT LIGHT,1,2010-12-01 08:26:00,16.13,,", None),
        ("536365,\"85123A\",\"A \"\"B\"\", C\",6,2010-12-01 08:26:00,2,,", None),
        ("536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850.0", Some("COLUMN_COUNT")),
        ("536365,85123A,A, B,6,2010-12-01 08:26:00,2.55,17850.0,France", Some("COLUMN_COUNT")),
        ("536365,85123A,LANTERN,six,2010-12-01 08:26:00,2.55,,", Some("QUANTITY_NOT_A_NUMBER")),
        ("536365,85123A,LANTERN,6.5,2010-12-01 08:26:00,2.55,,", Some("QUANTITY_NOT_A_NUMBER")),
        ("536365,85123A,LANTERN,,2010-12-01 08:26:00,2.55,,", Some("QUANTITY_NOT_A_NUMBER")),
        ("536365,85123A,LANTERN,99999999999999999999,2010-12-01 08:26:00,2.55,,", Some("QUANTITY_NOT_A_NUMBER")),
        ("536365,85123A,LANTERN,6,2010-13-01 08:26:00,2.55,,", Some("DATE_NOT_A_DATE")),
        ("536365,85123A,LANTERN,6,1.12.2010,2.55,,", Some("DATE_NOT_A_DATE")),
        ("536365,85123A,LANTERN,6,2010-12-01 08:26:00,free,,", Some("PRICE_NOT_A_NUMBER")),
        ("536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.5.5,,", Some("PRICE_NOT_A_NUMBER")),
        ("536365,85123A,LANTERN,6,2010-12-01 08:26:00,1e3,,", Some("PRICE_NOT_A_NUMBER")),
        ("A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,", Some("BAD_DEBT")),
        (",85123A,LANTERN,6,2010-12-01 08:26:00,2.55,,", Some("INVOICE_NUMBER")),
        ("X1,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,,", Some("INVOICE_NUMBER")),
        ("C,85123A,LANTERN,-6,2010-12-01 08:26:00,2.55,,", Some("INVOICE_NUMBER")),
        ("É1,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,,", Some("INVOICE_NUMBER")),
        ("536365,,LANTERN,6,2010-12-01 08:26:00,2.55,,", Some("NO_PRODUCT")),
        ("536365,DCGS,LANTERN,6,2010-12-01 08:26:00,2.55,,", Some("NO_PRODUCT")),
        ("536365,8512,LANTERN,6,2010-12-01 08:26:00,2.55,,", Some("NO_PRODUCT")),
        ("536365,85123ABC,LANTERN,6,2010-12-01 08:26:00,2.55,,", Some("NO_PRODUCT")),
        ("536589,21777,,-10,2010-12-01 16:50:00,0.0,,", Some("STOCK_ADJUSTMENT")),
        ("536589,21777,,0,2010-12-01 16:50:00,2.55,,", Some("STOCK_ADJUSTMENT")),
        ("C536589,21777,,10,2010-12-01 16:50:00,2.55,,", Some("RETURN_NOT_NEGATIVE")),
        ("536365,85123A,LANTERN,1000000001,2010-12-01 08:26:00,2.55,,", Some("TOO_MANY")),
        ("C536365,85123A,LANTERN,-9223372036854775808,2010-12-01 08:26:00,2.55,,", Some("TOO_MANY")),
        ("536365,85123A,LANTERN,6,2010-12-01 08:26:00,0.0,,", Some("NO_PRICE")),
        ("536365,85123A,LANTERN,6,2010-12-01 08:26:00,-2.55,,", Some("NO_PRICE")),
        ("C536365,85123A,LANTERN,-6,2010-12-01 08:26:00,2.55,,", Some("NOTHING_IN_FORCE")),
    ];
    for (line, expected) in table {
        assert_eq!(reason(line).as_deref(), expected, "{line}");
    }
}

#[test]
fn what_is_no_goods_is_no_product() {
    for code in [
        "POST",
        "DOT",
        "M",
        "m",
        "D",
        "S",
        "C2",
        "B",
        "BANK CHARGES",
        "AMAZONFEE",
        "CRUK",
        "PADS",
        "gift_0001_40",
        "TEST001",
    ] {
        let line = format!("536365,{code},WHATEVER,1,2010-12-01 08:26:00,2.55,,");
        assert_eq!(reason(&line).as_deref(), Some("NO_PRODUCT"), "{code}");
    }
}

#[test]
fn bytes_that_are_no_text_are_named_with_their_column_and_line() {
    let mut bytes = format!("{HEADER}\n1,85123A,OK,1,2010-12-01 08:26:00,1.0,,\n").into_bytes();
    bytes.extend_from_slice(b"2,85123A,CAF\xc9,1,2010-12-01 08:26:00,1.0,,\n");
    let (_, refused, read) = read(&bytes).unwrap();
    assert_eq!((read, refused), (2, vec![(3, LineRefusal::NotText { column: "Description" })]));
}

#[test]
fn columns_may_stand_in_any_order_and_a_missing_one_is_named() {
    let text = "Country,UnitPrice,InvoiceDate,Quantity,Description,StockCode,InvoiceNo,CustomerID\n\
                France,2.55,2010-12-01 08:26:00,6,LANTERN,85123A,536365,1\n";
    let (plan, refused, _) = read(text.as_bytes()).unwrap();
    assert_eq!((plan.orders.len(), refused.len()), (1, 0));
    match read(b"InvoiceNo,StockCode,Quantity\n") {
        Err(FileError::Header { missing }) => {
            assert_eq!(missing, ["Description", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]);
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(read(b""), Err(FileError::Header { .. })));
}

#[test]
fn a_gzipped_file_reads_like_a_plain_one_and_a_cut_one_is_told() {
    let text = text_of(&["1,10001,5", "1,10002,6", "C2,10001,-1"]);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    let zipped = encoder.finish().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let lines = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        file::read(&path, |_, _| Ok::<(), FileError>(()))
    };
    assert!(matches!(lines("plain.csv", text.as_bytes()), Ok(3)));
    assert!(matches!(lines("zipped.csv.gz", &zipped), Ok(3)));
    assert!(matches!(lines("cut.csv.gz", &zipped[..zipped.len() - 9]), Err(FileError::Broken { .. })));
    assert!(matches!(
        file::read(&folder.path().join("absent.csv"), |_, _| Ok::<(), FileError>(())),
        Err(FileError::Unreadable { .. })
    ));
}
