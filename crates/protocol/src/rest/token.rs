//! `POST /oauth/token`: client credentials for a bearer token (REST2, REST3).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a client asks for. Its id and secret may stand in the `Authorization: Basic` header instead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(example = json!({"grant_type": "client_credentials", "scope": "conversation:read"}))]
pub struct TokenRequest {
    /// Always `client_credentials`.
    #[serde(default)]
    pub grant_type: Option<String>,
    /// The client's id, when it is not in the header.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The client's secret, when it is not in the header.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// Names of scopes, separated by spaces, to narrow the token; all of the role when absent.
    #[serde(default)]
    pub scope: Option<String>,
}

/// A bearer token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"access_token": "9mJ0…", "token_type": "bearer", "expires_in": 86400}))]
pub struct TokenAnswer {
    /// The token: a secret.
    pub access_token: String,
    /// Always `bearer`.
    pub token_type: String,
    /// Seconds until it ends.
    pub expires_in: u64,
    /// The scopes that it was narrowed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "error": "invalid_client", "error_description": "the client id or its secret is wrong",
    "description": "the client id or its secret is wrong"
}))]
pub struct TokenError {
    /// The machine-readable kind.
    pub error: String,
    /// A sentence for people.
    pub error_description: String,
    /// The same sentence, where clients of the field look for it.
    pub description: String,
}
