//! Talking to whoever typed the command.

use std::{
    fmt::Display,
    io::{self, Write as _},
};

/// Writes one text and a line end to standard output.
pub(crate) fn say(text: impl Display) -> io::Result<()> {
    match writeln!(io::stdout().lock(), "{text}") {
        // `waybill … | head` is no failure of ours.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Writes one text and a line end to standard error.
pub(crate) fn complain(text: &str) {
    // With standard error gone there is nobody left to tell.
    drop(writeln!(io::stderr().lock(), "{text}"));
}
