//! Numbers for Prometheus, asked for when `/metrics` is asked for.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

/// Whoever has numbers.
pub trait Source: Send + Sync + 'static {
    /// Writes them onto the page.
    fn measure(&self, page: &mut Page);
}

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It goes up and down.
    Gauge,
    /// It only goes up; `_total` is added to its name.
    Counter,
}

/// The labels of a sample.
pub type Labels = Vec<(&'static str, String)>;

struct Family {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    samples: Vec<(Labels, f64)>,
}

/// The page being written: families of samples in the order in which they first appear.
#[derive(Default)]
pub struct Page {
    families: Vec<Family>,
}

impl Page {
    /// Adds a sample. `name` is `snake_case` and ends in its unit, such as `sceau_projection_lag_records`.
    pub fn sample(&mut self, kind: Kind, name: &'static str, help: &'static str, labels: Labels, value: f64) {
        let known = self.families.iter().position(|family| family.name == name);
        let at = known.unwrap_or_else(|| {
            self.families.push(Family { name, help, kind, samples: Vec::new() });
            self.families.len() - 1
        });
        self.families[at].samples.push((labels, value));
    }

    /// Adds a gauge.
    pub fn gauge(&mut self, name: &'static str, help: &'static str, labels: Labels, value: f64) {
        self.sample(Kind::Gauge, name, help, labels, value);
    }

    /// Adds a counter.
    pub fn counter(&mut self, name: &'static str, help: &'static str, labels: Labels, value: f64) {
        self.sample(Kind::Counter, name, help, labels, value);
    }

    fn encode(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        for family in &self.families {
            let kind = match family.kind {
                Kind::Gauge => ConstGauge::new(0.0).metric_type(),
                Kind::Counter => ConstCounter::new(0.0).metric_type(),
            };
            let mut metric = encoder.encode_descriptor(family.name, family.help, None, kind)?;
            for (labels, value) in &family.samples {
                let sample = metric.encode_family(labels)?;
                match family.kind {
                    Kind::Gauge => ConstGauge::new(*value).encode(sample)?,
                    Kind::Counter => ConstCounter::new(*value).encode(sample)?,
                }
            }
        }
        Ok(())
    }
}

struct Sources(Arc<Vec<Box<dyn Source>>>);

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} sources", self.0.len())
    }
}

impl Collector for Sources {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page::default();
        for source in self.0.iter() {
            source.measure(&mut page);
        }
        page.encode(&mut encoder)
    }
}

/// A registry that asks `sources` each time it is read.
pub(crate) fn registry(sources: Arc<Vec<Box<dyn Source>>>) -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Sources(sources)));
    registry
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;

    use super::*;

    struct Lag;

    impl Source for Lag {
        fn measure(&self, page: &mut Page) {
            page.gauge("sceau_lag_records", "How far behind", vec![("partition", "0".into())], 3.0);
            page.counter("sceau_commands", "Accepted", vec![], 7.0);
            page.gauge("sceau_lag_records", "How far behind", vec![("partition", "1".into())], 0.0);
        }
    }

    #[test]
    fn samples_of_one_family_stand_together() {
        let mut text = String::new();
        encode(&mut text, &registry(Arc::new(vec![Box::new(Lag)]))).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            lines,
            [
                "sceau_lag_records{partition=\"0\"} 3.0",
                "sceau_lag_records{partition=\"1\"} 0.0",
                "sceau_commands_total{} 7.0"
            ]
        );
        assert_eq!(text.matches("# TYPE sceau_lag_records gauge").count(), 1);
    }
}
