//! The table of verdicts, row by row.

use super::*;

const NOW: Timestamp = Timestamp(1_767_225_600_000_000);
const RELEASE: ReleaseFacts = ReleaseFacts { key_id: 1, expiry_day: 21_000 };
const SIGNED: Checked = Checked::Signed { key_id: 1, expiry_day: 21_000 };
const COPIES: Suspicion = Suspicion {
    rule: CloneRule::TooMany,
    seen: 9,
    limit: 8,
    distance_km: 0,
    within_seconds: 86_400,
    from: None,
    to: None,
};

const fn batch(release: Option<ReleaseFacts>, code: CodeState) -> BatchFacts {
    BatchFacts { release, code }
}

const fn certificate(status: CertificateStatus) -> CertificateFacts {
    CertificateFacts { status, valid_until: Timestamp(NOW.0 + 1) }
}

const fn suspect(reason: SuspectReason) -> Verdict {
    Verdict::Suspect { reason }
}

const fn unknown(reason: UnknownReason) -> Verdict {
    Verdict::Unknown { reason }
}

type Row = (Checked, Option<BatchFacts>, Option<CertificateFacts>, Verdict);

const FORGED: Checked = Checked::BadSignature;
const WITHDRAWN: Checked = Checked::Withdrawn;
const TYPED: Checked = Checked::Digits;
const NO_BATCH: Option<BatchFacts> = None;
const UNRELEASED: Option<BatchFacts> = Some(batch(None, CodeState::Waiting));
const WAITING: Option<BatchFacts> = Some(batch(Some(RELEASE), CodeState::Waiting));
const ACTIVE: Option<BatchFacts> = Some(batch(Some(RELEASE), CodeState::Active));
const GONE: Option<BatchFacts> = Some(batch(Some(RELEASE), CodeState::Decommissioned));
const NO_CERTIFICATE: Option<CertificateFacts> = None;
const IN_FORCE: Option<CertificateFacts> = Some(certificate(CertificateStatus::InForce));
const SUSPENDED: Option<CertificateFacts> = Some(certificate(CertificateStatus::Suspended));
const REVOKED: Option<CertificateFacts> = Some(certificate(CertificateStatus::Revoked));
const EXPIRED: Option<CertificateFacts> = Some(certificate(CertificateStatus::Expired));
const ENDED: Option<CertificateFacts> = Some(CertificateFacts { status: CertificateStatus::InForce, valid_until: NOW });

/// Each row fails everything below its own rule too, so that only its place in the order explains the verdict.
const TABLE: [Row; 17] = [
    (FORGED, NO_BATCH, NO_CERTIFICATE, unknown(UnknownReason::Signature)),
    (FORGED, GONE, REVOKED, unknown(UnknownReason::Signature)),
    (WITHDRAWN, NO_BATCH, NO_CERTIFICATE, Verdict::Withdrawn),
    (WITHDRAWN, GONE, REVOKED, Verdict::Withdrawn),
    (TYPED, NO_BATCH, NO_CERTIFICATE, unknown(UnknownReason::NoSuchStamp)),
    (SIGNED, NO_BATCH, NO_CERTIFICATE, suspect(SuspectReason::NeverAllocated)),
    (SIGNED, UNRELEASED, NO_CERTIFICATE, suspect(SuspectReason::NotAsIssued)),
    (SIGNED, GONE, NO_CERTIFICATE, unknown(UnknownReason::NoCertificate)),
    (SIGNED, GONE, REVOKED, Verdict::Revoked),
    (SIGNED, GONE, SUSPENDED, Verdict::Decommissioned),
    (SIGNED, WAITING, SUSPENDED, Verdict::Suspended),
    (SIGNED, WAITING, EXPIRED, Verdict::Expired),
    (SIGNED, WAITING, ENDED, Verdict::Expired),
    (SIGNED, WAITING, IN_FORCE, Verdict::NotActivated),
    (TYPED, UNRELEASED, IN_FORCE, Verdict::NotActivated),
    (SIGNED, ACTIVE, IN_FORCE, suspect(SuspectReason::Copies(COPIES))),
    (TYPED, ACTIVE, IN_FORCE, suspect(SuspectReason::Copies(COPIES))),
];

#[test]
fn the_first_rule_that_holds_is_the_verdict() {
    for (n, (checked, batch, certificate, expected)) in TABLE.into_iter().enumerate() {
        assert_eq!(verdict(checked, batch.as_ref(), certificate.as_ref(), Some(COPIES), NOW), expected, "row {n}");
    }
}

#[test]
fn a_code_is_genuine_when_nothing_speaks_against_it() {
    for checked in [SIGNED, TYPED] {
        let said = verdict(checked, ACTIVE.as_ref(), IN_FORCE.as_ref(), None, NOW);
        assert_eq!(said, Verdict::Genuine);
    }
}

#[test]
fn a_signed_code_must_be_as_its_batch_was_issued() {
    let wrong = [Checked::Signed { key_id: 2, expiry_day: 21_000 }, Checked::Signed { key_id: 1, expiry_day: 21_001 }];
    for checked in wrong {
        for batch in [WAITING, ACTIVE, GONE] {
            let said = verdict(checked, batch.as_ref(), IN_FORCE.as_ref(), None, NOW);
            assert_eq!(said, suspect(SuspectReason::NotAsIssued));
        }
    }
}

#[test]
fn no_advice_calls_a_product_fake() {
    let verdicts = [
        Verdict::Genuine,
        Verdict::NotActivated,
        Verdict::Suspended,
        Verdict::Revoked,
        Verdict::Expired,
        Verdict::Decommissioned,
        suspect(SuspectReason::NeverAllocated),
        suspect(SuspectReason::NotAsIssued),
        suspect(SuspectReason::Copies(COPIES)),
        unknown(UnknownReason::Signature),
        unknown(UnknownReason::NoSuchStamp),
        unknown(UnknownReason::NoCertificate),
    ];
    for verdict in verdicts {
        let advice = verdict.advice().to_lowercase();
        assert!(["fake", "counterfeit", "forged"].iter().all(|word| !advice.contains(word)), "{advice}");
    }
}
