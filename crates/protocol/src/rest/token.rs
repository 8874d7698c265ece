//! Tokens: what is exchanged for them, what is told of them, and how they end (REST2, REST3).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use waybill_model::{ClientId, Time};

use super::user::NamedReference;

/// What a client asks for. Its id and secret may stand in the `Authorization: Basic` header instead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(example = json!({"grant_type": "client_credentials", "scope": "conversation:read"}))]
pub struct TokenRequest {
    /// `client_credentials`, `authorization_code` or `refresh_token`.
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
    /// The code that a person's log-in sent (`authorization_code`).
    #[serde(default)]
    pub code: Option<String>,
    /// Where it was sent (`authorization_code`).
    #[serde(default)]
    pub redirect_uri: Option<String>,
    /// The PKCE verifier (`authorization_code`).
    #[serde(default)]
    pub code_verifier: Option<String>,
    /// The refresh token (`refresh_token`).
    #[serde(default)]
    pub refresh_token: Option<String>,
}

/// Which token is to end. The client's credentials stand as in a token request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(example = json!({"token": "9mJ0…", "client_id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42"}))]
pub struct RevokeRequest {
    /// An access token or a refresh token.
    pub token: String,
    /// What kind it is; not needed.
    #[serde(default)]
    pub token_type_hint: Option<String>,
    /// The client's id, when it is not in the header.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The client's secret, when it is not in the header.
    #[serde(default)]
    pub client_secret: Option<String>,
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
    /// What the next token is exchanged for, once; only for people. A secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
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

/// What is known of the token of a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenInfo {
    /// The organization.
    pub organization: NamedReference,
    /// The same: nobody works in another organization than his own.
    pub home_organization: NamedReference,
    /// The scopes that it was narrowed to.
    pub authorized_scope: Vec<String>,
    /// The client that holds it.
    #[serde(rename = "OAuthClient", skip_serializing_if = "Option::is_none")]
    pub oauth_client: Option<TokenClient>,
    /// The person whose it is; absent for a client's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<NamedReference>,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Time,
}

/// The client that holds a token.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenClient {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: ClientId,
    /// Its organization.
    pub organization: NamedReference,
}
