//! Guest frames: what a client sends on the socket, what the server answers and pushes, and the files around it.

pub mod answer;
pub mod deployment;
pub mod envelope;
pub mod frame;
pub mod message;
mod read;
mod tolerant;

pub use answer::{
    AllowedMedia, ConfigurationAnswer, ConnectionClosed, FileType, InboundMedia, JwtAnswer, QueuePlace,
    RateConversationAnswer, ReceiptEvent, ReconnectHint, SessionAnswer, SetContextAnswer, StartChatAnswer,
    TooManyRequests,
};
pub use deployment::{DeploymentConfig, DeploymentDomains};
pub use envelope::{FrameClass, FrameType, ServerFrame, code};
pub use frame::{
    CloseSessionFrame, ConfigureSessionFrame, EchoFrame, GetConfigurationFrame, GetJwtFrame, GuestFrame,
    OnMessageFrame, Page, RateConversationFrame, ReceiptFrame, SetContextFrame, StartChatFrame,
};
pub use message::{MessageEvent, MessagePage, StructuredMessage};
pub use read::{Received, Unreadable, read_frame};

/// Every guest type that a client needs, as schemas of one document.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(
    GuestFrame,
    StartChatAnswer,
    SetContextAnswer,
    RateConversationAnswer,
    ReceiptEvent,
    SessionAnswer,
    ConfigurationAnswer,
    JwtAnswer,
    QueuePlace,
    ReconnectHint,
    ConnectionClosed,
    TooManyRequests,
    StructuredMessage,
    MessagePage,
    DeploymentConfig,
    DeploymentDomains,
    FrameType,
    FrameClass,
)))]
#[derive(Debug)]
pub struct GuestSchemas;

#[cfg(test)]
mod tests;
