//! What each figure must reach, on 2 cores.

use std::fmt;

use crate::figure::Figure;

/// One condition on a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// The value is at least this.
    AtLeast(f64),
    /// The value is below this.
    Below(f64),
    /// The value is at least this share of its peer's.
    ShareOfPeer(f64),
    /// The value is below this much over its peer's.
    OverPeer(f64),
    /// The value is at most so many times its peer's.
    TimesPeer(f64),
}

impl Goal {
    /// Whether the figure meets it.
    pub(crate) fn met(self, figure: &Figure) -> bool {
        match self {
            Self::AtLeast(least) => figure.value >= least,
            Self::Below(limit) => figure.value < limit,
            Self::ShareOfPeer(share) => figure.value >= share * figure.peer_value,
            Self::OverPeer(over) => figure.value < figure.peer_value + over,
            Self::TimesPeer(times) => figure.value <= times * figure.peer_value,
        }
    }

    /// The limit itself, for a figure that has no other peer.
    pub(crate) const fn limit(self) -> f64 {
        match self {
            Self::AtLeast(limit)
            | Self::Below(limit)
            | Self::ShareOfPeer(limit)
            | Self::OverPeer(limit)
            | Self::TimesPeer(limit) => limit,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "≥ {}", number(*least)),
            Self::Below(limit) => write!(f, "< {}", number(*limit)),
            Self::ShareOfPeer(share) => write!(f, "≥ {} of peer", number(*share)),
            Self::OverPeer(over) => write!(f, "< peer + {}", number(*over)),
            Self::TimesPeer(times) => write!(f, "≤ {} × peer", number(*times)),
        }
    }
}

/// A figure's name, unit and goals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) goals: &'static [Goal],
}

const fn target(name: &'static str, unit: &'static str, goals: &'static [Goal]) -> Target {
    Target { name, unit, goals }
}

/// Every figure, in the order in which they are shown.
pub(crate) const TARGETS: &[Target] = &[
    target("commands.inproc", "commands/s", &[Goal::AtLeast(200_000.0), Goal::ShareOfPeer(0.5)]),
    target("commands.grpc.unary", "commands/s", &[Goal::AtLeast(30_000.0)]),
    target("commands.grpc.stream", "commands/s", &[Goal::AtLeast(90_000.0)]),
    target("command.lone.p99", "ms", &[Goal::OverPeer(3.0)]),
    target("readable.p99", "ms", &[Goal::Below(15.0)]),
    target("import", "lines/s", &[Goal::AtLeast(8_000.0)]),
    target("rebuild", "events/s", &[Goal::AtLeast(400_000.0), Goal::ShareOfPeer(0.85)]),
    target("restart", "s", &[Goal::Below(2.0), Goal::OverPeer(0.25)]),
    target("verify.signed.inproc", "codes/s", &[Goal::ShareOfPeer(0.85)]),
    target("verify.digits.inproc", "codes/s", &[Goal::AtLeast(200_000.0)]),
    target("verify.signed.grpc", "codes/s", &[Goal::AtLeast(20_000.0)]),
    target("verify.signed.grpc.p99", "ms", &[Goal::Below(5.0)]),
    target("verify.digits.grpc", "codes/s", &[Goal::AtLeast(30_000.0)]),
    target("verify.digits.grpc.p99", "ms", &[Goal::Below(5.0)]),
    target("memory.peak", "MiB", &[Goal::Below(1024.0)]),
    target("disk.billion", "KiB", &[Goal::Below(1024.0)]),
    target("codes.encode", "codes/s", &[Goal::ShareOfPeer(10.0)]),
    target("codes.encode.qrcode", "codes/s", &[Goal::ShareOfPeer(50.0)]),
    target("codes.sign_encode", "codes/s", &[Goal::AtLeast(40_000.0)]),
    target("codes.pdf", "labels/s", &[Goal::AtLeast(40_000.0)]),
    target("codes.pdf.bytes", "B/label", &[Goal::Below(250.0)]),
    target("codes.csv", "codes/s", &[Goal::AtLeast(80_000.0)]),
    target("offline.single", "codes/s", &[Goal::AtLeast(20_000.0)]),
    target("offline.batch", "codes/s", &[Goal::AtLeast(50_000.0)]),
    target("codes.download.memory", "MiB", &[Goal::Below(200.0), Goal::OverPeer(16.0)]),
    target("clones.false_alerts", "% of scans", &[Goal::Below(0.05)]),
    target("clones.precision", "% of codes", &[]),
    target("clones.recall", "% of codes", &[]),
    target("kafka.commands", "commands/s", &[Goal::ShareOfPeer(0.6)]),
    target("kafka.lone.p99", "ms", &[Goal::TimesPeer(3.0)]),
    target("kafka.readable.p99", "ms", &[Goal::Below(50.0)]),
    target("cql.projection", "rows/s", &[Goal::ShareOfPeer(0.8)]),
    target("takeover", "s", &[Goal::Below(5.0), Goal::OverPeer(0.5)]),
    target("peer.streams", "commands/s", &[Goal::ShareOfPeer(1.5)]),
    target("peer.streams.p99", "ms", &[Goal::TimesPeer(0.2)]),
    target("peer.pekko", "commands/s", &[Goal::ShareOfPeer(5.0)]),
    target("nodes.cpu", "µs/command", &[Goal::TimesPeer(1.15)]),
];

/// The target of this name.
pub(crate) fn target_of(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// A number as a person reads it: thousands apart, or a few decimals.
pub(crate) fn number(value: f64) -> String {
    if value.abs() < 1000.0 {
        let text = format!("{value:.2}");
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    let digits = format!("{value:.0}");
    let mut apart = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            apart.push(' ');
        }
        apart.push(digit);
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64, peer_value: f64) -> Figure {
        Figure {
            name: "x".to_owned(),
            value,
            unit: String::new(),
            runs: 1,
            peer: String::new(),
            peer_value,
            ratio: 1.0,
        }
    }

    #[test]
    fn goals_look_at_the_value_or_at_the_peer() {
        assert!(Goal::AtLeast(2.0).met(&figure(2.0, 0.0)));
        assert!(!Goal::Below(2.0).met(&figure(2.0, 0.0)));
        assert!(Goal::ShareOfPeer(0.5).met(&figure(5.0, 10.0)));
        assert!(!Goal::OverPeer(3.0).met(&figure(5.0, 2.0)));
        assert!(Goal::TimesPeer(2.5).met(&figure(5.0, 2.0)));
        assert!(!Goal::TimesPeer(2.0).met(&figure(5.0, 2.0)));
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(number(1_234_567.0), "1 234 567");
        assert_eq!(number(0.5), "0.5");
        assert_eq!(number(100.0), "100");
    }
}
