//! The size of files is kept by a ratchet that only falls.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// A file longer than this has a second idea in it.
const LINES: usize = 400;

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && !name.starts_with("target") && name != "node_modules" {
            rust_files(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(())
}

#[test]
fn no_file_has_outgrown_its_room() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let mut files = Vec::new();
    rust_files(root, &mut files).unwrap();
    let large: Vec<String> = files
        .iter()
        .filter_map(|path| {
            let lines = fs::read_to_string(path).unwrap().lines().count();
            (lines > LINES).then(|| format!("{} has {lines} lines", path.strip_prefix(root).unwrap().display()))
        })
        .collect();
    assert!(large.is_empty(), "look for the second idea in:\n{}", large.join("\n"));
}

#[test]
fn there_is_no_cupboard() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let mut files = Vec::new();
    rust_files(root, &mut files).unwrap();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            !["mod.rs", "utils.rs", "util.rs", "common.rs", "helpers.rs", "misc.rs"].contains(&name.as_str()),
            "{} is a cupboard: name it for its idea",
            path.display()
        );
    }
}
