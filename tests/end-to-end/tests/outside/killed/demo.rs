//! `sceau demo`, again and again.

use std::collections::BTreeMap;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Child;

use crate::api::connect;
use crate::cli::Cli;
use crate::judge::journal::Journal;
use crate::judge::views::Auditor;
use crate::server::{Home, Server, sceau};

const DEMO: [&str; 5] = ["demo", "--seed", "7", "--size", "small"];

/// The demo, as the administrator of one tenant.
pub(crate) struct Demo {
    pub token: String,
}

/// A demo that nobody disturbed.
pub(crate) struct Undisturbed {
    pub steps: BTreeMap<String, Vec<String>>,
    pub said: Value,
}

impl Demo {
    /// Begins to fill the platform; it goes on until it is done, or dropped.
    pub(crate) fn begin(&self, server: &Server) -> Child {
        let mut command = sceau();
        command.args(DEMO).args(["--server", &server.grpc]).env("SCEAU_TOKEN", &self.token);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Fills what is missing.
    pub(crate) async fn complete(&self, server: &Server) -> Value {
        Cli::new(&server.grpc, Some(self.token.clone())).json(&[&DEMO[..], &["--tenant", "ci"]].concat()).await
    }

    /// The same on a platform of its own.
    pub(crate) async fn undisturbed() -> Undisturbed {
        let home = Home::new();
        let server = home.serve_with(&[super::TENANTS]).await;
        let demo = Self { token: home.token() };
        let said = demo.complete(&server).await;
        let channel = connect(&server.grpc).await;
        let journal = Auditor { channel: &channel, token: &demo.token }.audit().await;
        server.kill().await;
        Undisturbed { steps: steps(&journal), said }
    }
}

/// What happened to each thing, in order. Each run downloads codes anew, and scans and leaves of the transparency log are
/// gathered by time: they are left out. Scans are counted in the summary, leaves by [`Journal::public_facts`].
pub(crate) fn steps(journal: &Journal) -> BTreeMap<String, Vec<String>> {
    let kept = |kind: &str| {
        let gathered = ["sceau.stamp.v1.CodesDownloaded", "sceau.certification.v1.LeavesLogged"];
        !gathered.contains(&kind) && !kind.starts_with("sceau.verification.")
    };
    let streams = journal.streams().into_iter();
    let steps = streams.map(|(stream, kinds)| {
        let kinds = kinds.into_iter().filter(|kind| kept(kind)).map(str::to_owned).collect();
        (stream.to_owned(), kinds)
    });
    steps.filter(|(_, kinds): &(String, Vec<String>)| !kinds.is_empty()).collect()
}
