//! Use cases: load, decide, commit, ring. Nothing in here knows a wire shape or a database.

mod access;
mod admin;
mod ambient;
pub mod analytics;
mod answers;
mod application;
mod attempts;
mod audit;
mod canned;
mod clients;
mod configurations;
mod context;
mod conversations;
mod deployment_administration;
mod deployments;
mod divisions;
mod door;
mod entities;
mod error;
mod flows;
mod guest;
mod history;
mod limits;
mod login;
mod mailbox;
mod marks;
mod messages;
mod notes;
mod notifications;
mod oauth;
mod participants;
mod people;
mod personal;
mod policies;
pub mod privacy;
mod promotion;
mod refusals;
mod roles;
mod routing;
mod said;
mod satisfaction;
mod scopes;
mod sealed;
mod search;
mod seen;
mod service;
mod settings;
mod signed;
mod start;
mod stream;
mod stream_view;
mod to_the_end;
mod totp;
mod trace;
mod transcript;
mod webhooks;
mod window;

pub use access::{Caller, Divisions};
pub use admin::{NewClient, NewDeployment};
pub use ambient::{Ambient, Chance, Clock, hash_token};
pub use answers::AgentMessage;
pub use application::CONSOLE_CLIENT;
pub use canned::{CannedQuery, CannedWish, FilledReply, FilledText, LackingPlace};
pub use clients::{ClientDraft, ClientWithSecret};
pub use configurations::{ConfigurationView, ConfigurationWish};
pub use context::{ContextWritten, KeyView, MetadataWrite};
pub use conversations::{ConversationList, ListQuery};
pub use deployment_administration::{DeploymentView, DeploymentWish};
pub use door::{Entered, Entry};
pub use entities::{EntityList, Versioned};
pub use error::{ServiceError, seconds};
pub use flows::{
    ActionEdition, BoundFlow, CredentialWish, DataActionWish, Difference, FlowWish, Operation, PublishedFlow, Replayed,
    ScheduleWish, SimulatedFlow, TriedAction,
};
pub use guest::{Configured, Guest, HistoryPage, HistoryToken};
pub use history::{AsOf, HistoryEntry};
pub use limits::Allowance;
pub use login::{Authorization, AuthorizationFault, AuthorizationRequest, LoggedIn};
pub use messages::{GuestMessage, SaidMessage};
pub use notes::{NoteWish, NotedView};
pub use notifications::{
    ChannelSocket, ChannelsOf, CreatedChannel, DetailKind, Judged, Rejection, SeenEvent, SubscribeError, Subscribed,
    Subscription, Topic, TopicKind, Topics, WhichConversation,
};
pub use oauth::{ClientLogin, Exchange, IssuedToken};
pub use people::{NewUser, TotpSecret, UserChange, UserQuery};
pub use personal::MASK;
pub use policies::{PolicyPreview, PublishedPolicy};
pub use promotion::{BulkPromoted, BulkPromotion, PromotionWish, QuarantineList, QuarantinedKey};
pub use refusals::{RefusalGroup, RefusalGrouping, RefusalList, RefusalQuery, RefusalSummary};
pub use roles::{EVERYWHERE, GivenGrant, RoleDraft, RoleView};
pub use routing::{
    AgentChanges, AgentView, Asked, AskingWish, Counts, EnteringWish, LanguageLevel, Membership, OpenDesk, Others,
    ProfileWish, QueuePosition, QueueTransfer, QueueView, QueueWish, ReadyWrapup, RoutingQuery, RoutingStatus,
    WantedStatus, WhichAgent, WrapupCodeWish, WrapupWish, ids_of,
};
pub use said::{ConversationView, FoundMessage, MOST_MESSAGES, MessageReference};
pub use satisfaction::{RatingState, RatingView, RatingWish};
pub use scopes::all as scopes;
pub use sealed::MasterKey;
pub use search::{SearchHit, SearchQuery};
pub use seen::{SeenView, SeenWish};
pub use service::Service;
pub use settings::{Bucket, FlowSettings, Limits, Settings};
pub use signed::{
    ChangedSigningKey, CreatedSigningKey, NewSigningKey, RotatedSigningKey, SigningKeySource, TokenFault,
};
pub use start::{StartRequest, Started, StartedAnswer, WebchatRequest};
pub use stream::{EventReader, StreamItem, StreamStart};
pub use trace::{Hop, TraceView};
pub use transcript::{Line, Speaker, Transcript};
pub use waybill_bus::Whisper;
pub use waybill_engine::attributes::{Absence, CallForm, KeyPreview, Preview, Tally, WhyAbsent};
pub use waybill_engine::flow::{Finding, FlowDocument, Place, Severity};
pub use waybill_engine::routing::QueueObservation;
pub use waybill_engine::template::escape_html;
pub use waybill_store::{EntityFilter, ListOrder, PagePosition, RefusalPosition};
pub use webhooks::{EventBodies, Notice, Replay, Schedule, WebhookParts, WebhookSettings, Webhooks, WithSecret};
pub use window::{Window, Windowed};
