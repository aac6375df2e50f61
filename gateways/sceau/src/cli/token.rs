//! `sceau token`.

use clap::Subcommand;
use prost_types::Duration;
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_proto::admin::v1 as pb;

use super::{Session, parse};
use crate::client::CallError;
use crate::show::Form;

/// `sceau token`.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Issue a token; it is printed once.
    #[command(
        after_help = "Examples:\n  sceau token issue --subject awa --role office-operator\n  sceau token issue --subject brasserie --role company --party 7c1e… --lifetime 90d"
    )]
    Issue {
        /// Person or system.
        #[arg(long)]
        subject: String,
        /// administrator, office-operator, company, stamper or auditor; may be given several times.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
        /// The company or stamper it acts for.
        #[arg(long, default_value = "")]
        party: String,
        /// How long it holds: 12h, 30d.
        #[arg(long, value_parser = parse::lifetime, default_value = "30d")]
        lifetime: Duration,
    },
    /// Revoke a token, at once.
    Revoke {
        /// Its id, as printed when it was issued.
        token_id: String,
    },
}

pub(super) async fn run(session: &Session, command: Token) -> Result<(), CallError> {
    let mut client = AdminServiceClient::new(session.caller.clone());
    match command {
        Token::Issue { subject, roles, party, lifetime } => {
            let request = pb::IssueTokenRequest { subject, roles, party_id: party, lifetime: Some(lifetime) };
            let issued = client.issue_token(request).await?.into_inner();
            session.form.record(&issued);
        }
        Token::Revoke { token_id } => {
            client.revoke_token(pb::RevokeTokenRequest { token_id: token_id.clone() }).await?;
            if session.form == Form::Human {
                sayln!("{token_id} is revoked");
            }
        }
    }
    Ok(())
}
