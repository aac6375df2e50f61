//! The whole matrix of method × role × whose data × tenant, by real calls.

mod requests;
mod wire;

use sceau_grpc::ACCESS;
use sceau_kernel::Role;
use sceau_security::{Rule, Whose};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::country::Country;
use crate::platform::Platform;

const SOMEBODY_ELSE: &str = "11111111-1111-4111-8111-111111111111";

/// What a caller came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// Past the door: answered, or refused for another reason than who he is.
    In,
    /// Nobody knows who he is.
    Unknown,
    /// His role does not allow it.
    WrongRole,
    /// It belongs to somebody else.
    NotHis,
}

fn came(method: &str, answer: &Result<Vec<u8>, Status>, country: &Country) -> Came {
    match answer {
        // A stamper who asks for the batches of a certificate is shown those released to him: here, none.
        Ok(list) if method.ends_with("/ListBatches") && !holds(list, &country.batch_id) => Came::NotHis,
        Err(status) if status.code() == Code::Unauthenticated => Came::Unknown,
        Err(status) if status.code() == Code::PermissionDenied => {
            match status.get_error_details().error_info().map(|info| info.reason.as_str()) {
                Some("ROLE_REQUIRED") => Came::WrongRole,
                _ => Came::NotHis,
            }
        }
        _ => Came::In,
    }
}

/// The methods of this door. Nodes have one of their own, which is tried where there are nodes.
fn methods() -> impl Iterator<Item = &'static Rule> {
    ACCESS.iter().filter(|rule| !rule.method.starts_with("/sceau.cluster."))
}

fn holds(message: &[u8], id: &str) -> bool {
    message.windows(id.len()).any(|window| window == id.as_bytes())
}

/// The party of a role that is bound to one.
fn party_of(role: Role, country: &Country) -> Option<&str> {
    match role {
        Role::Company => Some(&country.company_id),
        Role::Stamper => Some(&country.stamper_id),
        _ => None,
    }
}

fn expected(rule: &Rule, role: Role, own: bool) -> Came {
    match rule.grants.iter().find(|grant| grant.role == role) {
        _ if rule.public => Came::In,
        None => Came::WrongRole,
        Some(grant) if grant.whose == Whose::Own && !own => Came::NotHis,
        Some(_) => Came::In,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_door_opens_to_whom_the_table_says() {
    let platform = Platform::start().await;
    let country = Country::found(&platform).await;
    let roles = [Role::Auditor, Role::Stamper, Role::Company, Role::Operator, Role::Administrator];
    for rule in methods() {
        let ask = |token: Option<String>| {
            let (channel, request) = (platform.channel.clone(), requests::of(rule.method, &country));
            async move { wire::call(channel, rule.method, token.as_deref(), request).await }
        };
        let nobody = came(rule.method, &ask(None).await, &country);
        assert_eq!(nobody, if rule.public { Came::In } else { Came::Unknown }, "{} without a token", rule.method);
        for role in roles {
            let party = party_of(role, &country);
            if party.is_some() && requests::names_a_thing(rule.method) {
                let answer = ask(Some(platform.token("ci", role, Some(SOMEBODY_ELSE)))).await;
                assert_eq!(
                    came(rule.method, &answer, &country),
                    expected(rule, role, false),
                    "{} as another {role:?}: {answer:?}",
                    rule.method
                );
            }
            let answer = ask(Some(platform.token("ci", role, party))).await;
            assert_eq!(
                came(rule.method, &answer, &country),
                expected(rule, role, true),
                "{} as {role:?}: {answer:?}",
                rule.method
            );
        }
    }
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_tenant_never_reaches_the_other() {
    let platform = Platform::start().await;
    let country = Country::found(&platform).await;
    let elsewhere = platform.token("sn", Role::Administrator, None);
    for rule in methods().filter(|rule| requests::names_a_thing(rule.method)) {
        let request = requests::of(rule.method, &country);
        let answer = wire::call(platform.channel.clone(), rule.method, Some(&elsewhere), request).await;
        let reached = match &answer {
            Ok(message) => holds(message, &country.batch_id) || holds(message, &country.company_id),
            Err(_) => false,
        };
        assert!(!reached, "{} reached the other tenant: {answer:?}", rule.method);
        let commands = rule.method.contains("CommandService/");
        assert!(!commands || answer.is_err(), "{} was accepted for the other tenant's thing", rule.method);
    }
    platform.stop().await;
}
