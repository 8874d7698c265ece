//! Messenger configurations: how the chat looks and behaves, drafted, published, kept version by version.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::entity::entity;
use crate::{Actor, ConfigurationId, DeploymentId, Entity, OrganizationId, Time};

/// What a configuration says, in the field's own names and without nulls.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationSettings {
    /// Languages, messenger, looks: kept as they were given, also what this server does not act on.
    pub settings: Map<String, Value>,
    /// How long sessions live after their last activity, where the configuration says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_seconds: Option<u32>,
    /// What customers are asked at the end, where the configuration says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<SatisfactionQuestion>,
}

/// What customers are asked at the end of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SatisfactionQuestion {
    /// In these words; in the client's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
}

/// One configuration with its draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    /// Its id.
    pub id: ConfigurationId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// What it is for, hostile text.
    #[serde(default)]
    pub description: String,
    /// What the next version will say.
    pub draft: ConfigurationSettings,
    /// The newest published version; 0 before the first.
    pub published: u64,
    /// When it was created.
    pub created_at: Time,
    /// When the draft was changed last.
    pub modified_at: Time,
}

entity!(Configuration = "configuration");

/// One published version of a configuration; never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationVersion {
    /// The configuration.
    pub configuration_id: ConfigurationId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Counts from 1.
    pub version: u64,
    /// By what it is sorted among the versions: its configuration and its number.
    pub sort: String,
    /// The configuration's name at that time.
    pub name: String,
    /// Its description at that time.
    pub description: String,
    /// What it says.
    pub content: ConfigurationSettings,
    /// When the configuration was created.
    pub created_at: Time,
    /// When this version was published.
    pub published_at: Time,
    /// By whom.
    pub by: Actor,
}

impl ConfigurationVersion {
    /// The id under which a version is kept: its configuration's, with the number in the last bits.
    #[must_use]
    pub const fn uuid_of(configuration: ConfigurationId, version: u64) -> Uuid {
        Uuid::from_u128(configuration.uuid().as_u128() ^ (version as u128))
    }

    /// What stands in `sort` before the number, for every version of a configuration.
    #[must_use]
    pub fn sort_of(configuration: ConfigurationId, version: u64) -> String {
        format!("{configuration}/{version:08}")
    }
}

impl Entity for ConfigurationVersion {
    const KIND: &'static str = "configuration version";
    fn uuid(&self) -> Uuid {
        Self::uuid_of(self.configuration_id, self.version)
    }
    fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }
    // Versions of one configuration are listed in their order, not by the name that they share.
    #[expect(clippy::misnamed_getters, reason = "the name that lists are sorted by")]
    fn name(&self) -> &str {
        &self.sort
    }
}

/// How a deployment resolves who a visitor is: kept for the field's clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityResolution {
    /// The deployment.
    pub deployment_id: DeploymentId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Whether identities are resolved.
    pub resolve_identities: bool,
    /// The external source that customer ids come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_source: Option<Uuid>,
}

impl Entity for IdentityResolution {
    const KIND: &'static str = "identity resolution";
    fn uuid(&self) -> Uuid {
        self.deployment_id.uuid()
    }
    fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }
    fn name(&self) -> &str {
        Self::KIND
    }
}
