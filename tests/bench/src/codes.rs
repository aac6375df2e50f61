//! Making codes, on one core: QR codes of version 6 at level M under the best mask, beside two other encoders that are
//! given the same texts; and codes that are signed first.

use std::hint::black_box;
use std::time::{Duration, Instant};

use fast_qr::{ECL, QRBuilder};
use qrcode::{EcLevel, QrCode};
use sceau_code::{Host, Payload, SignedCode, SigningKey};
use sceau_qr::{Qr, Version};

use crate::Result;
use crate::figure::Figure;
use crate::setting::Setting;

/// Texts that are encoded in turn.
const TEXTS: u64 = 1_000;
/// Codes between two looks at the clock.
const AT_ONCE: u64 = 10;

pub(crate) fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    let signer = Signer { key: SigningKey::from_bytes(&[7; 32]), host: Host::new("v.sceau.dev")? };
    let texts = (0..TEXTS).map(|number| signer.url(number)).collect::<Result<Vec<_>>>()?;
    let text = |nth: u64| texts[(nth % TEXTS) as usize].as_str();
    // A second is thousands of codes of the slowest.
    let time = setting.run_time() / 4;
    let (mut ours, mut signed) = (Vec::new(), Vec::new());
    let (mut fast_qr, mut qrcode) = (Vec::new(), Vec::new());
    for _ in 0..=setting.runs() {
        ours.push(rate(time, |nth| Ok(Qr::encode(Version::V6M, text(nth))?))?);
        fast_qr.push(rate(time, |nth| {
            Ok(QRBuilder::new(text(nth)).version(fast_qr::Version::V06).ecl(ECL::M).build()?)
        })?);
        qrcode.push(rate(time, |nth| Ok(QrCode::with_version(text(nth), qrcode::Version::Normal(6), EcLevel::M)?))?);
        signed.push(rate(time, |nth| Ok(Qr::encode(Version::V6M, &signer.url(nth)?)?))?);
    }
    // The first run warms up.
    Ok(vec![
        Figure::beside_peer("codes.encode", &ours[1..], "fast_qr", &fast_qr[1..]),
        Figure::beside_peer("codes.encode.qrcode", &ours[1..], "the qrcode crate", &qrcode[1..]),
        Figure::beside_limit("codes.sign_encode", &signed[1..]),
    ])
}

struct Signer {
    key: SigningKey,
    host: Host,
}

impl Signer {
    /// What the QR code of this number holds.
    fn url(&self, number: u64) -> Result<String> {
        let payload = Payload { key_id: 1, number, expiry_day: 21_000 };
        Ok(SignedCode::sign(payload, &self.key)?.url(&self.host))
    }
}

/// How many codes a second `encode` makes.
fn rate<C>(time: Duration, encode: impl Fn(u64) -> Result<C>) -> Result<f64> {
    let (begun, mut done) = (Instant::now(), 0);
    while begun.elapsed() < time {
        for nth in done..done + AT_ONCE {
            black_box(encode(black_box(nth))?);
        }
        done += AT_ONCE;
    }
    Ok(done as f64 / begun.elapsed().as_secs_f64())
}
