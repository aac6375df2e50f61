//! Who may depend on whom, read from `cargo metadata`.
#![allow(clippy::unwrap_used, reason = "a test that cannot read the graph has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What a pure crate must not reach, even through others.
const IMPURE: [&str; 12] = [
    "tokio",
    "tonic",
    "hyper",
    "axum",
    "rdkafka",
    "scylla",
    "fjall",
    "mio",
    "rand",
    "getrandom",
    "tracing",
    "futures-executor",
];

/// The crates behind the ports of the log and the store.
const ADAPTERS: [&str; 3] = ["sceau-embedded", "sceau-kafka", "sceau-scylla"];

struct Graph {
    /// Folder of each workspace package, relative to the root.
    folder: BTreeMap<String, String>,
    /// Normal dependencies of every package, by name.
    edges: BTreeMap<String, BTreeSet<String>>,
}

/// What cargo prints, run from the root.
fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// The platform of this machine: packages of others need not be here.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

fn graph() -> Graph {
    let root = root();
    let output = run(&["metadata", "--format-version", "1", "--locked", "--filter-platform", &host()]);
    let metadata: Value = serde_json::from_str(&output).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let name_of: BTreeMap<String, String> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (text(&package["id"]), text(&package["name"])))
        .collect();
    let members: BTreeSet<String> = metadata["workspace_members"].as_array().unwrap().iter().map(text).collect();
    let folder = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|package| members.contains(&text(&package["id"])))
        .map(|package| {
            let manifest = text(&package["manifest_path"]);
            let inside = Path::new(&manifest).parent().unwrap().strip_prefix(root).unwrap();
            (text(&package["name"]), inside.display().to_string())
        })
        .collect();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in metadata["resolve"]["nodes"].as_array().unwrap() {
        let from = name_of[&text(&node["id"])].clone();
        for dependency in node["deps"].as_array().unwrap() {
            let normal = dependency["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null());
            if normal {
                edges.entry(from.clone()).or_default().insert(name_of[&text(&dependency["pkg"])].clone());
            }
        }
    }
    Graph { folder, edges }
}

impl Graph {
    fn within(&self, area: &str) -> Vec<&String> {
        self.folder.iter().filter(|(_, folder)| folder.starts_with(area)).map(|(name, _)| name).collect()
    }

    fn direct(&self, name: &str) -> BTreeSet<String> {
        self.edges.get(name).cloned().unwrap_or_default()
    }
}

/// Everything that `name` reaches when it is built alone: features that other crates turn on do not count against it.
fn reached(name: &str) -> BTreeSet<String> {
    run(&[
        "tree",
        "--locked",
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
        "--package",
        name,
    ])
    .lines()
    .filter_map(|line| line.split_whitespace().next())
    .map(str::to_owned)
    .collect()
}

#[test]
fn pure_crates_reach_no_engine_no_clock_and_no_chance() {
    let graph = graph();
    for area in ["domains/", "projections/", "proto"] {
        for name in graph.within(area) {
            let reached = reached(name);
            assert!(reached.contains(name), "cargo tree lists {name} itself");
            for impure in IMPURE {
                assert!(!reached.contains(impure), "{name} reaches {impure}: {area} is pure");
            }
        }
    }
}

#[test]
fn infra_knows_no_domain() {
    let graph = graph();
    // A symbol is pure, and knows nothing of what its text says.
    let shared = ["sceau-kernel", "sceau-derive", "sceau-projection", "sceau-qr"];
    for name in graph.within("infra/") {
        for dependency in graph.direct(name) {
            let folder = graph.folder.get(&dependency).map(String::as_str).unwrap_or_default();
            let domain = folder.starts_with("domains/") || folder.starts_with("projections/");
            assert!(
                !domain || shared.contains(&dependency.as_str()),
                "{name} depends on {dependency}: infra knows no domain"
            );
        }
    }
}

#[test]
fn the_pure_crates_know_neither_infra_nor_gateways() {
    let graph = graph();
    for area in ["domains/", "projections/"] {
        for name in graph.within(area) {
            for dependency in graph.direct(name) {
                let folder = graph.folder.get(&dependency).map(String::as_str).unwrap_or_default();
                assert!(
                    !folder.starts_with("infra/") && !folder.starts_with("gateways/"),
                    "{name} depends on {dependency}: {area} stands below it"
                );
            }
        }
    }
}

#[test]
fn a_domain_knows_no_other_domain() {
    let graph = graph();
    // The process managers speak to several domains; that is what they are for. The text of a code is no domain.
    let shared = ["sceau-kernel", "sceau-derive", "sceau-process", "sceau-code"];
    for name in graph.within("domains/").into_iter().filter(|name| !shared.contains(&name.as_str())) {
        for dependency in graph.direct(name) {
            let folder = graph.folder.get(&dependency).map(String::as_str).unwrap_or_default();
            assert!(
                !folder.starts_with("domains/") || shared.contains(&dependency.as_str()),
                "{name} depends on {dependency}: what one domain needs of another comes in the command"
            );
        }
    }
}

#[test]
fn only_the_binary_and_the_tests_meet_an_adapter() {
    let graph = graph();
    for adapter in ADAPTERS {
        for name in graph.folder.keys().filter(|name| graph.direct(name).contains(adapter)) {
            let folder = &graph.folder[name];
            assert!(
                folder == "gateways/sceau" || folder.starts_with("tests/"),
                "{name} depends on {adapter}: adapters meet in the binary that composes them"
            );
        }
    }
}

#[test]
fn what_runs_the_real_engines_is_in_no_shipped_crate() {
    let graph = graph();
    for name in graph.folder.keys().filter(|name| graph.direct(name).contains("sceau-engines")) {
        let folder = &graph.folder[name];
        assert!(folder.starts_with("tests/"), "{name} depends on sceau-engines: a crate may only test with it");
    }
}

#[test]
fn what_runs_the_real_engines_knows_nothing_of_sceau() {
    let graph = graph();
    for dependency in graph.direct("sceau-engines") {
        assert!(
            !graph.folder.contains_key(&dependency),
            "sceau-engines depends on {dependency}: it must be able to serve every crate's tests"
        );
    }
}
