//! `sceau cases`.

use clap::Subcommand;
use sceau_api::verification::v1::verification_command_service_client::VerificationCommandServiceClient as Commands;
use sceau_api::verification::v1::verification_query_service_client::VerificationQueryServiceClient as Queries;
use sceau_proto::verification::v1 as pb;

use super::{Paging, Session, command, parse};
use crate::client::{CallError, Caller};

/// `sceau cases`.
#[derive(Debug, Subcommand)]
pub enum Cases {
    /// Codes of which copies may be about; those of a batch stand together.
    List {
        /// Only cases that stand so: open, honest or confirmed.
        #[arg(long, value_parser = parse::case_status)]
        status: Option<i32>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One case, with what speaks against its code.
    Show {
        /// The case.
        case: String,
    },
    /// Close a case: as honest, which quiets the code until new scans speak against it, or as confirmed.
    #[command(
        after_help = "Example:\n  sceau cases close 4711 --as honest --note 'A shelf copy, scanned by customers.'"
    )]
    Close {
        /// The case.
        case: String,
        /// honest or confirmed.
        #[arg(long = "as", value_parser = parse::case_outcome, value_name = "OUTCOME")]
        outcome: i32,
        /// How it was found.
        #[arg(long)]
        note: String,
    },
}

pub(super) async fn run(session: &Session, command: Cases) -> Result<(), CallError> {
    match command {
        Cases::List { status, paging } => {
            let page = Some(paging.request());
            let request = pb::ListCasesRequest { meta: None, page, status: status.unwrap_or_default() };
            let answer = Queries::new(session.caller.clone()).list_cases(request).await?.into_inner();
            session.form.table(&answer.cases, &["id", "status", "rule", "scans", "last_at", "digits", "explanation"]);
            Paging::more(answer.page);
            Ok(())
        }
        Cases::Show { case } => {
            let request = pb::GetCaseRequest { meta: None, case_id: case };
            let answer = Queries::new(session.caller.clone()).get_case(request).await?.into_inner();
            session.form.record(&answer.case.unwrap_or_default());
            Ok(())
        }
        Cases::Close { case, outcome, note } => {
            let request = pb::CloseCaseRequest { meta: Some(session.meta()), case_id: case, outcome, note };
            command!(session, Commands<Caller>, close_case, request)
        }
    }
}
