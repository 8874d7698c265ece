//! Notification channels: what somebody subscribed to, kept so that a socket finds it again (NOT1).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ClientId, Entity, OrganizationId, Principal, Sealed, Time, TokenHash};

/// A channel: topics that are delivered over one socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Channel {
    /// Its inner id; never told.
    pub id: Uuid,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Whose it is and through which application, as the one name by which its owner's channels are listed.
    pub owner: String,
    /// Whose it is.
    pub principal: Principal,
    /// The application through which its owner came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// Hash of the id that opens its socket: a secret.
    pub secret: TokenHash,
    /// The same id, so that its owner can be shown it again.
    pub sealed: Sealed,
    /// Hash of the bearer token that its socket lives by: the one that created it or last subscribed.
    pub token: TokenHash,
    /// What it is subscribed to, as it was asked for.
    pub topics: Vec<String>,
    /// When it was created.
    pub created_at: Time,
    /// When it was created or last subscribed.
    pub touched_at: Time,
    /// When it ends, unless somebody subscribes again.
    pub expires_at: Time,
}

impl Channel {
    /// The name under which the channels of one user and application are listed.
    #[must_use]
    pub fn owner_name(principal: Principal, client: Option<ClientId>) -> String {
        match client {
            Some(client) => format!("{} {client}", principal.uuid()),
            None => principal.uuid().to_string(),
        }
    }

    /// The name under which a secret finds its channel.
    #[must_use]
    pub fn key(secret: TokenHash) -> String {
        secret.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Entity for Channel {
    const KIND: &'static str = "channel";
    fn uuid(&self) -> Uuid {
        self.id
    }
    fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }
    fn name(&self) -> &str {
        &self.owner
    }
    fn unique_keys(&self) -> Vec<String> {
        vec![Self::key(self.secret)]
    }
}
