//! Commands over `Submit`: 4 streams, many commands in flight on each.

use sceau::client::Caller;
use sceau_api::submit::v1::submit_service_client::SubmitServiceClient;
use sceau_proto::submit::v1::SubmitRequest;
use sceau_proto::submit::v1::submit_request::Command;
use sceau_proto::submit::v1::submit_response::Outcome;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::Result;
use crate::company::{COMPANIES, change, registration};
use crate::figure::Figure;
use crate::server::Server;
use crate::setting::Setting;

const STREAMS: u64 = 4;
/// Commands in flight on one stream; the platform takes 1024.
const WINDOW: usize = 512;

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(setting))
}

async fn run(setting: &Setting) -> Result<Vec<Figure>> {
    let data = setting.data()?;
    let server = Server::start(setting, &data.path().join("sceau")).await?;
    register(server.caller().await?).await?;
    let mut rates = Vec::new();
    for kind in 1..=setting.runs() as u64 + 1 {
        let begun = Instant::now();
        let mut streams = Vec::new();
        for stream in 0..STREAMS {
            let command = move |nth| Command::ChangeCompanyContact(change(kind, nth * STREAMS + stream));
            streams.push(tokio::spawn(submit(server.caller().await?, setting.run_time(), u64::MAX, command)));
        }
        let mut accepted = 0;
        for stream in streams {
            accepted += stream.await??;
        }
        rates.push(accepted as f64 / begun.elapsed().as_secs_f64());
    }
    server.stop().await?;
    // The first run warms up.
    Ok(vec![Figure::beside_limit("commands.grpc.stream", &rates[1..])])
}

/// Enters every company in the register.
pub(crate) async fn register(caller: Caller) -> Result<()> {
    submit(caller, Duration::MAX, COMPANIES, |nth| Command::RegisterCompany(registration(nth))).await?;
    Ok(())
}

/// Sends commands over one stream for `time`, or `most` of them, and waits for all answers; how many were accepted.
pub(crate) async fn submit(
    caller: Caller,
    time: Duration,
    most: u64,
    command: impl Fn(u64) -> Command + Send,
) -> Result<u64> {
    let begun = Instant::now();
    let (send, sent) = mpsc::channel(WINDOW);
    let mut answers = SubmitServiceClient::new(caller).submit(ReceiverStream::new(sent)).await?.into_inner();
    let mut send = Some(send);
    let (mut next, mut accepted, mut in_flight) = (0, 0, 0);
    loop {
        if next == most || begun.elapsed() >= time {
            send = None;
        }
        while let Some(open) = send.as_ref().filter(|_| in_flight < WINDOW && next < most) {
            let request = SubmitRequest { command: Some(command(next)) };
            open.send(request).await.map_err(|_| "the stream was closed")?;
            next += 1;
            in_flight += 1;
        }
        let Some(answer) = answers.message().await? else {
            return Ok(accepted);
        };
        match answer.outcome {
            Some(Outcome::Receipt(_)) => accepted += 1,
            outcome => return Err(format!("command {} was refused: {outcome:?}", answer.command_id).into()),
        }
        in_flight -= 1;
    }
}
