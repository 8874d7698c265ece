//! `config.json` and `domains.json`: what any site may read of a deployment.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderName, header::CACHE_CONTROL},
};
use waybill_model::{Deployment, DeploymentStatus};
use waybill_protocol::{
    ErrorBody,
    guest::{
        DeploymentConfig, DeploymentDomains,
        deployment::{
            Apps, Auth, ConfigStatus, ConversationDisconnect, Conversations, FileUpload, LauncherButton, Messenger,
            Notifications, Styles, Toggle, Waybill,
        },
    },
};

use crate::{App, address::BaseUrl, error::ApiResult};

/// Short: a change of a deployment shows soon.
const CACHED: [(HeaderName, &str); 1] = [(CACHE_CONTROL, "public, max-age=10")];

/// A file with its headers.
type File<T> = ([(HeaderName, &'static str); 1], Json<T>);

/// Read a deployment's public configuration
///
/// What a client needs before it connects; active or not, from any origin.
#[utoipa::path(
    get, path = "/webdeployments/v1/deployments/{id}/config.json", tag = "Guest", security(()),
    operation_id = "get_deployment_config",
    params(("id" = String, Path, description = "The deployment")),
    responses(
        (status = 200, description = "The configuration", body = DeploymentConfig),
        (status = 404, description = "There is no such deployment", body = ErrorBody)
    )
)]
pub(super) async fn config(
    State(app): State<App>,
    BaseUrl(base_url): BaseUrl,
    Path(id): Path<String>,
) -> ApiResult<File<DeploymentConfig>> {
    let deployment = app.service().public_deployment(&id).await?;
    Ok((CACHED, Json(config_of(&deployment, base_url, &app.service().settings().region))))
}

/// Read the sites that may embed a deployment
#[utoipa::path(
    get, path = "/webdeployments/v1/deployments/{id}/domains.json", tag = "Guest", security(()),
    operation_id = "get_deployment_domains",
    params(("id" = String, Path, description = "The deployment")),
    responses(
        (status = 200, description = "The sites", body = DeploymentDomains),
        (status = 404, description = "There is no such deployment", body = ErrorBody)
    )
)]
pub(super) async fn domains(State(app): State<App>, Path(id): Path<String>) -> ApiResult<File<DeploymentDomains>> {
    let Deployment { allow_all_domains, allowed_domains, .. } = app.service().public_deployment(&id).await?;
    Ok((CACHED, Json(DeploymentDomains { allow_all_domains, allowed_domains })))
}

fn config_of(deployment: &Deployment, base_url: String, region: &str) -> DeploymentConfig {
    const ON: Toggle = Toggle { enabled: true };
    const OFF: Toggle = Toggle { enabled: false };
    let messaging_endpoint = match base_url.strip_prefix("http") {
        Some(rest) => format!("ws{rest}"),
        None => base_url.clone(),
    };
    DeploymentConfig {
        id: deployment.id.to_string(),
        version: deployment.policy.version.to_string(),
        languages: vec!["en-us".to_owned()],
        default_language: "en-us".to_owned(),
        api_endpoint: base_url,
        messenger: Messenger {
            enabled: true,
            apps: Apps {
                conversations: Conversations {
                    enabled: true,
                    messaging_endpoint,
                    show_agent_typing_indicator: true,
                    show_user_typing_indicator: true,
                    auto_start: OFF,
                    conversation_disconnect: ConversationDisconnect { enabled: true, kind: "Send".to_owned() },
                    conversation_clear: OFF,
                    notifications: Notifications {
                        enabled: false,
                        notification_content_type: "ExcludeMessagesContent".to_owned(),
                    },
                    markdown: OFF,
                    session_duration_seconds: deployment.session_seconds,
                },
            },
            styles: Styles { primary_color: "#0165A7".to_owned() },
            launcher_button: LauncherButton { visibility: "On".to_owned() },
            file_upload: FileUpload { enable_attachments: false, modes: Vec::new() },
        },
        journey_events: OFF,
        status: match deployment.status {
            DeploymentStatus::Active => ConfigStatus::Active,
            DeploymentStatus::Inactive => ConfigStatus::Inactive,
        },
        auth: Auth { enabled: false, allow_session_upgrade: false },
        waybill: Waybill {
            organization_id: deployment.organization_id.to_string(),
            region: region.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            max_bytes: deployment.policy.max_bytes,
            custom_data: if deployment.policy.enabled { ON } else { OFF },
        },
    }
}
