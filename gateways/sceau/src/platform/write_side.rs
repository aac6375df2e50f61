//! The engines of all domains.

use std::net::SocketAddr;
use std::sync::Arc;

use sceau_certification::Certification;
use sceau_engine::{Engine, Settings};
use sceau_grpc::Engines;
use sceau_kernel::Domain;
use sceau_order::Ordering;
use sceau_payment::Payments;
use sceau_stamp::Stamping;
use sceau_verification::Verification;

use super::{GRACE, PlatformError, Ports};
use crate::config::Config;

pub(super) struct WriteSide {
    certification: Engine<Certification>,
    order: Engine<Ordering>,
    payment: Engine<Payments>,
    stamp: Engine<Stamping>,
    verification: Engine<Verification>,
}

impl WriteSide {
    /// Starts an owner for every partition of every domain; commands for them can be sent to `address`.
    pub(super) async fn start(config: &Config, ports: &Ports, address: SocketAddr) -> Result<Self, PlatformError> {
        let settings =
            Settings { queue: config.queue_commands, cached_streams: config.cache_states, ..Settings::default() };
        Ok(Self {
            certification: engine(ports, address, &settings).await?,
            order: engine(ports, address, &settings).await?,
            payment: engine(ports, address, &settings).await?,
            stamp: engine(ports, address, &settings).await?,
            verification: engine(ports, address, &settings).await?,
        })
    }

    /// Where the commands of each domain are decided.
    pub(super) fn engines(&self) -> Engines {
        Engines {
            certification: self.certification.commands(),
            order: self.order.commands(),
            payment: self.payment.commands(),
            stamp: self.stamp.commands(),
            verification: self.verification.commands(),
        }
    }

    /// Answers what is in flight and saves all states; false when some were not.
    pub(super) async fn shutdown(self) -> bool {
        let ended = tokio::join!(
            self.certification.shutdown(GRACE),
            self.order.shutdown(GRACE),
            self.payment.shutdown(GRACE),
            self.stamp.shutdown(GRACE),
            self.verification.shutdown(GRACE),
        );
        let mut saved = true;
        for unfinished in <[_; 5]>::from(ended).into_iter().filter_map(Result::err) {
            tracing::warn!(%unfinished, "a domain did not save its states");
            saved = false;
        }
        saved
    }
}

async fn engine<D: Domain>(
    ports: &Ports,
    address: SocketAddr,
    settings: &Settings,
) -> Result<Engine<D>, PlatformError> {
    let node = format!("embedded-{}", std::process::id());
    let (log, store) = (Arc::clone(&ports.log), Arc::clone(&ports.store));
    let started = Engine::start(log, store, node.into(), address.to_string().into(), settings.clone()).await;
    started.map_err(PlatformError::Engine)
}
