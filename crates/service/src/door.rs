//! Refusing at the door (EDGE1–EDGE4): who may come in, decided before anything is stored.

use std::{net::IpAddr, sync::Arc};

use waybill_model::{Deployment, DeploymentId, DeploymentStatus, OrganizationId};

use crate::{Service, ServiceError, deployments::Ready, error::cut};

/// What a client says of itself when it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The deployment, as text.
    pub deployment_id: String,
    /// The organization, as text; other clients than ours do not say it.
    pub organization_id: Option<String>,
    /// The region, as text; optional.
    pub region: Option<String>,
    /// The `Origin` header.
    pub origin: Option<String>,
    /// Where it comes from.
    pub address: IpAddr,
}

/// A client that was let in.
#[derive(Debug, Clone)]
pub struct Entered {
    pub(crate) ready: Arc<Ready>,
    pub(crate) address: IpAddr,
}

impl Entered {
    /// The deployment that it came to.
    #[must_use]
    pub fn deployment(&self) -> &Deployment {
        &self.ready.deployment
    }

    /// Where it comes from.
    #[must_use]
    pub const fn address(&self) -> IpAddr {
        self.address
    }
}

impl Service {
    /// Checks the origin alone (403 at the upgrade). An unknown deployment passes here: its 401 comes in a frame.
    ///
    /// # Errors
    /// `OriginDenied`, or the store's.
    pub async fn check_origin(&self, deployment_id: &str, origin: Option<&str>) -> Result<(), ServiceError> {
        let Ok(id) = deployment_id.parse::<DeploymentId>() else { return Ok(()) };
        let Some(ready) = self.find_ready(id).await? else { return Ok(()) };
        if admits_origin(&ready.deployment, origin) { Ok(()) } else { Err(ServiceError::OriginDenied) }
    }

    /// Whether some active deployment admits the origin: a browser's preflight names neither deployment nor token (EDGE5).
    ///
    /// # Errors
    /// The store's.
    pub async fn admits_origin_somewhere(&self, origin: &str) -> Result<bool, ServiceError> {
        let active = self.active_deployments().await?;
        Ok(active.iter().any(|deployment| admits_origin(deployment, Some(origin))))
    }

    /// Lets a client in, or says why not.
    ///
    /// # Errors
    /// `UnknownDeployment`, `WrongOrganization`, `InactiveDeployment`, `RegionMismatch`, `OriginDenied`, `Throttled`.
    pub async fn enter(&self, entry: &Entry) -> Result<Entered, ServiceError> {
        let Entry { deployment_id, organization_id, region, origin, address } = entry;
        let id: DeploymentId = deployment_id.parse().map_err(|_| ServiceError::UnknownDeployment)?;
        let ready = self.find_ready(id).await?.ok_or(ServiceError::UnknownDeployment)?;
        if let Some(given) = organization_id {
            let given: OrganizationId = given.parse().map_err(|_| ServiceError::WrongOrganization)?;
            if given != ready.deployment.organization_id {
                return Err(ServiceError::WrongOrganization);
            }
        }
        match ready.deployment.status {
            DeploymentStatus::Active => {}
            DeploymentStatus::Inactive => return Err(ServiceError::InactiveDeployment),
            DeploymentStatus::Deleted => return Err(ServiceError::UnknownDeployment),
        }
        self.check_region(region.as_deref())?;
        if !admits_origin(&ready.deployment, origin.as_deref()) {
            return Err(ServiceError::OriginDenied);
        }
        self.inner.gate.connect(id)?;
        Ok(Entered { ready, address: *address })
    }

    /// Checks what `configureSession` or `startChat` repeat of the organization and the region (EDGE3).
    ///
    /// # Errors
    /// `WrongOrganization`, `RegionMismatch`.
    pub fn check_claims(
        &self,
        entered: &Entered,
        deployment_id: Option<&str>,
        organization_id: Option<&str>,
        region: Option<&str>,
    ) -> Result<(), ServiceError> {
        let deployment = entered.deployment();
        if deployment_id.is_some_and(|given| given.parse() != Ok(deployment.id)) {
            return Err(ServiceError::UnknownDeployment);
        }
        if organization_id.is_some_and(|given| given.parse() != Ok(deployment.organization_id)) {
            return Err(ServiceError::WrongOrganization);
        }
        self.check_region(region)
    }

    /// A deployment for its public configuration, active or not.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn public_deployment(&self, id: &str) -> Result<Deployment, ServiceError> {
        let not_found = || ServiceError::not_found("deployment", id);
        let parsed: DeploymentId = id.parse().map_err(|_| not_found())?;
        let ready = self.find_ready(parsed).await?.ok_or_else(not_found)?;
        if ready.deployment.status == DeploymentStatus::Deleted {
            return Err(not_found());
        }
        Ok(ready.deployment.clone())
    }

    fn check_region(&self, given: Option<&str>) -> Result<(), ServiceError> {
        let server = &self.inner.settings.region;
        match given {
            Some(given) if !given.eq_ignore_ascii_case(server) => {
                Err(ServiceError::RegionMismatch { server: server.clone(), given: cut(given, 64) })
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// EDGE4: scheme and port are ignored; `null` is an origin that only "all domains" admits.
fn admits_origin(deployment: &Deployment, origin: Option<&str>) -> bool {
    let Some(origin) = origin else { return deployment.allow_native };
    if deployment.allow_all_domains {
        return true;
    }
    let host = host_of(origin);
    deployment.allowed_domains.iter().any(|entry| {
        let entry = entry.trim().trim_end_matches('.').to_ascii_lowercase();
        !entry.is_empty() && (host == entry || host.strip_suffix(&entry).is_some_and(|rest| rest.ends_with('.')))
    })
}

/// The host of an origin, leniently: with or without scheme, with or without port.
fn host_of(origin: &str) -> String {
    let rest = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    // A browser never sends user information in an origin: whoever does gets a host that matches nothing.
    if authority.contains('@') {
        return String::new();
    }
    let host = if let Some(end) = authority.strip_prefix('[').and_then(|inner| inner.find(']')) {
        &authority[..end + 2]
    } else {
        authority.rsplit_once(':').map_or(authority, |(host, port)| {
            if port.bytes().all(|byte| byte.is_ascii_digit()) { host } else { authority }
        })
    };
    host.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(origin: &str, admitted: bool) {
        let policy = waybill_model::ContextPolicy::standard();
        let deployment = Deployment {
            id: DeploymentId::new(uuid::Uuid::from_u128(1)),
            organization_id: OrganizationId::new(uuid::Uuid::from_u128(2)),
            division_id: waybill_model::DivisionId::new(uuid::Uuid::nil()),
            description: String::new(),
            name: String::new(),
            status: DeploymentStatus::Active,
            allow_all_domains: false,
            allowed_domains: vec!["shop.example".to_owned(), "localhost".to_owned(), String::new()],
            allow_native: false,
            start_limit: None,
            session_seconds: 60,
            flow: None,
            configuration: None,
            policy,
            created_at: waybill_model::Time::from_millis(0),
            modified_at: None,
        };
        assert_eq!(admits_origin(&deployment, Some(origin)), admitted, "{origin}");
    }

    #[test]
    fn edge4_a_host_or_its_subdomain_is_admitted_whatever_scheme_and_port() {
        check("https://shop.example", true);
        check("http://shop.example:8080", true);
        check("https://www.Shop.Example.", true);
        check("shop.example", true);
        check("http://localhost:5173", true);
    }

    #[test]
    fn edge4_look_alikes_are_not_admitted() {
        check("https://evilshop.example", false);
        check("https://shop.example.evil.com", false);
        check("https://shop.example@evil.com", false);
        check("https://evil.com/shop.example", false);
        check("null", false);
        check("", false);
        check("https://[::1]:80", false);
    }
}
