use super::*;

fn layers(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Layers {
    Layers {
        file: (!file.is_empty()).then(|| (PathBuf::from("sceau.toml"), file.to_owned())),
        environment: environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        flags: flags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
    }
}

fn origin_of(in_force: &[InForce], key: &str) -> Origin {
    in_force.iter().find(|entry| entry.setting.key == key).unwrap().origin.clone()
}

#[test]
fn the_defaults_are_a_valid_configuration() {
    let (config, in_force) = Layers::default().resolve().unwrap();
    assert_eq!(config.grpc_listen.port(), 7450);
    assert!(in_force.iter().all(|entry| entry.origin == Origin::Default));
}

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let file = "[grpc]\nlisten = \"127.0.0.1:1\"\n[http]\nlisten = \"127.0.0.1:2\"\n[queue]\ncommands = 100\n";
    let environment = [("SCEAU_GRPC_LISTEN", "127.0.0.1:3"), ("SCEAU_HTTP_LISTEN", "127.0.0.1:4")];
    let (config, in_force) = layers(file, &environment, &[("grpc.listen", "127.0.0.1:5")]).resolve().unwrap();
    assert_eq!((config.grpc_listen.port(), config.http_listen.port(), config.queue_commands), (5, 4, 100));
    assert_eq!(origin_of(&in_force, "grpc.listen"), Origin::Flag);
    assert_eq!(origin_of(&in_force, "http.listen"), Origin::Environment("SCEAU_HTTP_LISTEN".into()));
    assert_eq!(origin_of(&in_force, "queue.commands"), Origin::File("sceau.toml".into()));
    assert_eq!(origin_of(&in_force, "public.rate"), Origin::Default);
}

#[test]
fn all_faults_are_reported_at_once() {
    let file = "nonsense = 1\n[engine]\nmemory = \"1TB\"\n";
    let environment = [("SCEAU_TENANTS", "Côte d'Ivoire"), ("SCEAU_TENNANTS", "ci")];
    let faults = layers(file, &environment, &[("deadline.interval", "5"), ("log.format", "xml"), ("a", "b")])
        .resolve()
        .unwrap_err();
    let said = faults.to_string();
    for expected in
        ["`nonsense`", "engine.memory = `1TB`", "tenants", "SCEAU_TENNANTS", "deadline.interval = `5`", "`xml`"]
    {
        assert!(said.contains(expected), "{expected} is missing from:\n{said}");
    }
    assert_eq!(faults.0.len(), 7);
}

#[test]
fn sizes_and_durations_carry_their_units() {
    let (config, _) = layers("", &[], &[("engine.memory", "1GiB"), ("deadline.interval", "2m")]).resolve().unwrap();
    assert_eq!((config.engine_memory, config.deadline_interval), (Size::mebibytes(1024), Duration::from_mins(2)));
}

#[test]
fn a_cluster_needs_both_engines_and_a_name_for_the_node() {
    let faults = layers("", &[], &[("kafka.brokers", "k:9092")]).resolve().unwrap_err().to_string();
    for expected in ["scylla.nodes = ``", "node.id = ``"] {
        assert!(faults.contains(expected), "{expected} is missing from:\n{faults}");
    }
    let cluster = [("kafka.brokers", "k:9092"), ("scylla.nodes", "a, b:9043"), ("node.id", "one")];
    let (config, _) = layers("", &[], &cluster).resolve().unwrap();
    let cluster = config.cluster.unwrap();
    assert_eq!((cluster.node.as_str(), cluster.address), ("one", None));
    assert_eq!(cluster.scylla.nodes, ["a", "b:9043"]);
}

#[test]
fn a_password_is_shown_to_nobody() {
    let flags = [
        ("kafka.brokers", "k:9092"),
        ("scylla.nodes", "s"),
        ("node.id", "one"),
        ("kafka.sasl.mechanism", "plain"),
        ("kafka.sasl.user", "u"),
        ("kafka.sasl.password", "hush"),
        ("scylla.replication", "east=3,west=2"),
        ("master.key", "hush"),
    ];
    let faults = layers("", &[], &flags).resolve().unwrap_err().to_string();
    assert!(faults.contains("master.key") && !faults.contains("hush"), "{faults}");
    let flags: Vec<_> = flags.into_iter().filter(|(key, _)| *key != "master.key").collect();
    let (config, in_force) = layers("", &[], &flags).resolve().unwrap();
    assert!(in_force.iter().all(|entry| !entry.shown().contains("hush")));
    assert!(!format!("{config:?}").contains("hush"));
    assert_eq!(config.cluster.unwrap().scylla.replication["west"], 2);
}

#[test]
fn the_thresholds_of_copies_are_those_that_were_measured_unless_set() {
    let (config, _) = Layers::default().resolve().unwrap();
    assert_eq!(config.clones, Thresholds::default());
    let (config, _) = layers("[clones]\nspeed_kmh = 300\nwindow = \"2h\"\n", &[], &[]).resolve().unwrap();
    assert_eq!((config.clones.speed_kmh, config.clones.window), (300, 7_200_000_000));
    let faults = layers("", &[], &[("clones.people", "17")]).resolve().unwrap_err().to_string();
    assert!(faults.contains("a number from 2 to 16"), "{faults}");
}
