//! `sceau keys`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_proto::admin::v1 as pb;

use super::{Connection, Session};
use crate::client::CallError;
use crate::offline::fetch;
use crate::show::Form;

/// What a key signs.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Use {
    /// Tokens of callers.
    Tokens,
    /// Codes of stamps.
    Codes,
}

/// `sceau keys`.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Public keys, with since when they sign.
    List,
    /// Begin to sign with a new key; what the old ones signed stays valid.
    Rotate {
        /// What it signs.
        #[arg(value_enum)]
        r#use: Use,
    },
    /// Withdraw a key of codes with all stamps it signed, at once and for ever. If it signed what is new, another takes
    /// its place.
    Withdraw {
        /// Its id, as `sceau keys list` shows it.
        #[arg(value_parser = clap::value_parser!(u16).range(1..))]
        key_id: u16,
        /// Why: it is shown to verifiers.
        #[arg(long)]
        reason: String,
    },
    /// Write what verifiers without a network need into a folder: list-key, jwks.json, keys, revoked.
    Publish {
        /// The folder.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Whose, when the platform serves several tenants.
        #[arg(long, default_value = "")]
        tenant: String,
    },
}

pub(super) async fn run(session: &Session, connection: &Connection, command: Keys) -> Result<(), CallError> {
    let mut client = AdminServiceClient::new(session.caller.clone());
    match command {
        Keys::List => {
            let answer = client.list_keys(pb::ListKeysRequest {}).await?.into_inner();
            session.form.table(&answer.keys, &["use", "key_id", "current", "since", "withdrawn_at", "public_key"]);
        }
        Keys::Withdraw { key_id, reason } => {
            let request = pb::WithdrawKeyRequest { key_id: key_id.into(), reason };
            session.form.record(&client.withdraw_key(request).await?.into_inner());
        }
        Keys::Publish { out, tenant } => {
            fetch(connection, &tenant).await?.write(&out)?;
            if session.form == Form::Human {
                sayln!("{}: list-key, jwks.json, keys, revoked", out.display());
            }
        }
        Keys::Rotate { r#use } => {
            let r#use = match r#use {
                Use::Tokens => pb::KeyUse::Tokens,
                Use::Codes => pb::KeyUse::Codes,
            };
            let answer = client.rotate_key(pb::RotateKeyRequest { r#use: r#use as i32 }).await?.into_inner();
            session.form.record(&answer);
        }
    }
    Ok(())
}
