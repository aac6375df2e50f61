//! `sceau demo`: a believable country on a running platform.
//!
//! All of it goes through the public API. What is done is a pure function of the seed (`plan`); each command has an id
//! that follows from the seed and the step, so that a second run, or a run after one that was interrupted, does what
//! is missing and nothing twice. Scans, which have no ids, are compared with those in the log (`scans`). Only the
//! download of the codes to show and of the sheet to print is recorded anew by each run, as every download is.

mod country;
mod dice;
mod plan;
mod progress;
mod requests;
mod scans;
mod sender;
mod sheet;
mod story;
mod summary;

use std::path::Path;

use clap::{Args, ValueEnum};
use sceau_api::verification::v1::verification_service_client::VerificationServiceClient;
use sceau_proto::order::v1::StampForm;
use sceau_proto::verification::v1::{GetPageRequest, Verdict};
use serde_json::json;

pub use summary::Summary;

use crate::cli::Session;
use crate::client::{CallError, Caller};
use crate::show::Form;
use plan::Plan;
use progress::Progress;
use sheet::Sheet;
use story::Printed;

const TWICE: &str = "Run it again with the same seed and nothing changes: what was done is not done twice.\n\n\
                     Examples:\n  sceau demo\n  sceau demo --size large --seed 7";

/// `sceau demo`.
#[derive(Clone, Debug, Args)]
#[command(after_help = TWICE)]
pub struct Demo {
    /// Another seed is another country.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How much: 8, 40 or 400 companies; a larger country holds the smaller one.
    #[arg(long, value_enum, default_value_t = Size::Medium)]
    pub size: Size,
    /// Whose codes are scanned, when the platform serves several tenants: the one of the token.
    #[arg(long, default_value = "")]
    pub tenant: String,
}

/// How much to fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Size {
    /// 8 companies.
    Small,
    /// 40 companies.
    Medium,
    /// 400 companies.
    Large,
}

impl Size {
    const fn companies(self) -> usize {
        match self {
            Self::Small => 8,
            Self::Medium => 40,
            Self::Large => 400,
        }
    }
}

/// A code to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The text of its QR code, or its digits.
    pub code: String,
    /// What verifying it says.
    pub verdict: Verdict,
}

/// What the demo leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// All that the platform holds of the tenant.
    pub summary: Summary,
    /// Codes to try, one for each of five verdicts.
    pub samples: Vec<Sample>,
    /// A genuine one that is a QR code.
    pub genuine: Option<Genuine>,
}

/// Where a genuine code is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genuine {
    /// Its batch.
    pub batch_id: String,
    /// Its place there.
    pub ordinal: u64,
}

/// Does what is missing of the demo. The caller must be an administrator.
pub async fn fill(caller: &Caller, demo: &Demo) -> Result<Outcome, CallError> {
    let plan = Plan::new(demo.seed, demo.size.companies());
    let progress = Progress::new("products and orders", plan.products_and_orders());
    let printed = story::tell(caller, &plan, &progress).await?;
    drop(progress);
    let scanned = scans::scan(caller, &demo.tenant, &printed).await?;
    let summary = Summary::read(caller, scanned.total).await?;
    Ok(Outcome { summary, samples: scanned.samples, genuine: genuine(&printed) })
}

fn genuine(printed: &[Printed<'_>]) -> Option<Genuine> {
    printed.iter().filter(|printed| printed.line.form == StampForm::SignedQr).find_map(|printed| {
        let mut samples = printed.line.samples.iter();
        let (ordinal, _) = samples.find(|(_, verdict)| *verdict == Verdict::Genuine)?;
        Some(Genuine { batch_id: printed.batch_id.clone(), ordinal: *ordinal })
    })
}

/// Fills the platform, and leaves a sheet in its data folder if that is on this machine.
pub(crate) async fn run(session: &Session, demo: &Demo, data: &Path) -> Result<(), CallError> {
    let Outcome { summary, samples, genuine } = fill(&session.caller, demo).await?;
    let sheet = match &genuine {
        Some(genuine) => sheet::print(&session.caller, genuine, data).await?,
        None => None,
    };
    let page = page(&session.caller, &samples).await?;
    match session.form {
        Form::Json => {
            let codes = samples.iter().map(|Sample { code, verdict }| json!({"code": code, "verdict": said(*verdict)}));
            let mut all = json!({"summary": summary.json(), "codes": codes.collect::<Vec<_>>()});
            if let Some(sheet) = sheet {
                all["sheet"] = json!(sheet.path);
            }
            if let Some(page) = page {
                all["page"] = json!(page);
            }
            sayln!("{all:#}");
        }
        Form::Id => samples.iter().for_each(|sample| sayln!("{}", sample.code)),
        Form::Human => {
            say!("{}", summary.table());
            sayln!("\nCodes to try, as a shopper would:");
            for Sample { code, verdict } in samples {
                sayln!("  sceau verify '{code}'   # {}", said(verdict));
            }
            match (sheet, genuine) {
                (Some(Sheet { path, digits }), _) => {
                    sayln!("\nA sheet of stamps to print: {}", path.display());
                    sayln!("  sceau verify '{digits}'   # its first one, by its digits");
                }
                (None, Some(Genuine { batch_id, .. })) => {
                    sayln!("\nStamps to print:");
                    sayln!("  sceau stamps print {batch_id} --form pdf --office 'Office de contrôle' --to labels");
                }
                (None, None) => {}
            }
            if let Some(page) = page {
                sayln!("\nThe page that a shopper's phone opens:\n  {page}");
            }
        }
    }
    Ok(())
}

/// The verification page of a genuine code; `None` where the platform has none.
async fn page(caller: &Caller, samples: &[Sample]) -> Result<Option<String>, CallError> {
    let url = VerificationServiceClient::new(caller.clone()).get_page(GetPageRequest {}).await?.into_inner().url;
    let genuine = samples.iter().find(|sample| sample.verdict == Verdict::Genuine);
    // The printed URL names the host that a country has; the page of this platform is where it listens.
    let code = genuine.and_then(|sample| sample.code.rsplit('/').next());
    Ok(code.filter(|_| !url.is_empty()).map(|code| format!("{url}/{code}")))
}

fn said(verdict: Verdict) -> String {
    let name = verdict.as_str_name();
    name.strip_prefix("VERDICT_").unwrap_or(name).replace('_', " ").to_lowercase()
}
