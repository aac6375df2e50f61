//! Codes into cartons, cartons onto pallets, and where everything is.

use sceau_kernel::Role;
use sceau_proto::common::v1::{CommandReceipt, QueryMeta};
use sceau_proto::stamp::v1::{
    ActivateCodesRequest, AggregateCodesRequest, AggregateContainerRequest, ContainerKind, DecommissionReason,
    DisaggregateCodesRequest, DisaggregateContainerRequest, GetContainerRequest, GetContainerResponse,
    OpenContainerRequest, OrdinalRange, ResolveCodesRequest,
};
use tonic::{Code, Status};

use crate::country::{CARTON, PALLET};
use crate::platform::{by, meta};
use crate::stamper::{Workshop, reason};

const OTHER_CARTON: &str = "034000000000000036";

fn after(receipt: &CommandReceipt) -> Option<QueryMeta> {
    Some(QueryMeta { at_least: receipt.position.clone().into_iter().collect() })
}

impl Workshop {
    fn packing(&self, sscc: &str, first: u64, count: u64) -> AggregateCodesRequest {
        AggregateCodesRequest {
            meta: meta(),
            batch_id: self.country.batch_id.clone(),
            ranges: vec![OrdinalRange { first, count }],
            codes: Vec::new(),
            into: sscc.into(),
        }
    }

    fn unpacking(&self, sscc: &str) -> DisaggregateCodesRequest {
        let batch_id = self.country.batch_id.clone();
        DisaggregateCodesRequest { meta: meta(), batch_id, from: sscc.into(), ..Default::default() }
    }

    async fn container(&self, sscc: &str, at: &CommandReceipt) -> GetContainerResponse {
        let request = GetContainerRequest { meta: after(at), sscc: sscc.into() };
        self.queries().get_container(by(&self.token, request)).await.unwrap().into_inner()
    }

    /// The containers that hold these codes of the batch.
    async fn holders(&self, ordinals: &[usize], at: &CommandReceipt) -> Vec<String> {
        let codes = ordinals.iter().map(|ordinal| self.codes[*ordinal].digits.clone()).collect();
        let request = ResolveCodesRequest { meta: after(at), codes };
        let found = self.queries().resolve_codes(by(&self.token, request)).await.unwrap().into_inner().codes;
        found.into_iter().map(|code| code.container).collect()
    }
}

#[track_caller]
fn refused(answer: Result<tonic::Response<CommandReceipt>, Status>, code: Code, expected: &str) {
    let status = answer.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (code, expected), "{status:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn goods_are_packed_and_unpacked_and_are_always_found() {
    let workshop = Workshop::open().await;
    let (mut commands, token) = (workshop.commands(), workshop.token.as_str());
    let activate =
        ActivateCodesRequest { ranges: vec![OrdinalRange { first: 0, count: 100 }], ..workshop.activation() };
    commands.activate_codes(by(token, activate)).await.unwrap();
    let by_code = AggregateCodesRequest {
        ranges: Vec::new(),
        codes: workshop.codes[..24].iter().map(|code| code.url.clone()).collect(),
        ..workshop.packing(CARTON, 0, 0)
    };
    let packed = commands.aggregate_codes(by(token, by_code)).await.unwrap().into_inner();
    let onto = AggregateContainerRequest { meta: meta(), sscc: format!("(00){CARTON}"), into: PALLET.into() };
    let standing = commands.aggregate_container(by(token, onto)).await.unwrap().into_inner();

    let carton = workshop.container(CARTON, &packed).await;
    assert_eq!((carton.kind(), carton.codes), (ContainerKind::Carton, 24));
    assert_eq!(carton.batches[0].ranges, [OrdinalRange { first: 0, count: 24 }]);
    let pallet = workshop.container(PALLET, &standing).await;
    assert_eq!((pallet.kind(), pallet.containers.as_slice()), (ContainerKind::Pallet, &[CARTON.to_owned()][..]));
    assert_eq!(workshop.container(CARTON, &standing).await.inside, PALLET);
    assert_eq!(workshop.holders(&[0, 23, 24], &packed).await, [CARTON, CARTON, ""]);

    let spoiled = workshop.decommission(5, 1, DecommissionReason::Spoiled);
    let spoiled = commands.decommission_codes(by(token, spoiled)).await.unwrap().into_inner();
    assert_eq!(workshop.container(CARTON, &spoiled).await.codes, 23);
    assert_eq!(workshop.holders(&[4, 5, 6], &spoiled).await, [CARTON, "", CARTON]);

    let off = DisaggregateContainerRequest { meta: meta(), sscc: CARTON.into() };
    let off = commands.disaggregate_container(by(token, off)).await.unwrap().into_inner();
    assert_eq!(workshop.container(PALLET, &off).await.containers, Vec::<String>::new());
    let empty = commands.disaggregate_codes(by(token, workshop.unpacking(CARTON))).await.unwrap().into_inner();
    let carton = workshop.container(CARTON, &empty).await;
    assert_eq!((carton.codes, carton.batches.len()), (0, 0));
    assert_eq!(workshop.holders(&[4], &empty).await, [""]);
    drop(commands);
    workshop.platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_is_told() {
    let workshop = Workshop::open().await;
    let (mut commands, token) = (workshop.commands(), workshop.token.as_str());
    let activate =
        ActivateCodesRequest { ranges: vec![OrdinalRange { first: 0, count: 100 }], ..workshop.activation() };
    commands.activate_codes(by(token, activate)).await.unwrap();
    let open = OpenContainerRequest {
        meta: meta(),
        sscc: OTHER_CARTON.into(),
        kind: ContainerKind::Carton.into(),
        company_id: "11111111-1111-4111-8111-111111111111".into(),
    };
    commands.open_container(by(token, open.clone())).await.unwrap();
    commands.aggregate_codes(by(token, workshop.packing(CARTON, 0, 24))).await.unwrap();

    let answer = commands.aggregate_codes(by(token, workshop.packing(PALLET, 20, 10))).await;
    refused(answer, Code::FailedPrecondition, "CODES_IN_CONTAINER");
    let answer = commands.aggregate_codes(by(token, workshop.packing(CARTON, 90, 20))).await;
    refused(answer, Code::FailedPrecondition, "CODES_NOT_ACTIVE");
    let answer = commands.aggregate_codes(by(token, workshop.packing(OTHER_CARTON, 50, 1))).await;
    refused(answer, Code::FailedPrecondition, "CODES_INTO_CONTAINER_OF_ANOTHER_COMPANY");
    let answer = commands.aggregate_codes(by(token, workshop.packing("034000000000000098", 50, 1))).await;
    refused(answer, Code::NotFound, "CODES_INTO_UNKNOWN_CONTAINER");
    let answer = commands.aggregate_codes(by(token, workshop.packing("034000000000000013", 50, 1))).await;
    refused(answer, Code::InvalidArgument, "INVALID_FIELDS");

    let onto =
        |sscc: &str, into: &str| AggregateContainerRequest { meta: meta(), sscc: sscc.into(), into: into.into() };
    let answer = commands.aggregate_container(by(token, onto(PALLET, CARTON))).await;
    refused(answer, Code::FailedPrecondition, "CONTAINER_IS_A_PALLET");
    let answer = commands.aggregate_container(by(token, onto(CARTON, CARTON))).await;
    refused(answer, Code::FailedPrecondition, "INTO_CARTON");
    let answer = commands.aggregate_container(by(token, onto(OTHER_CARTON, PALLET))).await;
    refused(answer, Code::FailedPrecondition, "INTO_CONTAINER_OF_ANOTHER_COMPANY");
    let again = OpenContainerRequest { meta: meta(), kind: ContainerKind::Pallet.into(), ..open };
    refused(commands.open_container(by(token, again)).await, Code::AlreadyExists, "CONTAINER_EXISTS_OTHERWISE");

    let company = workshop.platform.token("ci", Role::Company, Some("22222222-2222-4222-8222-222222222222"));
    let request = GetContainerRequest { meta: None, sscc: CARTON.into() };
    let status = workshop.queries().get_container(by(&company, request)).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    drop(commands);
    workshop.platform.stop().await;
}
