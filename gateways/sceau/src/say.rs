//! Printing for whoever still reads.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::process::exit;

/// Prints to standard output. The program ends, well, when its reader has gone (`sceau log tail | head`), and with
/// EX_IOERR of sysexits.h when nothing can be written.
pub(crate) fn say(text: Arguments<'_>) {
    if let Err(error) = std::io::stdout().lock().write_fmt(text) {
        exit(if error.kind() == ErrorKind::BrokenPipe { 0 } else { 74 });
    }
}

/// As `print!`, by [`say`].
macro_rules! say {
    ($($text:tt)*) => { $crate::say::say(format_args!($($text)*)) };
}

/// As `println!`, by [`say`].
macro_rules! sayln {
    ($($text:tt)*) => { $crate::say::say(format_args!("{}\n", format_args!($($text)*))) };
}
