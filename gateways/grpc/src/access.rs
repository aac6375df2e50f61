//! Who may do what: the one table of method × role × whose data.
//!
//! The gateway reads it at compile time ([`rule_of`]: a method without a rule does not build) and the matrix test tries
//! all of it by real calls. `Own` means what belongs to the company or stamper that the token names; for commands the
//! decider has the last word on that, for queries the gateway filters.

use sceau_kernel::Role;
use sceau_security::{Grant, Rule, Whose};

const fn all(role: Role) -> Grant {
    Grant { role, whose: Whose::Tenant }
}

const fn own(role: Role) -> Grant {
    Grant { role, whose: Whose::Own }
}

const ADMINISTRATOR: Grant = all(Role::Administrator);
const OPERATOR: Grant = all(Role::Operator);
const AUDITOR: Grant = all(Role::Auditor);
const COMPANY: Grant = own(Role::Company);
const STAMPER: Grant = own(Role::Stamper);

const GOVERNMENT: &[Grant] = &[ADMINISTRATOR];
const SUPERVISION: &[Grant] = &[ADMINISTRATOR, AUDITOR];
const OFFICE: &[Grant] = &[ADMINISTRATOR, OPERATOR];
const OFFICE_READS: &[Grant] = &[ADMINISTRATOR, OPERATOR, AUDITOR];
const EVERYBODY: &[Grant] = &[ADMINISTRATOR, OPERATOR, AUDITOR, all(Role::Company), all(Role::Stamper)];
const WRITERS: &[Grant] = &[ADMINISTRATOR, OPERATOR, COMPANY, STAMPER];
/// Nodes of the platform, whose token no door of the platform gives out.
const NODES: &[Grant] = &[all(Role::System)];
const NOBODY: &[Grant] = &[];

const fn rule(method: &'static str, grants: &'static [Grant]) -> Rule {
    Rule { method, public: false, grants }
}

const fn public(method: &'static str) -> Rule {
    Rule { method, public: true, grants: NOBODY }
}

/// The table.
pub const ACCESS: &[Rule] = &[
    rule("/sceau.certification.v1.CertificationCommandService/RegisterCompany", OFFICE),
    rule(
        "/sceau.certification.v1.CertificationCommandService/ChangeCompanyContact",
        &[ADMINISTRATOR, OPERATOR, COMPANY],
    ),
    rule(
        "/sceau.certification.v1.CertificationCommandService/ApplyForCertificate",
        &[ADMINISTRATOR, OPERATOR, COMPANY],
    ),
    rule("/sceau.certification.v1.CertificationCommandService/AssignReviewer", OFFICE),
    rule("/sceau.certification.v1.CertificationCommandService/RequestChanges", OFFICE),
    rule("/sceau.certification.v1.CertificationCommandService/ProvideChanges", &[ADMINISTRATOR, OPERATOR, COMPANY]),
    rule("/sceau.certification.v1.CertificationCommandService/GrantCertificate", OFFICE),
    rule("/sceau.certification.v1.CertificationCommandService/RefuseCertificate", OFFICE),
    rule("/sceau.certification.v1.CertificationCommandService/SuspendCertificate", OFFICE),
    rule("/sceau.certification.v1.CertificationCommandService/ResumeCertificate", OFFICE),
    rule("/sceau.certification.v1.CertificationCommandService/RevokeCertificate", OFFICE),
    rule("/sceau.certification.v1.CertificationCommandService/RenewCertificate", OFFICE),
    rule("/sceau.certification.v1.CertificationCommandService/AccreditStamper", OFFICE),
    rule("/sceau.certification.v1.CertificationCommandService/WithdrawStamper", OFFICE),
    rule("/sceau.certification.v1.CertificationQueryService/GetCompany", &[ADMINISTRATOR, OPERATOR, AUDITOR, COMPANY]),
    rule("/sceau.certification.v1.CertificationQueryService/ListCompanies", OFFICE_READS),
    rule(
        "/sceau.certification.v1.CertificationQueryService/GetCertificate",
        &[ADMINISTRATOR, OPERATOR, AUDITOR, COMPANY],
    ),
    rule(
        "/sceau.certification.v1.CertificationQueryService/ListCertificates",
        &[ADMINISTRATOR, OPERATOR, AUDITOR, COMPANY],
    ),
    rule("/sceau.certification.v1.CertificationQueryService/GetStamper", &[ADMINISTRATOR, OPERATOR, AUDITOR, STAMPER]),
    rule(
        "/sceau.certification.v1.CertificationQueryService/ListStampers",
        &[ADMINISTRATOR, OPERATOR, AUDITOR, all(Role::Company)],
    ),
    rule("/sceau.order.v1.OrderCommandService/SetPriceList", GOVERNMENT),
    rule("/sceau.order.v1.OrderCommandService/PlaceOrder", &[ADMINISTRATOR, COMPANY]),
    rule("/sceau.order.v1.OrderCommandService/QuoteOrder", &[ADMINISTRATOR, COMPANY]),
    rule("/sceau.order.v1.OrderCommandService/ConfirmOrder", &[ADMINISTRATOR, COMPANY]),
    rule("/sceau.order.v1.OrderCommandService/CancelOrder", &[ADMINISTRATOR, COMPANY]),
    rule("/sceau.order.v1.OrderQueryService/GetPriceList", EVERYBODY),
    rule("/sceau.order.v1.OrderQueryService/GetOrder", &[ADMINISTRATOR, AUDITOR, COMPANY]),
    rule("/sceau.order.v1.OrderQueryService/ListOrders", &[ADMINISTRATOR, AUDITOR, COMPANY]),
    rule("/sceau.payment.v1.PaymentCommandService/RecordSettlement", GOVERNMENT),
    rule("/sceau.payment.v1.PaymentCommandService/IssueCreditNote", GOVERNMENT),
    rule("/sceau.payment.v1.PaymentCommandService/RecordRefund", GOVERNMENT),
    rule("/sceau.payment.v1.PaymentQueryService/GetInvoice", &[ADMINISTRATOR, AUDITOR, COMPANY]),
    rule("/sceau.payment.v1.PaymentQueryService/ListInvoices", &[ADMINISTRATOR, AUDITOR, COMPANY]),
    rule("/sceau.payment.v1.PaymentQueryService/GetLedger", &[ADMINISTRATOR, AUDITOR, COMPANY]),
    rule("/sceau.stamp.v1.StampCommandService/ReleaseBatch", &[ADMINISTRATOR, COMPANY]),
    rule("/sceau.stamp.v1.StampCommandService/ActivateCodes", &[ADMINISTRATOR, STAMPER]),
    rule("/sceau.stamp.v1.StampCommandService/RecordReadBack", &[ADMINISTRATOR, STAMPER]),
    rule("/sceau.stamp.v1.StampCommandService/OpenContainer", &[ADMINISTRATOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampCommandService/AggregateCodes", &[ADMINISTRATOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampCommandService/DisaggregateCodes", &[ADMINISTRATOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampCommandService/AggregateContainer", &[ADMINISTRATOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampCommandService/DisaggregateContainer", &[ADMINISTRATOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampCommandService/DecommissionCodes", &[ADMINISTRATOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampCommandService/ReinstateCodes", &[ADMINISTRATOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampQueryService/GetBatch", &[ADMINISTRATOR, AUDITOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampQueryService/ListBatches", &[ADMINISTRATOR, AUDITOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampQueryService/GetProductStamps", &[ADMINISTRATOR, OPERATOR, AUDITOR, COMPANY]),
    rule("/sceau.stamp.v1.StampQueryService/GetContainer", &[ADMINISTRATOR, AUDITOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampQueryService/ReconcileBatches", &[ADMINISTRATOR, AUDITOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampQueryService/ListActivations", &[ADMINISTRATOR, AUDITOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampQueryService/ResolveCodes", &[ADMINISTRATOR, AUDITOR, COMPANY, STAMPER]),
    rule("/sceau.stamp.v1.StampQueryService/DownloadCodes", &[ADMINISTRATOR, STAMPER]),
    public("/sceau.verification.v1.VerificationService/Verify"),
    public("/sceau.verification.v1.VerificationService/VerifyBatch"),
    public("/sceau.verification.v1.VerificationService/ListKeys"),
    public("/sceau.verification.v1.VerificationService/ReportProblem"),
    public("/sceau.verification.v1.VerificationService/GetPage"),
    public("/sceau.verification.v1.VerificationService/GetOfflineLists"),
    rule("/sceau.verification.v1.VerificationCommandService/CloseCase", OFFICE),
    rule("/sceau.verification.v1.VerificationQueryService/ListCases", OFFICE_READS),
    rule("/sceau.verification.v1.VerificationQueryService/GetCase", OFFICE_READS),
    rule("/sceau.submit.v1.SubmitService/Submit", WRITERS),
    rule("/sceau.admin.v1.AdminService/ListProjections", SUPERVISION),
    rule("/sceau.admin.v1.AdminService/RebuildProjection", GOVERNMENT),
    rule("/sceau.admin.v1.AdminService/CancelRebuild", GOVERNMENT),
    rule("/sceau.admin.v1.AdminService/SwitchProjection", GOVERNMENT),
    rule("/sceau.admin.v1.AdminService/LogStat", SUPERVISION),
    rule("/sceau.admin.v1.AdminService/TailLog", SUPERVISION),
    rule("/sceau.admin.v1.AdminService/ListKeys", SUPERVISION),
    rule("/sceau.admin.v1.AdminService/RotateKey", GOVERNMENT),
    rule("/sceau.admin.v1.AdminService/WithdrawKey", GOVERNMENT),
    rule("/sceau.admin.v1.AdminService/IssueToken", GOVERNMENT),
    rule("/sceau.admin.v1.AdminService/RevokeToken", GOVERNMENT),
    rule("/sceau.admin.v1.AdminService/GetCluster", SUPERVISION),
    rule("/sceau.cluster.v1.ClusterService/Decide", NODES),
    rule("/sceau.cluster.v1.ClusterService/WaitApplied", NODES),
    rule("/sceau.cluster.v1.ClusterService/GetNode", NODES),
];

/// The rule of a method; evaluated while compiling, where it fails for a method that has none.
pub(crate) const fn rule_of(method: &str) -> &'static Rule {
    let mut n = 0;
    while n < ACCESS.len() {
        if same(ACCESS[n].method.as_bytes(), method.as_bytes()) {
            return &ACCESS[n];
        }
        n += 1;
    }
    assert!(n < ACCESS.len(), "the method has no rule in ACCESS");
    &ACCESS[0]
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut n = 0;
    while n < left.len() {
        if left[n] != right[n] {
            return false;
        }
        n += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use prost::Message;
    use prost_types::FileDescriptorSet;

    use super::*;

    #[test]
    fn every_method_of_the_published_language_has_one_rule_and_no_rule_is_idle() {
        let descriptors = FileDescriptorSet::decode(sceau_proto::DESCRIPTORS).unwrap();
        let mut published = BTreeSet::new();
        for file in &descriptors.file {
            for service in &file.service {
                for method in &service.method {
                    published.insert(format!("/{}.{}/{}", file.package(), service.name(), method.name()));
                }
            }
        }
        let ruled: BTreeSet<String> = ACCESS.iter().map(|rule| rule.method.to_owned()).collect();
        assert_eq!(ruled, published);
        assert_eq!(ruled.len(), ACCESS.len(), "a method has two rules");
    }

    #[test]
    fn the_auditor_changes_nothing() {
        for rule in ACCESS {
            let reads = rule.method.contains("QueryService/")
                || rule.method.contains("Service/Get")
                || rule.method.starts_with("/sceau.admin.v1.AdminService/L")
                || rule.method.ends_with("/TailLog");
            assert!(reads || rule.grants.iter().all(|grant| grant.role != Role::Auditor), "{}", rule.method);
        }
    }

    #[test]
    fn the_platforms_own_role_opens_only_the_door_between_nodes_and_wider_grants_come_first() {
        for rule in ACCESS {
            let between_nodes = rule.method.starts_with("/sceau.cluster.v1.ClusterService/");
            let own = rule.grants.iter().any(|grant| grant.role == Role::System);
            assert_eq!(own, between_nodes, "{}", rule.method);
            assert!(rule.grants.is_sorted_by_key(|grant| grant.whose == Whose::Own), "{}", rule.method);
        }
    }
}
