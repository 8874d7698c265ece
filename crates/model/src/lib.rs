//! Values that everyone shares: ids, attributes, receipts, conversations, events, deployments.
//!
//! No IO, no clock, no chance: plain data with its rules. Wire shapes live in `protocol`, rows in `store`.

pub mod access;
pub mod attribute;
pub mod change;
pub mod conversation;
pub mod cursor;
pub mod deployment;
pub mod event;
pub mod id;
pub mod message;
pub mod policy;
pub mod receipt;
pub mod refusal;
pub mod scalar;
pub mod session;
pub mod time;

pub use access::{AccessToken, Client, Permission, Role};
pub use attribute::{Attribute, AttributeChange, Attributes, Form, Quarantined, Trust};
pub use change::{Change, Head, Job, NewEvent, SessionChange, StartToken};
pub use conversation::{Context, Conversation, Customer, Participant, Purpose};
pub use cursor::Cursor;
pub use deployment::{Deployment, DeploymentStatus, Organization};
pub use event::{Actor, Event, EventBody, Mark};
pub use id::{
    ClientId, CommunicationId, ConversationId, DeploymentId, FlowId, JobId, MessageId, OrganizationId, ParticipantId,
    SessionId,
};
pub use message::{Direction, Message, MessageKind, Originator};
pub use policy::{ContextPolicy, DeclaredAttribute, Mode, ScalarType};
pub use receipt::{Receipt, ReceiptEntry, Rule, Verdict};
pub use refusal::RefusalRecord;
pub use scalar::Scalar;
pub use session::{Session, TokenHash};
pub use time::Time;
