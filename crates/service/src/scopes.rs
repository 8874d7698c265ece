//! Scopes: the names of the field and of the two documents, and what each lets through (REST2).

use waybill_model::Permission;

/// What a scope lets through; `None` for a name that is no scope.
pub(crate) fn scope(name: &str) -> Option<&'static [Permission]> {
    use Permission as P;
    const READ: &[Permission] =
        &[P::ConversationView, P::AttributesView, P::PersonalView, P::MessageView, P::NoteView, P::EventsView];
    const WRITE: &[Permission] = &[
        P::ConversationView,
        P::ConversationCreate,
        P::ConversationDisconnect,
        P::ConversationAssign,
        P::ConversationTransfer,
        P::ParticipantWrapup,
        P::AttributesView,
        P::AttributesEdit,
        P::PersonalView,
        P::SignedOverride,
        P::QuarantinePromote,
        P::MessageView,
        P::MessageCreate,
        P::NoteView,
        P::NoteCreate,
        P::EventsView,
    ];
    Some(match name {
        "conversation:read" | "conversations:readonly" => READ,
        "conversations" | "conversation:write" => WRITE,
        "notifications" | "notifications:readonly" => &[P::EventsView, P::PersonalView],
        "messaging" => &[P::ConversationView, P::MessageView, P::MessageCreate],
        "analytics" | "analytics:readonly" => {
            &[P::DetailView, P::AggregateView, P::DataExport, P::PersonalView, P::QueueObservationView]
        }
        "routing" => &[
            P::QueueView,
            P::QueueAdd,
            P::QueueEdit,
            P::QueueDelete,
            P::QueueMemberManage,
            P::RoutingEdit,
            P::QueueObservationView,
            P::SkillView,
            P::SkillManage,
            P::SkillAssign,
            P::LanguageView,
            P::LanguageManage,
            P::LanguageAssign,
            P::WrapupCodeView,
            P::WrapupCodeAdd,
            P::WrapupCodeEdit,
            P::WrapupCodeDelete,
            P::ScheduleView,
            P::ScheduleAdd,
            P::ScheduleEdit,
            P::ScheduleDelete,
        ],
        "routing:readonly" => {
            &[P::QueueView, P::QueueObservationView, P::SkillView, P::LanguageView, P::WrapupCodeView, P::ScheduleView]
        }
        "response-management" => &[
            P::LibraryView,
            P::LibraryAdd,
            P::LibraryEdit,
            P::LibraryDelete,
            P::ResponseView,
            P::ResponseAdd,
            P::ResponseEdit,
            P::ResponseDelete,
        ],
        "response-management:readonly" => &[P::LibraryView, P::ResponseView],
        "presence" => &[P::PresenceDefinitionView, P::PresenceEdit],
        "presence:readonly" => &[P::PresenceDefinitionView],
        "architect" => &[P::FlowView, P::FlowAdd, P::FlowEdit, P::FlowDelete, P::FlowPublish],
        "architect:readonly" => &[P::FlowView],
        "users" => &[P::UserView, P::UserAdd, P::UserEdit, P::UserDelete],
        "users:readonly" => &[P::UserView],
        "oauth" => &[P::ClientView, P::ClientAdd, P::ClientEdit, P::ClientDelete],
        "oauth:readonly" => &[P::ClientView],
        "authorization" => &[P::RoleView, P::RoleAdd, P::RoleEdit, P::RoleDelete, P::DivisionEdit],
        "authorization:readonly" => &[P::RoleView],
        "integrations" => &[
            P::WebhookView,
            P::WebhookAdd,
            P::WebhookEdit,
            P::WebhookDelete,
            P::ActionView,
            P::ActionAdd,
            P::ActionEdit,
            P::ActionDelete,
            P::ActionExecute,
            P::CredentialView,
            P::CredentialAdd,
            P::CredentialEdit,
            P::CredentialDelete,
        ],
        "integrations:readonly" => &[P::WebhookView, P::ActionView, P::CredentialView],
        "audits:readonly" => &[P::AuditView],
        "gdpr" => &[P::PrivacyRequestView, P::PrivacyRequestAdd],
        "gdpr:readonly" => &[P::PrivacyRequestView],
        "web-deployments" | "webdeployments" => &[
            P::DeploymentView,
            P::DeploymentAdd,
            P::DeploymentEdit,
            P::DeploymentDelete,
            P::ConfigurationView,
            P::ConfigurationAdd,
            P::ConfigurationEdit,
            P::ConfigurationDelete,
            P::IdentityResolutionView,
            P::IdentityResolutionEdit,
        ],
        "web-deployments:readonly" | "webdeployments:readonly" => {
            &[P::DeploymentView, P::ConfigurationView, P::IdentityResolutionView]
        }
        _ => return None,
    })
}

/// Every scope, for messages.
pub(crate) const SCOPES: &str = "conversation:read, conversation:write, conversations, conversations:readonly, \
                                 notifications, messaging, analytics, architect, routing, presence, response-management, users, oauth, \
                                 authorization, integrations, audits:readonly, gdpr, web-deployments, each also with `:readonly`";

/// Every scope with what it lets through, for lists.
#[must_use]
pub fn all() -> Vec<(&'static str, &'static [Permission])> {
    const NAMES: [&str; 32] = [
        "analytics",
        "analytics:readonly",
        "architect",
        "architect:readonly",
        "audits:readonly",
        "authorization",
        "authorization:readonly",
        "conversation:read",
        "conversation:write",
        "conversations",
        "conversations:readonly",
        "gdpr",
        "gdpr:readonly",
        "integrations",
        "integrations:readonly",
        "messaging",
        "notifications",
        "notifications:readonly",
        "oauth",
        "oauth:readonly",
        "presence",
        "presence:readonly",
        "response-management",
        "response-management:readonly",
        "routing",
        "routing:readonly",
        "users",
        "users:readonly",
        "web-deployments",
        "web-deployments:readonly",
        "webdeployments",
        "webdeployments:readonly",
    ];
    NAMES.iter().filter_map(|name| scope(name).map(|permissions| (*name, permissions))).collect()
}
