//! What flows name besides queues: data actions and schedules. Their documents are kept as they were written; the engine
//! reads them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::entity::{entity, name_in};
use crate::{CredentialId, DataActionId, DivisionId, OrganizationId, ScheduleId, Time};

/// A named API contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DataAction {
    /// Its id.
    pub id: DataActionId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// What it belongs to, hostile text.
    pub category: String,
    /// The credential that its requests go with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<CredentialId>,
    /// What is worked on: `contract` and `config`; absent where it is what is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Value>,
    /// What flows use: `contract` and `config`; absent until it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Value>,
    /// How often it was published.
    pub version: u64,
    /// When it was created.
    pub created_at: Time,
    /// When it was changed last.
    pub modified_at: Time,
}

entity!(DataAction = "dataAction", |it| vec![name_in(it.organization_id, &it.name)]);

/// Business hours with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// Its id.
    pub id: ScheduleId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The division that it belongs to.
    pub division_id: DivisionId,
    /// Its name, hostile text.
    pub name: String,
    /// What it is for, hostile text.
    pub description: String,
    /// Time zone, hours and holidays.
    pub hours: Value,
    /// When it was created.
    pub created_at: Time,
    /// When it was changed last.
    pub modified_at: Time,
}

entity!(Schedule = "schedule", |it| vec![name_in(it.organization_id, &it.name)]);
