//! The plan's steps as commands of the published language.
//!
//! A command's id is a UUIDv5 of the seed and the step's name, and its body depends on the plan and on what the
//! platform can never say otherwise (ids, the total of an invoice). So a step that is sent again is the same command.

use sceau_proto::certification::v1 as certification;
use sceau_proto::common::v1::{CommandMeta, Money};
use sceau_proto::order::v1 as order;
use sceau_proto::order::v1::{FormPrices, PriceTier, RequestedLine, StampForm};
use sceau_proto::payment::v1 as payment;
use sceau_proto::payment::v1::LineCount;
use sceau_proto::stamp::v1 as stamp;
use sceau_proto::stamp::v1::{DecommissionReason, OrdinalRange};
use sceau_proto::submit::v1::submit_request::Command;

use super::plan::{CompanyPlan, Credit, OrderPlan, Payment, ProductPlan, Review, StamperPlan};

/// Meta of a command.
pub(super) type Meta = Option<CommandMeta>;

/// TVA, in parts per million (Code général des impôts of Côte d'Ivoire, article 359: 18 %).
const TVA: u32 = 180_000;
const QUOTE_DAYS: u32 = 90;

/// Prices per thousand stamps, by form: from 1 and from 100 000 on.
const PRICES: [(StampForm, i64, i64); 3] =
    [(StampForm::SignedQr, 12_500, 10_000), (StampForm::SmallQr, 9_000, 7_500), (StampForm::Digits, 6_000, 5_000)];

pub(super) fn price_list(meta: Meta) -> Command {
    let tier = |from_count, price_per_thousand| PriceTier { from_count, price_per_thousand };
    let prices = PRICES
        .map(|(form, few, many)| FormPrices { form: form.into(), tiers: vec![tier(1, few), tier(100_000, many)] });
    let (currency, prices) = ("XOF".to_owned(), prices.to_vec());
    Command::SetPriceList(order::SetPriceListRequest { meta, currency, tax: TVA, quote_days: QUOTE_DAYS, prices })
}

impl StamperPlan {
    pub(super) fn accredit(&self, meta: Meta) -> Command {
        Command::AccreditStamper(certification::AccreditStamperRequest {
            meta,
            name: self.name.to_owned(),
            contact: Some(self.contact.clone()),
            valid_until: Some(self.valid_until),
        })
    }
}

impl CompanyPlan {
    pub(super) fn register(&self, meta: Meta) -> Command {
        Command::RegisterCompany(certification::RegisterCompanyRequest {
            meta,
            name: self.name.clone(),
            registration_number: self.registration.clone(),
            contact: Some(self.contact.clone()),
        })
    }
}

impl ProductPlan {
    pub(super) fn apply(&self, meta: Meta, company_id: &str) -> Command {
        Command::ApplyForCertificate(certification::ApplyForCertificateRequest {
            meta,
            company_id: company_id.to_owned(),
            gtin: self.gtin.clone(),
            product_name: self.name.clone(),
            category: self.category.into(),
            evidence: self.evidence.clone(),
        })
    }
}

impl Review {
    pub(super) fn command(&self, meta: Meta, certificate_id: &str) -> Command {
        let certificate_id = certificate_id.to_owned();
        match self {
            Self::Assign { reviewer } => {
                let reviewer = (*reviewer).to_owned();
                Command::AssignReviewer(certification::AssignReviewerRequest { meta, certificate_id, reviewer })
            }
            Self::RequestChanges { notes } => {
                let notes = (*notes).to_owned();
                Command::RequestChanges(certification::RequestChangesRequest { meta, certificate_id, notes })
            }
            Self::ProvideChanges { notes, evidence } => {
                let (notes, evidence) = ((*notes).to_owned(), evidence.clone());
                Command::ProvideChanges(certification::ProvideChangesRequest { meta, certificate_id, notes, evidence })
            }
            Self::Grant { valid_until } => {
                let valid_until = Some(*valid_until);
                Command::GrantCertificate(certification::GrantCertificateRequest { meta, certificate_id, valid_until })
            }
            Self::Refuse { reason } => {
                let reason = (*reason).to_owned();
                Command::RefuseCertificate(certification::RefuseCertificateRequest { meta, certificate_id, reason })
            }
            Self::Suspend { reason } => {
                let reason = (*reason).to_owned();
                Command::SuspendCertificate(certification::SuspendCertificateRequest { meta, certificate_id, reason })
            }
            Self::Resume => {
                Command::ResumeCertificate(certification::ResumeCertificateRequest { meta, certificate_id })
            }
            Self::Revoke { reason } => {
                let reason = (*reason).to_owned();
                Command::RevokeCertificate(certification::RevokeCertificateRequest { meta, certificate_id, reason })
            }
        }
    }
}

impl OrderPlan {
    pub(super) fn place(&self, meta: Meta, company_id: &str, certificates: &[String]) -> Command {
        let lines = self.lines.iter().map(|line| RequestedLine {
            certificate_id: certificates.get(line.product).cloned().unwrap_or_default(),
            form: line.form.into(),
            count: line.count,
        });
        Command::PlaceOrder(order::PlaceOrderRequest {
            meta,
            company_id: company_id.to_owned(),
            lines: lines.collect(),
            note: self.note.map(str::to_owned),
        })
    }
}

pub(super) fn quote(meta: Meta, order_id: &str) -> Command {
    Command::QuoteOrder(order::QuoteOrderRequest { meta, order_id: order_id.to_owned() })
}

pub(super) fn confirm(meta: Meta, order_id: &str) -> Command {
    Command::ConfirmOrder(order::ConfirmOrderRequest { meta, order_id: order_id.to_owned() })
}

pub(super) fn cancel(meta: Meta, order_id: &str, reason: &str) -> Command {
    let (order_id, reason) = (order_id.to_owned(), reason.to_owned());
    Command::CancelOrder(order::CancelOrderRequest { meta, order_id, reason })
}

impl Payment {
    /// The payment of `amount`, see [`Payment::amount`].
    pub(super) fn settle(&self, meta: Meta, invoice_id: &str, amount: Money) -> Command {
        Command::RecordSettlement(payment::RecordSettlementRequest {
            meta,
            invoice_id: invoice_id.to_owned(),
            amount: Some(amount),
            method: self.method.into(),
            receipt_number: self.receipt.clone(),
            paid_at: None,
        })
    }

    /// The payment as a refund of `amount`.
    pub(super) fn refund(&self, meta: Meta, invoice_id: &str, amount: Money) -> Command {
        Command::RecordRefund(payment::RecordRefundRequest {
            meta,
            invoice_id: invoice_id.to_owned(),
            amount: Some(amount),
            method: self.method.into(),
            receipt_number: self.receipt.clone(),
        })
    }

    /// How much of an invoice of `total` this is, when `before` was paid already.
    pub(super) fn amount(&self, total: i64, before: i64) -> i64 {
        self.share.map_or(total - before, |share| total / 1000 * i64::from(share))
    }
}

impl Credit {
    pub(super) fn issue(&self, meta: Meta, invoice_id: &str) -> Command {
        Command::IssueCreditNote(payment::IssueCreditNoteRequest {
            meta,
            invoice_id: invoice_id.to_owned(),
            lines: vec![LineCount { line: 1, count: self.count }],
            reason: self.reason.to_owned(),
        })
    }
}

pub(super) fn release(meta: Meta, batch_id: &str, stamper_id: &str) -> Command {
    let (batch_id, stamper_id) = (batch_id.to_owned(), stamper_id.to_owned());
    Command::ReleaseBatch(stamp::ReleaseBatchRequest { meta, batch_id, stamper_id })
}

pub(super) fn activate(meta: Meta, batch_id: &str, range: OrdinalRange) -> Command {
    Command::ActivateCodes(stamp::ActivateCodesRequest {
        meta,
        batch_id: batch_id.to_owned(),
        ranges: vec![range],
        ..Default::default()
    })
}

pub(super) fn decommission(meta: Meta, batch_id: &str, range: OrdinalRange, reason: DecommissionReason) -> Command {
    Command::DecommissionCodes(stamp::DecommissionCodesRequest {
        meta,
        batch_id: batch_id.to_owned(),
        ranges: vec![range],
        reason: reason.into(),
        ..Default::default()
    })
}
