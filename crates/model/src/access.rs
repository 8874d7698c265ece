//! Who may do what (REST2): people and API clients, their roles, and how far each role reaches.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::entity::entity;
use crate::{ClientId, DivisionId, OrganizationId, Permission, RoleId, Time, TokenHash, UserId};

/// Somebody who can log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "id")]
pub enum Principal {
    /// An API client.
    Client(ClientId),
    /// A person.
    User(UserId),
}

impl Principal {
    /// The id inside.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Client(id) => id.uuid(),
            Self::User(id) => id.uuid(),
        }
    }
}

/// A role that somebody has, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// The role.
    pub role_id: RoleId,
    /// The divisions that it reaches; all of them, also later ones, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divisions: Option<Vec<DivisionId>>,
}

impl Grant {
    /// The role in every division.
    #[must_use]
    pub const fn everywhere(role_id: RoleId) -> Self {
        Self { role_id, divisions: None }
    }
}

/// A permission within a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    /// The permission.
    pub permission: Permission,
    /// The context keys that it covers; all of them where absent. Only for permissions about attributes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<Vec<String>>,
}

impl From<Permission> for Granted {
    fn from(permission: Permission) -> Self {
        Self { permission, keys: None }
    }
}

/// A named set of permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// What it is for, hostile text.
    pub description: String,
    /// What it lets through.
    pub permissions: Vec<Granted>,
    /// When it was created.
    pub created_at: Time,
}

entity!(Role = "role");

/// A role that every organization has; it can't be changed, and it grows with the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BuiltInRole {
    /// May do everything.
    Admin,
    /// Watches: reads everything of conversations, analytics, deployments and users; assigns and ends conversations.
    Supervisor,
    /// Answers: reads conversations with their context, takes them over, writes attributes, wraps up.
    Agent,
    /// An API client that reads, writes and answers conversations, follows events, and reads deployments and analytics.
    Integrator,
}

impl BuiltInRole {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Supervisor, Self::Agent, Self::Integrator];

    /// The same id in every organization.
    #[must_use]
    pub const fn id(self) -> RoleId {
        RoleId::new(Uuid::from_u128(match self {
            Self::Admin => 0x0000_0000_0000_8000_8000_0000_0000_0001,
            Self::Supervisor => 0x0000_0000_0000_8000_8000_0000_0000_0002,
            Self::Agent => 0x0000_0000_0000_8000_8000_0000_0000_0003,
            Self::Integrator => 0x0000_0000_0000_8000_8000_0000_0000_0004,
        }))
    }

    /// The role behind an id.
    #[must_use]
    pub fn find(id: RoleId) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Supervisor => "supervisor",
            Self::Agent => "agent",
            Self::Integrator => "integrator",
        }
    }

    /// What it lets through.
    #[must_use]
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Admin => P::ALL,
            Self::Supervisor => &[
                P::ConversationView,
                P::ConversationDisconnect,
                P::ConversationAssign,
                P::ConversationTransfer,
                P::ParticipantWrapup,
                P::AttributesView,
                P::AttributesEdit,
                P::PersonalView,
                P::QuarantinePromote,
                P::MessageView,
                P::MessageCreate,
                P::NoteView,
                P::NoteCreate,
                P::LibraryView,
                P::LibraryAdd,
                P::LibraryEdit,
                P::LibraryDelete,
                P::ResponseView,
                P::ResponseAdd,
                P::ResponseEdit,
                P::ResponseDelete,
                P::EventsView,
                P::DeploymentView,
                P::ConfigurationView,
                P::IdentityResolutionView,
                P::DetailView,
                P::AggregateView,
                P::DataExport,
                P::QueueView,
                P::QueueEdit,
                P::QueueMemberManage,
                P::RoutingEdit,
                P::QueueObservationView,
                P::SkillView,
                P::SkillAssign,
                P::LanguageView,
                P::LanguageAssign,
                P::PresenceDefinitionView,
                P::PresenceEdit,
                P::WrapupCodeView,
                P::FlowView,
                P::ScheduleView,
                P::UserView,
                P::RoleView,
                P::AuditView,
                P::PrivacyRequestView,
            ],
            Self::Agent => &[
                P::ConversationView,
                P::ConversationDisconnect,
                P::ConversationTransfer,
                P::ParticipantWrapup,
                P::AttributesView,
                P::AttributesEdit,
                P::PersonalView,
                P::MessageView,
                P::MessageCreate,
                P::NoteView,
                P::NoteCreate,
                P::LibraryView,
                P::ResponseView,
                P::EventsView,
                P::QueueView,
                P::SkillView,
                P::LanguageView,
                P::PresenceDefinitionView,
                P::WrapupCodeView,
                P::FlowView,
                P::UserView,
            ],
            Self::Integrator => &[
                P::ConversationView,
                P::ConversationCreate,
                P::ConversationDisconnect,
                P::ConversationAssign,
                P::ConversationTransfer,
                P::ParticipantWrapup,
                P::AttributesView,
                P::AttributesEdit,
                P::PersonalView,
                P::MessageView,
                P::MessageCreate,
                P::NoteView,
                P::NoteCreate,
                P::LibraryView,
                P::ResponseView,
                P::EventsView,
                P::DeploymentView,
                P::ConfigurationView,
                P::IdentityResolutionView,
                P::DetailView,
                P::AggregateView,
                P::DataExport,
                P::QueueView,
                P::RoutingEdit,
                P::QueueObservationView,
                P::SkillView,
                P::LanguageView,
                P::PresenceDefinitionView,
                P::WrapupCodeView,
                P::UserView,
                P::WebhookView,
                P::WebhookAdd,
                P::WebhookEdit,
                P::WebhookDelete,
                P::FlowView,
                P::ActionView,
                P::ActionExecute,
                P::ScheduleView,
            ],
        }
    }
}

/// A part of an organization; whoever has a role in it sees nothing of the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Division {
    /// Its id; the home division of an organization has the organization's own.
    pub id: DivisionId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// When it was created.
    pub created_at: Time,
}

impl Division {
    /// The division in which everything is that nobody put elsewhere.
    #[must_use]
    pub const fn home(organization: OrganizationId) -> DivisionId {
        DivisionId::new(organization.uuid())
    }
}

entity!(Division = "division");

/// A secret of an API client; two may be good at the same time while one is rotated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientSecret {
    /// Argon2id hash, in the usual text form.
    pub hash: String,
    /// When it was drawn.
    pub created_at: Time,
    /// Until when it is good; for ever where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good_until: Option<Time>,
}

/// An API client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// Its roles.
    pub grants: Vec<Grant>,
    /// Its secrets, newest first; none for a public client (authorization code with PKCE).
    pub secrets: Vec<ClientSecret>,
    /// Where people who log in through it may be sent back to (authorization code).
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// What it is for, hostile text.
    #[serde(default)]
    pub description: String,
    /// Whether it may log in.
    pub enabled: bool,
    /// When it was created.
    pub created_at: Time,
}

entity!(Client = "client", |it| vec![it.id.to_string()]);

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The division that it belongs to.
    pub division_id: DivisionId,
    /// The e-mail address with which it logs in, in lower case; unique on the server.
    pub email: String,
    /// Its name, hostile text.
    pub name: String,
    /// Argon2id hash of its password; without one nobody can log in as it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// The sealed secret of its second factor (TOTP, RFC 6238), once it was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<Sealed>,
    /// The same while it waits for its first code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp_pending: Option<Sealed>,
    /// The step of the last code that was used: each works once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp_step: Option<i64>,
    /// Its roles.
    pub grants: Vec<Grant>,
    /// Whether it may log in.
    pub enabled: bool,
    /// When it was created.
    pub created_at: Time,
}

entity!(User = "user", |it| vec![it.email.clone()]);

/// A secret that the server must be able to read again, encrypted under the master key; text `v1.<nonce>.<ciphertext>`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(pub String);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// `Authorization: Bearer …`.
    Access,
    /// Exchanged once for a new access token and a new refresh token.
    Refresh,
    /// An authorization code: exchanged once, within a minute.
    Code,
}

/// A token as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessToken {
    /// Hash of the token.
    pub hash: TokenHash,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// What it is good for.
    pub kind: TokenKind,
    /// Whose it is.
    pub principal: Principal,
    /// The client through which a person logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// Scopes it was narrowed to, space separated; empty for all of the roles.
    pub scopes: String,
    /// One log-in and everything that was exchanged for it later: revoked together.
    pub family: Uuid,
    /// For a code: where it was sent, and the PKCE challenge (S256) that its verifier must meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CodeBinding>,
    /// When it was issued.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
}

/// What an authorization code is bound to (RFC 7636).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CodeBinding {
    /// The redirect URI that it was sent to.
    pub redirect_uri: String,
    /// Base64url of the verifier's SHA-256.
    pub challenge: String,
}
