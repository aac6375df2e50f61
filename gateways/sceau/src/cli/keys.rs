//! `sceau keys`.

use clap::{Subcommand, ValueEnum};
use sceau_api::admin::v1::admin_service_client::AdminServiceClient;
use sceau_proto::admin::v1 as pb;

use super::Session;
use crate::client::CallError;

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
}

pub(super) async fn run(session: &Session, command: Keys) -> Result<(), CallError> {
    let mut client = AdminServiceClient::new(session.caller.clone());
    match command {
        Keys::List => {
            let answer = client.list_keys(pb::ListKeysRequest {}).await?.into_inner();
            session.form.table(&answer.keys, &["use", "key_id", "current", "since", "public_key"]);
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
