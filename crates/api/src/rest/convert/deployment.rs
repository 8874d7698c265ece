//! Deployments with their context policies.

use waybill_model as model;
use waybill_protocol::rest::deployment::{ContextPolicy, DeclaredAttribute, Deployment, DeploymentListing};

use crate::convert;

pub(in crate::rest) fn deployments(deployments: &[model::Deployment]) -> DeploymentListing {
    DeploymentListing {
        entities: deployments.iter().map(deployment).collect(),
        total: deployments.len(),
        self_uri: "/api/v2/webdeployments/deployments",
    }
}

pub(in crate::rest) fn deployment(deployment: &model::Deployment) -> Deployment {
    let model::Deployment {
        id,
        organization_id: _,
        division_id: _,
        name,
        description: _,
        configuration: _,
        status,
        allow_all_domains,
        allowed_domains,
        allow_native: _,
        start_limit: _,
        session_seconds: _,
        flow: _,
        policy,
        created_at,
    } = deployment;
    Deployment {
        id: *id,
        name: name.clone(),
        status: match status {
            model::DeploymentStatus::Active => "Active",
            model::DeploymentStatus::Inactive => "Inactive",
        },
        allow_all_domains: *allow_all_domains,
        allowed_domains: allowed_domains.clone(),
        custom_data: self::policy(policy),
        date_created: *created_at,
        self_uri: format!("/api/v2/webdeployments/deployments/{id}"),
    }
}

fn policy(policy: &model::ContextPolicy) -> ContextPolicy {
    let model::ContextPolicy { version, enabled, mode, max_bytes, attributes, containers } = policy;
    ContextPolicy {
        version: *version,
        enabled: *enabled,
        mode: match mode {
            model::Mode::Open => "open",
            model::Mode::Quarantine => "quarantine",
            model::Mode::Strict => "strict",
        },
        max_bytes: *max_bytes,
        attributes: attributes.iter().map(declared).collect(),
        containers: containers.clone(),
    }
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
    }
}

pub(super) const fn scalar_type_word(scalar_type: model::ScalarType) -> &'static str {
    match scalar_type {
        model::ScalarType::String => "string",
        model::ScalarType::Number => "number",
        model::ScalarType::Boolean => "boolean",
    }
}
