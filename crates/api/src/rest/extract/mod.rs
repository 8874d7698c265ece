//! What handlers take: who calls with which right, path segments, parameters, bodies.

mod authorized;
mod body;
mod headers;
mod parameters;
mod segments;

pub(crate) use authorized::{
    Authorized, CreateConversations, EditAttributes, FollowEvents, Right, SendMessages, ViewAudit, ViewConversations,
    ViewDeployments,
};
pub(crate) use body::{Fields, RawBody};
pub(crate) use headers::{IdempotencyKey, IfMatch, LastEventId};
pub(crate) use parameters::{Parameters, parse};
pub(crate) use segments::Segments;
