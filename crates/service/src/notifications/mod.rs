//! Notification channels: topics that somebody subscribed to, told over one socket each (NOT1–NOT9). What is told comes
//! from the log like everything else (P4): a channel only says which part of it.

mod channels;
mod delivery;
mod subscriptions;
mod topic;

pub use channels::{ChannelSocket, ChannelsOf, CreatedChannel};
pub use delivery::SeenEvent;
pub use subscriptions::{Judged, Rejection, SubscribeError, Subscribed, Subscription};
pub use topic::{DetailKind, Topic, TopicKind, Topics, WhichConversation};
