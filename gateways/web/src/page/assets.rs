//! The files beside the page, each compressed once.

use std::io::Write;
use std::sync::LazyLock;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A file of the page.
pub(super) struct Asset {
    name: &'static str,
    kind: &'static str,
    plain: Vec<u8>,
    /// The same in gzip.
    packed: Vec<u8>,
}

/// All files, under a name that changes with any of them.
pub(super) struct Assets {
    pub(super) version: String,
    files: Vec<Asset>,
}

/// What the binary carries.
pub(super) static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let files = [
        ("style.css", "text/css; charset=utf-8", include_bytes!("../../page/style.css").as_slice()),
        ("page.js", SCRIPT, include_bytes!("../../page/page.js")),
        ("worker.js", SCRIPT, include_bytes!("../../page/worker.js")),
        ("offline.js", SCRIPT, include_bytes!("../../page/offline.js")),
        ("scan.js", SCRIPT, include_bytes!("../../page/scan.js")),
        ("zxing.js", SCRIPT, include_bytes!(concat!(env!("OUT_DIR"), "/zxing.js"))),
        ("zxing.wasm", "application/wasm", include_bytes!(concat!(env!("OUT_DIR"), "/zxing.wasm"))),
        ("offline.wasm", "application/wasm", include_bytes!(concat!(env!("OUT_DIR"), "/offline.wasm"))),
        ("icon.svg", "image/svg+xml", include_bytes!("../../page/icon.svg")),
    ];
    let mut digest = Sha256::new();
    for (name, _, bytes) in &files {
        digest.update(name);
        digest.update(bytes);
    }
    let version: String = digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    // What the build could not bring is empty.
    let files = files
        .into_iter()
        .filter(|(_, _, bytes)| !bytes.is_empty())
        .map(|(name, kind, bytes)| Asset::new(name, kind, bytes, &version));
    Assets { files: files.collect(), version }
});

impl Assets {
    /// The file of this name.
    pub(super) fn find(&self, name: &str) -> Option<&Asset> {
        self.files.iter().find(|asset| asset.name == name)
    }
}

impl Asset {
    fn new(name: &'static str, kind: &'static str, bytes: &[u8], version: &str) -> Self {
        // The worker names the files that it keeps.
        let plain = match std::str::from_utf8(bytes) {
            Ok(text) if kind == SCRIPT => text.replace("{{version}}", version).into_bytes(),
            _ => bytes.to_vec(),
        };
        Self { name, kind, packed: packed(&plain, Compression::best()), plain }
    }

    /// The file as this request takes it; `forever` where its address changes with it.
    pub(super) fn respond(&self, headers: &HeaderMap, forever: bool) -> Response {
        let cached = if forever { "public, max-age=31536000, immutable" } else { "no-cache" };
        let head =
            [(header::CONTENT_TYPE, self.kind), (header::CACHE_CONTROL, cached), (header::VARY, "accept-encoding")];
        if takes_gzip(headers) {
            (head, [(header::CONTENT_ENCODING, "gzip")], self.packed.clone()).into_response()
        } else {
            (head, self.plain.clone()).into_response()
        }
    }
}

/// A page made for this request.
pub(super) fn html(status: StatusCode, headers: &HeaderMap, text: String) -> Response {
    let head = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept-encoding, accept-language"),
    ];
    if takes_gzip(headers) {
        let packed = packed(text.as_bytes(), Compression::fast());
        (status, head, [(header::CONTENT_ENCODING, "gzip")], packed).into_response()
    } else {
        (status, head, text).into_response()
    }
}

fn packed(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), level);
    // A vector takes every byte.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let named = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    // A weight of nought is a refusal (RFC 9110, section 12.5.3).
    named.flat_map(|text| text.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let refused = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok()) == Some(0.0);
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}
