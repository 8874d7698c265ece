//! Use cases: load, decide, commit, ring. Nothing in here knows a wire shape or a database.

mod access;
mod admin;
mod ambient;
mod audit;
mod context;
mod conversations;
mod deployments;
mod divisions;
mod door;
mod entities;
mod error;
mod guest;
mod history;
mod limits;
mod mailbox;
mod marks;
mod messages;
mod notifications;
mod personal;
mod refusals;
mod scopes;
mod sealed;
mod service;
mod settings;
mod start;
mod stream;
mod stream_view;
mod to_the_end;
mod trace;
mod webhooks;

pub use access::{Caller, Divisions, IssuedToken};
pub use admin::{NewClient, NewDeployment};
pub use ambient::{Ambient, Chance, Clock, hash_token};
pub use context::{ContextWritten, KeyView, MetadataWrite};
pub use conversations::{ConversationList, ListQuery};
pub use door::{Entered, Entry};
pub use entities::{EntityList, Versioned};
pub use error::{ServiceError, seconds};
pub use guest::{Configured, Guest, HistoryPage, HistoryToken};
pub use history::{AsOf, HistoryEntry};
pub use limits::Allowance;
pub use notifications::{
    ChannelSocket, ChannelsOf, CreatedChannel, DetailKind, Judged, Rejection, SeenEvent, SubscribeError, Subscribed, Subscription, Topic, TopicKind,
    Topics, WhichConversation,
};
pub use messages::{AgentMessage, GuestMessage, SaidMessage};
pub use personal::MASK;
pub use refusals::RefusalQuery;
pub use sealed::MasterKey;
pub use service::Service;
pub use settings::{Bucket, Limits, Settings};
pub use start::{StartRequest, Started, StartedAnswer, WebchatRequest};
pub use stream::{EventReader, StreamItem, StreamStart};
pub use trace::{Hop, TraceView};
pub use waybill_bus::Whisper;
pub use webhooks::{EventBodies, Notice, Replay, Schedule, WebhookParts, WebhookSettings, Webhooks, WithSecret};
pub use waybill_engine::attributes::{Absence, CallForm, WhyAbsent};
pub use waybill_store::{EntityFilter, PagePosition};
