//! What a browser calls.
#![allow(unsafe_code, reason = "only for the attribute `no_mangle`, by which a function is found under its name")]

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::session::Session;

/// A module has one user, which calls one function after another.
static SESSION: Mutex<Session> = Mutex::new(Session::new());

fn session() -> MutexGuard<'static, Session> {
    SESSION.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes room for an input, and says where.
#[unsafe(no_mangle)]
pub extern "C" fn sceau_input(length: usize) -> *mut u8 {
    session().room(length)
}

/// Takes the list key and the key list from the input.
#[unsafe(no_mangle)]
pub extern "C" fn sceau_load_keys() -> u32 {
    u32::from(session().load_keys())
}

/// Takes the revocations from the input.
#[unsafe(no_mangle)]
pub extern "C" fn sceau_load_revoked() -> u32 {
    u32::from(session().load_revoked())
}

/// Judges the code in the input.
#[unsafe(no_mangle)]
pub extern "C" fn sceau_verify(now: f64) -> u32 {
    u32::from(session().verify(now))
}

/// Where the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn sceau_output() -> *const u8 {
    session().output().as_ptr()
}

/// How long the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn sceau_output_length() -> usize {
    session().output().len()
}
