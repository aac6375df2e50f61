//! Verifying codes in process: all that a verification does but the network. The peer of signed codes is Ed25519
//! verification alone, on as many threads.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier};
use sceau::client::{connect, local_token};
use sceau::config::Layers;
use sceau::platform::Platform;
use sceau_api::verification::v1::verification_service_server::VerificationService;
use sceau_proto::verification::v1::VerifyRequest;
use tonic::Request;

use crate::Result;
use crate::figure::Figure;
use crate::load::closed_loop;
use crate::office::Office;
use crate::setting::Setting;
use crate::verify::{CODES, genuine, requests};

const CALLERS: u64 = 512;
/// Threads that verify, of the platform and of its peer.
const THREADS: usize = 2;
/// Bytes of the message that a signed code's signature covers, about.
const MESSAGE: [u8; 38] = [b'm'; 38];

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build()?;
    let data = setting.data()?;
    let platform = runtime.block_on(start(data.path()))?;
    let (mut figures, mut bare) = (Vec::new(), Vec::new());
    let (mut signed, mut digits) = (Vec::new(), Vec::new());
    let (urls, numbers) = runtime.block_on(codes(&platform, data.path()))?;
    for _ in 0..=setting.runs() {
        signed.push(runtime.block_on(verify(&platform, &urls, setting.run_time()))?);
        bare.push(bare_verification(setting.run_time())?);
        digits.push(runtime.block_on(verify(&platform, &numbers, setting.run_time()))?);
    }
    runtime.block_on(platform.shutdown());
    // The first run warms up.
    let peer = "Ed25519 verification alone, one by one";
    figures.push(Figure::beside_peer("verify.signed.inproc", &signed[1..], peer, &bare[1..]));
    figures.push(Figure::beside_limit("verify.digits.inproc", &digits[1..]));
    Ok(figures)
}

/// A platform in this process that does not hold back one public caller.
async fn start(data: &Path) -> Result<Platform> {
    let flags = [
        ("data", data.join("sceau").display().to_string()),
        ("grpc.listen", "127.0.0.1:0".to_owned()),
        ("http.listen", "127.0.0.1:0".to_owned()),
        ("web.listen", "127.0.0.1:0".to_owned()),
        ("public.rate", "1000000".to_owned()),
    ];
    let flags = BTreeMap::from(flags.map(|(key, value)| (key.to_owned(), value)));
    let (config, _) = Layers { flags, ..Layers::default() }.resolve().map_err(|faults| faults.to_string())?;
    Ok(Platform::start(&config).await.map_err(|error| error.to_string())?)
}

type Requests = Arc<[VerifyRequest]>;

/// Codes of two batches: signed, and digits.
async fn codes(platform: &Platform, data: &Path) -> Result<(Requests, Requests)> {
    let server = format!("http://{}", platform.grpc_address());
    let caller = connect(&server, local_token(&data.join("sceau")).as_deref()).await?;
    let signed = requests(Office::open(caller.clone()).await?, |code| code.url).await?;
    let digits = requests(Office::open(caller).await?, |code| code.digits).await?;
    Ok((signed, digits))
}

async fn verify(platform: &Platform, requests: &Requests, time: Duration) -> Result<f64> {
    let (gateway, requests) = (platform.gateway().clone(), Arc::clone(requests));
    let ask = move |caller: u64, nth: u64| {
        let (gateway, request) = (gateway.clone(), requests[((nth * CALLERS + caller) % CODES) as usize].clone());
        async move { genuine(gateway.verify(Request::new(request)).await?.get_ref()) }
    };
    Ok(closed_loop(CALLERS, time, ask).await?.rate)
}

/// Verifications per second of [`THREADS`] threads that do nothing else.
fn bare_verification(time: Duration) -> Result<f64> {
    let key = SigningKey::from_bytes(&[7; 32]);
    let signatures: Vec<Signature> = (0..64_u8).map(|nth| key.sign(&message(nth))).collect();
    let (verifying, signatures, begun) = (key.verifying_key(), &signatures, Instant::now());
    let done: u64 = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(move || {
                    let mut done = 0_u64;
                    while begun.elapsed() < time {
                        for (nth, signature) in (0..).zip(signatures) {
                            verifying.verify(black_box(&message(nth)), signature)?;
                            done += 1;
                        }
                    }
                    Ok::<_, ed25519_dalek::SignatureError>(done)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a thread stopped")?.map_err(Into::into))
            .sum::<Result<u64>>()
    })?;
    Ok(done as f64 / begun.elapsed().as_secs_f64())
}

fn message(nth: u8) -> [u8; MESSAGE.len()] {
    let mut message = MESSAGE;
    message[0] = nth;
    message
}
