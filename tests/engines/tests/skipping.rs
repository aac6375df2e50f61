//! Where an engine cannot run, a test says so and ends.
#![allow(clippy::unwrap_used, reason = "a test that cannot prepare its case has failed")]

use std::env;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use sceau_engines::{Kafka, Shared};

/// Set for the copy of this test binary that runs on a machine without Java.
const WITHOUT_JAVA: &str = "SCEAU_ENGINES_TEST_WITHOUT_JAVA";

#[test]
fn without_java_a_test_says_aloud_what_to_install_and_passes() {
    const NAME: &str = "without_java_a_test_says_aloud_what_to_install_and_passes";
    static KAFKA: Shared<Kafka> = Shared::new();
    if env::var_os(WITHOUT_JAVA).is_some() {
        assert!(KAFKA.get(|folder| Kafka::start(1, folder)).unwrap().is_none());
        return;
    }
    let programs = tempfile::tempdir().unwrap();
    symlink("/bin/sh", programs.path().join("sh")).unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", NAME])
        .env("PATH", programs.path())
        .env(WITHOUT_JAVA, "yes")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains(&format!("SKIPPED {NAME}: Java is missing: install")), "{said}");
}
