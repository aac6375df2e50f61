//! The engines of all domains.

use std::sync::Arc;

use sceau_certification::Certification;
use sceau_cluster::Others;
use sceau_engine::{Elsewhere, Engine, OwnedTopic, Settings};
use sceau_grpc::Engines;
use sceau_kernel::Domain;
use sceau_order::Ordering;
use sceau_payment::Payments;
use sceau_stamp::Stamping;
use sceau_verification::Verification;

use super::ports::Ports;
use super::{GRACE, PlatformError};
use crate::config::Config;

pub(super) struct WriteSide {
    certification: Arc<Engine<Certification>>,
    order: Arc<Engine<Ordering>>,
    payment: Arc<Engine<Payments>>,
    stamp: Arc<Engine<Stamping>>,
    verification: Arc<Engine<Verification>>,
}

impl WriteSide {
    /// Opens the engines of all domains. One that is alone owns every partition at once; one of several owns what it is
    /// given, and has the rest decided by `others`.
    pub(super) async fn open(config: &Config, ports: &Ports, others: Option<&Others>) -> Result<Self, PlatformError> {
        let opening = Opening { config, ports, others };
        Ok(Self {
            certification: opening.engine().await?,
            order: opening.engine().await?,
            payment: opening.engine().await?,
            stamp: opening.engine().await?,
            verification: opening.engine().await?,
        })
    }

    /// The engines, as the node gives them partitions.
    pub(super) fn topics(&self) -> Vec<Arc<dyn OwnedTopic>> {
        vec![
            Arc::clone(&self.certification) as _,
            Arc::clone(&self.order) as _,
            Arc::clone(&self.payment) as _,
            Arc::clone(&self.stamp) as _,
            Arc::clone(&self.verification) as _,
        ]
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

struct Opening<'a> {
    config: &'a Config,
    ports: &'a Ports,
    others: Option<&'a Others>,
}

impl Opening<'_> {
    async fn engine<D: Domain>(&self) -> Result<Arc<Engine<D>>, PlatformError> {
        let Self { config, ports, others } = self;
        let settings =
            Settings { queue: config.queue_commands, cached_streams: config.cache_states, ..Settings::default() };
        let (log, store) = (Arc::clone(&ports.log), Arc::clone(&ports.store));
        let opened = match (&config.cluster, others) {
            (Some(cluster), Some(others)) => {
                let (node, address) = (cluster.node.as_str().into(), cluster.address().into());
                let others: Arc<dyn Elsewhere> = Arc::new((*others).clone());
                Engine::open(log, store, node, address, settings, Some(others)).await
            }
            _ => {
                let node = format!("embedded-{}", std::process::id());
                Engine::start(log, store, node.into(), config.grpc_listen.to_string().into(), settings).await
            }
        };
        opened.map(Arc::new).map_err(PlatformError::Engine)
    }
}
