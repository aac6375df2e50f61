//! Every event ever written stays readable: one encoded file per event type, kept for ever.

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use crate::Domain;

/// Checks the golden files in `folder` (`<type name>.<n>.bin`): each still decodes, and of every type in `types` there
/// is a file that decodes to the sample of that type. A sample without a file is written as a new file and fails the
/// test once, so that a person looks at it and commits it; an old file is never changed.
///
/// # Panics
/// When a file does not decode, a type has no sample, or a sample had no file.
#[track_caller]
pub fn golden<D: Domain>(folder: &Path, types: &[&str], samples: &[D::Event])
where
    D::Event: Debug + PartialEq,
{
    let mut missing: Vec<&str> = types.to_vec();
    let mut written = Vec::new();
    for sample in samples {
        let encoded = D::encode(sample);
        let files = files_of(folder, encoded.type_name);
        let read: Vec<D::Event> = files.iter().map(|bytes| decode::<D>(encoded.type_name, bytes)).collect();
        if !read.contains(sample) {
            let name = format!("{}.{}.bin", encoded.type_name, files.len() + 1);
            write(&folder.join(&name), &encoded.payload);
            written.push(name);
        }
        missing.retain(|name| *name != encoded.type_name);
    }
    assert!(missing.is_empty(), "event types without a sample: {missing:?}; give one each");
    assert!(
        written.is_empty(),
        "there were no golden files for these samples; look at them and commit them: {written:?}"
    );
}

fn files_of(folder: &Path, type_name: &str) -> Vec<Vec<u8>> {
    (1..).map_while(|n| fs::read(folder.join(format!("{type_name}.{n}.bin"))).ok()).collect()
}

#[allow(clippy::panic, reason = "a test helper fails its test")]
fn decode<D: Domain>(type_name: &str, bytes: &[u8]) -> D::Event {
    D::decode(type_name, bytes).unwrap_or_else(|error| panic!("a golden file can no longer be read: {error}"))
}

#[allow(clippy::panic, reason = "a test helper fails its test")]
fn write(path: &Path, bytes: &[u8]) {
    let folder = path.parent().unwrap_or(path);
    if let Err(error) = fs::create_dir_all(folder).and_then(|()| fs::write(path, bytes)) {
        panic!("{} cannot be written: {error}", path.display());
    }
}
