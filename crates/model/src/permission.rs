//! Rights, in the field's `domain:entity:action` form.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// One right.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The field's spelling.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

permissions! {
    /// Read conversations, their context, history and trace.
    ConversationView = "conversation:communication:view";
    /// Create conversations.
    ConversationCreate = "conversation:webmessaging:create";
    /// End conversations.
    ConversationDisconnect = "conversation:communication:disconnect";
    /// Assign a conversation to somebody else than oneself.
    ConversationAssign = "conversation:communication:assign";
    /// Pass a conversation on to another agent, queue or flow.
    ConversationTransfer = "conversation:communication:blindTransfer";
    /// Finish one's work on a conversation with a wrap-up code.
    ParticipantWrapup = "conversation:participant:wrapup";
    /// Search conversations by their attributes.
    AttributesView = "conversation:participant:attributesview";
    /// Write custom attributes; may be granted for single keys.
    AttributesEdit = "conversation:customAttributes:edit";
    /// See the values of keys that are declared personal; may be granted for single keys.
    PersonalView = "conversation:personalAttributes:view";
    /// Correct a value that the site's server signed (CTX7).
    SignedOverride = "conversation:signedAttributes:override";
    /// Promote quarantined keys (LOG9).
    QuarantinePromote = "conversation:quarantinedAttributes:promote";
    /// Read messages.
    MessageView = "conversation:message:view";
    /// Answer in conversations.
    MessageCreate = "conversation:message:create";
    /// Read the notes of conversations.
    NoteView = "conversation:note:view";
    /// Write notes on conversations.
    NoteCreate = "conversation:note:create";
    /// Read libraries of canned replies.
    LibraryView = "responses:library:view";
    /// Create libraries of canned replies.
    LibraryAdd = "responses:library:add";
    /// Change libraries of canned replies.
    LibraryEdit = "responses:library:edit";
    /// Delete libraries of canned replies.
    LibraryDelete = "responses:library:delete";
    /// Read canned replies, and fill them in for a conversation.
    ResponseView = "responses:response:view";
    /// Create canned replies.
    ResponseAdd = "responses:response:add";
    /// Change canned replies.
    ResponseEdit = "responses:response:edit";
    /// Delete canned replies.
    ResponseDelete = "responses:response:delete";
    /// Follow the event stream, open notification channels.
    EventsView = "notifications:events:view";
    /// Read deployments, lint a context, list refusals.
    DeploymentView = "webDeployments:deployment:view";
    /// Create deployments.
    DeploymentAdd = "webDeployments:deployment:add";
    /// Change deployments, their context policy and their signing keys.
    DeploymentEdit = "webDeployments:deployment:edit";
    /// Delete deployments.
    DeploymentDelete = "webDeployments:deployment:delete";
    /// Read deployment configurations.
    ConfigurationView = "webDeployments:configuration:view";
    /// Create deployment configurations.
    ConfigurationAdd = "webDeployments:configuration:add";
    /// Change and publish deployment configurations.
    ConfigurationEdit = "webDeployments:configuration:edit";
    /// Delete deployment configurations.
    ConfigurationDelete = "webDeployments:configuration:delete";
    /// Read how a deployment resolves identities.
    IdentityResolutionView = "webDeployments:identityResolution:view";
    /// Change how a deployment resolves identities.
    IdentityResolutionEdit = "webDeployments:identityResolution:edit";
    /// Read detail records of conversations in analytics.
    DetailView = "analytics:conversationDetail:view";
    /// Read aggregates of conversations in analytics.
    AggregateView = "analytics:conversationAggregate:view";
    /// Export conversations in bulk.
    DataExport = "analytics:dataExport:view";
    /// Read queues.
    QueueView = "routing:queue:view";
    /// Create queues.
    QueueAdd = "routing:queue:add";
    /// Change queues, their members and wrap-up codes.
    QueueEdit = "routing:queue:edit";
    /// Delete queues.
    QueueDelete = "routing:queue:delete";
    /// Say who works in a queue.
    QueueMemberManage = "routing:queueMember:manage";
    /// Change what a waiting conversation asks for.
    RoutingEdit = "routing:conversation:edit";
    /// See how queues are doing.
    QueueObservationView = "analytics:queueObservation:view";
    /// Read skills.
    SkillView = "routing:skill:view";
    /// Create, change and delete skills.
    SkillManage = "routing:skill:manage";
    /// Say what skills somebody has, and how much somebody takes at once.
    SkillAssign = "routing:skill:assign";
    /// Read languages.
    LanguageView = "routing:language:view";
    /// Create, change and delete languages.
    LanguageManage = "routing:language:manage";
    /// Say what languages somebody speaks.
    LanguageAssign = "routing:language:assign";
    /// Read which presences there are.
    PresenceDefinitionView = "presence:presenceDefinition:view";
    /// Change the presence of somebody else than oneself.
    PresenceEdit = "presence:userPresence:edit";
    /// Read wrap-up codes.
    WrapupCodeView = "routing:wrapupCode:view";
    /// Create wrap-up codes.
    WrapupCodeAdd = "routing:wrapupCode:add";
    /// Change wrap-up codes.
    WrapupCodeEdit = "routing:wrapupCode:edit";
    /// Delete wrap-up codes.
    WrapupCodeDelete = "routing:wrapupCode:delete";
    /// Read the directory of users.
    UserView = "directory:user:view";
    /// Create users.
    UserAdd = "directory:user:add";
    /// Change users: name, roles, state, password.
    UserEdit = "directory:user:edit";
    /// Delete users.
    UserDelete = "directory:user:delete";
    /// Read API clients.
    ClientView = "oauth:client:view";
    /// Create API clients.
    ClientAdd = "oauth:client:add";
    /// Change API clients and rotate their secrets.
    ClientEdit = "oauth:client:edit";
    /// Delete API clients.
    ClientDelete = "oauth:client:delete";
    /// Read roles and divisions.
    RoleView = "authorization:role:view";
    /// Create roles.
    RoleAdd = "authorization:role:add";
    /// Change roles.
    RoleEdit = "authorization:role:edit";
    /// Delete roles.
    RoleDelete = "authorization:role:delete";
    /// Create and change divisions.
    DivisionEdit = "authorization:division:edit";
    /// Read webhooks and their deliveries.
    WebhookView = "integrations:webhook:view";
    /// Create webhooks.
    WebhookAdd = "integrations:webhook:add";
    /// Change webhooks, rotate their secrets, replay deliveries.
    WebhookEdit = "integrations:webhook:edit";
    /// Delete webhooks.
    WebhookDelete = "integrations:webhook:delete";
    /// Read flows, their versions, and what they would do.
    FlowView = "architect:flow:view";
    /// Create flows.
    FlowAdd = "architect:flow:add";
    /// Change drafts of flows.
    FlowEdit = "architect:flow:edit";
    /// Delete flows.
    FlowDelete = "architect:flow:delete";
    /// Publish flows, take them back, and bind them to deployments.
    FlowPublish = "architect:flow:publish";
    /// Read data actions.
    ActionView = "integrations:action:view";
    /// Create data actions.
    ActionAdd = "integrations:action:add";
    /// Change and publish data actions.
    ActionEdit = "integrations:action:edit";
    /// Delete data actions.
    ActionDelete = "integrations:action:delete";
    /// Execute and try out data actions.
    ActionExecute = "integrations:action:execute";
    /// Read which credentials there are; never their secrets.
    CredentialView = "integrations:credential:view";
    /// Create credentials.
    CredentialAdd = "integrations:credential:add";
    /// Change credentials.
    CredentialEdit = "integrations:credential:edit";
    /// Delete credentials.
    CredentialDelete = "integrations:credential:delete";
    /// Read schedules.
    ScheduleView = "routing:schedule:view";
    /// Create schedules.
    ScheduleAdd = "routing:schedule:add";
    /// Change schedules.
    ScheduleEdit = "routing:schedule:edit";
    /// Delete schedules.
    ScheduleDelete = "routing:schedule:delete";
    /// Read the audit log.
    AuditView = "audits:audit:view";
    /// Read requests for erasure or export and their certificates.
    PrivacyRequestView = "gdpr:request:view";
    /// Ask for the erasure or export of a customer's data.
    PrivacyRequestAdd = "gdpr:request:add";
}

/// A text that names no permission.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no permission; `GET /api/v2/authorization/permissions` lists them")]
pub struct UnknownPermission(pub String);

impl FromStr for Permission {
    type Err = UnknownPermission;
    fn from_str(text: &str) -> Result<Self, UnknownPermission> {
        let found = Self::ALL.iter().copied().find(|permission| permission.as_str() == text);
        found.ok_or_else(|| UnknownPermission(text.chars().take(128).collect()))
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rest2_every_permission_has_a_spelling_of_its_own() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(*permission));
            assert_eq!(permission.as_str().split(':').count(), 3, "{permission}");
        }
    }
}
