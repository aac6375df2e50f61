//! A stamper at the command line: a file of activations with bad lines, a scanner, an account that adds up, cartons.

use serde_json::Value;

use crate::bad_input::{Country, words};
use crate::cli::Cli;

/// The sixteen digits of the batch's codes, in order.
async fn digits(cli: &Cli, batch: &str) -> Vec<String> {
    let codes = cli.says(&["stamps", "codes", batch, "--count", "100"]).await;
    codes.lines().map(|line| line.split_whitespace().nth(2).unwrap().to_owned()).collect()
}

/// The account of a batch, of which the lines are the stamps.
async fn account(cli: &Cli, batch: &str) -> Value {
    let accounts = cli.json(&["stamps", "reconcile", batch]).await;
    let lines = ["activated", "spoiled", "returned", "lost", "otherwise", "not_used"];
    let sum: u64 = lines.iter().map(|line| accounts[0][line].as_u64().unwrap()).sum();
    assert_eq!(sum, accounts[0]["issued"].as_u64().unwrap(), "{accounts}");
    accounts[0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_activations_is_applied_whole_or_by_its_good_lines() {
    let country = Country::found().await;
    let (cli, batch) = (&country.cli, country.batch.as_str());
    let digits = digits(cli, batch).await;
    cli.says(&words(&format!("stamps decommission {batch} --range 90-94 --reason spoiled"))).await;
    let file = country.home.path().join("activations.csv");
    let lines = [
        "first,count,lot,place".to_owned(),
        format!("{},20,A-1,Man", digits[0]),
        format!("{},5,A-1,Man", digits[19]),
        format!("{},1,A-1", digits[30]),
        format!("{},30,A-2,", digits[40]),
        format!("{},5,A-2,", digits[88]),
        "1234567890123456,1,A-2,".to_owned(),
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let file = file.to_str().unwrap();

    let refused = cli.run(&["stamps", "activate", "--file", file]).await;
    assert_eq!(refused.code, 65, "{refused:?}");
    let named: Vec<&str> = refused.err.lines().filter(|line| line.starts_with("line ")).collect();
    let [overlap, short, gone, mistyped] = named[..] else { panic!("{refused:?}") };
    assert!(overlap.starts_with("line 3: ") && overlap.ends_with("names codes that line 2 names already"), "{overlap}");
    assert_eq!(short, "line 4: has 3 values: the header has 4");
    assert!(gone.starts_with("line 6: ") && gone.contains("3 codes that are out of circulation"), "{gone}");
    assert!(mistyped.starts_with("line 7: "), "{mistyped}");
    assert_eq!(account(cli, batch).await["activated"], 0);

    let applied = cli.run(&["stamps", "activate", "--file", file, "--good-lines"]).await;
    assert_eq!((applied.code, applied.err.lines().filter(|line| line.starts_with("line ")).count()), (65, 4));
    assert_eq!(account(cli, batch).await["activated"], 50);
    let lots = cli.json(&["stamps", "activations", batch, "--lot", "A-2"]).await;
    assert_eq!((lots.as_array().unwrap().len(), &lots[0]["codes"]), (1, &Value::from(30)));
    assert!(country.server.stop().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_scanned_spoiled_and_packed_is_accounted_for() {
    let country = Country::found().await;
    let (cli, batch, company) = (&country.cli, country.batch.as_str(), country.company.as_str());
    let digits = digits(cli, batch).await;
    let scans = country.home.path().join("scans.txt");
    std::fs::write(&scans, format!("{}\n{}\nsmudge\n", digits[0], digits[1])).unwrap();
    cli.says(&["stamps", "readback", batch, "--scans", scans.to_str().unwrap(), "--bad", "7"]).await;
    for command in [
        format!("stamps decommission {batch} --range 7 --reason spoiled"),
        format!("stamps activate {batch} --range 10-59 --lot A-1"),
        format!("stamps decommission {batch} --code {} --reason lost", digits[20]),
        format!("stamps decommission {batch} --range 80-89 --reason returned"),
        format!("stamps reinstate {batch} --range 85-89"),
        format!("stamps container open 034000000000000012 --kind carton --company {company}"),
        format!("stamps container open 034000000000000029 --kind pallet --company {company}"),
        format!("stamps aggregate --into 034000000000000012 --batch {batch} --range 30-53"),
        "stamps aggregate --into 034000000000000029 --container 034000000000000012".to_owned(),
    ] {
        cli.says(&words(&command)).await;
    }
    let account = account(cli, batch).await;
    let line = |name: &str| account[name].as_u64().unwrap();
    assert_eq!([line("activated"), line("active"), line("spoiled"), line("returned")], [50, 49, 1, 5]);
    assert_eq!([line("not_used"), line("read_good"), line("read_bad"), line("unreadable")], [44, 2, 1, 1]);
    let found = cli.json(&["stamps", "where", &digits[30]]).await;
    assert_eq!((&found[0]["ordinal"], &found[0]["container"]), (&30.into(), &"034000000000000012".into()));
    let carton = cli.json(&["stamps", "container", "show", "034000000000000012"]).await;
    assert_eq!((&carton["codes"], &carton["inside"]), (&24.into(), &"034000000000000029".into()));
    assert!(country.server.stop().await.success());
}
