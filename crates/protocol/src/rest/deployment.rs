//! Deployments: enough to read how context is judged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use waybill_model::{DeploymentId, Time};

use crate::Trust;

/// One web messaging entry point.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: DeploymentId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// `Active` or `Inactive`.
    pub status: &'static str,
    /// Whether any origin may embed it.
    pub allow_all_domains: bool,
    /// Hosts that may embed it, each with its subdomains.
    pub allowed_domains: Vec<String>,
    /// Whether clients without an origin, such as apps and servers, may connect.
    pub allow_native: bool,
    /// The configuration that its messengers show; absent: the server's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<ConfigurationReference>,
    /// The inbound message flow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<Reference>,
    /// The division that it and its conversations belong to.
    pub division: Reference,
    /// What a page may hand over.
    pub custom_data: ContextPolicy,
    /// The script tag that brings the SDK to a page.
    pub snippet: String,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// When it was changed last.
    #[schema(value_type = String, format = DateTime)]
    pub date_modified: Time,
    /// Where this body is read.
    pub self_uri: String,
}

/// A thing by its id.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    /// Its id.
    pub id: String,
    /// Where it is read, where that is served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
}

/// The configuration of a deployment; the whole version where the caller asks for it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ConfigurationReference {
    /// Its id and version.
    Short {
        /// Its id.
        id: String,
        /// The version that is shown.
        version: String,
        /// Where it is read.
        #[serde(rename = "selfUri")]
        self_uri: String,
    },
    /// All of it.
    Whole(Box<super::configuration::WebDeploymentConfiguration>),
}

/// Deployments by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentListing {
    /// The deployments.
    pub entities: Vec<Deployment>,
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

/// A deployment as somebody wants it. What the server says itself (`id`, `snippet`, dates …) is taken back and left.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "name": "shop", "status": "Active", "allowAllDomains": false, "allowedDomains": ["shop.example"],
    "configuration": {"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e50", "version": "1"}
}))]
pub struct DeploymentBody {
    /// Its name.
    pub name: String,
    /// What it is for; empty when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `Active` or `Inactive`; stays when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether any origin may embed it; `false` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_all_domains: Option<bool>,
    /// Hosts that may embed it, each with its subdomains; none when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_domains: Option<Vec<String>>,
    /// Whether clients without an origin may connect; stays when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_native: Option<bool>,
    /// The configuration; without a `version` the deployment follows the newest published one. Stays when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<ConfigurationWish>,
    /// The inbound message flow; none when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<WishedReference>,
    /// The division; stays when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division: Option<WishedReference>,
}

/// A thing by its id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct WishedReference {
    /// Its id.
    pub id: String,
}

/// A configuration by its id and version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct ConfigurationWish {
    /// Its id.
    pub id: String,
    /// A published version; the newest, also later ones, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// How a deployment resolves identities.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"resolveIdentities": true}))]
pub struct IdentityResolutionConfig {
    /// Whether identities are resolved.
    pub resolve_identities: bool,
    /// The external source that customer ids come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_source: Option<Reference>,
    /// The deployment's division.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division: Option<Reference>,
    /// Where this body is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
}

/// An import of a deployment from the field's public files.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "name": "shop", "dryRun": true,
    "config": {"id": "6a1c0f6e-3f3c-4a6d-9d43-0c6f6a3b1c11", "languages": ["en-us"], "defaultLanguage": "en-us"},
    "domains": {"allowAllDomains": false, "allowedDomains": ["shop.example"]}
}))]
pub struct ImportBody {
    /// What the deployment is to be called; the file does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The text of `config.json`, as JSON.
    pub config: serde_json::Value,
    /// The text of `domains.json`, as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains: Option<serde_json::Value>,
    /// Only say what would be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

/// What an import made, and what it left.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportAnswer {
    /// The new deployment; absent in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment: Option<Deployment>,
    /// Members that were taken, by path.
    pub taken: Vec<String>,
    /// Members that were not, each with the reason.
    pub not_taken: Vec<NotTaken>,
}

/// A member that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NotTaken {
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// What a page may hand over, and what becomes of the rest.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextPolicy {
    /// Counts published changes, from 1.
    pub version: u64,
    /// When this version began to hold; absent for the one that the deployment was made with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub date_published: Option<Time>,
    /// Whether custom data is accepted at all.
    pub enabled: bool,
    /// What happens to keys that do not fit: `open`, `quarantine` or `strict`.
    pub mode: &'static str,
    /// The largest hand-over in bytes.
    pub max_bytes: u64,
    /// The declared attributes.
    pub attributes: Vec<DeclaredAttribute>,
    /// Which namespaces of `attributes.<namespace>` are read, and the prefix put before their keys.
    pub containers: BTreeMap<String, String>,
    /// When what ended conversations hold goes again; absent where everything stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// Where it is read.
    pub self_uri: String,
}

/// When what ended conversations hold goes again, in days after their end; what is absent stays.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Retention {
    /// Everything: values, customer, texts. That there was a conversation, and its numbers, stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_days: Option<u32>,
    /// What was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_days: Option<u32>,
    /// Personal and undeclared values, quarantined ones, and the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_days: Option<u32>,
    /// Single keys.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, u32>,
}

/// One declared attribute.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeclaredAttribute {
    /// The canonical key.
    pub key: String,
    /// `string`, `number` or `boolean`.
    pub r#type: &'static str,
    /// The longest text in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// A regular expression that the whole text must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The only values allowed, in their text form.
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<String>>,
    /// Whether a start should carry it.
    pub required: bool,
    /// Other names of the same key.
    pub aliases: Vec<String>,
    /// Whether the value is personal data.
    pub personal: bool,
    /// The lowest trust that may set it.
    pub trust_floor: Trust,
    /// Where the value leads, such as the customer's page in the CRM: an `https` address with `{value}` after the host. Readers
    /// of a context get it filled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}
