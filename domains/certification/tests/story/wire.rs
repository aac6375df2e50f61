//! What goes over the wire and stays in the log.

use std::path::Path;

use proptest::prelude::*;
use sceau_certification::certificate::{ApplyForCertificate, ResumeCertificate};
use sceau_certification::{Certification, CertificationEvent};
use sceau_kernel::Domain;
use sceau_kernel::testing::golden;
use sceau_kernel::wire::FromRequest;
use sceau_proto::certification::v1::{ApplyForCertificateRequest, Evidence, ProductCategory, ResumeCertificateRequest};

use crate::samples::*;

fn one_of_each() -> Vec<CertificationEvent> {
    let certificate = [
        applied(),
        reviewer_assigned(),
        changes_requested(),
        changes_provided(),
        granted(365),
        refused(),
        suspended(365),
        resumed(365),
        revoked(365),
        renewed(365, 730),
        expired(365),
    ];
    let company = [company_registered(), contact_changed()];
    let stamper = [stamper_accredited(), stamper_withdrawn()];
    certificate
        .map(CertificationEvent::Certificate)
        .into_iter()
        .chain(company.map(CertificationEvent::Company))
        .chain(stamper.map(CertificationEvent::Stamper))
        .chain([CertificationEvent::Transparency(leaves_logged())])
        .collect()
}

#[test]
fn every_event_ever_written_is_still_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    golden::<Certification>(&folder, &Certification::event_types(), &one_of_each());
}

fn request() -> ApplyForCertificateRequest {
    ApplyForCertificateRequest {
        meta: None,
        company_id: company_id().to_string(),
        gtin: "6291041500213".into(),
        product_name: "Cocoa powder 500 g".into(),
        category: ProductCategory::Food.into(),
        evidence: vec![Evidence { title: "Laboratory report".into(), sha256: "07".repeat(32) }],
    }
}

#[test]
fn a_request_is_read_field_by_field() {
    assert_eq!(ApplyForCertificate::from_request(request()), Ok(application()));
    let empty = ResumeCertificateRequest::default();
    assert_eq!(ResumeCertificate::from_request(empty), Ok(ResumeCertificate {}));
}

#[test]
fn every_fault_of_a_request_is_named_at_once() {
    let mut wrong = request();
    wrong.company_id = "seven".into();
    wrong.gtin = "6291041500214".into();
    wrong.product_name = " ".into();
    wrong.category = 0;
    wrong.evidence[0].sha256 = "07".into();
    let faults = ApplyForCertificate::from_request(wrong).unwrap_err().0;
    let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["company_id", "gtin", "product_name", "category", "evidence[0].sha256"]);
    assert_eq!(
        faults[1].reason,
        "`6291041500214` is not a GTIN: its last digit should be 3, the check digit; look for a typing error"
    );
}

proptest! {
    /// A damaged or foreign record is an error, never a fall.
    #[test]
    fn no_bytes_make_the_decoder_fall(kind in 0..16_usize, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let types = Certification::event_types();
        let _ = Certification::decode(types[kind % types.len()], &bytes);
    }

    #[test]
    fn a_damaged_event_is_refused_or_another_valid_event(
        which in 0..16_usize,
        at in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let events = one_of_each();
        let encoded = Certification::encode(&events[which]);
        let mut payload = encoded.payload;
        let at = at.index(payload.len());
        payload[at] ^= 1 << bit;
        if let Ok(event) = Certification::decode(encoded.type_name, &payload) {
            let again = Certification::encode(&event);
            prop_assert_eq!(Certification::decode(again.type_name, &again.payload), Ok(event));
        }
    }
}
