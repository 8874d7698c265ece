//! One id type per thing; plain lower-case UUID text on the wire.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is not an id.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("`{kind}` ids are UUIDs, 32 hexadecimal digits with or without hyphens")]
pub struct InvalidId {
    /// The kind of id that was expected, in the field's word.
    pub kind: &'static str,
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that was drawn elsewhere (the model draws none).
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self { Self(uuid) }
            /// The UUID inside.
            #[must_use]
            pub const fn uuid(self) -> Uuid { self.0 }
            /// The id of these bits, for ids that follow from others instead of being drawn.
            #[must_use]
            pub const fn from_bits(bits: u128) -> Self { Self(Uuid::from_u128(bits)) }
            /// Its bits.
            #[must_use]
            pub const fn bits(self) -> u128 { self.0.as_u128() }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.hyphenated().fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}({})", $kind, self.0) }
        }
        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId { kind: $kind })
            }
        }
    )* };
}

id! {
    /// A tenant: everything else belongs to exactly one.
    OrganizationId = "organization";
    /// One web messaging entry point of an organization, with its context policy.
    DeploymentId = "deployment";
    /// One conversation between a customer and the business.
    ConversationId = "conversation";
    /// One party of a conversation.
    ParticipantId = "participant";
    /// One participant's leg of the conversation; agents answer on it.
    CommunicationId = "communication";
    /// One message, inbound or outbound.
    MessageId = "message";
    /// One guest's visit; public, unlike the guest token behind it.
    SessionId = "session";
    /// One API client (OAuth client credentials).
    ClientId = "client";
    /// One flow.
    FlowId = "flow";
    /// One run of a flow in a conversation; the field's flow execution.
    RunId = "flowExecution";
    /// Something that a flow has done outside of itself; the same in every attempt (idempotency).
    EffectId = "effect";
    /// One data action.
    DataActionId = "dataAction";
    /// One credential for requests that leave the server.
    CredentialId = "credential";
    /// One schedule of business hours.
    ScheduleId = "schedule";
    /// One skill that agents have and conversations ask for.
    SkillId = "skill";
    /// One language that agents speak and conversations ask for.
    LanguageId = "language";
    /// One piece of work that must happen.
    JobId = "job";
    /// One person who can log in.
    UserId = "user";
    /// One named set of permissions.
    RoleId = "role";
    /// One part of an organization.
    DivisionId = "division";
    /// One queue.
    QueueId = "queue";
    /// One note among the staff of a conversation.
    NoteId = "note";
    /// One library of canned replies.
    LibraryId = "library";
    /// One canned reply.
    ResponseId = "response";
    /// One wrap-up code.
    WrapupCodeId = "wrapupCode";
    /// One webhook endpoint.
    WebhookId = "webhook";
    /// One deployment configuration.
    ConfigurationId = "configuration";
    /// One signing key of a deployment.
    SigningKeyId = "signingKey";
    /// One request for the erasure or export of a customer's data; an erasure's certificate has the same id.
    PrivacyRequestId = "gdprRequest";
}
