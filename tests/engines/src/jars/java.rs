//! Java and Maven: are they here, and how does one get them?

use std::fmt;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::Missing;
use crate::shared::say;

/// Kafka 4 begins at 17; Cassandra 5 installs a security manager, which ended with 24.
pub(super) const VERSIONS: &str = "17 to 23";
const SUPPORTED: std::ops::Range<u32> = 17..24;

/// Is there a Java that the engines run on?
pub(super) fn check() -> Result<(), Missing> {
    static FOUND: OnceLock<Option<u32>> = OnceLock::new();
    match FOUND.get_or_init(version) {
        Some(version) if SUPPORTED.contains(version) => Ok(()),
        found => Err(Missing::Java { found: *found }),
    }
}

/// Is there a Maven?
pub(super) fn check_maven() -> Result<(), Missing> {
    if runs("mvn", "-v") { Ok(()) } else { Err(Missing::Maven) }
}

/// Installs what is missing with this system's package manager if we may: as root, or by a sudo that asks nothing. What
/// is still missing then is returned.
pub fn install() -> Result<(), Missing> {
    // Not the remembered answer: it may change now.
    let java = || version().is_some_and(|version| SUPPORTED.contains(&version));
    if java() && runs("mvn", "-v") {
        return Ok(());
    }
    if let Some(manager) = Manager::of_system() {
        let command = if is_root() { Some(manager.commands()) } else { manager.by_quiet_sudo() };
        if let Some(command) = command {
            say(&format!("installing Java and Maven: {command}"));
            // Its own words are on the terminal; what counts is what is there afterwards.
            let _ = Command::new("sh").args(["-ec", &command]).stdin(Stdio::null()).status();
        }
    }
    if !java() {
        return Err(Missing::Java { found: version() });
    }
    check_maven()
}

/// What to do where we may not install anything.
pub(super) fn advice() -> String {
    Manager::of_system().map_or_else(
        || format!("install a Java runtime ({VERSIONS}) and Maven"),
        |manager| format!("install it with: {}", manager.with_sudo()),
    )
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manager {
    Apt,
    Dnf,
    Apk,
}

impl Manager {
    fn of_system() -> Option<Self> {
        [Self::Apt, Self::Dnf, Self::Apk].into_iter().find(|manager| runs(&manager.to_string(), "--version"))
    }

    /// One line of shell, for root. Releases differ in which of the two Javas they have.
    fn commands(self) -> String {
        match self {
            Self::Apt => {
                "apt-get update -q && { apt-get install -q -y --no-install-recommends openjdk-17-jre-headless \
                          maven || apt-get install -q -y --no-install-recommends openjdk-21-jre-headless maven; }"
            }
            Self::Dnf => {
                "dnf install -y java-21-openjdk-headless maven || dnf install -y java-17-openjdk-headless maven"
            }
            Self::Apk => "apk add openjdk17-jre-headless maven || apk add openjdk21-jre-headless maven",
        }
        .to_owned()
    }

    fn with_sudo(self) -> String {
        if is_root() { self.commands() } else { format!("sudo sh -c '{}'", self.commands()) }
    }

    fn by_quiet_sudo(self) -> Option<String> {
        runs("sudo", "-nv").then(|| format!("sudo -n sh -ec '{}'", self.commands()))
    }
}

impl fmt::Display for Manager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Apt => "apt-get",
            Self::Dnf => "dnf",
            Self::Apk => "apk",
        })
    }
}

fn runs(program: &str, argument: &str) -> bool {
    let status =
        Command::new(program).arg(argument).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The feature version of the Java that would run, 17 of "17.0.15".
fn version() -> Option<u32> {
    let output = Command::new("java").arg("-version").output().ok()?;
    feature_version(&String::from_utf8_lossy(&output.stderr))
}

fn feature_version(text: &str) -> Option<u32> {
    let quoted = text.split('"').nth(1)?;
    quoted.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_version_is_read_from_what_java_says() {
        let says = |text| feature_version(text);
        assert_eq!(says("openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime"), Some(17));
        assert_eq!(says("openjdk version \"21\" 2023-09-19"), Some(21));
        assert_eq!(says("openjdk version \"25-ea\" 2025-09-16"), Some(25));
        assert_eq!(says("java version \"1.8.0_392\""), Some(1), "1.8 is old enough to be refused as 1");
        assert_eq!(says("command not found"), None);
    }
}
