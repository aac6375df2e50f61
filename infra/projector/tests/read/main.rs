//! The read side, first machine by machine, then with its shells over a log and a store in memory.

mod engines;
mod projector;
mod reactor;
mod rebuild;
mod runner;
mod toy;
mod views;
