//! Notifications in the field's own shapes: channels and their topics over REST, frames over the socket.

pub mod channel;
pub mod conversation;
pub mod detail;
pub mod frame;
