//! Organizations and their web messaging deployments.

use serde::{Deserialize, Serialize};

use crate::{ConfigurationId, ContextPolicy, DeploymentId, DivisionId, FlowId, OrganizationId, Time};

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// When it was created.
    pub created_at: Time,
}

/// Whether a deployment takes chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeploymentStatus {
    /// Takes chats.
    Active,
    /// Answers 401.
    Inactive,
    /// Answers 401 for ever; its conversations stay readable.
    Deleted,
}

/// One web messaging entry point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// Its id.
    pub id: DeploymentId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The division that it and its conversations belong to.
    pub division_id: DivisionId,
    /// Its name, hostile text.
    pub name: String,
    /// What it is for, hostile text.
    #[serde(default)]
    pub description: String,
    /// Whether it takes chats.
    pub status: DeploymentStatus,
    /// Whether any origin may embed it (EDGE4).
    pub allow_all_domains: bool,
    /// Hosts that may embed it, each with its subdomains (EDGE4).
    pub allowed_domains: Vec<String>,
    /// Whether clients without an origin (native apps, servers) may connect (EDGE4).
    pub allow_native: bool,
    /// Starts per address: (count, seconds); the server's default where absent (EDGE6).
    pub start_limit: Option<(u32, u32)>,
    /// How long a session lives after its last activity, in seconds.
    pub session_seconds: u32,
    /// The inbound message flow; no run-flow job is written without one (START5).
    pub flow: Option<FlowId>,
    /// What a page may hand over.
    pub policy: ContextPolicy,
    /// The configuration that messengers of it show, and its version; 0 follows the newest published one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<(ConfigurationId, u64)>,
    /// When it was created.
    pub created_at: Time,
    /// When it was changed last, its policy included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_at: Option<Time>,
}
