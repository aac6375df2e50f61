//! A TCP connection that can be hurt: what comes to its address is forwarded, until it is cut or stalled.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::port::loopback;

/// How long the target may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// A proxy before `target`. It ends, with its connections, when dropped.
#[derive(Debug)]
pub struct Link {
    address: SocketAddr,
    target: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Bytes pass.
    Open,
    /// Connections are kept and accepted, and no byte passes.
    Stalled,
    /// Connections are closed, and new ones too.
    Cut,
    /// The link is gone.
    Ended,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    mode: Mode,
    next: u64,
    /// Both ends of every open connection.
    connections: HashMap<u64, [TcpStream; 2]>,
}

impl Link {
    /// Listens on a free port of 127.0.0.1 and forwards to `target`, which need not be there yet.
    pub fn to(target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(loopback(0))?;
        let state = State { mode: Mode::Open, next: 0, connections: HashMap::new() };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let address = listener.local_addr()?;
        let accepting = thread::Builder::new().name(format!("link {address}")).spawn({
            let shared = Arc::clone(&shared);
            move || shared.accept(&listener, target)
        })?;
        Ok(Self { address, target, shared, accepting: Some(accepting) })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it leads.
    pub const fn target(&self) -> SocketAddr {
        self.target
    }

    /// Closes every connection, and every new one at once, until it is healed.
    pub fn cut(&self) {
        self.shared.enter(Mode::Cut);
    }

    /// Keeps connections and accepts new ones, but passes no byte until it is healed.
    pub fn stall(&self) {
        self.shared.enter(Mode::Stalled);
    }

    /// Passes bytes again; what a stall held back arrives.
    pub fn heal(&self) {
        self.shared.enter(Mode::Open);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.shared.enter(Mode::Ended);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, mode: Mode) {
        let mut state = self.state();
        state.mode = mode;
        if matches!(mode, Mode::Cut | Mode::Ended) {
            for (_, ends) in state.connections.drain() {
                close(&ends);
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Waits while the link is stalled; do bytes pass then?
    fn may_pass(&self, connection: u64) -> bool {
        let waiting = self.changed.wait_while(self.state(), |state| state.mode == Mode::Stalled);
        waiting.unwrap_or_else(PoisonError::into_inner).connections.contains_key(&connection)
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener, target: SocketAddr) {
        for near in listener.incoming() {
            match self.state().mode {
                Mode::Ended => return,
                Mode::Cut => continue,
                Mode::Open | Mode::Stalled => {}
            }
            if let Ok(near) = near {
                let shared = Arc::clone(self);
                // A target that hangs must not keep others from connecting. A client that is not served sees a closed
                // connection, which is what a link is there to show.
                let _ = thread::Builder::new().spawn(move || shared.serve(near, target));
            }
        }
    }

    /// Connects to the target and forwards both ways until one side closes.
    fn serve(self: Arc<Self>, near: TcpStream, target: SocketAddr) -> io::Result<()> {
        let far = TcpStream::connect_timeout(&target, CONNECT)?;
        near.set_nodelay(true)?;
        far.set_nodelay(true)?;
        let ends = [near.try_clone()?, far.try_clone()?];
        let mut state = self.state();
        if matches!(state.mode, Mode::Cut | Mode::Ended) {
            return Ok(());
        }
        let connection = state.next;
        state.next += 1;
        state.connections.insert(connection, ends);
        drop(state);
        let back = {
            let (shared, from, to) = (Arc::clone(&self), far.try_clone()?, near.try_clone()?);
            thread::Builder::new().spawn(move || shared.forward(connection, from, to))?
        };
        self.forward(connection, near, far);
        let _ = back.join();
        self.state().connections.remove(&connection);
        Ok(())
    }

    fn forward(&self, connection: u64, mut from: TcpStream, mut to: TcpStream) {
        let mut bytes = vec![0; 64 << 10];
        while let Ok(read) = from.read(&mut bytes) {
            if read == 0 || !self.may_pass(connection) || to.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        // The other direction may still have something to say; a reader of this one learns that it is over.
        let _ = to.shutdown(Shutdown::Write);
        let _ = from.shutdown(Shutdown::Read);
    }
}

fn close(ends: &[TcpStream; 2]) {
    for end in ends {
        // The other side may have closed it first.
        let _ = end.shutdown(Shutdown::Both);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Port;

    const LIMIT: Duration = Duration::from_secs(10);

    /// Sends back what it is sent.
    fn echo() -> SocketAddr {
        let listener = TcpListener::bind(loopback(0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut reading = stream.unwrap();
                let mut writing = reading.try_clone().unwrap();
                thread::spawn(move || io::copy(&mut reading, &mut writing));
            }
        });
        address
    }

    fn connect(link: &Link) -> TcpStream {
        let stream = TcpStream::connect(link.address()).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream
    }

    fn echoes(stream: &mut TcpStream, text: &[u8]) -> bool {
        let mut back = vec![0; text.len()];
        stream.write_all(text).and_then(|()| stream.read_exact(&mut back)).is_ok() && back == text
    }

    /// Is the connection closed, rather than silent?
    fn is_closed(stream: &mut TcpStream) -> bool {
        match stream.read(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
        }
    }

    #[test]
    fn an_open_link_passes_bytes_both_ways() {
        let link = Link::to(echo()).unwrap();
        let (mut one, mut other) = (connect(&link), connect(&link));
        assert!(echoes(&mut one, b"one"));
        assert!(echoes(&mut other, &vec![7; 100_000]));
        assert!(echoes(&mut one, b"again"));
    }

    #[test]
    fn a_cut_link_closes_what_was_open_and_what_comes_until_it_is_healed() {
        let link = Link::to(echo()).unwrap();
        let mut before = connect(&link);
        assert!(echoes(&mut before, b"before"));
        link.cut();
        assert!(is_closed(&mut before));
        assert!(is_closed(&mut connect(&link)));
        link.heal();
        assert!(echoes(&mut connect(&link), b"after"));
    }

    #[test]
    fn a_stalled_link_keeps_connections_and_delivers_late() {
        let link = Link::to(echo()).unwrap();
        let mut before = connect(&link);
        assert!(echoes(&mut before, b"before"));
        link.stall();
        let mut during = connect(&link);
        for stream in [&mut before, &mut during] {
            stream.write_all(b"late").unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
            assert!(stream.read(&mut [0; 4]).is_err(), "nothing passes, and nothing is closed");
            stream.set_read_timeout(Some(LIMIT)).unwrap();
        }
        link.heal();
        for stream in [&mut before, &mut during] {
            let mut late = [0; 4];
            stream.read_exact(&mut late).unwrap();
            assert_eq!(&late, b"late");
        }
    }

    #[test]
    fn a_link_to_nobody_closes_and_leads_there_once_somebody_listens() {
        let place = Port::claim().unwrap();
        let target = loopback(place.number());
        let link = Link::to(target).unwrap();
        assert!(is_closed(&mut connect(&link)));
        let listener = TcpListener::bind(target).unwrap();
        thread::spawn(move || listener.accept().unwrap().0.write_all(b"here"));
        let mut here = [0; 4];
        connect(&link).read_exact(&mut here).unwrap();
        assert_eq!(&here, b"here");
    }

    #[test]
    fn a_dropped_link_closes_its_connections() {
        let link = Link::to(echo()).unwrap();
        let mut stream = connect(&link);
        assert!(echoes(&mut stream, b"before"));
        drop(link);
        assert!(is_closed(&mut stream));
    }
}
