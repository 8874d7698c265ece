//! The sample organization: one deployment for each thing that a newcomer wants to see.

use serde::{Deserialize, Serialize};
use waybill_model::{
    ContextPolicy, DeclaredAttribute, Deployment, DeploymentId, DeploymentStatus, Mode, OrganizationId, ScalarType,
    Trust,
};
use waybill_service::{NewDeployment, Service, ServiceError};

/// The organization's name, by which a folder is recognised.
const ORGANIZATION: &str = "Waybill demo";
/// `limited`: one start in so many seconds.
const LIMITED_SECONDS: u32 = 10;

/// The deployments by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployments {
    /// Takes every key.
    pub open: DeploymentId,
    /// Keeps undeclared keys apart.
    pub quarantine: DeploymentId,
    /// Refuses undeclared keys.
    pub strict: DeploymentId,
    /// Custom data switched off.
    pub disabled: DeploymentId,
    /// Switched off itself.
    pub inactive: DeploymentId,
    /// Wants `crmCustomerId` signed by the site's server.
    pub signed: DeploymentId,
    /// One start per ten seconds and address.
    pub limited: DeploymentId,
    /// Takes every key and begins with no flow: whoever writes there is alone until somebody answers.
    pub bare: DeploymentId,
}

/// The sample organization; created when the folder has none.
pub(super) async fn organization(service: &Service) -> Result<OrganizationId, ServiceError> {
    let organizations = service.list_organizations().await?;
    match organizations.into_iter().find(|organization| organization.name == ORGANIZATION) {
        Some(organization) => Ok(organization.id),
        None => service.create_organization(ORGANIZATION).await,
    }
}

/// The sample deployments; those that are missing are created.
pub(super) async fn deployments(service: &Service, organization: OrganizationId) -> Result<Deployments, ServiceError> {
    let present = service.list_deployments(organization).await?;
    let keep =
        async |name: &str, change: fn(&mut NewDeployment)| keep(service, organization, &present, name, change).await;
    Ok(Deployments {
        open: keep("open", |_| {}).await?,
        quarantine: keep("quarantine", |new| new.policy = declared(Mode::Quarantine)).await?,
        strict: keep("strict", |new| new.policy = declared(Mode::Strict)).await?,
        disabled: keep("disabled", |new| new.policy.enabled = false).await?,
        inactive: keep("inactive", |new| new.status = DeploymentStatus::Inactive).await?,
        signed: keep("signed", |new| new.policy = signed()).await?,
        limited: keep("limited", |new| new.start_limit = Some((1, LIMITED_SECONDS))).await?,
        bare: keep("bare", |_| {}).await?,
    })
}

async fn keep(
    service: &Service,
    organization: OrganizationId,
    present: &[Deployment],
    name: &str,
    change: fn(&mut NewDeployment),
) -> Result<DeploymentId, ServiceError> {
    if let Some(deployment) = present.iter().find(|deployment| deployment.name == name) {
        return Ok(deployment.id);
    }
    // EDGE4: whoever tries the demo comes from anywhere, pages opened from disk and clients without an origin included.
    let mut new = NewDeployment {
        id: None,
        name: name.to_owned(),
        status: DeploymentStatus::Active,
        allow_all_domains: true,
        allowed_domains: Vec::new(),
        allow_native: true,
        start_limit: None,
        policy: ContextPolicy::standard(),
    };
    change(&mut new);
    service.create_deployment(organization, new).await
}

/// What the two documents hand over, and one declared key of each kind.
fn declared(mode: Mode) -> ContextPolicy {
    let mut policy = ContextPolicy { mode, ..ContextPolicy::standard() };
    policy.attributes.extend([
        attribute("source", ScalarType::String),
        attribute("campaignId", ScalarType::String),
        DeclaredAttribute { max_length: Some(40), ..attribute("timestamp", ScalarType::String) },
        DeclaredAttribute {
            allowed: Some(["basic", "silver", "gold"].map(str::to_owned).to_vec()),
            ..attribute("plan", ScalarType::String)
        },
        attribute("vip", ScalarType::Boolean),
        attribute("age", ScalarType::Number),
    ]);
    policy
}

fn signed() -> ContextPolicy {
    let mut policy = ContextPolicy::standard();
    for attribute in &mut policy.attributes {
        attribute.trust_floor = Trust::Signed;
    }
    policy
}

fn attribute(key: &str, scalar_type: ScalarType) -> DeclaredAttribute {
    DeclaredAttribute {
        key: key.to_owned(),
        scalar_type,
        max_length: None,
        pattern: None,
        allowed: None,
        required: false,
        aliases: Vec::new(),
        personal: false,
        trust_floor: Trust::Page,
        link: None,
    }
}
