//! The guest socket of the real server, over real sockets.

mod afterwards;
mod delivery;
mod door;
mod history;
mod limits;
mod losses;
mod messages;
mod sessions;
mod start;
mod support;
