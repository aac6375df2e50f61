//! Sending commands until they are answered, and waiting for what the platform does by itself.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sceau_api::certification::v1::certification_command_service_client::CertificationCommandServiceClient;
use sceau_api::order::v1::order_command_service_client::OrderCommandServiceClient;
use sceau_api::payment::v1::payment_command_service_client::PaymentCommandServiceClient;
use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient;
use sceau_proto::common::v1::{CommandMeta, CommandReceipt, Position, QueryMeta};
use sceau_proto::submit::v1::submit_request::Command;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use super::dice::id;
use super::requests::Meta;
use crate::client::{CallError, Caller};

/// A call that the platform cannot take is made again for this long.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a reaction of the platform may take.
const REACTION: Duration = Duration::from_mins(1);
const SHORTEST_PAUSE: Duration = Duration::from_millis(4);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// Sends the steps of one story, each decided on all that the story has seen before.
#[derive(Clone)]
pub(super) struct Sender {
    caller: Caller,
    seed: u64,
    seen: BTreeMap<(String, u32), u64>,
}

impl Sender {
    pub(super) fn new(caller: &Caller, seed: u64) -> Self {
        Self { caller: caller.clone(), seed, seen: BTreeMap::new() }
    }

    /// Sends the command of the step named, and answers with the id of what it created or changed.
    pub(super) async fn send(
        &mut self,
        step: &str,
        command: impl FnOnce(Meta) -> Command,
    ) -> Result<String, CallError> {
        let command_id = id(self.seed, step).to_string();
        let command = command(Some(CommandMeta { command_id, expected_version: None, after: self.positions() }));
        let receipt = patiently(|| deliver(&self.caller, command.clone())).await?;
        if let Some(Position { topic, partition, offset }) = receipt.position {
            let seen = self.seen.entry((topic, partition)).or_insert(offset);
            *seen = offset.max(*seen);
        }
        Ok(receipt.id)
    }

    /// Asks for an answer that includes all that the story has seen.
    pub(super) fn at_least(&self) -> QueryMeta {
        QueryMeta { at_least: self.positions() }
    }

    pub(super) const fn caller(&self) -> &Caller {
        &self.caller
    }

    fn positions(&self) -> Vec<Position> {
        let position = |((topic, partition), offset): (&(String, u32), &u64)| Position {
            topic: topic.clone(),
            partition: *partition,
            offset: *offset,
        };
        self.seen.iter().map(position).collect()
    }
}

/// Calls the method that takes the command.
async fn deliver(caller: &Caller, command: Command) -> Result<CommandReceipt, Status> {
    macro_rules! methods {
        ($($client:ident { $($variant:ident => $method:ident),+ $(,)? })+) => {
            match command {
                $($(Command::$variant(request) => $client::new(caller.clone()).$method(request).await,)+)+
            }
        };
    }
    let answer = methods! {
        CertificationCommandServiceClient {
            RegisterCompany => register_company,
            ChangeCompanyContact => change_company_contact,
            ApplyForCertificate => apply_for_certificate,
            AssignReviewer => assign_reviewer,
            RequestChanges => request_changes,
            ProvideChanges => provide_changes,
            GrantCertificate => grant_certificate,
            RefuseCertificate => refuse_certificate,
            SuspendCertificate => suspend_certificate,
            ResumeCertificate => resume_certificate,
            RevokeCertificate => revoke_certificate,
            RenewCertificate => renew_certificate,
            AccreditStamper => accredit_stamper,
            WithdrawStamper => withdraw_stamper,
        }
        OrderCommandServiceClient {
            SetPriceList => set_price_list,
            PlaceOrder => place_order,
            QuoteOrder => quote_order,
            ConfirmOrder => confirm_order,
            CancelOrder => cancel_order,
        }
        PaymentCommandServiceClient {
            RecordSettlement => record_settlement,
            IssueCreditNote => issue_credit_note,
            RecordRefund => record_refund,
        }
        StampCommandServiceClient {
            ReleaseBatch => release_batch,
            ActivateCodes => activate_codes,
            DecommissionCodes => decommission_codes,
            RecordReadBack => record_read_back,
            ReinstateCodes => reinstate_codes,
            OpenContainer => open_container,
            AggregateCodes => aggregate_codes,
            DisaggregateCodes => disaggregate_codes,
            AggregateContainer => aggregate_container,
            DisaggregateContainer => disaggregate_container,
        }
    };
    answer.map(Response::into_inner)
}

/// Makes a call again while the platform cannot take it: after the delay it asks for, or a growing one.
pub(super) async fn patiently<T, F>(mut call: impl FnMut() -> F) -> Result<T, CallError>
where
    F: Future<Output = Result<T, Status>>,
{
    let deadline = Instant::now() + PATIENCE;
    let mut pause = SHORTEST_PAUSE;
    loop {
        let status = match call().await {
            Ok(answer) => return Ok(answer),
            Err(status) => status,
        };
        // A connection that breaks off is told as unknown.
        let passing = matches!(status.code(), Code::Unavailable | Code::ResourceExhausted | Code::Unknown);
        let asked = status.get_error_details().retry_info().and_then(|retry| retry.retry_delay);
        let wait = asked.unwrap_or(pause);
        if !passing || Instant::now() + wait > deadline {
            return Err(status.into());
        }
        tokio::time::sleep(wait).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Asks until there is an answer, for what the platform does by itself.
pub(super) async fn awaited<T, F>(what: &str, mut ask: impl FnMut() -> F) -> Result<T, CallError>
where
    F: Future<Output = Result<Option<T>, Status>>,
{
    let deadline = Instant::now() + REACTION;
    let mut pause = SHORTEST_PAUSE;
    loop {
        if let Some(answer) = patiently(&mut ask).await? {
            return Ok(answer);
        }
        if Instant::now() > deadline {
            let seconds = REACTION.as_secs();
            let text =
                format!("{what} did not come within {seconds} s: look at `sceau projection list`, then run again");
            return Err(Status::deadline_exceeded(text).into());
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// What may not be there yet.
pub(super) fn if_found<T>(answer: Result<Response<T>, Status>) -> Result<Option<T>, Status> {
    match answer {
        Ok(answer) => Ok(Some(answer.into_inner())),
        Err(status) if status.code() == Code::NotFound => Ok(None),
        Err(status) => Err(status),
    }
}
