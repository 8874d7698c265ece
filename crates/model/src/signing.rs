//! Keys by which a site's server vouches for its customers (SIG1), and the tokens that were spent (SIG5).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{DeploymentId, Entity, OrganizationId, Sealed, SigningKeyId, Time};

/// The algorithm of a key. A token never chooses it (RFC 8725).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// HMAC with SHA-256.
    HS256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// Ed25519.
    EdDSA,
}

impl SigningAlgorithm {
    /// Every one of them.
    pub const ALL: [Self; 5] = [Self::HS256, Self::RS256, Self::PS256, Self::ES256, Self::EdDSA];

    /// The word of JWT headers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::RS256 => "RS256",
            Self::PS256 => "PS256",
            Self::ES256 => "ES256",
            Self::EdDSA => "EdDSA",
        }
    }

    /// The algorithm of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }
}

/// Where the key itself is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum KeyMaterial {
    /// A secret that the site's server and this one share.
    Secret {
        /// The secret, encrypted under the master key.
        sealed: Sealed,
    },
    /// A public key.
    Public {
        /// As JSON Web Key, public members only.
        jwk: String,
    },
    /// A set of public keys that the site publishes.
    Published {
        /// Where.
        url: String,
    },
}

/// One key of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningKey {
    /// Its id: the `kid` of tokens, but where the site publishes its keys under ids of its own.
    pub id: SigningKeyId,
    /// What people call it, hostile text.
    pub name: String,
    /// The one algorithm that it takes.
    pub algorithm: SigningAlgorithm,
    /// Where the key is.
    pub material: KeyMaterial,
    /// The `iss` that tokens must bear, where one is demanded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Whether tokens of it are believed.
    pub enabled: bool,
    /// When it was created.
    pub created_at: Time,
    /// Until when tokens of it are believed; for ever where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good_until: Option<Time>,
}

impl SigningKey {
    /// Whether tokens of it are believed at a time.
    #[must_use]
    pub fn is_good(&self, at: Time) -> bool {
        self.enabled && self.good_until.is_none_or(|end| at < end)
    }
}

/// All keys of one deployment: they are read and changed together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningKeys {
    /// The deployment, whose id is theirs.
    pub deployment_id: DeploymentId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The keys, oldest first.
    pub keys: Vec<SigningKey>,
}

impl Entity for SigningKeys {
    const KIND: &'static str = "signingKeys";
    fn uuid(&self) -> Uuid {
        self.deployment_id.uuid()
    }
    fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }
    fn name(&self) -> &str {
        ""
    }
}

/// A token that must not be believed a second time; the deployment is the change's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpentToken {
    /// Hash of its `jti`.
    pub jti_hash: [u8; 32],
    /// From when on it would not be believed anyway.
    pub expires_at: Time,
}
