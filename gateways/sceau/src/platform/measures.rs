//! The platform's numbers, for `/metrics`.

use sceau_engine::{Commands, Situation};
use sceau_grpc::{Engines, Gateway};
use sceau_kernel::Domain;
use sceau_projector::{GenerationStatus, PartitionStatus, ReactorWatch, ReadSide};
use sceau_telemetry::{Labels, Page, Source};

pub(super) struct Measures {
    engines: Engines,
    read_side: ReadSide,
    stamp_loop: ReactorWatch,
    gateway: Gateway,
}

impl Measures {
    pub(super) const fn new(engines: Engines, read_side: ReadSide, stamp_loop: ReactorWatch, gateway: Gateway) -> Self {
        Self { engines, read_side, stamp_loop, gateway }
    }
}

impl Source for Measures {
    fn measure(&self, page: &mut Page) {
        owners(page, &self.engines.certification);
        owners(page, &self.engines.order);
        owners(page, &self.engines.payment);
        owners(page, &self.engines.stamp);
        owners(page, &self.engines.verification);
        for projection in self.read_side.list() {
            for (generation, state) in [(&projection.serving, "serving"), (&projection.building, "building")] {
                if let Some(generation) = generation {
                    projections(page, projection.name, generation, state);
                }
            }
        }
        let reactor = self.stamp_loop.status();
        for part in &reactor.partitions {
            reactors(page, reactor.name, part);
        }
        for call in self.gateway.calls() {
            let labels = vec![("method", call.method.to_owned()), ("code", format!("{:?}", call.code))];
            page.counter("sceau_calls", "gRPC calls answered", labels, call.count as f64);
        }
        let dropped = self.gateway.scans_dropped() as f64;
        page.counter("sceau_scans_dropped", "Scans not recorded because too many came at once", Labels::new(), dropped);
        process(page);
    }
}

fn owners<D: Domain>(page: &mut Page, commands: &Commands<D>) {
    for (number, status) in commands.status().into_iter().enumerate() {
        let labels = || vec![("topic", D::TOPIC.to_owned()), ("partition", number.to_string())];
        let serving = f64::from(u8::from(status.situation == Situation::Serving));
        page.gauge("sceau_owner_serving", "1 while this node decides for the partition", labels(), serving);
        page.gauge(
            "sceau_owner_epoch",
            "Offset of the owner's fence",
            labels(),
            status.epoch.unwrap_or_default() as f64,
        );
        page.gauge(
            "sceau_owner_durable_offset",
            "Offset up to which the log is durable",
            labels(),
            status.durable as f64,
        );
        page.gauge("sceau_owner_queued_commands", "Commands waiting for a decision", labels(), status.queued as f64);
        page.gauge(
            "sceau_owner_in_flight_commands",
            "Commands decided and not yet answered",
            labels(),
            status.in_flight as f64,
        );
        page.gauge("sceau_owner_cached_streams", "Streams in memory", labels(), status.cached as f64);
        page.gauge("sceau_owner_dirty_streams", "Streams changed since they were saved", labels(), status.dirty as f64);
        page.gauge(
            "sceau_owner_checkpoint_lag_records",
            "Records a restart would read",
            labels(),
            status.checkpoint_lag as f64,
        );
        page.gauge(
            "sceau_owner_unreadable_streams",
            "Streams this version cannot read",
            labels(),
            status.unreadable as f64,
        );
        page.counter(
            "sceau_owner_epochs_ended",
            "Epochs ended by a hole, loss or time-out",
            labels(),
            status.epochs_ended as f64,
        );
    }
}

fn projections(page: &mut Page, name: &'static str, generation: &GenerationStatus, state: &'static str) {
    // Of what other nodes work on, they tell.
    for part in generation.partitions.iter().filter(|part| part.here) {
        let labels = || {
            vec![
                ("projection", name.to_owned()),
                ("state", state.to_owned()),
                ("topic", part.source.topic.to_owned()),
                ("partition", part.source.partition.to_string()),
            ]
        };
        page.gauge(
            "sceau_projection_lag_records",
            "Records in the log and not in the view",
            labels(),
            part.lag() as f64,
        );
        page.gauge(
            "sceau_projection_holes",
            "Offsets or versions missing from the log as read; must be 0",
            labels(),
            part.holes as f64,
        );
        page.gauge(
            "sceau_projection_applied_offset",
            "Offset before which everything is in the view",
            labels(),
            part.applied as f64,
        );
        page.counter("sceau_projection_dead_letters", "Events put aside", labels(), part.dead_letters as f64);
        page.counter("sceau_projection_rows_written", "Rows written", labels(), part.rows as f64);
    }
}

fn reactors(page: &mut Page, name: &'static str, part: &PartitionStatus) {
    let labels = || {
        vec![
            ("reactor", name.to_owned()),
            ("topic", part.source.topic.to_owned()),
            ("partition", part.source.partition.to_string()),
        ]
    };
    page.gauge("sceau_reactor_lag_records", "Records not yet reacted to", labels(), part.lag() as f64);
    page.gauge("sceau_reactor_holes", "Offsets missing from the log as read; must be 0", labels(), part.holes as f64);
    page.counter("sceau_reactor_commands", "Commands sent", labels(), part.flushes as f64);
    page.counter("sceau_reactor_dead_letters", "Commands refused and put aside", labels(), part.dead_letters as f64);
}

/// What the process holds, where the system tells (`/proc`).
fn process(page: &mut Page) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for (field, name, help) in [
        ("VmRSS:", "sceau_process_resident_bytes", "Memory resident now"),
        ("VmHWM:", "sceau_process_resident_peak_bytes", "Memory resident at its highest"),
    ] {
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kibibytes =
            line.and_then(|rest| rest.split_whitespace().next()).and_then(|number| number.parse::<f64>().ok());
        if let Some(kibibytes) = kibibytes {
            page.gauge(name, help, Labels::new(), kibibytes * 1024.0);
        }
    }
}
