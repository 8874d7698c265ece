//! Roles, permissions, divisions, in the field's shape.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{DivisionId, RoleId};

/// A role.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Everything that it lets through.
    pub permissions: Vec<String>,
    /// The same by entity; `keys` where a permission covers single context keys.
    pub permission_policies: Vec<PermissionPolicy>,
    /// Whether it is the server's own, which nobody changes.
    #[serde(rename = "default")]
    pub built_in: bool,
    /// One more with each change.
    pub version: u64,
    /// Where it is read.
    pub self_uri: String,
}

/// What a role lets through of one entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PermissionPolicy {
    /// The first word of the permissions.
    pub domain: String,
    /// The second word.
    pub entity_name: String,
    /// The third words; `*` for all that there are.
    pub action_set: Vec<String>,
    /// The context keys that they cover; all of them when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<Vec<String>>,
}

/// What a role is to be.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "name": "Order agent", "description": "Sees the order number, nothing else that is personal",
    "permissions": ["conversation:communication:view"],
    "permissionPolicies": [{"domain": "conversation", "entityName": "personalAttributes", "actionSet": ["view"], "keys": ["orderId"]}]
}))]
pub struct WriteRole {
    /// Its name, at most 256 bytes.
    pub name: String,
    /// What it is for, at most 1024 bytes.
    pub description: Option<String>,
    /// Permissions as `domain:entity:action`.
    pub permissions: Option<Vec<String>>,
    /// Permissions by entity, and for single context keys.
    pub permission_policies: Option<Vec<PermissionPolicy>>,
}

/// The permissions of one domain.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DomainPermissions {
    /// The first word.
    pub domain: String,
    /// By the second word.
    pub permission_map: std::collections::BTreeMap<String, Vec<DomainPermission>>,
}

/// A permission.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DomainPermission {
    /// The first word.
    pub domain: String,
    /// The second word.
    pub entity_type: String,
    /// The third word.
    pub action: String,
    /// All three.
    pub label: String,
    /// Whether divisions bound it.
    pub division_aware: bool,
}

/// A division.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Division {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: DivisionId,
    /// Its name.
    pub name: String,
    /// Whether it holds everything that nobody put elsewhere.
    pub home_division: bool,
    /// Where it is read.
    pub self_uri: String,
}

/// What a division is to be.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"name": "Spare parts"}))]
pub struct WriteDivision {
    /// Its name, at most 256 bytes.
    pub name: String,
}
