//! The server: configuration, wiring and the running thing; the binary `waybill` and tests embed it.

pub mod assets;
pub mod config;
mod connection;
mod console;
pub mod demo;
pub mod host;
pub mod logs;
pub mod master_key;
mod metrics_text;
mod placed;
mod private_file;
mod refusal;
pub mod server;
pub mod site;
pub mod tls;
pub mod wiring;

pub use config::{Config, ConfigError};
pub use server::{Bound, Opened, ServeError, ServerHandle, run};
pub use site::Site;
pub use waybill_service as service;
