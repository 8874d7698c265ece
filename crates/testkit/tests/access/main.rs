//! People, tokens, roles, divisions and personal values, against the real server.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod clients;
mod divisions;
mod lockout;
mod login;
mod people;
mod personal;
mod roles;
mod second_factor;
mod support;
mod tokens;
