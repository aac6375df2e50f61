//! Reading values: durations, sizes, addresses, and the faults they may have.

use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use sceau_kernel::Tenant;
use sceau_web::Network;

use super::{ConfigFault, InForce};

/// A number of bytes, written `64MiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

impl Size {
    /// `count` times 2^20 bytes.
    pub const fn mebibytes(count: u64) -> Self {
        Self(count << 20)
    }

    fn parse(text: &str) -> Option<Self> {
        let (number, scale) = split_unit(text)?;
        let shift = match scale {
            "" | "B" => 0,
            "KiB" => 10,
            "MiB" => 20,
            "GiB" => 30,
            _ => return None,
        };
        number.checked_mul(1 << shift).map(Self)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}MiB", self.0 >> 20)
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON otherwise.
    Auto,
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// A number and the unit written after it.
fn split_unit(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..digits].parse().ok()?, text[digits..].trim()))
}

fn parse_duration(text: &str) -> Option<Duration> {
    let (number, unit) = split_unit(text)?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    }
}

/// Reads typed values and gathers the faults; after a fault it goes on with a harmless value.
pub(super) struct Reader<'a> {
    in_force: &'a [InForce],
    faults: &'a mut Vec<ConfigFault>,
    faulty: bool,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(in_force: &'a [InForce], faults: &'a mut Vec<ConfigFault>) -> Self {
        Self { in_force, faults, faulty: false }
    }

    /// True when no value was at fault.
    pub(super) const fn finished(&self) -> bool {
        !self.faulty
    }

    pub(super) fn text(&self, key: &str) -> String {
        self.in_force
            .iter()
            .find(|entry| entry.setting.key == key)
            .map_or_else(String::new, |entry| entry.value.clone())
    }

    pub(super) fn value<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        fallback: T,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> T {
        let value = self.text(key);
        if let Some(parsed) = parse(value.trim()) {
            return parsed;
        }
        let origin = self.in_force.iter().find(|entry| entry.setting.key == key);
        let origin = origin.map_or_else(String::new, |entry| entry.origin.to_string());
        let secret = self.in_force.iter().any(|entry| entry.setting.key == key && entry.setting.is_secret());
        let value = if secret { "(secret)".to_owned() } else { value };
        self.faults.push(ConfigFault::Value { key, value, origin, expected: expected.to_owned() });
        self.faulty = true;
        fallback
    }

    pub(super) fn path(&mut self, key: &'static str) -> PathBuf {
        self.value(key, "the path of a folder", PathBuf::new(), |text| (!text.is_empty()).then(|| PathBuf::from(text)))
    }

    pub(super) fn optional(&self, key: &str) -> Option<String> {
        Some(self.text(key)).filter(|text| !text.trim().is_empty())
    }

    /// A value that must be there because of `reason`.
    pub(super) fn required(&mut self, key: &'static str, reason: &str) -> String {
        self.value(key, reason, String::new(), |text| (!text.is_empty()).then(|| text.to_owned()))
    }

    pub(super) fn flag(&mut self, key: &'static str) -> bool {
        self.value(key, "true or false", false, |text| text.parse().ok())
    }

    pub(super) fn tenants(&mut self, key: &'static str) -> Vec<Tenant> {
        self.value(key, "one or more slugs of a-z, 0-9 and -, separated by commas", Vec::new(), |text| {
            text.split(',').map(|slug| slug.trim().parse().ok()).collect()
        })
    }

    pub(super) fn address(&mut self, key: &'static str) -> SocketAddr {
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        self.value(key, "an address and port such as 127.0.0.1:7450", nowhere, |text| text.parse().ok())
    }

    pub(super) fn url(&mut self, key: &'static str) -> Option<String> {
        let http = |text: &str| text.starts_with("http://") || text.starts_with("https://");
        self.value(key, "a URL such as https://sceau.example, without a slash at the end", None, |text| match text {
            "" => Some(None),
            url => (http(url) && !url.ends_with('/')).then(|| Some(url.to_owned())),
        })
    }

    pub(super) fn networks(&mut self, key: &'static str) -> Vec<Network> {
        self.value(key, "networks such as 10.0.0.0/8, separated by commas", Vec::new(), |text| {
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
        })
    }

    pub(super) fn host(&mut self, key: &'static str) -> String {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-' || c == ':';
        self.value(
            key,
            "a host name of at most 21 characters, so that a signed code fits its QR version",
            String::new(),
            |text| ((1..=21).contains(&text.len()) && text.chars().all(allowed)).then(|| text.to_owned()),
        )
    }

    pub(super) fn count(&mut self, key: &'static str, range: RangeInclusive<u64>) -> u64 {
        let expected = format!("a number from {} to {}", range.start(), range.end());
        self.value(key, &expected, *range.start(), |text| text.parse().ok().filter(|count| range.contains(count)))
    }

    pub(super) fn size(&mut self, key: &'static str, range: RangeInclusive<Size>) -> Size {
        let expected = format!("a size from {} to {}, written with KiB, MiB or GiB", range.start(), range.end());
        self.value(key, &expected, *range.start(), |text| Size::parse(text).filter(|size| range.contains(size)))
    }

    pub(super) fn duration(&mut self, key: &'static str) -> Duration {
        let long_enough = |duration: &Duration| *duration >= Duration::from_millis(10);
        self.value(key, "a time of at least 10ms, written with ms, s, m or h", Duration::from_secs(1), |text| {
            parse_duration(text).filter(long_enough)
        })
    }

    pub(super) fn log_format(&mut self, key: &'static str) -> LogFormat {
        self.value(key, "auto, text or json", LogFormat::Auto, |text| match text {
            "auto" => Some(LogFormat::Auto),
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        })
    }
}
