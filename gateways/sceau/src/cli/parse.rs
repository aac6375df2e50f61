//! Values of the command line.

use std::str::FromStr;

use prost_types::{Duration, Timestamp};
use sceau_kernel::Currency;
use sceau_proto::common::v1::Money;
use sceau_proto::{certification, order, payment, stamp, verification};

/// `2027-12-31` (the end of that day, UTC), `2027-12-31T10:00:00Z`, or `365d` from now.
pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse::<u64>().ok()) {
        let later = std::time::Duration::from_secs(days.saturating_mul(86_400));
        return std::time::SystemTime::now()
            .checked_add(later)
            .map(Timestamp::from)
            .ok_or_else(|| format!("`{text}` is too far away"));
    }
    let full = if text.len() == 10 { format!("{text}T23:59:59Z") } else { text.to_owned() };
    Timestamp::from_str(&full)
        .map_err(|_| format!("`{text}` is no date: write 2027-12-31, 2027-12-31T10:00:00Z, or 365d"))
}

/// `1h`, `30d`.
pub(super) fn lifetime(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time span: write for example 12h or 30d");
    let (digits, unit) = text.split_at(text.len().saturating_sub(1));
    let number: i64 = digits.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    number.checked_mul(seconds).map(|seconds| Duration { seconds, nanos: 0 }).ok_or_else(wrong)
}

/// `1250XOF`, `12.50EUR`.
pub(super) fn money(text: &str) -> Result<Money, String> {
    let wrong = || format!("`{text}` is no amount: write for example 1250XOF or 12.50EUR");
    let at = text.len().checked_sub(3).filter(|at| text.is_char_boundary(*at)).ok_or_else(wrong)?;
    let (number, code) = text.split_at(at);
    let currency =
        Currency::from_code(code).ok_or_else(|| format!("`{code}` is no currency settled here: {}", codes()))?;
    let (whole, part) = number.trim().split_once('.').unwrap_or((number.trim(), ""));
    let places = currency.decimals() as usize;
    if whole.is_empty()
        || part.len() > places
        || !whole.bytes().all(|b| b.is_ascii_digit())
        || !part.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(wrong());
    }
    let minor = format!("{whole}{part:0<places$}").parse().map_err(|_| wrong())?;
    Ok(Money { minor, currency: code.to_owned() })
}

fn codes() -> String {
    Currency::ALL.map(Currency::code).join(", ")
}

/// A line of an order: `<certificate>:<form>:<count>`.
pub(super) fn line(text: &str) -> Result<order::v1::RequestedLine, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let [certificate, form, count] = parts[..] else {
        return Err(format!(
            "`{text}` is no line: write <certificate>:<form>:<count>, for example 3f2a…:signed-qr:1000"
        ));
    };
    let count = count.parse().map_err(|_| format!("`{count}` is no count of stamps"))?;
    Ok(order::v1::RequestedLine { certificate_id: certificate.to_owned(), form: stamp_form(form)?, count })
}

/// A price: `<form>:<from count>:<minor units per thousand>`.
pub(super) fn price(text: &str) -> Result<(i32, order::v1::PriceTier), String> {
    let parts: Vec<&str> = text.split(':').collect();
    let wrong =
        || format!("`{text}` is no price: write <form>:<from count>:<minor units per thousand>, as signed-qr:1:12000");
    let [form, from_count, per_thousand] = parts[..] else { return Err(wrong()) };
    let tier = order::v1::PriceTier {
        from_count: from_count.parse().map_err(|_| wrong())?,
        price_per_thousand: per_thousand.parse().map_err(|_| wrong())?,
    };
    Ok((stamp_form(form)?, tier))
}

/// Ordinals of a batch: `0-99`, or `7`.
pub(super) fn range(text: &str) -> Result<stamp::v1::OrdinalRange, String> {
    let wrong = || format!("`{text}` is no range of ordinals: write 0-99, or 7 for one");
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last): (u64, u64) = (first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?);
    let count = last.checked_sub(first).and_then(|gap| gap.checked_add(1)).ok_or_else(wrong)?;
    Ok(stamp::v1::OrdinalRange { first, count })
}

/// What is credited of an invoice: `<line>:<count>`.
pub(super) fn line_count(text: &str) -> Result<payment::v1::LineCount, String> {
    let parsed = text.split_once(':').and_then(|(line, count)| Some((line.parse().ok()?, count.parse().ok()?)));
    let (line, count) = parsed.ok_or_else(|| format!("`{text}` is no credited line: write <line>:<count>, as 0:50"))?;
    Ok(payment::v1::LineCount { line, count })
}

/// A point on the Earth: `<latitude>,<longitude>` in degrees.
pub(super) fn coordinates(text: &str) -> Result<verification::v1::Coordinates, String> {
    let parsed = text
        .split_once(',')
        .and_then(|(latitude, longitude)| Some((latitude.trim().parse().ok()?, longitude.trim().parse().ok()?)));
    let (latitude, longitude) =
        parsed.ok_or_else(|| format!("`{text}` is no point: write <latitude>,<longitude> in degrees, as 4.05,9.70"))?;
    Ok(verification::v1::Coordinates { latitude, longitude })
}

/// A document: `<title>=<file>`; its SHA-256 is what the office keeps, or `<title>=sha256:<hex>`.
pub(super) fn evidence(text: &str) -> Result<certification::v1::Evidence, String> {
    let (title, digest) = text
        .split_once("=sha256:")
        .ok_or_else(|| format!("`{text}` is no evidence: write <title>=sha256:<64 hex digits> (see sha256sum)"))?;
    Ok(certification::v1::Evidence { title: title.to_owned(), sha256: digest.to_owned() })
}

/// The words of an enumeration, as people write them: `signed-qr` for `STAMP_FORM_SIGNED_QR`.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $kind:ty, $prefix:literal;)*) => {$(
        $(#[$doc])*
        pub(super) fn $name(text: &str) -> Result<i32, String> {
            let name = format!("{}{}", $prefix, text.trim().replace('-', "_").to_uppercase());
            <$kind>::from_str_name(&name).filter(|value| *value as i32 != 0).map(|value| value as i32).ok_or_else(|| {
                let known = (1..64).filter_map(|n| <$kind>::try_from(n).ok());
                let words: Vec<String> =
                    known.map(|value| value.as_str_name().trim_start_matches($prefix).replace('_', "-").to_lowercase()).collect();
                format!("`{text}` is not one of {}", words.join(", "))
            })
        }
    )*};
}
words! {
    /// A form of stamp.
    stamp_form: order::v1::StampForm, "STAMP_FORM_";
    /// A category of product.
    category: certification::v1::ProductCategory, "PRODUCT_CATEGORY_";
    /// A status of a certificate.
    certificate_status: certification::v1::CertificateStatus, "CERTIFICATE_STATUS_";
    /// A status of an order.
    order_status: order::v1::OrderStatus, "ORDER_STATUS_";
    /// A status of an invoice.
    invoice_status: payment::v1::InvoiceStatus, "INVOICE_STATUS_";
    /// A way of paying.
    method: payment::v1::PaymentMethod, "PAYMENT_METHOD_";
    /// Why codes are taken out of use.
    decommission_reason: stamp::v1::DecommissionReason, "DECOMMISSION_REASON_";
    /// A kind of container.
    container_kind: stamp::v1::ContainerKind, "CONTAINER_KIND_";
    /// How a code was scanned.
    channel: verification::v1::ScanChannel, "SCAN_CHANNEL_";
    /// Where a case stands.
    case_status: verification::v1::CaseStatus, "CASE_STATUS_";
    /// What a case was found to be.
    case_outcome: verification::v1::CaseOutcome, "CASE_OUTCOME_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_to_the_minor_unit() {
        assert_eq!(money("1250XOF"), Ok(Money { minor: 1250, currency: "XOF".into() }));
        assert_eq!(money("12.5EUR"), Ok(Money { minor: 1250, currency: "EUR".into() }));
        for wrong in ["12.5XOF", "1,5EUR", "EUR", "5", "", "12ZZZ", "-1EUR", "é€"] {
            assert!(money(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_instant_is_a_day_a_moment_or_some_days_from_now() {
        assert_eq!(instant("2027-12-31").unwrap().to_string(), "2027-12-31T23:59:59Z");
        assert_eq!(instant("2027-12-31T10:00:00Z").unwrap().to_string(), "2027-12-31T10:00:00Z");
        assert!(instant("1d").unwrap().seconds > instant("2026-01-01").unwrap().seconds);
        assert!(instant("tomorrow").is_err());
    }

    #[test]
    fn words_are_taken_and_the_others_are_told() {
        assert_eq!(stamp_form("signed-qr"), Ok(order::v1::StampForm::SignedQr as i32));
        assert_eq!(stamp_form("hologram"), Err("`hologram` is not one of signed-qr, small-qr, digits".into()));
        assert!(stamp_form("unspecified").is_err());
    }

    #[test]
    fn ranges_are_inclusive() {
        assert_eq!(range("0-99"), Ok(stamp::v1::OrdinalRange { first: 0, count: 100 }));
        assert_eq!(range("7"), Ok(stamp::v1::OrdinalRange { first: 7, count: 1 }));
        assert!(range("9-7").is_err());
    }
}
