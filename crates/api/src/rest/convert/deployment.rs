//! Deployments with their context policies.

use waybill_model as model;
use waybill_protocol::rest::deployment::{
    ConfigurationReference, ContextPolicy, DeclaredAttribute, Deployment, DeploymentListing, IdentityResolutionConfig,
    Reference, Retention,
};
use waybill_service::{DeploymentView, Windowed};

use super::configuration;
use crate::{convert, rest::windows::Addresses};

/// What a snippet needs to know of the server.
#[derive(Debug, Clone)]
pub(in crate::rest) struct Site {
    pub(in crate::rest) base_url: String,
    pub(in crate::rest) region: String,
    /// Whether the whole configuration is shown in the place of its id.
    pub(in crate::rest) expands: bool,
}

const PATH: &str = "/api/v2/webdeployments/deployments";

pub(in crate::rest) fn deployments(page: &Windowed<DeploymentView>, page_size: u32, site: &Site) -> DeploymentListing {
    let Addresses { own, next, previous } = Addresses::of(PATH, page_size, page);
    DeploymentListing {
        entities: page.items.iter().map(|view| deployment(view, site)).collect(),
        total: page.total,
        self_uri: own,
        next_uri: next,
        previous_uri: previous,
    }
}

pub(in crate::rest) fn deployment(view: &DeploymentView, site: &Site) -> Deployment {
    let DeploymentView { deployment, shown } = view;
    let model::Deployment {
        id,
        organization_id,
        division_id,
        name,
        description,
        configuration: bound,
        status,
        allow_all_domains,
        allowed_domains,
        allow_native,
        start_limit: _,
        session_seconds: _,
        flow,
        policy,
        created_at,
        modified_at,
    } = deployment;
    let shown = shown.as_deref();
    let configuration = shown.filter(|_| bound.is_some()).map(|shown| {
        if site.expands {
            return ConfigurationReference::Whole(Box::new(configuration::version(shown)));
        }
        let (id, version) = (shown.configuration_id, shown.version);
        ConfigurationReference::Short {
            id: id.to_string(),
            version: version.to_string(),
            self_uri: configuration::version_path(id, version),
        }
    });
    Deployment {
        id: *id,
        name: name.clone(),
        description: description.clone(),
        status: match status {
            model::DeploymentStatus::Active => "Active",
            model::DeploymentStatus::Inactive => "Inactive",
            model::DeploymentStatus::Deleted => "Deleting",
        },
        allow_all_domains: *allow_all_domains,
        allowed_domains: allowed_domains.clone(),
        allow_native: *allow_native,
        configuration,
        flow: flow.map(|flow| Reference { id: flow.to_string(), self_uri: None }),
        division: division(*division_id),
        custom_data: self::policy(*id, policy),
        snippet: snippet(*organization_id, *id, site),
        date_created: *created_at,
        date_modified: modified_at.unwrap_or(*created_at),
        self_uri: format!("{PATH}/{id}"),
    }
}

pub(in crate::rest) fn identity_resolution(
    resolution: &model::IdentityResolution,
    division_id: model::DivisionId,
) -> IdentityResolutionConfig {
    let model::IdentityResolution { deployment_id, organization_id: _, resolve_identities, external_source } =
        resolution;
    IdentityResolutionConfig {
        resolve_identities: *resolve_identities,
        external_source: external_source.map(|id| Reference { id: id.to_string(), self_uri: None }),
        division: Some(division(division_id)),
        self_uri: Some(format!("{PATH}/{deployment_id}/identityresolution")),
    }
}

fn division(id: model::DivisionId) -> Reference {
    Reference { id: id.to_string(), self_uri: Some(format!("/api/v2/authorization/divisions/{id}")) }
}

/// The script tag that brings every call form to a page, aimed at this deployment.
fn snippet(organization: model::OrganizationId, id: model::DeploymentId, site: &Site) -> String {
    let (base_url, region) = (in_attribute(&site.base_url), in_attribute(&site.region));
    format!(
        "<script src=\"{base_url}/sdk/waybill.js\" data-org-id=\"{organization}\" data-region=\"{region}\" \
         data-deployment-id=\"{id}\"></script>"
    )
}

/// The address comes from a request: it must not end the attribute that it stands in.
fn in_attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

pub(in crate::rest) fn policy(deployment: model::DeploymentId, policy: &model::ContextPolicy) -> ContextPolicy {
    let model::ContextPolicy { version, published_at, enabled, mode, max_bytes, attributes, containers, retention } =
        policy;
    ContextPolicy {
        version: *version,
        date_published: *published_at,
        enabled: *enabled,
        mode: match mode {
            model::Mode::Open => "open",
            model::Mode::Quarantine => "quarantine",
            model::Mode::Strict => "strict",
        },
        max_bytes: *max_bytes,
        attributes: attributes.iter().map(declared).collect(),
        containers: containers.clone(),
        retention: self::retention(retention),
        self_uri: format!("{PATH}/{deployment}/contextpolicy/versions/{version}"),
    }
}

fn retention(retention: &model::Retention) -> Option<Retention> {
    let model::Retention { conversation_days, message_days, personal_days, attributes } = retention;
    (!retention.is_empty()).then(|| Retention {
        conversation_days: *conversation_days,
        message_days: *message_days,
        personal_days: *personal_days,
        attributes: attributes.clone(),
    })
}

fn declared(attribute: &model::DeclaredAttribute) -> DeclaredAttribute {
    let model::DeclaredAttribute {
        key,
        scalar_type,
        max_length,
        pattern,
        allowed,
        required,
        aliases,
        personal,
        trust_floor,
        link,
    } = attribute;
    DeclaredAttribute {
        key: key.clone(),
        r#type: scalar_type_word(*scalar_type),
        max_length: *max_length,
        pattern: pattern.clone(),
        allowed: allowed.clone(),
        required: *required,
        aliases: aliases.clone(),
        personal: *personal,
        trust_floor: convert::trust(*trust_floor),
        link: link.clone(),
    }
}

pub(super) const fn scalar_type_word(scalar_type: model::ScalarType) -> &'static str {
    match scalar_type {
        model::ScalarType::String => "string",
        model::ScalarType::Number => "number",
        model::ScalarType::Boolean => "boolean",
    }
}
