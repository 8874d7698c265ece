//! Deployments: enough to read how context is judged.

use std::collections::BTreeMap;

use serde::Serialize;
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
    /// `Active` or `Inactive`.
    pub status: &'static str,
    /// Whether any origin may embed it.
    pub allow_all_domains: bool,
    /// Hosts that may embed it, each with its subdomains.
    pub allowed_domains: Vec<String>,
    /// What a page may hand over.
    pub custom_data: ContextPolicy,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// Where this body is read.
    pub self_uri: String,
}

/// Every deployment of the organization, by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentListing {
    /// The deployments.
    pub entities: Vec<Deployment>,
    /// How many.
    pub total: usize,
    /// Where this body is read.
    pub self_uri: &'static str,
}

/// What a page may hand over, and what becomes of the rest.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContextPolicy {
    /// Counts published changes, from 1.
    pub version: u64,
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
}
