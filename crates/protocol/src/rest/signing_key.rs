//! Signing keys of a deployment: how the site's server vouches for its customers.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{SigningKeyId, Time};

/// One key.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SigningKey {
    /// Its id: the `kid` of tokens, unless the site publishes its keys under ids of its own.
    #[schema(value_type = String, format = Uuid)]
    pub id: SigningKeyId,
    /// What people call it.
    pub name: String,
    /// The one algorithm that it takes: `HS256`, `RS256`, `PS256`, `ES256` or `EdDSA`.
    pub algorithm: &'static str,
    /// The public key as JSON Web Key; absent for a secret and for published keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub public_key: Option<serde_json::Value>,
    /// Where the site publishes its keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<String>,
    /// The `iss` that tokens must bear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Whether its tokens are believed.
    pub enabled: bool,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// Until when its tokens are believed; for ever where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub good_until: Option<Time>,
    /// The secret that was drawn: shown with the answer that made it and never again. Its bytes are the key as they stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Where this body is read.
    pub self_uri: String,
}

/// The keys of a deployment, oldest first; there are at most 8.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SigningKeyListing {
    /// The keys.
    pub entities: Vec<SigningKey>,
    /// How many.
    pub total: usize,
    /// Where this body is read.
    pub self_uri: String,
}

/// A key that takes the place of another.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SigningKeyRotation {
    /// The new key.
    pub created: SigningKey,
    /// The key before it, with its end.
    pub replaced: SigningKey,
}

/// A key to be made.
#[derive(Clone, Debug, ToSchema)]
#[schema(
    rename_all = "camelCase",
    example = json!({"name": "shop server", "algorithm": "HS256"})
)]
pub struct CreateSigningKey {
    /// What people call it.
    pub name: Option<String>,
    /// `HS256` (the server draws a secret and shows it once), `RS256`, `PS256`, `ES256` or `EdDSA`.
    pub algorithm: String,
    /// The public key: PEM as text, or a JSON Web Key.
    #[schema(value_type = Option<Object>)]
    pub public_key: Option<serde_json::Value>,
    /// In place of a public key: the address of a set of keys (JWKS).
    pub jwks_url: Option<String>,
    /// The `iss` that tokens must bear.
    pub issuer: Option<String>,
}

/// How a key is replaced.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"overlapSeconds": 3600}))]
pub struct RotateSigningKey {
    /// For how long the key before stays good; a day when absent, 30 days at most.
    pub overlap_seconds: Option<u32>,
    /// The new public key, where the key before is one.
    #[schema(value_type = Option<Object>)]
    pub public_key: Option<serde_json::Value>,
}

/// What may change of a key.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"enabled": false}))]
pub struct PatchSigningKey {
    /// Another name.
    pub name: Option<String>,
    /// Whether its tokens are believed.
    pub enabled: Option<bool>,
    /// The end of its time.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub good_until: Option<Time>,
}
