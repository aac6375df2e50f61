//! A container, in sentences.

use sceau_kernel::testing::given;
use sceau_kernel::uuid::Uuid;

use super::*;

const COMPANY: CompanyId = CompanyId(Uuid::from_u128(5));
const STAMPER: StamperId = StamperId(Uuid::from_u128(6));

fn sscc(n: u64) -> Sscc {
    (0..10).find_map(|digit| Sscc::of_value(n * 10 + digit)).unwrap()
}

fn open(kind: ContainerKind) -> ContainerCommand {
    ContainerCommand::Open(OpenContainer { sscc: sscc(1), kind, company_id: COMPANY })
}

fn opened(kind: ContainerKind) -> ContainerEvent {
    ContainerEvent::Opened(ContainerOpened { sscc: sscc(1), kind, company_id: COMPANY, stamper_id: None })
}

fn pallet() -> ContainerFacts {
    ContainerFacts { kind: ContainerKind::Pallet, company_id: COMPANY }
}

fn put_on(pallet: u64, facts: Option<ContainerFacts>) -> ContainerCommand {
    ContainerCommand::Aggregate(AggregateContainer { into: sscc(pallet) }, facts)
}

fn stands_on(pallet: u64) -> ContainerEvent {
    ContainerEvent::Aggregated(ContainerAggregated { sscc: sscc(1), into: sscc(pallet) })
}

fn acting(role: Role, party: Option<&dyn ToString>) -> Actor {
    Actor { subject: "awa".into(), role, party: party.map(|party| party.to_string().into()) }
}

const CARTON: ContainerKind = ContainerKind::Carton;

#[test]
fn a_container_is_opened_once() {
    given::<Container>([]).when(&open(CARTON)).then([opened(CARTON)]);
    given::<Container>([opened(CARTON)]).when(&open(CARTON)).then([]);
    given::<Container>([opened(CARTON)])
        .when(&open(ContainerKind::Pallet))
        .refused(&ContainerRefusal::ExistsOtherwise { sscc: sscc(1) });
    for command in [put_on(9, Some(pallet())), ContainerCommand::Disaggregate] {
        given::<Container>([]).when(&command).refused(&ContainerRefusal::Unknown);
    }
}

#[test]
fn a_carton_stands_on_one_pallet_at_a_time() {
    let off = ContainerEvent::Disaggregated(ContainerDisaggregated { sscc: sscc(1), from: sscc(9) });
    given::<Container>([opened(CARTON)]).when(&put_on(9, Some(pallet()))).then([stands_on(9)]);
    given::<Container>([opened(CARTON), stands_on(9)]).when(&put_on(9, Some(pallet()))).then([]);
    given::<Container>([opened(CARTON), stands_on(9)])
        .when(&put_on(8, Some(pallet())))
        .refused(&ContainerRefusal::InAnother { sscc: sscc(1), inside: sscc(9) });
    given::<Container>([opened(CARTON), stands_on(9)]).when(&ContainerCommand::Disaggregate).then([off.clone()]);
    given::<Container>([opened(CARTON), stands_on(9), off.clone()]).when(&ContainerCommand::Disaggregate).then([]);
    given::<Container>([opened(CARTON), stands_on(9), off]).when(&put_on(8, Some(pallet()))).then([stands_on(8)]);
}

#[test]
fn only_a_pallet_of_the_same_company_takes_a_carton() {
    let carton = ContainerFacts { kind: CARTON, ..pallet() };
    let anothers = ContainerFacts { company_id: CompanyId(Uuid::from_u128(99)), ..pallet() };
    let table = [
        (None, ContainerRefusal::IntoUnknown { sscc: sscc(9) }),
        (Some(carton), ContainerRefusal::IntoCarton { sscc: sscc(9) }),
        (Some(anothers), ContainerRefusal::IntoAnotherCompanys { sscc: sscc(9) }),
    ];
    for (facts, refusal) in table {
        given::<Container>([opened(CARTON)]).when(&put_on(9, facts)).refused(&refusal);
    }
    given::<Container>([opened(ContainerKind::Pallet)])
        .when(&put_on(9, Some(pallet())))
        .refused(&ContainerRefusal::PalletInside { sscc: sscc(1) });
}

#[test]
fn a_party_acts_on_its_own_containers() {
    let stamper = acting(Role::Stamper, Some(&STAMPER));
    let by_stamper = ContainerEvent::Opened(ContainerOpened {
        sscc: sscc(1),
        kind: CARTON,
        company_id: COMPANY,
        stamper_id: Some(STAMPER),
    });
    given::<Container>([]).by(stamper.clone()).when(&open(CARTON)).then([by_stamper.clone()]);
    given::<Container>([by_stamper]).by(stamper.clone()).when(&put_on(9, Some(pallet()))).then([stands_on(9)]);
    given::<Container>([]).by(acting(Role::Company, Some(&COMPANY))).when(&open(CARTON)).then([opened(CARTON)]);
    let strangers = [
        stamper,
        acting(Role::Stamper, None),
        acting(Role::Stamper, Some(&"no id")),
        acting(Role::Company, Some(&STAMPER)),
        acting(Role::Company, None),
    ];
    for stranger in strangers {
        given::<Container>([opened(CARTON)])
            .by(stranger)
            .when(&put_on(9, Some(pallet())))
            .refused(&ContainerRefusal::OfAnother);
    }
    given::<Container>([])
        .by(acting(Role::Company, Some(&STAMPER)))
        .when(&open(CARTON))
        .refused(&ContainerRefusal::OfAnother);
}
