//! Queues and wrap-up codes: where conversations wait, and how work on them ends.

use serde::{Deserialize, Serialize};

use crate::entity::entity;
use crate::{DivisionId, OrganizationId, QueueId, Time, UserId, WrapupCodeId};

/// Where conversations wait for agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Queue {
    /// Its id.
    pub id: QueueId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The division that it belongs to.
    pub division_id: DivisionId,
    /// Its name, hostile text.
    pub name: String,
    /// What it is for, hostile text.
    pub description: String,
    /// Who works in it.
    pub members: Vec<UserId>,
    /// The wrap-up codes of its work.
    pub wrapup_codes: Vec<WrapupCodeId>,
    /// When it was created.
    pub created_at: Time,
}

entity!(Queue = "queue", |it| vec![name_in(it.organization_id, &it.name)]);

/// How work on a conversation ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WrapupCode {
    /// Its id.
    pub id: WrapupCodeId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The division that it belongs to.
    pub division_id: DivisionId,
    /// Its name, hostile text.
    pub name: String,
    /// When it was created.
    pub created_at: Time,
}

entity!(WrapupCode = "wrapupCode", |it| vec![name_in(it.organization_id, &it.name)]);

/// A name is taken once per organization, whatever the case.
fn name_in(organization: OrganizationId, name: &str) -> String {
    format!("{organization}:{}", name.trim().to_lowercase())
}
