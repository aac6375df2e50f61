//! A real Kafka, started, hurt and started again.
#![allow(clippy::unwrap_used, reason = "a test that cannot run its engine has failed")]

use std::net::TcpStream;
use std::time::{Duration, Instant};

use sceau_engines::{Kafka, Scratch, or_skip};

#[test]
fn a_broker_answers_is_killed_and_comes_back_on_the_same_port() {
    let scratch = Scratch::new().unwrap();
    let Some(kafka) = or_skip(Kafka::start(1, scratch.path())).unwrap() else { return };
    assert_eq!(kafka.bootstrap(), kafka.address(0).to_string());
    TcpStream::connect(kafka.address(0)).unwrap();
    kafka.kill(0);
    assert!(TcpStream::connect(kafka.address(0)).is_err(), "a killed broker refuses connections");
    assert!(kafka.pause(0).is_err(), "a killed broker cannot be paused");
    kafka.restart(0).unwrap();
    TcpStream::connect(kafka.address(0)).unwrap();
    kafka.stop();
}

#[test]
fn a_broker_that_may_write_no_more_ends_and_comes_back_with_room() {
    let scratch = Scratch::new().unwrap();
    let Some(kafka) = or_skip(Kafka::start(1, scratch.path())).unwrap() else { return };
    kafka.fill_disk(0).unwrap();
    let begun = Instant::now();
    while TcpStream::connect(kafka.address(0)).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(60), "a broker that cannot write goes on");
        std::thread::sleep(Duration::from_millis(50));
    }
    kafka.restart(0).unwrap();
    TcpStream::connect(kafka.address(0)).unwrap();
}

#[test]
fn three_brokers_make_one_cluster_and_are_reached_through_their_links() {
    let scratch = Scratch::new().unwrap();
    let Some(kafka) = or_skip(Kafka::start_behind_links(3, scratch.path())).unwrap() else { return };
    assert_eq!(kafka.bootstrap().split(',').count(), 3);
    for broker in 0..3 {
        let link = kafka.link(broker).unwrap();
        assert_eq!(link.target(), kafka.address(broker));
        assert!(kafka.bootstrap().contains(&link.address().to_string()));
    }
    kafka.kill(1);
    kafka.pause(2).unwrap();
    kafka.resume(2).unwrap();
    kafka.restart_all().unwrap();
}

#[test]
fn a_secured_broker_has_a_listener_more_and_says_what_it_lets_in() {
    let scratch = Scratch::new().unwrap();
    let Some(kafka) = or_skip(Kafka::start_secured(1, scratch.path())).unwrap() else { return };
    let access = kafka.access().unwrap();
    for pem in [&access.authority, &access.stranger] {
        assert!(std::fs::read_to_string(pem).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    }
    TcpStream::connect(kafka.secured_bootstrap()).unwrap();
}
