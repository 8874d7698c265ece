//! Time and chance, handed in: `server` brings the real ones, tests bring fixed ones.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use waybill_model::{
    ClientId, CommunicationId, ConfigurationId, ConversationId, CredentialId, DataActionId, DeploymentId, DivisionId,
    FlowId, JobId, LanguageId, LibraryId, MessageId, NoteId, OrganizationId, ParticipantId, QueueId, ResponseId,
    RoleId, RunId, ScheduleId, SessionId, SigningKeyId, SkillId, Time, TokenHash, UserId, WebhookId, WrapupCodeId,
};

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Time;
}

/// Where chance comes from; must be fit for secrets.
pub trait Chance: Send + Sync + 'static {
    /// Fills the bytes with chance.
    fn fill(&self, bytes: &mut [u8]);
}

/// Both together.
#[derive(Clone)]
pub struct Ambient {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
}

impl std::fmt::Debug for Ambient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ambient")
    }
}

impl Ambient {
    /// Now.
    #[must_use]
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// A secret of 256 random bits, as 43 URL-safe characters.
    #[must_use]
    pub fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// So many random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.chance.fill(&mut bytes);
        bytes
    }

    /// A new id whose text sorts by time (UUID version 7).
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.now().millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }
}

macro_rules! draw {
    ($($method:ident $id:ident)*) => {
        impl Ambient { $(
            #[doc = concat!("Draws a new `", stringify!($id), "`.")]
            #[must_use]
            pub fn $method(&self) -> $id { $id::new(self.uuid()) }
        )* }
    };
}
draw! {
    organization_id OrganizationId
    deployment_id DeploymentId
    conversation_id ConversationId
    participant_id ParticipantId
    communication_id CommunicationId
    message_id MessageId
    session_id SessionId
    client_id ClientId
    job_id JobId
    user_id UserId
    role_id RoleId
    division_id DivisionId
    queue_id QueueId
    wrapup_code_id WrapupCodeId
    note_id NoteId
    library_id LibraryId
    response_id ResponseId
    webhook_id WebhookId
    configuration_id ConfigurationId
    signing_key_id SigningKeyId
    flow_id FlowId
    run_id RunId
    credential_id CredentialId
    data_action_id DataActionId
    schedule_id ScheduleId
    skill_id SkillId
    language_id LanguageId
}

/// The hash under which a secret is stored.
#[must_use]
pub fn hash_token(secret: &str) -> TokenHash {
    TokenHash(Sha256::digest(secret.as_bytes()).into())
}

/// The hash of several parts, so that no two lists of parts have the same.
#[must_use]
pub(crate) fn hash_parts(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
