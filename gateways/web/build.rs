//! Brings what the page has of others into the binary: the decoder of QR codes for browsers that have none of their own,
//! and the offline verifier as WebAssembly. Without npm or the target the page does without, and the build says so.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// As `make page` brings it: zxing-wasm, under the MIT licence.
const SCANNER: [(&str, &str); 2] =
    [("dist/iife/reader/index.js", "zxing.js"), ("dist/reader/zxing_reader.wasm", "zxing.wasm")];
const TARGET: &str = "wasm32-unknown-unknown";

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    println!("cargo:rerun-if-changed=build.rs");
    scanner(&root.join("target/tools/node_modules/zxing-wasm"), &out)?;
    verifier(&root, &out)
}

/// An empty file stands for one that is not there.
fn scanner(package: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={}", package.join("package.json").display());
    for (from, to) in SCANNER {
        let bytes = fs::read(package.join(from)).unwrap_or_default();
        if bytes.is_empty() {
            println!("cargo:warning=the page will not scan where the browser cannot: run `make page` (needs npm)");
        }
        fs::write(out.join(to), bytes)?;
    }
    Ok(())
}

fn verifier(root: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    for source in ["Cargo.lock", "gateways/wasm", "domains/offline/src", "domains/code/src"] {
        println!("cargo:rerun-if-changed={}", root.join(source).display());
    }
    let built = out.join("wasm").join(TARGET).join("wasm/sceau_wasm.wasm");
    let module = if has_target()? && build(root, &out.join("wasm"))? { fs::read(built)? } else { Vec::new() };
    if module.is_empty() {
        println!("cargo:warning=the page will not verify offline: run `rustup target add {TARGET}` and build again");
    }
    fs::write(out.join("offline.wasm"), module)?;
    Ok(())
}

fn has_target() -> Result<bool, Box<dyn Error>> {
    let library = Command::new(env::var("RUSTC")?).args(["--print", "target-libdir", "--target", TARGET]).output()?;
    Ok(Path::new(String::from_utf8(library.stdout)?.trim()).is_dir())
}

/// In a folder of its own, since the build that this is a part of holds the lock of the other.
fn build(root: &Path, folder: &Path) -> Result<bool, Box<dyn Error>> {
    let mut cargo = Command::new(env::var("CARGO")?);
    cargo.args(["build", "--locked", "--package", "sceau-wasm", "--target", TARGET, "--profile", "wasm"]);
    cargo.arg("--target-dir").arg(folder).current_dir(root);
    // What is set for the host, or for a lint, is not meant for this.
    for name in ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER", "RUSTC_WRAPPER"] {
        cargo.env_remove(name);
    }
    Ok(cargo.status()?.success())
}
