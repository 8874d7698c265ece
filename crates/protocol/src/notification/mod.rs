//! Notifications in the field's own shapes: channels and their topics over REST, frames over the socket.

pub mod channel;
pub mod conversation;
pub mod detail;
pub mod frame;
pub mod queue;
pub mod user;

/// What a channel's socket tells and hears, as schemas of one document.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(
    conversation::UserConversation,
    detail::AcdEnd,
    detail::AcdStart,
    detail::AttributesDetail,
    detail::CustomerEnd,
    detail::CustomerStart,
    detail::FlowEnd,
    detail::FlowStart,
    detail::UserEnd,
    detail::UserStart,
    detail::WrapupDetail,
    frame::FrameMetadata,
    frame::SocketAnswer,
    frame::SocketNotice,
    frame::SocketRequest,
    queue::QueueObservations,
    user::UserStatusNotice,
    crate::rest::presence::UserPresence,
)))]
#[derive(Debug)]
pub struct NotificationSchemas;
