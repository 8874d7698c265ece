//! API clients and scopes, in the field's shape.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{ClientId, Time};

use super::user::RoleDivision;

/// An API client.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OAuthClient)]
pub struct Client {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `CLIENT-CREDENTIALS`, or `CODE` for a client through which people log in.
    pub authorized_grant_type: &'static str,
    /// Whether it has no secret.
    pub public: bool,
    /// Where people who log in through it may be sent back to.
    pub registered_redirect_uri: Vec<String>,
    /// Its own roles.
    pub role_ids: Vec<String>,
    /// Where each of them reaches.
    pub role_divisions: Vec<RoleDivision>,
    /// `active` or `inactive`.
    pub state: &'static str,
    /// Its secrets by their times; the secrets themselves are shown nowhere.
    pub secrets: Vec<ClientSecretTimes>,
    /// The new secret, in the answer that drew it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// One more with each change.
    pub version: u64,
    /// Where it is read.
    pub self_uri: String,
}

/// A secret of a client.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientSecretTimes {
    /// When it was drawn.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// Until when it is good; absent for the present one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub good_until: Option<Time>,
}

/// What a client is to be.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "name": "CRM sync", "authorizedGrantType": "CLIENT-CREDENTIALS",
    "roleDivisions": [{"roleId": "00000000-0000-8000-8000-000000000004", "divisionId": "*"}]
}))]
pub struct WriteClient {
    /// Its name, at most 256 bytes.
    pub name: String,
    /// What it is for, at most 1024 bytes.
    pub description: Option<String>,
    /// `CLIENT-CREDENTIALS` (when absent) or `CODE`.
    pub authorized_grant_type: Option<String>,
    /// Whether it gets no secret: for pages and apps, which can't keep one. Only when it is created.
    pub public: Option<bool>,
    /// Where people who log in through it may be sent back to: `https://…`, this machine, or a path of this server.
    pub registered_redirect_uri: Option<Vec<String>>,
    /// Its roles, everywhere.
    pub role_ids: Option<Vec<String>>,
    /// Its roles, each with a division or `*`.
    pub role_divisions: Option<Vec<RoleDivision>>,
    /// `active` (when absent) or `inactive`: whoever uses it is logged out.
    pub state: Option<String>,
}

/// How a secret is rotated.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"overlapSeconds": 86400}))]
pub struct RotateSecret {
    /// How long the former secret stays good; a day when absent, at most 30 days, 0 for not at all.
    pub overlap_seconds: Option<u32>,
}

/// Every scope.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScopeListing {
    /// The scopes.
    pub entities: Vec<Scope>,
    /// How many there are.
    pub total: usize,
    /// Where it is read.
    pub self_uri: &'static str,
}

/// A scope: a named set of permissions.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// Its name.
    pub id: &'static str,
    /// What it lets through, where the roles do.
    pub permissions: Vec<&'static str>,
}
