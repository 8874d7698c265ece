//! Configurations: drafts, versions, and what a deployment shows.

use serde_json::{Map, Value, json};
use waybill_model as model;
use waybill_protocol::rest::configuration::{
    ActiveConfigurationOnDeployment, WebDeploymentConfiguration, WebDeploymentConfigurationListing,
};
use waybill_service::{ConfigurationView, DeploymentView, Windowed};

use super::deployment::{Site, deployment, policy};
use crate::{
    error::{ApiError, ApiResult},
    rest::windows::Addresses,
};

const PATH: &str = "/api/v2/webdeployments/configurations";

pub(in crate::rest) fn configurations(
    page: &Windowed<ConfigurationView>,
    page_size: u32,
) -> WebDeploymentConfigurationListing {
    let addresses = Addresses::of(PATH, page_size, page);
    let shown = page.items.iter().map(|view| match &view.published {
        Some(published) => version(published),
        None => draft(&view.configuration),
    });
    listing(shown.collect(), page.total, addresses)
}

pub(in crate::rest) fn versions(
    configuration: &str,
    page: &Windowed<model::ConfigurationVersion>,
    page_size: u32,
) -> WebDeploymentConfigurationListing {
    let addresses = Addresses::of(&format!("{PATH}/{configuration}/versions"), page_size, page);
    listing(page.items.iter().map(version).collect(), page.total, addresses)
}

fn listing(
    entities: Vec<WebDeploymentConfiguration>,
    total: usize,
    addresses: Addresses,
) -> WebDeploymentConfigurationListing {
    let Addresses { own, next, previous } = addresses;
    WebDeploymentConfigurationListing { entities, total, self_uri: own, next_uri: next, previous_uri: previous }
}

pub(in crate::rest) fn draft(configuration: &model::Configuration) -> WebDeploymentConfiguration {
    let model::Configuration {
        id,
        organization_id: _,
        name,
        description,
        draft,
        published: _,
        created_at,
        modified_at,
    } = configuration;
    WebDeploymentConfiguration {
        id: *id,
        name: name.clone(),
        version: "DRAFT".to_owned(),
        description: description.clone(),
        status: "Inactive",
        settings: draft.settings.clone(),
        date_created: *created_at,
        date_modified: *modified_at,
        date_published: None,
        self_uri: format!("{PATH}/{id}/versions/draft"),
    }
}

pub(in crate::rest) fn version(version: &model::ConfigurationVersion) -> WebDeploymentConfiguration {
    let model::ConfigurationVersion {
        configuration_id,
        organization_id: _,
        version,
        sort: _,
        name,
        description,
        content,
        created_at,
        published_at,
        by: _,
    } = version;
    WebDeploymentConfiguration {
        id: *configuration_id,
        name: name.clone(),
        version: version.to_string(),
        description: description.clone(),
        status: "Active",
        settings: content.settings.clone(),
        date_created: *created_at,
        date_modified: *published_at,
        date_published: Some(*published_at),
        self_uri: version_path(*configuration_id, *version),
    }
}

pub(in crate::rest) fn version_path(id: model::ConfigurationId, version: u64) -> String {
    format!("{PATH}/{id}/versions/{version}")
}

/// What a deployment shows, with its own context policy in the place where the field would have it.
pub(in crate::rest) fn active(view: &DeploymentView, site: &Site) -> ApiResult<ActiveConfigurationOnDeployment> {
    let Some(shown) = &view.shown else {
        let message = "the deployment names no configuration: it shows the server's own; publish one and bind it";
        return Err(ApiError::new(axum::http::StatusCode::NOT_FOUND, "not.found", message));
    };
    let mut shown = version(shown);
    let policy = policy(view.deployment.id, &view.deployment.policy);
    let policy = serde_json::to_value(policy).map_err(|error| ApiError::bug(error.to_string()))?;
    put(&mut shown.settings, &["messenger", "apps", "conversations"], "customData", policy);
    Ok(ActiveConfigurationOnDeployment { configuration_version: shown, deployment: deployment(view, site) })
}

/// Puts a member where a path leads; what is not on the way yet is made.
fn put(settings: &mut Map<String, Value>, path: &[&str], name: &str, value: Value) {
    let Some((first, rest)) = path.split_first() else {
        settings.insert(name.to_owned(), value);
        return;
    };
    let inner = settings.entry((*first).to_owned()).or_insert_with(|| json!({}));
    if let Value::Object(inner) = inner {
        put(inner, rest, name, value);
    }
}
