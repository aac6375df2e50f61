//! Compiles every `.proto` under this folder with protox (no system `protoc`) into prost messages.
//! Services are generated where they are served and called, by `gateways/api`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn proto_files(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            proto_files(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found.push(path);
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=sceau");
    let mut files = Vec::new();
    proto_files(Path::new("sceau"), &mut files)?;
    files.sort();
    let descriptors = protox::compile(&files, ["."])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), prost::Message::encode_to_vec(&descriptors))?;
    prost_build::Config::new().enable_type_names().include_file("packages.rs").compile_fds(descriptors)?;
    Ok(())
}
