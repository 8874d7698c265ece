//! Credentials: secrets for requests that leave the server. They are written and used, never shown.

use serde::{Deserialize, Serialize};

use crate::entity::{entity, name_in};
use crate::{CredentialId, OrganizationId, Sealed, Time};

/// One credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name: `secret.NAME` in templates, `credential: NAME` in actions.
    pub name: String,
    /// What it is, without the secret.
    pub kind: CredentialKind,
    /// The secret, under the master key.
    pub secret: Sealed,
    /// When it was created.
    pub created_at: Time,
    /// When its secret was set last.
    pub modified_at: Time,
}

entity!(Credential = "credential", |it| vec![name_in(it.organization_id, &it.name)]);

/// What a credential is, and all of it that is not secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum CredentialKind {
    /// A text for templates.
    Secret,
    /// `Authorization: Bearer` with the secret.
    Bearer,
    /// `Authorization: Basic` with the secret as the password.
    #[serde(rename_all = "camelCase")]
    Basic {
        /// The user's name.
        user: String,
    },
    /// `Authorization: Bearer` with a token that the secret buys (OAuth 2, client credentials).
    #[serde(rename_all = "camelCase")]
    OauthClientCredentials {
        /// Where tokens are issued.
        token_url: String,
        /// The client.
        client_id: String,
        /// How the client says who it is.
        #[serde(default)]
        client_auth: ClientAuth,
        /// The scope that is asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
    },
}

/// How a client says who it is when it buys a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClientAuth {
    /// In the header `Authorization: Basic`.
    #[default]
    Header,
    /// As fields of the form, `client_id` and `client_secret`.
    Body,
}

impl Credential {
    /// The unique key under which a name is found.
    #[must_use]
    pub fn key(organization: OrganizationId, name: &str) -> String {
        name_in(organization, name)
    }
}

impl CredentialKind {
    /// Its word.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Bearer => "bearer",
            Self::Basic { .. } => "basic",
            Self::OauthClientCredentials { .. } => "oauthClientCredentials",
        }
    }
}
