//! Erasure and export of what is known of a customer: requests, and the certificate of what was removed (LOG6).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Actor, ConversationId, DivisionId, Entity, OrganizationId, PrivacyRequestId, Sealed, Time};

/// The id of a certificate of erasure: that of the request, or of the round of retention, that it lists.
pub type CertificateId = Uuid;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PrivacyRequestKind {
    /// Values and texts go; events and counts stay.
    Delete,
    /// Everything that is known, for a download.
    Export,
}

impl PrivacyRequestKind {
    /// The field's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "GDPR_DELETE",
            Self::Export => "GDPR_EXPORT",
        }
    }
}

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PrivacyStatus {
    /// It waits.
    Initiated,
    /// It is worked on.
    InProgress,
    /// It is done.
    Completed,
}

impl PrivacyStatus {
    /// The field's word.
    #[must_use]
    pub const fn as_str(self, kind: PrivacyRequestKind) -> &'static str {
        match (self, kind) {
            (Self::Initiated, _) => "INITIATED",
            (Self::InProgress, PrivacyRequestKind::Delete) => "DELETING",
            (Self::InProgress, PrivacyRequestKind::Export) => "SEARCHING",
            (Self::Completed, _) => "COMPLETED",
        }
    }
}

/// Whose data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum PrivacySubject {
    /// Every conversation in which a key has, or had, a value.
    #[serde(rename_all = "camelCase")]
    Attribute {
        /// The key as it was asked for: canonical, or an alias.
        key: String,
        /// Drawn for this request.
        salt: String,
        /// SHA-256 over salt and value: whoever knows the value can compare, nobody can read it.
        value_hash: String,
        /// The value, sealed under the master key, until the request is done or its results have expired.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sealed: Option<Sealed>,
    },
    /// One conversation.
    #[serde(rename_all = "camelCase")]
    Conversation {
        /// It.
        conversation_id: ConversationId,
    },
}

/// What was removed, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErasureTotals {
    /// Conversations from which something was removed.
    pub conversations: u64,
    /// Keys of conversations whose values were removed; quarantined ones are among them.
    pub keys: u64,
    /// Messages that lost text and content.
    pub messages: u64,
    /// Records of the log that were written again without values.
    pub events: u64,
    /// Kept answers of starts that were written again, or went.
    pub start_tokens: u64,
    /// Stored questions of analytics that named the value, and went.
    pub questions: u64,
}

/// What was removed from one conversation: a line of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErasedConversation {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// When.
    pub at: Time,
    /// Position of the event that says so.
    pub position: u64,
    /// Keys whose values were removed; of the customer `customer.id`, `customer.name`, `customer.email`.
    pub keys: Vec<String>,
    /// Of these, how many were quarantined.
    pub quarantined: u64,
    /// Messages that lost text and content.
    pub messages: u64,
    /// Records of the log that were written again.
    pub events: u64,
    /// Kept answers of starts that were written again, or went.
    pub start_tokens: u64,
}

/// A request, with the head of its certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivacyRequest {
    /// Its id; the certificate's, too.
    pub id: PrivacyRequestId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// What is asked for.
    pub kind: PrivacyRequestKind,
    /// Whose data.
    pub subject: PrivacySubject,
    /// How far it is.
    pub status: PrivacyStatus,
    /// When it was asked for.
    pub created_at: Time,
    /// By whom.
    pub by: Actor,
    /// The divisions that the right of whoever asked reaches; all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divisions: Option<Vec<DivisionId>>,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Time>,
    /// Until when its results can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
    /// What was removed, or found.
    #[serde(default)]
    pub totals: ErasureTotals,
    /// By what lists sort and find it; see `PrivacyRequest::label_of`.
    pub label: String,
}

impl PrivacyRequest {
    /// The newest first, and the word of what is still to be done: `open`, `kept` while results can be read, `done`.
    #[must_use]
    pub fn label_of(&self) -> String {
        let word = match self.status {
            PrivacyStatus::Initiated | PrivacyStatus::InProgress => "open",
            PrivacyStatus::Completed if self.expires_at.is_some() => "kept",
            PrivacyStatus::Completed => "done",
        };
        format!("{:016} {word}", LAST.saturating_sub(self.created_at.millis()))
    }
}

/// Later than every request, so that names of later ones sort first.
const LAST: i64 = 9_999_999_999_999_999;

impl Entity for PrivacyRequest {
    const KIND: &'static str = "gdprRequest";
    fn uuid(&self) -> Uuid {
        self.id.uuid()
    }
    fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }
    fn name(&self) -> &str {
        &self.label
    }
}

/// What goes together when its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetentionClass {
    /// Texts of messages.
    Messages,
    /// Personal and undeclared values, and the customer.
    Personal,
    /// Everything.
    Everything,
}

impl RetentionClass {
    /// Its bit in the store.
    #[must_use]
    pub const fn bit(self) -> u8 {
        match self {
            Self::Messages => 1,
            Self::Personal => 2,
            Self::Everything => 7,
        }
    }
}
