//! The README's five minutes, as written.
//!
//! Every command of that chapter is typed into one shell, and where the README shows what it prints, it prints that:
//! ids, times, codes and positions aside, which differ from run to run.

use std::fmt::Write;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::server::{Home, binary};

/// A command as the README has it, and what it says the command prints; nothing when it does not say.
struct Step {
    typed: String,
    printed: Vec<String>,
}

/// The steps of the chapter: whole `sh` blocks, and in other blocks the lines after `$`.
fn steps(readme: &str) -> Vec<Step> {
    let chapter = readme.split("\n## ").find(|chapter| chapter.starts_with("Five minutes")).unwrap();
    let mut steps: Vec<Step> = Vec::new();
    for (n, block) in chapter.split("```").enumerate().filter(|(n, _)| n % 2 == 1) {
        let (kind, text) = block.split_once('\n').unwrap();
        assert!(["", "sh"].contains(&kind), "block {n} of the tour is {kind}");
        let mut typing = false;
        for line in text.lines() {
            if typing {
                write!(steps.last_mut().unwrap().typed, "\n{line}").unwrap();
            } else if kind == "sh" || line.starts_with("$ ") {
                steps.push(Step { typed: line.trim_start_matches("$ ").to_owned(), printed: Vec::new() });
            } else {
                steps.last_mut().unwrap().printed.push(line.to_owned());
                continue;
            }
            typing = line.ends_with('\\');
        }
    }
    steps.retain(|step| !step.typed.is_empty() && !step.typed.starts_with("alias "));
    steps
}

/// A line without what differs from run to run, and without the width of its columns.
fn masked(line: &str) -> String {
    let hexadecimal = |word: &str| word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let digits = |word: &str| word.chars().all(|c| c.is_ascii_digit());
    let mask = |word: &str| match word {
        _ if word.len() == 36 && hexadecimal(word) => "<id>".to_owned(),
        _ if word.len() == 20 && word.ends_with('Z') => "<time>".to_owned(),
        _ if word.len() == 16 && digits(word) => "<digits>".to_owned(),
        _ if word.starts_with("HTTPS://") => "<url>".to_owned(),
        _ if word.starts_with("sceau.") && word.contains('@') => "<position>".to_owned(),
        _ => word.to_owned(),
    };
    line.split_whitespace().map(mask).collect::<Vec<_>>().join(" ")
}

async fn installed(program: &str) -> bool {
    let found = Command::new("which").arg(program).stdout(Stdio::null()).status().await;
    found.is_ok_and(|status| status.success())
}

#[tokio::test]
async fn the_readmes_five_minutes_go_as_written() {
    let readme = include_str!("../../../../README.md");
    let mut steps = steps(readme);
    assert!(steps.len() > 20, "the tour has its steps");
    if !installed("grpcurl").await {
        steps.retain(|step| !step.typed.contains("grpcurl"));
        skipped!("the steps with grpcurl, which is not installed here");
    }
    let home = Home::new();
    let server = home.serve().await;

    let mut script = "set -e\nsceau() { \"$SCEAU_BIN\" \"$@\"; }\n".to_owned();
    let address = server.grpc.trim_start_matches("http://");
    for (n, step) in steps.iter().enumerate() {
        // A person types slower than this.
        let typed = step.typed.replace("localhost:7450", address);
        write!(script, "sleep 0.1; echo; echo '<<{n}>>'\n{typed}\n").unwrap();
    }
    let mut shell = Command::new("bash");
    shell.args(["-c", &script]).current_dir(home.path()).kill_on_drop(true);
    shell
        .env("SCEAU_BIN", binary())
        .env("SCEAU_SERVER", &server.grpc)
        .env_remove("SCEAU_TOKEN")
        .env_remove("SCEAU_DATA");
    let output = timeout(Duration::from_secs(120), shell.output()).await.expect("the tour ends").unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{err}\nstopped after\n{out}");

    for (n, step) in steps.iter().enumerate().filter(|(_, step)| !step.printed.is_empty()) {
        let said = out.split(&format!("<<{n}>>\n")).nth(1).unwrap().split("\n<<").next().unwrap();
        let said: Vec<String> = said.trim_end().lines().map(masked).collect();
        let told: Vec<String> = step.printed.iter().map(|line| masked(line)).collect();
        assert_eq!(said, told, "the README is not right about `{}`", step.typed);
    }
    assert!(server.stop().await.success());
}
