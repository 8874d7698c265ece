//! What handlers take: who calls with which right, path segments, parameters, bodies.

mod authorized;
mod body;
mod headers;
mod parameters;
mod segments;

pub(crate) use authorized::AnyToken;
pub(crate) use authorized::{
    AddActions, AddCredentials, AddFlows, AddSchedules, DeleteActions, DeleteCredentials, DeleteFlows, DeleteSchedules,
    EditActions, EditCredentials, EditFlows, EditSchedules, ExecuteActions, PublishFlows, ViewActions, ViewCredentials,
    ViewFlows, ViewSchedules,
};
pub(crate) use authorized::{
    AddClients, AddRoles, AddUsers, DeleteClients, DeleteRoles, DeleteUsers, EditClients, EditDivisions, EditRoles,
    EditUsers, ViewClients, ViewRoles, ViewUsers,
};
pub(crate) use authorized::{
    AddConfigurations, AddDeployments, AddQueues, AddWebhooks, AddWrapupCodes, AssignConversations, Authorized,
    CreateConversations, DeleteConfigurations, DeleteDeployments, DeleteQueues, DeleteWebhooks, DeleteWrapupCodes,
    DisconnectConversations, EditAttributes, EditConfigurations, EditDeployments, EditIdentityResolution, EditQueues,
    EditWebhooks, EditWrapupCodes, FollowEvents, PromoteQuarantined, PublishConfigurations, Right, SearchAttributes,
    SendMessages, ViewAudit, ViewConfigurations, ViewConversations, ViewDeployments, ViewIdentityResolution,
    ViewMessages, ViewQueues, ViewWebhooks, ViewWrapupCodes,
};
pub(crate) use authorized::{
    AddLibraries, AddNotes, AddResponses, DeleteLibraries, DeleteResponses, EditLibraries, EditResponses,
    ViewLibraries, ViewNotes, ViewResponses,
};
pub(crate) use authorized::{AddPrivacyRequests, ExportData, ViewPrivacyRequests};
pub(crate) use authorized::{
    AssignLanguages, AssignSkills, EditRouting, ManageLanguages, ManageMembers, ManageSkills, ObserveQueues,
    TransferConversations, ViewLanguages, ViewPresences, ViewSkills, WrapUp,
};
pub(crate) use authorized::{ViewAggregates, ViewDetails};
pub(crate) use body::{Fields, LongBody, RawBody, is_nothing, whole};
pub(crate) use headers::{IdempotencyKey, IfMatch, LastEventId};
pub(crate) use parameters::{Parameters, parse};
pub(crate) use segments::Segments;
