//! What a stamper does with a batch: reads back, activates, takes out of circulation, brings back, and accounts for it.

use sceau_api::stamp::v1::stamp_command_service_client::StampCommandServiceClient;
use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_kernel::Role;
use sceau_proto::common::v1::{CommandReceipt, QueryMeta};
use sceau_proto::stamp::v1::{
    ActivateCodesRequest, Code, CodeState, DecommissionCodesRequest, DecommissionReason, ListActivationsRequest,
    OrdinalRange, ReconcileBatchesRequest, Reconciliation, RecordReadBackRequest, ReinstateCodesRequest,
    ResolveCodesRequest, ResolvedCode,
};
use sceau_proto::verification::v1::Verdict;
use tonic::{Code as StatusCode, Status};
use tonic_types::StatusExt;

use crate::country::Country;
use crate::platform::{Platform, by, meta};
use crate::stamp_loop::{download, verify};

const SOMEBODY_ELSE: &str = "11111111-1111-4111-8111-111111111111";

/// A stamper at work on a released batch of a thousand codes.
pub(crate) struct Workshop {
    pub platform: Platform,
    pub country: Country,
    pub token: String,
    pub codes: Vec<Code>,
}

impl Workshop {
    pub(crate) async fn open() -> Self {
        let platform = Platform::start().await;
        let country = Country::found(&platform).await;
        let token = platform.token("ci", Role::Stamper, Some(&country.stamper_id));
        let codes = download(&platform.channel, &token, &country.batch_id).await;
        Self { platform, country, token, codes }
    }

    pub(crate) fn commands(&self) -> StampCommandServiceClient<tonic::transport::Channel> {
        StampCommandServiceClient::new(self.platform.channel.clone())
    }

    pub(crate) fn queries(&self) -> StampQueryServiceClient<tonic::transport::Channel> {
        StampQueryServiceClient::new(self.platform.channel.clone())
    }

    pub(crate) fn activation(&self) -> ActivateCodesRequest {
        let batch_id = self.country.batch_id.clone();
        ActivateCodesRequest { meta: meta(), batch_id, lot: Some("A-17".into()), ..Default::default() }
    }

    pub(crate) fn decommission(&self, first: u64, count: u64, reason: DecommissionReason) -> DecommissionCodesRequest {
        DecommissionCodesRequest {
            meta: meta(),
            batch_id: self.country.batch_id.clone(),
            ranges: vec![OrdinalRange { first, count }],
            reason: reason.into(),
            ..Default::default()
        }
    }

    fn reinstate(&self, first: u64, count: u64) -> ReinstateCodesRequest {
        let (batch_id, ranges) = (self.country.batch_id.clone(), vec![OrdinalRange { first, count }]);
        ReinstateCodesRequest { meta: meta(), batch_id, ranges, ..Default::default() }
    }

    async fn account(&self, after: &CommandReceipt) -> Reconciliation {
        let meta = Some(QueryMeta { at_least: after.position.clone().into_iter().collect() });
        let request = ReconcileBatchesRequest { meta, batch_id: self.country.batch_id.clone(), ..Default::default() };
        self.queries().reconcile_batches(by(&self.token, request)).await.unwrap().into_inner().batches.remove(0)
    }

    async fn resolve(&self, token: &str, codes: Vec<String>) -> Vec<ResolvedCode> {
        let request = ResolveCodesRequest { meta: None, codes };
        self.queries().resolve_codes(by(token, request)).await.unwrap().into_inner().codes
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_account_of_a_batch_adds_up_at_every_step() {
    let workshop = Workshop::open().await;
    let (mut commands, token) = (workshop.commands(), workshop.token.as_str());
    let read = RecordReadBackRequest {
        meta: meta(),
        batch_id: workshop.country.batch_id.clone(),
        bad: vec![OrdinalRange { first: 990, count: 10 }],
        unreadable: 2,
        codes: workshop.codes[..100].iter().map(|code| code.url.clone()).collect(),
        ..Default::default()
    };
    let read = commands.record_read_back(by(token, read)).await.unwrap().into_inner();
    let account = workshop.account(&read).await;
    assert_eq!((account.read_good, account.read_bad, account.unreadable, account.not_used), (100, 10, 2, 1000));

    let spoiled = workshop.decommission(990, 10, DecommissionReason::Spoiled);
    commands.decommission_codes(by(token, spoiled)).await.unwrap();
    let activate =
        ActivateCodesRequest { ranges: vec![OrdinalRange { first: 0, count: 500 }], ..workshop.activation() };
    commands.activate_codes(by(token, activate)).await.unwrap();
    let lost = workshop.decommission(498, 4, DecommissionReason::Lost);
    let lost = commands.decommission_codes(by(token, lost)).await.unwrap().into_inner();
    let account = workshop.account(&lost).await;
    let lines =
        [account.activated, account.spoiled, account.returned, account.lost, account.otherwise, account.not_used];
    assert_eq!((lines, account.active), ([500, 10, 0, 2, 0, 488], 498));
    assert_eq!(lines.iter().sum::<u64>(), account.issued);
    let gone = &workshop.codes[499].url;
    assert_eq!(verify(&workshop.platform.channel, gone, Some(&lost)).await.verdict(), Verdict::Decommissioned);

    let office = workshop.country.administrator.as_str();
    let refused = commands.reinstate_codes(by(office, workshop.reinstate(499, 1))).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused)), (StatusCode::PermissionDenied, "REINSTATE_BY_ANOTHER_PARTY".into()));
    let back = commands.reinstate_codes(by(token, workshop.reinstate(498, 4))).await.unwrap().into_inner();
    assert_eq!(verify(&workshop.platform.channel, gone, Some(&back)).await.verdict(), Verdict::Genuine);
    let account = workshop.account(&back).await;
    assert_eq!((account.activated, account.active, account.lost, account.not_used), (500, 500, 0, 490));
    workshop.platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_are_activated_as_they_are_printed_and_found_again_by_their_lot() {
    let workshop = Workshop::open().await;
    let [a, b, c] = [&workshop.codes[3], &workshop.codes[4], &workshop.codes[700]];
    let codes = vec![a.url.clone(), b.digits.clone(), c.number.to_string()];
    let activate =
        ActivateCodesRequest { codes: codes.clone(), place: Some("Bouaké".into()), ..workshop.activation() };
    let done = workshop.commands().activate_codes(by(&workshop.token, activate)).await.unwrap().into_inner();
    let list = |lot: &str| ListActivationsRequest {
        meta: Some(QueryMeta { at_least: done.position.clone().into_iter().collect() }),
        batch_id: workshop.country.batch_id.clone(),
        lot: lot.into(),
        ..Default::default()
    };
    let mut queries = workshop.queries();
    let listed = queries.list_activations(by(&workshop.token, list("A-17"))).await.unwrap().into_inner().activations;
    let [activation] = listed.as_slice() else { panic!("{listed:?}") };
    let range = |first, count| OrdinalRange { first, count };
    assert_eq!((activation.ranges.as_slice(), activation.codes), (&[range(3, 2), range(700, 1)][..], 3));
    assert_eq!((activation.lot.as_str(), activation.place.as_str()), ("A-17", "Bouaké"));
    assert_eq!(activation.activated_by, "stamper of ci");
    let others = queries.list_activations(by(&workshop.token, list("B"))).await.unwrap().into_inner().activations;
    assert_eq!(others, []);

    let found = workshop.resolve(&workshop.token, codes).await;
    let places: Vec<(u64, CodeState)> = found.iter().map(|code| (code.ordinal, code.state())).collect();
    assert_eq!(places, [3, 4, 700].map(|ordinal| (ordinal, CodeState::Active)));
    drop(queries);
    workshop.platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_that_cannot_be_used_are_named_one_by_one() {
    let workshop = Workshop::open().await;
    let good = &workshop.codes[0];
    let mut forged = good.url.clone();
    let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
    forged.insert(forged.len() - 9, last);
    let mut mistyped = good.digits.clone().into_bytes();
    mistyped[7] = if mistyped[7] == b'0' { b'1' } else { b'0' };
    let mistyped = String::from_utf8(mistyped).unwrap();
    let unallocated = (good.number + 1_000_000).to_string();
    let texts = vec![good.url.clone(), forged, mistyped, unallocated, "é".into(), String::new()];

    let found = workshop.resolve(&workshop.token, texts.clone()).await;
    let usable: Vec<bool> = found.iter().map(|code| code.fault.is_empty()).collect();
    assert_eq!(usable, [true, false, false, false, false, false], "{found:?}");
    assert_eq!(found[3].fault, "is no stamp that was ever issued: compare it with the label");
    let stranger = workshop.platform.token("ci", Role::Stamper, Some(SOMEBODY_ELSE));
    let found = workshop.resolve(&stranger, vec![good.digits.clone()]).await;
    assert_eq!(found[0].fault, "belongs to somebody else: name codes of your own batches");
    let elsewhere = workshop.platform.token("sn", Role::Administrator, None);
    let found = workshop.resolve(&elsewhere, vec![good.url.clone(), good.number.to_string()]).await;
    assert!(found.iter().all(|code| !code.fault.is_empty() && code.batch_id.is_empty()), "{found:?}");

    let activate = ActivateCodesRequest { codes: texts, ..workshop.activation() };
    let status = workshop.commands().activate_codes(by(&workshop.token, activate)).await.unwrap_err();
    assert_eq!(status.code(), StatusCode::InvalidArgument);
    assert_eq!(fields(&status), ["codes[1]", "codes[2]", "codes[3]", "codes[4]", "codes[5]"]);
    workshop.platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ranges_that_are_wrong_are_told_and_change_nothing() {
    let workshop = Workshop::open().await;
    let mut commands = workshop.commands();
    let range = |first, count| OrdinalRange { first, count };
    let cases = [
        (vec![], "CODE_RANGES_EMPTY"),
        (vec![range(5, 0)], "CODE_RANGE_OUTSIDE_BATCH"),
        // A range that runs backwards comes as a huge count.
        (vec![range(9, 7_u64.wrapping_sub(9))], "CODE_RANGE_OUTSIDE_BATCH"),
        (vec![range(0, 1), range(999, 2)], "CODE_RANGE_OUTSIDE_BATCH"),
        (vec![range(u64::MAX, u64::MAX)], "CODE_RANGE_OUTSIDE_BATCH"),
        (vec![range(0, 1); 10_001], "CODE_RANGES_TOO_MANY"),
    ];
    for (ranges, expected) in cases {
        let activate = ActivateCodesRequest { ranges: ranges.clone(), ..workshop.activation() };
        let status = commands.activate_codes(by(&workshop.token, activate)).await.unwrap_err();
        assert_eq!((status.code(), reason(&status)), (StatusCode::InvalidArgument, expected.into()), "{status:?}");
    }
    let stranger = workshop.platform.token("ci", Role::Stamper, Some(SOMEBODY_ELSE));
    let activate = ActivateCodesRequest { ranges: vec![range(0, 1)], ..workshop.activation() };
    let status = commands.activate_codes(by(&stranger, activate)).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (StatusCode::PermissionDenied, "BATCH_OF_ANOTHER_STAMPER".into()));

    // Ranges that overlap name some codes twice, which is the same as once.
    let overlapping = ActivateCodesRequest { ranges: vec![range(0, 10), range(5, 10)], ..workshop.activation() };
    let done = commands.activate_codes(by(&workshop.token, overlapping)).await.unwrap().into_inner();
    assert_eq!(workshop.account(&done).await.activated, 15);
    drop(commands);
    workshop.platform.stop().await;
}

/// The reason that every status of ours carries.
pub(crate) fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

fn fields(status: &Status) -> Vec<String> {
    let details = status.get_error_details();
    let violations = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    violations.into_iter().map(|violation| violation.field).collect()
}
