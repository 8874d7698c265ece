//! For tests only: the real server in this process or as a process of its own, and clients for its roles.

mod bells;
mod clock;
pub mod login;
mod process;
pub mod rig;
mod server;

pub use bells::DroppedBells;
pub use clock::FixedClock;
pub use process::{Exit, ServerProcess};
pub use server::{TestServer, TestServerBuilder};
pub use waybill_client::{
    Answer, ClientError, ConnectOptions, EventStream, GuestClient, NewMessage, RestClient, StartChat,
};
pub use waybill_server::{
    config::{BucketConfig, Config, LimitsConfig},
    demo::{Demo, DemoUser},
    service::NewDeployment,
};
