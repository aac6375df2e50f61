//! Data folders that cannot be opened, are cut off, or have no room.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::api::connect;
use crate::cli::Cli;
use crate::judge::journal::Journal;
use crate::server::{Home, Server, binary, sceau};

async fn register(cli: &Cli, name: &str) {
    let said = try_register(cli, name).await;
    assert_eq!(said.code, 0, "{}", said.err);
}

async fn try_register(cli: &Cli, name: &str) -> crate::cli::Said {
    let command =
        ["certify", "company", "register", "--registration", "R-1", "--person", "A", "--phone", "+225", "--name"];
    cli.run(&[&command[..], &[name]].concat()).await
}

async fn journal(server: &Server, home: &Home) -> Journal {
    Journal::read(&connect(&server.grpc).await, &home.token()).await.unwrap()
}

#[tokio::test]
async fn a_folder_of_a_newer_version_is_refused_and_left_alone() {
    let home = Home::new();
    home.serve().await.kill().await;
    let format = home.data().join("FORMAT");
    let known = std::fs::read_to_string(&format).unwrap();
    std::fs::write(&format, "sceau-folder 99\n").unwrap();
    let refused = home.refuses(&[]).await;
    assert_eq!(refused.status.code(), Some(65));
    assert!(refused.log.contains("99") && refused.log.contains("release that wrote it"), "{}", refused.log);
    std::fs::write(&format, known).unwrap();
    home.serve().await.kill().await;
}

#[tokio::test]
async fn a_folder_in_use_is_refused_with_the_process_that_uses_it() {
    let home = Home::new();
    let server = home.serve().await;
    let refused = home.refuses(&[]).await;
    assert_eq!(refused.status.code(), Some(75));
    assert!(refused.log.contains("pid"), "{}", refused.log);
    register(&server.cli(&home), "Un").await;
    server.kill().await;
}

#[tokio::test]
async fn a_folder_with_other_partitions_is_refused() {
    let home = Home::new();
    home.serve().await.kill().await;
    let refused = home.refuses(&["log.partitions=8"]).await;
    assert_eq!(refused.status.code(), Some(65));
    assert!(refused.log.contains('8') && refused.log.contains('4'), "{}", refused.log);
}

/// The place after the last byte that was written to a file whose room is taken beforehand.
fn end_of_data(path: &Path) -> u64 {
    let mut bytes = Vec::new();
    File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
    bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last as u64 + 1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_was_cut_off_is_taken_back_and_nothing_else() {
    let home = Home::new();
    let server = home.serve().await;
    let cli = server.cli(&home);
    register(&cli, "Un").await;
    register(&cli, "Deux").await;
    let before = journal(&server, &home).await;
    server.kill().await;

    // A record began to be written after the last one, and the power went.
    for engine in ["log", "store"] {
        let path = home.data().join(engine).join("0.jnl");
        let mut torn = [0; 60];
        File::open(&path).unwrap().read_exact(&mut torn).unwrap();
        let end = end_of_data(&path);
        let mut file = OpenOptions::new().write(true).open(&path).unwrap();
        file.seek(SeekFrom::Start(end)).unwrap();
        file.write_all(&torn[..23]).unwrap();
    }
    let server = home.serve().await;
    let now = journal(&server, &home).await;
    now.must_hold(&before);
    assert_eq!(now.len(), before.len());
    register(&server.cli(&home), "Trois").await;
    server.kill().await;
}

/// A disk of its own for the data folder, seen by the server alone; only where this user may make one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_commands_until_there_is_room() {
    let allowed = sceau_in_own_mounts("true").status().await;
    if !allowed.is_ok_and(|status| status.success()) {
        skipped!("the full disk: this user may not mount a small one");
        return;
    }
    let home = Home::new();
    std::fs::create_dir(home.data()).unwrap();
    let script = format!("mount -t tmpfs -o size=200m none '{}' && exec \"$0\" \"$@\"", home.data().display());
    let mut command = sceau_in_own_mounts(&script);
    home.serve_arguments(&mut command, &[]);
    let server = Server::up(command, &home).await.unwrap();
    let disk = Path::new("/proc").join(server.pid()).join("root").join(home.data().strip_prefix("/").unwrap());
    let token = std::fs::read_to_string(disk.join("administrator.token")).unwrap();
    let cli = Cli::new(&server.grpc, Some(token.clone()));
    register(&cli, "Un").await;

    // Held open, the disk outlives the process that mounted it.
    let held = File::open(&disk).unwrap();
    let disk = Path::new("/proc").join(std::process::id().to_string()).join("fd").join(held.as_raw_fd().to_string());
    let mut filler = File::create(disk.join("filler")).unwrap();
    while filler.write_all(&[1; 1 << 12]).is_ok() {}
    let mut accepted = 1;
    // What is accepted now goes into room that the engines took beforehand; that is used up soon.
    let refused = loop {
        let said = try_register(&cli, &format!("Maison {accepted} {}", "x".repeat(150))).await;
        if said.code != 0 {
            break said;
        }
        accepted += 1;
        assert!(accepted < 500, "the disk is full and commands are accepted");
    };
    assert!([69, 75].contains(&refused.code), "{refused:?}");
    // Nobody can say what a disk holds that failed a write: the process says so, and ends.
    assert_eq!(server.ends().await.code(), Some(74), "{}", home.log());
    assert!(home.log().contains("free some space and start again"), "{}", home.log());

    // There is room again, and the platform is started again.
    std::fs::remove_file(disk.join("filler")).unwrap();
    let copied = Command::new("cp").arg("-a").arg(disk.join(".")).arg(home.data()).status().await;
    assert!(copied.unwrap().success());
    let server = home.serve().await;
    let companies = journal(&server, &home).await.len();
    // The command that met the end was answered with "not now", so it may be there or not.
    assert!([accepted, accepted + 1].contains(&companies), "{accepted} were accepted, {companies} are there");
    register(&server.cli(&home), "Encore").await;
    server.kill().await;
}

/// A command in a mount namespace of its own, which runs `script` with the binary and its arguments.
fn sceau_in_own_mounts(script: &str) -> Command {
    let mut command = sceau();
    let mut unshare = Command::new("unshare");
    unshare.args(["--map-root-user", "--mount", "sh", "-c", script]).arg(binary());
    unshare.stdin(Stdio::null()).kill_on_drop(true);
    for (name, value) in command.as_std_mut().get_envs() {
        if value.is_none() {
            unshare.env_remove(name);
        }
    }
    unshare
}
