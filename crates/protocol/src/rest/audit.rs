//! The audit log: a chain of hashes that anybody can follow.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{OrganizationId, Time};

/// A page of the audit log, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditListing {
    /// Whose log it is.
    #[schema(value_type = String, format = Uuid)]
    pub organization_id: OrganizationId,
    /// The rows.
    pub entities: Vec<AuditRecord>,
    /// Where the next page begins: give it as `after`. Absent when this page is not full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// One row. Its hash is SHA-256 over the hash of the row before it (32 zero bytes before the first) and, each behind its
/// length in 8 bytes, little-endian: the organization's 16 bytes, `actor`, `action`, `subject`, the time in milliseconds
/// as 8 bytes, little-endian, and `details`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditRecord {
    /// Its number; numbers grow, with holes where other tenants' rows stand.
    pub number: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Who, as JSON text.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Which fields, or why; never a secret, never an attribute's value.
    pub details: String,
    /// The hash, hexadecimal.
    pub hash: String,
}
