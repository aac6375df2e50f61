//! Generates the clients and servers of every service of the published language. Messages come from `sceau-proto`.

use std::error::Error;

use prost::Message;
use prost_types::FileDescriptorSet;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let descriptors = FileDescriptorSet::decode(sceau_proto::DESCRIPTORS)?;
    tonic_prost_build::configure()
        .extern_path(".sceau", "::sceau_proto")
        .include_file("services.rs")
        .compile_fds(descriptors)?;
    Ok(())
}
