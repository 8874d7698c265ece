//! A guest, and an API client, for programs: tests, load, rigs, bots. Typed by `protocol`; it draws no chance and reads
//! no clock, so tokens and ids are handed in.

mod error;
mod guest;
mod notifications;
mod rest;
mod sse;

pub use error::{ClientError, Refused};
pub use guest::{ConnectOptions, Frame, GuestClient, NewMessage, StartChat};
pub use notifications::{Notification, NotificationMetadata, NotificationStream};
pub use rest::{Answer, RestClient};
pub use sse::{EventStream, SentEvent};
