//! Messenger configurations in the field's shape: one version, or the draft of the next.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use waybill_model::{ConfigurationId, Time};

use crate::form::Form;

/// One version of a configuration, or its draft.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebDeploymentConfiguration {
    /// The configuration's id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ConfigurationId,
    /// Its name.
    pub name: String,
    /// The number of the version as text; `DRAFT` for the draft.
    pub version: String,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// `Active` for what is published, `Inactive` for a draft.
    pub status: &'static str,
    /// What it says.
    #[serde(flatten)]
    #[schema(value_type = ConfigurationSettings)]
    pub settings: Map<String, Value>,
    /// When the configuration was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// When this was changed last.
    #[schema(value_type = String, format = DateTime)]
    pub date_modified: Time,
    /// When this version was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub date_published: Option<Time>,
    /// Where this body is read.
    pub self_uri: String,
}

/// Configurations, or versions of one.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebDeploymentConfigurationListing {
    /// The configurations.
    pub entities: Vec<WebDeploymentConfiguration>,
    /// How many there are in all.
    pub total: usize,
    /// Where this page is read.
    pub self_uri: String,
    /// Where the next page is read; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_uri: Option<String>,
    /// Where the page before is read; absent on the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_uri: Option<String>,
}

/// The configuration that a deployment shows, with the deployment's own context policy in its place.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActiveConfigurationOnDeployment {
    /// The configuration.
    pub configuration_version: WebDeploymentConfiguration,
    /// The deployment.
    pub deployment: super::deployment::Deployment,
}

/// The members of a configuration that this server acts on. Others of the field's are kept and shown again.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ConfigurationSettings {
    /// Languages of the texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// The language where the visitor's is not among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_language: Option<String>,
    /// Without a user interface of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headless_mode: Option<Switch>,
    /// The messenger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messenger: Option<MessengerSettings>,
    /// Where the messenger stands on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<PositionSettings>,
}

/// Something that is on or off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Switch {
    /// On or off.
    pub enabled: bool,
}

/// The messenger.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct MessengerSettings {
    /// Whether it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Its looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub styles: Option<MessengerStyles>,
    /// The button that opens it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub launcher_button: Option<LauncherButtonSettings>,
    /// Its first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_screen: Option<HomeScreenSettings>,
    /// Its parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apps: Option<MessengerApps>,
}

/// Looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct MessengerStyles {
    /// The main colour: `#` and six hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_color: Option<String>,
}

/// The button.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct LauncherButtonSettings {
    /// `On`, `Off` or `OnDemand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<String>,
}

/// The first page of the messenger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct HomeScreenSettings {
    /// Whether there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The address of its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
}

/// The parts of the messenger.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct MessengerApps {
    /// Conversations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversations: Option<ConversationAppSettings>,
}

/// Conversations.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ConversationAppSettings {
    /// Whether there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whether the visitor sees that an agent types.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_agent_typing_indicator: Option<bool>,
    /// Whether agents see that the visitor types.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_user_typing_indicator: Option<bool>,
    /// Whether opening the messenger starts a conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_start: Option<Switch>,
    /// Whether texts are Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markdown: Option<Switch>,
    /// How long a session lives after its last activity, in seconds: 60 to 2,592,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_duration_seconds: Option<u32>,
    /// Ours: whether customers are asked for a rating at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<SatisfactionSettings>,
    /// Ours: what visitors are asked before a chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    /// In `…/deployments/{id}/configurations` only: the deployment's context policy. It is changed at
    /// `…/deployments/{id}/contextpolicy`, not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<super::deployment::ContextPolicy>)]
    pub custom_data: Option<Value>,
}

/// Whether and in which words customers are asked for a rating.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct SatisfactionSettings {
    /// On or off.
    pub enabled: bool,
    /// The question, at most 500 bytes; the client's own words where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
}

/// Where the messenger stands on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct PositionSettings {
    /// `Auto`, `Left` or `Right`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alignment: Option<String>,
    /// Pixels from the side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side_space: Option<u32>,
    /// Pixels from below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bottom_space: Option<u32>,
}
