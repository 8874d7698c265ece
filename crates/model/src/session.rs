//! A guest's session: a public id, and the hash of the secret token behind it (START6).

use serde::{Deserialize, Serialize};

use crate::{ConversationId, DeploymentId, OrganizationId, SessionId, Time};

/// SHA-256 of a secret; the secret itself is never stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TokenHash(pub [u8; 32]);

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// A session as the store knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its public id.
    pub id: SessionId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The entry point that its token is bound to.
    pub deployment_id: DeploymentId,
    /// Its latest conversation.
    pub conversation_id: ConversationId,
    /// When it began.
    pub started_at: Time,
    /// Last activity: the last event of its latest conversation.
    pub last_at: Time,
    /// Whether the latest conversation has ended.
    pub ended: bool,
}
