//! Who calls, as an argument type that names the right: a handler without one has no caller to hand on.

use std::{marker::PhantomData, ops::Deref};

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use waybill_model::Permission;
use waybill_service::{Caller, ServiceError};

use crate::{App, error::ApiError, layers::Used};

/// A right as a type.
pub(crate) trait Right {
    /// Any of these is enough; none is needed where the list is empty.
    const ANY: &'static [Permission];
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $($permission:ident)|*;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(crate) enum $name {}
        impl Right for $name {
            const ANY: &'static [Permission] = &[$(Permission::$permission),*];
        }
    )* };
}

rights! {
    /// Reads conversations in detail.
    ViewDetails = DetailView;
    /// Reads numbers of conversations, and how complete context is.
    ViewAggregates = AggregateView;
    /// Has a token that is good; nothing more is asked.
    AnyToken = ;
    /// Reads conversations, their context, history and trace.
    ViewConversations = ConversationView;
    /// Starts conversations.
    CreateConversations = ConversationCreate;
    /// Writes attributes.
    EditAttributes = AttributesEdit;
    /// Reads notes of the staff.
    ViewNotes = NoteView;
    /// Writes notes.
    AddNotes = NoteCreate;
    /// Reads libraries of canned replies.
    ViewLibraries = LibraryView;
    /// Creates libraries.
    AddLibraries = LibraryAdd;
    /// Changes libraries.
    EditLibraries = LibraryEdit;
    /// Deletes libraries.
    DeleteLibraries = LibraryDelete;
    /// Reads canned replies, and fills them in.
    ViewResponses = ResponseView;
    /// Creates canned replies.
    AddResponses = ResponseAdd;
    /// Changes canned replies.
    EditResponses = ResponseEdit;
    /// Deletes canned replies.
    DeleteResponses = ResponseDelete;
    /// Answers in conversations.
    SendMessages = MessageCreate;
    /// Reads messages.
    ViewMessages = MessageView;
    /// Ends conversations, or lets participants leave.
    DisconnectConversations = ConversationDisconnect;
    /// Gives a conversation to somebody, or takes it; which of the two the use case tells apart.
    AssignConversations = ConversationAssign | MessageCreate;
    /// Passes conversations on.
    TransferConversations = ConversationTransfer;
    /// Changes what waiting conversations ask for.
    EditRouting = RoutingEdit;
    /// Wraps work up.
    WrapUp = ParticipantWrapup;
    /// Searches conversations by their attributes.
    SearchAttributes = AttributesView;
    /// Reads queues.
    ViewQueues = QueueView;
    /// Creates queues.
    AddQueues = QueueAdd;
    /// Changes queues, their members and wrap-up codes.
    EditQueues = QueueEdit;
    /// Deletes queues.
    DeleteQueues = QueueDelete;
    /// Says who works in queues.
    ManageMembers = QueueEdit | QueueMemberManage;
    /// Sees how queues are doing.
    ObserveQueues = QueueObservationView;
    /// Reads skills.
    ViewSkills = SkillView;
    /// Creates, changes and deletes skills.
    ManageSkills = SkillManage;
    /// Says who has which skill, and how much somebody takes at once.
    AssignSkills = SkillAssign;
    /// Reads languages.
    ViewLanguages = LanguageView;
    /// Creates, changes and deletes languages.
    ManageLanguages = LanguageManage;
    /// Says who speaks which language.
    AssignLanguages = LanguageAssign;
    /// Reads which presences there are.
    ViewPresences = PresenceDefinitionView;
    /// Reads wrap-up codes.
    ViewWrapupCodes = WrapupCodeView;
    /// Creates wrap-up codes.
    AddWrapupCodes = WrapupCodeAdd;
    /// Changes wrap-up codes.
    EditWrapupCodes = WrapupCodeEdit;
    /// Deletes wrap-up codes.
    DeleteWrapupCodes = WrapupCodeDelete;
    /// Reads flows, and what they would do.
    ViewFlows = FlowView;
    /// Creates flows.
    AddFlows = FlowAdd;
    /// Changes drafts of flows.
    EditFlows = FlowEdit;
    /// Deletes flows.
    DeleteFlows = FlowDelete;
    /// Publishes flows, and takes them back.
    PublishFlows = FlowPublish;
    /// Reads data actions.
    ViewActions = ActionView;
    /// Creates data actions.
    AddActions = ActionAdd;
    /// Changes and publishes data actions.
    EditActions = ActionEdit;
    /// Deletes data actions.
    DeleteActions = ActionDelete;
    /// Executes and tries out data actions.
    ExecuteActions = ActionExecute;
    /// Reads which credentials there are.
    ViewCredentials = CredentialView;
    /// Creates credentials.
    AddCredentials = CredentialAdd;
    /// Changes credentials.
    EditCredentials = CredentialEdit;
    /// Deletes credentials.
    DeleteCredentials = CredentialDelete;
    /// Reads schedules.
    ViewSchedules = ScheduleView;
    /// Creates schedules.
    AddSchedules = ScheduleAdd;
    /// Changes schedules.
    EditSchedules = ScheduleEdit;
    /// Deletes schedules.
    DeleteSchedules = ScheduleDelete;
    /// Reads the audit log.
    ViewAudit = AuditView;
    /// Reads webhooks and their deliveries.
    ViewWebhooks = WebhookView;
    /// Creates webhooks.
    AddWebhooks = WebhookAdd;
    /// Changes webhooks, rotates their secrets, sends again.
    EditWebhooks = WebhookEdit;
    /// Deletes webhooks.
    DeleteWebhooks = WebhookDelete;
    /// Reads the directory of users.
    ViewUsers = UserView;
    /// Creates users.
    AddUsers = UserAdd;
    /// Changes users: name, roles, state, password.
    EditUsers = UserEdit;
    /// Deletes users.
    DeleteUsers = UserDelete;
    /// Reads roles and divisions.
    ViewRoles = RoleView;
    /// Creates roles.
    AddRoles = RoleAdd;
    /// Changes roles.
    EditRoles = RoleEdit;
    /// Deletes roles.
    DeleteRoles = RoleDelete;
    /// Creates and changes divisions.
    EditDivisions = DivisionEdit;
    /// Reads API clients.
    ViewClients = ClientView;
    /// Creates API clients.
    AddClients = ClientAdd;
    /// Changes API clients and rotates their secrets.
    EditClients = ClientEdit;
    /// Deletes API clients.
    DeleteClients = ClientDelete;
    /// Follows the event stream.
    FollowEvents = EventsView;
    /// Reads deployments, lints a context, lists refusals.
    ViewDeployments = DeploymentView;
    /// Changes deployments, their policy and their signing keys.
    EditDeployments = DeploymentEdit;
    /// Creates deployments.
    AddDeployments = DeploymentAdd;
    /// Deletes deployments.
    DeleteDeployments = DeploymentDelete;
    /// Reads configurations.
    ViewConfigurations = ConfigurationView;
    /// Creates configurations.
    AddConfigurations = ConfigurationAdd;
    /// Changes configurations.
    EditConfigurations = ConfigurationEdit;
    /// Publishes configurations.
    PublishConfigurations = ConfigurationEdit | ConfigurationAdd;
    /// Deletes configurations.
    DeleteConfigurations = ConfigurationDelete;
    /// Reads how a deployment resolves identities.
    ViewIdentityResolution = DeploymentView | IdentityResolutionView;
    /// Changes how a deployment resolves identities.
    EditIdentityResolution = DeploymentEdit | IdentityResolutionEdit;
    /// Reads requests for erasure and export, and their results.
    ViewPrivacyRequests = PrivacyRequestView;
    /// Asks for erasure and export.
    AddPrivacyRequests = PrivacyRequestAdd;
    /// Exports everything.
    ExportData = DataExport;
    /// Promotes quarantined keys.
    PromoteQuarantined = QuarantinePromote;
}

/// A caller that was seen to have the right `R`.
#[derive(Debug, Clone)]
pub(crate) struct Authorized<R> {
    caller: Caller,
    token: String,
    right: PhantomData<R>,
}

impl<R> Authorized<R> {
    /// The bearer token, for a stream that asks again whether it still holds.
    pub(crate) fn into_token(self) -> String {
        self.token
    }
}

impl<R> Deref for Authorized<R> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<R: Right + Send + Sync> FromRequestParts<App> for Authorized<R> {
    type Rejection = Unauthorized;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Unauthorized> {
        let token = bearer(parts)?;
        let caller = app.service().authorize(&token).await;
        let used = parts.extensions.get::<Used>();
        let caller = caller.inspect_err(|error| {
            if let (Some(used), ServiceError::Throttled { retry_after, .. }) = (used, error) {
                used.all(app.service().settings().limits.client_requests.burst, *retry_after);
            }
        })?;
        if let (Some(used), Some(allowance)) = (used, caller.allowance()) {
            used.note(allowance);
        }
        let caller = caller.acting(R::ANY)?;
        Ok(Self { caller, token, right: PhantomData })
    }
}

/// The token of `Authorization: Bearer …`; it stands nowhere else, least of all in an address.
fn bearer(parts: &Parts) -> Result<String, ApiError> {
    let missing = |rule: &str| {
        let message =
            format!("{rule}; ask for a bearer token at `/oauth/token` and send it as `Authorization: Bearer …`");
        ApiError::new(StatusCode::UNAUTHORIZED, "authentication.required", message)
    };
    let header = parts.headers.get(header::AUTHORIZATION).ok_or_else(|| missing("this path needs a token"))?;
    let text = header.to_str().map_err(|_| missing("the header `Authorization` is not readable text"))?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => {
            Ok(token.trim().to_owned())
        }
        Some(_) | None => Err(missing("the header `Authorization` is of another kind")),
    }
}

/// Why somebody may not: a 401 also says with what to come back.
#[derive(Debug)]
pub(crate) struct Unauthorized(ApiError);

impl<E: Into<ApiError>> From<E> for Unauthorized {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Unauthorized {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        if response.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
