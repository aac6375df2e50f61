//! A real Cassandra, started, hurt and started again.
#![allow(clippy::unwrap_used, reason = "a test that cannot run its engine has failed")]

use std::net::TcpStream;

use sceau_engines::{Cassandra, Scratch, or_skip};

#[test]
fn a_node_answers_is_killed_and_comes_back_on_the_same_port() {
    let scratch = Scratch::new().unwrap();
    let Some(cassandra) = or_skip(Cassandra::start(scratch.path())).unwrap() else { return };
    TcpStream::connect(cassandra.contact()).unwrap();
    cassandra.kill();
    assert!(TcpStream::connect(cassandra.contact()).is_err(), "a killed node refuses connections");
    cassandra.restart().unwrap();
    cassandra.pause().unwrap();
    cassandra.resume().unwrap();
    cassandra.stop();
}

#[test]
fn a_secured_node_says_what_it_lets_in() {
    let scratch = Scratch::new().unwrap();
    let Some(cassandra) = or_skip(Cassandra::start_secured(scratch.path())).unwrap() else { return };
    let access = cassandra.access().unwrap();
    assert!(std::fs::read_to_string(&access.authority).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    TcpStream::connect(cassandra.contact()).unwrap();
}
