//! Values that everyone shares: ids, attributes, receipts, conversations, events, deployments.
//!
//! No IO, no clock, no chance: plain data with its rules. Wire shapes live in `protocol`, rows in `store`.

pub mod access;
pub mod analytics;
pub mod attribute;
pub mod beside;
pub mod canned;
pub mod change;
pub mod channel;
pub mod configuration;
pub mod conversation;
pub mod credential;
pub mod cursor;
pub mod deployment;
pub mod entity;
pub mod event;
pub mod flow;
pub mod id;
pub mod integration;
pub mod message;
pub mod permission;
pub mod policy;
pub mod presence;
pub mod privacy;
pub mod receipt;
pub mod refusal;
pub mod routing;
pub mod scalar;
pub mod session;
pub mod signing;
pub mod time;
pub mod webhook;

pub use access::{
    AccessToken, BuiltInRole, Client, ClientSecret, CodeBinding, Division, Grant, Granted, Principal, Role, Sealed,
    TokenKind, User,
};
pub use attribute::{Attribute, AttributeChange, Attributes, Form, Quarantined, Trust};
pub use beside::{Beside, Note, Rating, Reach, Seen, Side};
pub use canned::{CannedKind, CannedResponse, CannedText, Library};
pub use change::{Change, ClaimedJob, DeadJob, Head, Job, JobOutcome, NewEvent, SessionChange, StartToken};
pub use channel::Channel;
pub use configuration::{
    Configuration, ConfigurationSettings, ConfigurationVersion, IdentityResolution, SatisfactionQuestion,
};
pub use conversation::{Context, Conversation, Customer, Participant, Participants, Purpose};
pub use credential::{ClientAuth, Credential, CredentialKind};
pub use cursor::Cursor;
pub use deployment::{Deployment, DeploymentStatus, Organization};
pub use entity::{AuditEntry, AuditRow, Entity, EntityChange, EntityRecord};
pub use event::{Actor, Event, EventBody, Mark};
pub use flow::{Call, ContextRead, Flow, FlowExit, FlowRecord, FlowStep, FlowVersion, Return, Run, SkillWish, Waits};
pub use id::{
    ClientId, CommunicationId, ConfigurationId, ConversationId, CredentialId, DataActionId, DeploymentId, DivisionId,
    EffectId, FlowId, JobId, LanguageId, LibraryId, MessageId, NoteId, OrganizationId, ParticipantId, PrivacyRequestId,
    QueueId, ResponseId, RoleId, RunId, ScheduleId, SessionId, SigningKeyId, SkillId, UserId, WebhookId, WrapupCodeId,
};
pub use integration::{DataAction, Schedule};
pub use message::{Direction, Message, MessageKind, Originator};
pub use permission::{Permission, UnknownPermission};
pub use policy::{ContextPolicy, DeclaredAttribute, Mode, Retention, ScalarType};
pub use presence::{AgentState, Presence};
pub use privacy::{
    CertificateId, ErasedConversation, ErasureTotals, PrivacyRequest, PrivacyRequestKind, PrivacyStatus,
    PrivacySubject, RetentionClass,
};
pub use receipt::{Receipt, ReceiptEntry, Rule, Verdict};
pub use refusal::RefusalRecord;
pub use routing::{
    ContextRule, Language, Offer, Overflow, Queue, QueueRules, Queued, Ring, RoutingChange, RoutingMethod,
    RoutingProfile, RoutingRecord, Silence, Skill, Wrapup, WrapupCode, WrapupPrompt,
};
pub use scalar::Scalar;
pub use session::{Session, TokenHash};
pub use signing::{KeyMaterial, SigningAlgorithm, SigningKey, SigningKeys, SpentToken};
pub use time::Time;
pub use webhook::{
    Attempt, Delivery, DeliveryState, Disabled, Occasion, PreviousSecret, UnknownWebhookEvent, Webhook, WebhookEvent,
    WebhookLane,
};
