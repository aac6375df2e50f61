//! A platform with the demo's country.

use std::net::SocketAddr;
use std::path::Path;

use sceau::client;
use sceau::config::{Config, Layers};
use sceau::demo::{Demo, Sample, Size, fill};
use sceau::platform::Platform;
use sceau_proto::verification::v1::Verdict;

const SMALL: Demo = Demo { seed: 1, size: Size::Small, tenant: String::new() };

/// What is asked about.
pub(crate) struct Country {
    pub(crate) platform: Platform,
    samples: Vec<Sample>,
}

impl Country {
    pub(crate) async fn found(data: &Path) -> Self {
        let (config, _) = Layers::default().resolve().unwrap();
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let (data, keys, web_evidence) = (data.to_owned(), data.join("keys"), data.join("evidence"));
        let config =
            Config { data, keys, web_evidence, grpc_listen: free, http_listen: free, web_listen: free, ..config };
        let platform = Platform::start(&config).await.unwrap();
        let token = client::local_token(&config.data).unwrap();
        let address = format!("http://{}", platform.grpc_address());
        let caller = client::connect(&address, Some(&token)).await.unwrap();
        let samples = fill(&caller, &SMALL).await.unwrap().samples;
        Self { platform, samples }
    }

    /// A sample of this verdict, as its QR code has it.
    pub(crate) fn code(&self, verdict: Verdict) -> &str {
        let found = self.samples.iter().find(|sample| sample.verdict == verdict);
        &found.unwrap_or_else(|| panic!("the demo has no sample that is {verdict:?}")).code
    }

    /// A genuine code as its QR code has it.
    pub(crate) fn signed(&self) -> String {
        let signed = |sample: &&Sample| sample.code.contains("://") && sample.verdict == Verdict::Genuine;
        self.samples.iter().find(signed).unwrap().code.clone()
    }

    /// A code as a person types it.
    pub(crate) fn digits(&self) -> String {
        self.samples.iter().find(|sample| !sample.code.contains("://")).unwrap().code.clone()
    }

    /// Where the printed URL leads on this platform.
    pub(crate) fn url(&self, verdict: Verdict) -> String {
        let code = self.code(verdict);
        format!("{}/{}", self.platform.page(), code.rsplit('/').next().unwrap())
    }
}
