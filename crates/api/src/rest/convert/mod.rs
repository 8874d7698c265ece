//! Domain values → REST bodies, one file per resource. Every field is named on both sides.

mod agent;
mod canned;
mod configuration;
mod context;
mod conversation;
mod deployment;
mod event;
mod flow;
mod flow_event;
mod history;
mod integration;
mod message;
mod note;
mod policy;
mod privacy;
mod refusal;
mod routing;
mod routing_event;
mod schema;
mod search;
mod signing_key;
mod types;
mod webchat;
mod webhook;

pub(super) use agent::{
    asked, language, presence_definition, presence_id, skill, user_languages, user_skills, utilization,
};
pub(crate) use agent::{routing_status, user_presence};
pub(super) use canned::{library, rendered, response};
pub(super) use configuration::{
    active as active_configuration, configurations, draft, version as configuration_version,
    versions as configuration_versions,
};
pub(super) use context::{context_key, context_view};
pub(crate) use conversation::wrapup;
pub(super) use conversation::{assigned, conversation, message_conversation, participant_attributes};
pub(super) use deployment::{Site, deployment, deployments, identity_resolution, policy};
pub(crate) use event::event;
pub(super) use flow::{findings, flow, flow_version, listed_flow, listed_flow_version, replayed, schedule, simulated};
pub(super) use history::{history, trace};
pub(super) use integration::{credential, data_action, tried_action};
pub(super) use message::{MessageShape, message};
pub(super) use note::{note, read_view, satisfaction_view};
pub(super) use policy::{bulk_promoted, effect as policy_effect, policies, published as published_policy, quarantine};
pub(super) use privacy::{
    certificate, exported_attribute, exported_conversation, exported_message, privacy_request, subject_conversation,
};
pub(super) use refusal::{read_cursor as read_refusal_cursor, refusals, summary as refusal_summary};
pub(super) use routing::{queue, queue_member, user_queue, wrapup_code};
pub(super) use schema::json_schema;
pub(super) use search::{RowField, search_row};
pub(super) use signing_key::{created_signing_key, rotated_signing_key, signing_key, signing_keys};
pub(super) use types::typescript;
pub(super) use webchat::{attributes, started, webchat, written};
pub use webhook::WebhookBodies;
pub(super) use webhook::{attempt, delivery, webhook};

use serde_json::value::RawValue;
use waybill_model::{Actor, Time};

use crate::error::{ApiError, ApiResult};

/// JSON text that the log keeps, as it was sent.
pub(super) fn raw(json: &str) -> ApiResult<Box<RawValue>> {
    RawValue::from_string(json.to_owned()).map_err(|_| ApiError::bug("the log keeps a text that is not JSON"))
}

fn actor(actor: &Actor) -> String {
    match actor {
        Actor::Guest => "guest".to_owned(),
        Actor::Client(id) => format!("client {id}"),
        Actor::User(id) => format!("user {id}"),
        Actor::Flow(id) => format!("flow {id}"),
        Actor::Server => "server".to_owned(),
    }
}

/// `connected` until there is an end.
const fn state(ended: Option<Time>) -> &'static str {
    match ended {
        None => "connected",
        Some(_) => "disconnected",
    }
}
