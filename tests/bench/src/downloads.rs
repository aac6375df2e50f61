//! What serving a batch of a hundred million codes takes of memory. Parts from all over it are taken over HTTP, four at
//! once; that it has thousands more would only take longer. The peer is the same process after a third of them, when
//! what it keeps of parts is full: beside it the figure shows whether memory grows.

use futures_util::{StreamExt, TryStreamExt, stream};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use sceau::client::Caller;
use tonic::body::Body;
use tonic::client::GrpcService;

use crate::Result;
use crate::figure::Figure;
use crate::office::Office;
use crate::server::Server;
use crate::setting::Setting;

const CODES: u64 = 100_000_000;
const OF_A_PART: u64 = 50_000;
const AT_ONCE: usize = 4;
/// Every form that is made, for its own way with memory.
const QUERIES: [&str; 3] = ["format=csv", "format=pdf&office=Office", "format=csv&zip=true"];

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (after, before) = runtime.block_on(run(setting))?;
    Ok(vec![Figure::beside_peer("codes.download.memory", &[after], "after a third", &[before])])
}

/// MiB that were resident at most, at the end and after a third of the parts.
async fn run(setting: &Setting) -> Result<(f64, f64)> {
    let data = setting.data()?;
    let server = Server::start(setting, &data.path().join("sceau")).await?;
    let caller = server.caller().await?;
    let mut office = Office::open(caller.clone()).await?;
    let batch = office.issue(CODES).await?;
    // When it can be downloaded at all, the views know of its release.
    office.codes(&batch, 1).await?;
    let parts = if setting.quick { 36 } else { 120 };
    let apart = CODES / OF_A_PART / parts;
    let paths: Vec<String> = (0..parts)
        .map(|nth| {
            let query = QUERIES[nth as usize % QUERIES.len()];
            format!("/v1/batches/{batch}/parts/{}?{query}&codes={OF_A_PART}", 1 + nth * apart)
        })
        .collect();
    let (first, rest) = paths.split_at(paths.len() / 3);
    take(&caller, first).await?;
    let before = server.memory() as f64;
    take(&caller, rest).await?;
    let after = server.memory() as f64;
    server.stop().await?;
    Ok((after / f64::from(1 << 20), before / f64::from(1 << 20)))
}

/// Takes the parts, several at once.
async fn take(caller: &Caller, paths: &[String]) -> Result<()> {
    stream::iter(paths.iter().map(|path| part(caller.clone(), path))).buffer_unordered(AT_ONCE).try_collect().await
}

async fn part(mut caller: Caller, path: &str) -> Result<()> {
    std::future::poll_fn(|context| caller.poll_ready(context)).await?;
    let mut response = caller.call(Request::get(path).body(Body::empty())?).await?.map(Body::new);
    let length: Option<u64> =
        response.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut came = 0;
    while let Some(frame) = response.body_mut().frame().await {
        came += frame?.into_data().map_or(0, |data| data.len() as u64);
    }
    if response.status() != StatusCode::OK || length != Some(came) {
        return Err(format!("{path}: status {}, {came} bytes of {length:?}", response.status()).into());
    }
    Ok(())
}
