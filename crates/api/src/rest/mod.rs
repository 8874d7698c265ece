//! Platform REST: conversations, context, deployments, refusals, events, tokens.

mod actions;
mod agents;
mod analytics;
mod asyncapi;
mod audit;
mod canned;
mod clients;
mod configuration_body;
mod configurations;
mod context;
mod conversations;
mod convert;
mod credentials;
mod deployment_body;
mod deployment_import;
mod deployments;
mod document;
mod events;
mod exports;
mod extract;
mod flow_publishing;
mod flows;
mod form_body;
mod frames;
mod health;
mod history;
mod limits;
mod lint;
mod login;
mod members;
mod message_conversations;
mod messages;
mod notes;
mod notifications;
mod observations;
mod paging;
mod parameters;
mod participants;
mod permissions;
mod policies;
mod policy_body;
mod privacy;
mod proficiencies;
mod promote;
mod queue_rules;
mod queues;
mod refusal_parameters;
mod refusals;
mod reply;
mod roles;
mod schedules;
mod search;
mod signing_keys;
mod skills;
mod token;
mod transcript;
mod users;
mod webchat;
mod webhooks;
mod windows;
mod work;
mod wrapup_codes;

use axum::Router;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use asyncapi::asyncapi;
pub(crate) use configuration_body::known as known_settings;
pub use convert::WebhookBodies;
pub(crate) use convert::{event as stream_event, routing_status, user_presence, wrapup as wrapup_view};
pub(crate) use document::Failures;
pub use document::openapi;
pub(crate) use extract::Segments;
pub(crate) use frames::Frames;
pub(crate) use observations::observed;
pub(crate) use transcript::{TranscriptFormat, transcript_body};

use crate::App;

pub(crate) fn routes() -> Router<App> {
    documented().split_for_parts().0.merge(document::routes()).merge(login::routes())
}

/// Every operation that stands in the OpenAPI document.
fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(analytics::documented())
        .routes(routes!(token::create_token))
        .routes(routes!(token::revoke_token))
        .routes(routes!(token::get_own_token, token::delete_own_token))
        .routes(routes!(login::authorize))
        .routes(routes!(login::show_login, login::log_in))
        .routes(routes!(users::list_users, users::create_user))
        .routes(routes!(users::get_own_user))
        .routes(routes!(users::change_own_password))
        .routes(routes!(users::begin_totp, users::confirm_totp))
        .routes(routes!(users::get_user, users::patch_user, users::delete_user))
        .routes(routes!(users::set_user_password))
        .routes(routes!(users::reset_totp))
        .routes(routes!(users::get_user_roles, users::put_user_roles))
        .routes(routes!(users::get_own_organization))
        .routes(routes!(roles::list_roles, roles::create_role))
        .routes(routes!(roles::get_role, roles::put_role, roles::delete_role))
        .routes(routes!(roles::list_permissions))
        .routes(routes!(roles::list_divisions, roles::create_division))
        .routes(routes!(roles::get_division, roles::put_division))
        .routes(routes!(clients::list_clients, clients::create_client))
        .routes(routes!(clients::get_client, clients::put_client, clients::delete_client))
        .routes(routes!(clients::rotate_client_secret))
        .routes(routes!(clients::list_scopes))
        .routes(routes!(conversations::list_conversations))
        .routes(routes!(conversations::get_conversation))
        .routes(routes!(conversations::disconnect_conversation))
        .routes(routes!(conversations::assign_conversation))
        .routes(routes!(message_conversations::list_message_conversations))
        .routes(routes!(
            message_conversations::get_message_conversation,
            message_conversations::patch_message_conversation
        ))
        .routes(routes!(webchat::list_webchats, webchat::create_webchat))
        .routes(routes!(webchat::get_webchat))
        .routes(routes!(webchat::get_webchat_attributes))
        .routes(routes!(participants::put_participant))
        .routes(routes!(participants::patch_participant))
        .routes(routes!(participants::patch_attributes))
        .routes(routes!(participants::list_participant_wrapup_codes))
        .routes(routes!(participants::patch_message_participant))
        .routes(routes!(participants::patch_message_attributes))
        .routes(routes!(participants::list_message_participant_wrapup_codes))
        .routes(routes!(messages::send_message))
        .routes(routes!(messages::send_typing))
        .routes(routes!(messages::get_message))
        .routes(routes!(messages::get_message_details))
        .routes(routes!(messages::get_message_by_id))
        .routes(routes!(messages::list_messages))
        .routes(routes!(notes::list_notes, notes::add_note))
        .routes(routes!(notes::get_satisfaction))
        .routes(routes!(notes::mark_conversation_read))
        .routes(routes!(transcript::get_transcript))
        .routes(routes!(canned::list_libraries, canned::create_library))
        .routes(routes!(canned::get_library, canned::update_library, canned::delete_library))
        .routes(routes!(canned::list_responses, canned::create_response))
        .routes(routes!(canned::query_responses))
        .routes(routes!(canned::get_response, canned::update_response, canned::delete_response))
        .routes(routes!(canned::render_response))
        .routes(routes!(search::search_attributes))
        .routes(routes!(queues::list_queues, queues::create_queue))
        .routes(routes!(queues::get_queue, queues::update_queue, queues::delete_queue))
        .routes(routes!(members::list_queue_members, members::change_queue_members, members::patch_queue_members))
        .routes(routes!(members::list_user_queues, members::patch_user_queues))
        .routes(routes!(skills::list_skills, skills::create_skill))
        .routes(routes!(skills::get_skill, skills::delete_skill))
        .routes(routes!(skills::list_languages, skills::create_language))
        .routes(routes!(skills::get_language, skills::delete_language))
        .routes(routes!(agents::list_presences))
        .routes(routes!(agents::list_presence_definitions))
        .routes(routes!(agents::get_presence))
        .routes(routes!(agents::get_user_presence, agents::patch_user_presence))
        .routes(routes!(agents::get_routing_status, agents::put_routing_status))
        .routes(routes!(agents::get_utilization, agents::put_utilization))
        .routes(routes!(proficiencies::list_user_skills, proficiencies::add_user_skill))
        .routes(routes!(proficiencies::patch_user_skills, proficiencies::replace_user_skills))
        .routes(routes!(proficiencies::put_user_skill, proficiencies::remove_user_skill))
        .routes(routes!(proficiencies::list_user_languages, proficiencies::add_user_language))
        .routes(routes!(proficiencies::patch_user_languages))
        .routes(routes!(proficiencies::put_user_language, proficiencies::remove_user_language))
        .routes(routes!(work::wrap_up_communication))
        .routes(routes!(work::wrap_up_message_communication))
        .routes(routes!(work::get_wrapup))
        .routes(routes!(work::get_message_wrapup))
        .routes(routes!(work::replace_with_agent))
        .routes(routes!(work::replace_with_queue))
        .routes(routes!(work::replace_with_flow))
        .routes(routes!(work::replace_message_participant))
        .routes(routes!(work::get_queue_position))
        .routes(routes!(work::patch_routing_conversation))
        .routes(routes!(observations::query_observations))
        .routes(routes!(queues::list_queue_wrapup_codes, queues::add_queue_wrapup_codes))
        .routes(routes!(queues::remove_queue_wrapup_code))
        .routes(routes!(wrapup_codes::list_wrapup_codes, wrapup_codes::create_wrapup_code))
        .routes(routes!(
            wrapup_codes::get_wrapup_code,
            wrapup_codes::update_wrapup_code,
            wrapup_codes::delete_wrapup_code
        ))
        .routes(routes!(flows::list_flows, flows::create_flow))
        .routes(routes!(flows::get_flow, flows::put_flow, flows::delete_flow))
        .routes(routes!(flows::get_flow_configuration))
        .routes(routes!(flows::list_flow_versions))
        .routes(routes!(flows::get_flow_version))
        .routes(routes!(flow_publishing::publish_flow_action))
        .routes(routes!(flow_publishing::publish_flow))
        .routes(routes!(flow_publishing::rollback_flow))
        .routes(routes!(flow_publishing::validate_flow))
        .routes(routes!(flow_publishing::validate_document))
        .routes(routes!(flow_publishing::simulate_flow))
        .routes(routes!(flow_publishing::replay_flow))
        .routes(routes!(schedules::list_schedules, schedules::create_schedule))
        .routes(routes!(schedules::get_schedule, schedules::put_schedule, schedules::delete_schedule))
        .routes(routes!(actions::list_data_actions, actions::create_data_action))
        .routes(routes!(actions::create_data_action_draft))
        .routes(routes!(actions::get_data_action, actions::patch_data_action, actions::delete_data_action))
        .routes(routes!(actions::get_data_action_draft, actions::patch_data_action_draft))
        .routes(routes!(actions::publish_data_action))
        .routes(routes!(actions::test_data_action))
        .routes(routes!(actions::test_data_action_draft))
        .routes(routes!(actions::execute_data_action))
        .routes(routes!(actions::get_data_action_schema))
        .routes(routes!(credentials::list_credentials, credentials::create_credential))
        .routes(routes!(credentials::get_credential, credentials::put_credential, credentials::delete_credential))
        .routes(routes!(context::get_context))
        .routes(routes!(context::get_context_key))
        .routes(routes!(history::get_context_history))
        .routes(routes!(history::get_trace))
        .routes(routes!(lint::lint_context))
        .routes(routes!(lint::lint_context_policy))
        .routes(routes!(deployments::list_deployments, deployments::create_deployment))
        .routes(routes!(deployments::get_deployment, deployments::put_deployment, deployments::delete_deployment))
        .routes(routes!(deployments::get_deployment_configurations))
        .routes(routes!(deployments::get_identity_resolution, deployments::put_identity_resolution))
        .routes(routes!(deployments::get_context_types))
        .routes(routes!(deployments::get_context_schema))
        .routes(routes!(deployments::import_deployment))
        .routes(routes!(configurations::list_configurations, configurations::create_configuration))
        .routes(routes!(configurations::delete_configuration))
        .routes(routes!(configurations::list_configuration_versions))
        .routes(routes!(configurations::get_configuration_draft, configurations::put_configuration_draft))
        .routes(routes!(configurations::publish_configuration))
        .routes(routes!(configurations::get_configuration_version))
        .routes(routes!(policies::get_context_policy, policies::put_context_policy))
        .routes(routes!(policies::list_context_policies))
        .routes(routes!(policies::get_context_policy_version))
        .routes(routes!(policies::preview_context_policy))
        .routes(routes!(promote::list_quarantine))
        .routes(routes!(promote::promote_everywhere))
        .routes(routes!(promote::promote_key))
        .routes(routes!(signing_keys::list_signing_keys, signing_keys::create_signing_key))
        .routes(routes!(
            signing_keys::get_signing_key,
            signing_keys::patch_signing_key,
            signing_keys::delete_signing_key
        ))
        .routes(routes!(signing_keys::rotate_signing_key))
        .routes(routes!(refusals::list_refusals))
        .routes(routes!(refusals::summarize_refusals))
        .routes(routes!(audit::list_audits))
        .routes(routes!(privacy::list_privacy_requests, privacy::create_privacy_request))
        .routes(routes!(privacy::get_privacy_request))
        .routes(routes!(privacy::get_erasure_certificate))
        .routes(routes!(privacy::get_privacy_results))
        .routes(routes!(exports::export_conversations))
        .routes(routes!(exports::export_attributes))
        .routes(routes!(exports::export_messages))
        .routes(routes!(exports::export_events))
        .routes(routes!(webhooks::list_webhooks, webhooks::create_webhook))
        .routes(routes!(webhooks::get_webhook, webhooks::put_webhook, webhooks::delete_webhook))
        .routes(routes!(webhooks::rotate_webhook_secret))
        .routes(routes!(webhooks::test_webhook))
        .routes(routes!(webhooks::list_webhook_deliveries))
        .routes(routes!(webhooks::list_dead_deliveries))
        .routes(routes!(webhooks::replay_webhook))
        .routes(routes!(events::follow_conversation))
        .routes(routes!(events::follow_organization))
        .routes(routes!(notifications::create_channel, notifications::list_channels))
        .routes(routes!(notifications::check_channel))
        .routes(routes!(
            notifications::list_subscriptions,
            notifications::add_subscriptions,
            notifications::replace_subscriptions,
            notifications::clear_subscriptions
        ))
        .routes(routes!(notifications::list_available_topics))
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
}
