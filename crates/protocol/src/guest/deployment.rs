//! The public files of a deployment: `config.json` and `domains.json`. No field is ever null: a real client throws on one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::form::Form;

/// `config.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentConfig {
    /// The deployment.
    pub id: String,
    /// The versions of its configuration and of its policy.
    pub version: String,
    /// Languages of the texts.
    pub languages: Vec<String>,
    /// The language where the visitor's is not among them.
    pub default_language: String,
    /// Base of the REST addresses.
    pub api_endpoint: String,
    /// Whether the page brings a user interface of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headless_mode: Option<Toggle>,
    /// Where the messenger stands on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The messenger.
    pub messenger: Messenger,
    /// Journey events; never on.
    pub journey_events: Toggle,
    /// `Active` or `Inactive`.
    pub status: ConfigStatus,
    /// Authentication of visitors; not on yet.
    pub auth: Auth,
    /// What our own SDK reads.
    pub waybill: Waybill,
}

/// Whether a deployment takes chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ConfigStatus {
    /// It does.
    Active,
    /// It does not.
    Inactive,
}

/// Something that is on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Toggle {
    /// On or off.
    pub enabled: bool,
}

/// The messenger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Messenger {
    /// Whether it is shown.
    pub enabled: bool,
    /// Its parts.
    pub apps: Apps,
    /// Its looks.
    pub styles: Styles,
    /// Its button.
    pub launcher_button: LauncherButton,
    /// Its first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_screen: Option<HomeScreen>,
    /// Uploads.
    pub file_upload: FileUpload,
}

/// The first page of the messenger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HomeScreen {
    /// Whether there is one.
    pub enabled: bool,
    /// The address of its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
}

/// Where the messenger stands on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// `Auto`, `Left` or `Right`.
    pub alignment: String,
    /// Pixels from the side.
    pub side_space: u32,
    /// Pixels from below.
    pub bottom_space: u32,
}

/// The parts of the messenger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Apps {
    /// Conversations.
    pub conversations: Conversations,
}

/// Conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conversations {
    /// Whether there are any.
    pub enabled: bool,
    /// Base of the socket's address.
    pub messaging_endpoint: String,
    /// Whether the visitor sees that an agent types.
    pub show_agent_typing_indicator: bool,
    /// Whether agents see that the visitor types.
    pub show_user_typing_indicator: bool,
    /// Whether opening the messenger starts a conversation.
    pub auto_start: Toggle,
    /// What an end by the business does.
    pub conversation_disconnect: ConversationDisconnect,
    /// Whether visitors may clear a conversation.
    pub conversation_clear: Toggle,
    /// Push notifications.
    pub notifications: Notifications,
    /// Whether texts are Markdown.
    pub markdown: Toggle,
    /// How long a session lives after its last activity.
    pub session_duration_seconds: u32,
}

/// What an end by the business does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConversationDisconnect {
    /// Whether the visitor is told.
    pub enabled: bool,
    /// `Send`: the visitor may go on in a new conversation.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Push notifications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notifications {
    /// Never on.
    pub enabled: bool,
    /// What they would show.
    pub notification_content_type: String,
}

/// Looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Styles {
    /// The main colour.
    pub primary_color: String,
}

/// The button that opens the messenger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LauncherButton {
    /// `On`, `Off` or `OnDemand`.
    pub visibility: String,
}

/// Uploads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileUpload {
    /// Whether files may be sent.
    pub enable_attachments: bool,
    /// Rules by type; none.
    pub modes: Vec<String>,
}

/// Authentication of visitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Auth {
    /// On or off.
    pub enabled: bool,
    /// Whether a running session may be authenticated later.
    pub allow_session_upgrade: bool,
}

/// What our own SDK reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Waybill {
    /// The organization.
    pub organization_id: String,
    /// The server's region.
    pub region: String,
    /// The server's version.
    pub version: String,
    /// The largest hand-over in bytes (CTX2).
    pub max_bytes: u64,
    /// Custom data.
    pub custom_data: Toggle,
    /// What customers are asked at the end, where the deployment asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<Satisfaction>,
    /// What visitors are asked before a chat, where the deployment asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
}

/// Whether and in which words customers are asked for a rating.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Satisfaction {
    /// On or off.
    pub enabled: bool,
    /// The question; the client's own words where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
}

/// `domains.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentDomains {
    /// Whether any site may embed it.
    pub allow_all_domains: bool,
    /// Hosts that may, with their subdomains.
    pub allowed_domains: Vec<String>,
}
