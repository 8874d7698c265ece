//! Who may do what over REST (REST2).

use serde::{Deserialize, Serialize};

use crate::{ClientId, OrganizationId, Time, TokenHash};

/// One right, in the field's `domain:entity:action` form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// Read conversations, their context, history and trace.
    ConversationView,
    /// Create conversations.
    ConversationCreate,
    /// Write custom attributes.
    AttributesEdit,
    /// Answer in conversations.
    MessageCreate,
    /// Follow the event stream.
    EventsView,
    /// Read deployments, lint a context, list refusals.
    DeploymentView,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 6] = [
        Self::ConversationView,
        Self::ConversationCreate,
        Self::AttributesEdit,
        Self::MessageCreate,
        Self::EventsView,
        Self::DeploymentView,
    ];

    /// The field's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConversationView => "conversation:communication:view",
            Self::ConversationCreate => "conversation:webmessaging:create",
            Self::AttributesEdit => "conversation:customAttributes:edit",
            Self::MessageCreate => "conversation:message:create",
            Self::EventsView => "notifications:events:view",
            Self::DeploymentView => "webDeployments:deployment:view",
        }
    }
}

/// A named set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// An API client that reads, writes and answers conversations.
    Integrator,
}

impl Role {
    /// What the role may do.
    #[must_use]
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Integrator => &Permission::ALL,
        }
    }
}

/// An API client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Argon2id hash of its secret, in the usual text form.
    pub secret_hash: String,
    /// Whether it may log in.
    pub enabled: bool,
    /// When it was created.
    pub created_at: Time,
}

/// A bearer token as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// Hash of the token.
    pub hash: TokenHash,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Whose it is.
    pub client_id: ClientId,
    /// Scopes it was narrowed to, space separated; empty for all of the role.
    pub scopes: String,
    /// When it ends.
    pub expires_at: Time,
}
