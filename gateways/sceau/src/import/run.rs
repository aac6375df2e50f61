//! An import under way: its stages, one after the other.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sceau_kernel::uuid::Uuid;
use tonic::Status;

use super::error::ImportError;
use super::line::LineRefusal;
use super::names::{self, Names};
use super::pipe::{Pipe, SendError};
use super::plan::{Order, Plan};
use super::progress::Progress;
use super::{OnRefusal, OrdersArgs};
use crate::client::Caller;

/// Things carried through at the same time. Each has one or two commands in flight, so the stream's own bound of 1024
/// is never reached and nothing waits behind it.
pub(super) const WINDOW: usize = 384;
/// Between two looks at what the platform's loop has done meanwhile.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// An import and whom it calls.
pub(super) struct Run<'a> {
    pub(super) caller: Caller,
    pub(super) plan: &'a Plan,
    pub(super) names: Names,
    pub(super) progress: Progress,
    pub(super) on_refusal: OnRefusal,
}

/// What the platform refused: places in [`Plan::orders`], and in an order's credits.
#[derive(Debug, Default)]
pub(super) struct Unsent {
    pub(super) orders: BTreeMap<usize, LineRefusal>,
    pub(super) credits: BTreeMap<(usize, usize), LineRefusal>,
}

/// What was sent and how it went.
pub(super) struct Sent {
    pub(super) unsent: Unsent,
    /// The stream, which knows where the log stood after each command; none when nothing was sent.
    pub(super) pipe: Option<Pipe>,
}

impl Sent {
    pub(super) fn nothing() -> Self {
        Self { unsent: Unsent::default(), pipe: None }
    }
}

impl Run<'_> {
    /// Sends whatever of the plan is not on the platform yet.
    pub(super) async fn send(&self, args: &OrdersArgs) -> Result<Sent, ImportError> {
        let pipe = Pipe::open(&self.caller).await.map_err(interrupted)?;
        let office = self.open_office(&pipe, args).await?;
        self.progress.stage("ordering and paying");
        let standing = self.standing_orders(&office.company_id).await?;
        let placed = Cell::new(false);
        let ordering = async {
            let unsent = self.place_orders(&pipe, &office, &standing).await;
            placed.set(true);
            unsent
        };
        let (orders, ()) =
            tokio::try_join!(ordering, self.settle_invoices(&pipe, &office.company_id, &standing, &placed))?;
        self.progress.stage("waiting for stamps");
        let mut unsent = Unsent { orders, ..Unsent::default() };
        self.await_stamps(&unsent).await?;
        self.progress.stage("taking returns back");
        unsent.credits = self.take_returns_back(&pipe, &unsent).await?;
        Ok(Sent { unsent, pipe: Some(pipe) })
    }

    /// The order's id.
    pub(super) fn order_id(&self, order: &Order) -> sceau_order::OrderId {
        names::order_of(self.placing(order))
    }

    pub(super) fn placing(&self, order: &Order) -> Uuid {
        self.names.placing(&order.number)
    }

    /// The certificate of a product, by its place in the plan.
    pub(super) fn certificate_id(&self, product: usize) -> String {
        let application = self.names.application(&self.plan.products[product].stock_code);
        names::certificate_of(application).to_string()
    }

    pub(super) fn company_id(&self) -> String {
        names::company_of(self.names.registration()).to_string()
    }

    /// Keeps a refusal by the platform, or stops the import at it.
    pub(super) fn refused(&self, line: u64, error: SendError) -> Result<LineRefusal, ImportError> {
        match (error, self.on_refusal) {
            (SendError::Refused(refusal), OnRefusal::Skip) => Ok(refusal),
            (SendError::Refused(refusal), OnRefusal::Stop) => Err(ImportError::Stopped { line, refusal }),
            (SendError::Ended(status), _) => Err(interrupted(status)),
        }
    }
}

pub(super) fn interrupted(status: Status) -> ImportError {
    ImportError::Interrupted(Box::new(status))
}

/// Waits for the platform as long as it gets on.
pub(super) struct Patience {
    what: &'static str,
    left: u64,
    since: Instant,
}

impl Patience {
    const STANDSTILL: Duration = Duration::from_secs(60);

    pub(super) fn new(what: &'static str) -> Self {
        Self { what, left: u64::MAX, since: Instant::now() }
    }

    /// Pauses, unless as many were missing for a minute.
    pub(super) async fn wait(&mut self, left: u64) -> Result<(), ImportError> {
        if left != self.left {
            (self.left, self.since) = (left, Instant::now());
        }
        if self.since.elapsed() > Self::STANDSTILL {
            return Err(ImportError::Standstill { what: self.what, left });
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        Ok(())
    }
}
