//! Setting up: organizations, deployments, API clients (`waybill init`, the demo).

use waybill_model::{
    BuiltInRole, Client, ClientId, ClientSecret, ContextPolicy, Deployment, DeploymentId, DeploymentStatus, Division,
    Grant, Organization, OrganizationId,
};

use crate::{Service, ServiceError, entities::Act};

/// A deployment to create.
#[derive(Debug, Clone)]
pub struct NewDeployment {
    /// Its id; drawn when absent.
    pub id: Option<DeploymentId>,
    /// Its name.
    pub name: String,
    /// Whether it takes chats.
    pub status: DeploymentStatus,
    /// Whether any origin may embed it.
    pub allow_all_domains: bool,
    /// Hosts that may embed it.
    pub allowed_domains: Vec<String>,
    /// Whether clients without an origin may connect.
    pub allow_native: bool,
    /// Starts per address: (count, seconds).
    pub start_limit: Option<(u32, u32)>,
    /// What a page may hand over.
    pub policy: ContextPolicy,
}

/// An API client that was created; its secret is shown this once.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// Its id.
    pub id: ClientId,
    /// Its secret.
    pub secret: String,
}

/// How long a session lives after its last activity: 72 hours, the field's default.
pub(crate) const SESSION_SECONDS: u32 = 259_200;

impl Service {
    /// Creates a tenant.
    ///
    /// # Errors
    /// The store's.
    pub async fn create_organization(&self, name: &str) -> Result<OrganizationId, ServiceError> {
        let id = self.inner.ambient.organization_id();
        let organization = Organization { id, name: name.to_owned(), created_at: self.inner.ambient.now() };
        let entry = self.audit_entry(Act::of_server("organization.created", id.uuid()));
        self.inner.store.create_organization(organization, entry).await?;
        let home = Division {
            id: Division::home(id),
            organization_id: id,
            name: "Home".to_owned(),
            created_at: self.inner.ambient.now(),
        };
        self.create_entity(&home, Act::of_server("division.created", home.id.uuid())).await?;
        Ok(id)
    }

    /// Creates a deployment.
    ///
    /// # Errors
    /// `Invalid` for a policy that contradicts itself, or the store's.
    pub async fn create_deployment(
        &self,
        organization_id: OrganizationId,
        new: NewDeployment,
    ) -> Result<DeploymentId, ServiceError> {
        let NewDeployment { id, name, status, allow_all_domains, allowed_domains, allow_native, start_limit, policy } =
            new;
        self.check_policy(&policy)?;
        let id = id.unwrap_or_else(|| self.inner.ambient.deployment_id());
        let deployment = Deployment {
            id,
            organization_id,
            division_id: Division::home(organization_id),
            name,
            description: String::new(),
            status,
            allow_all_domains,
            allowed_domains,
            allow_native,
            start_limit,
            session_seconds: SESSION_SECONDS,
            flow: None,
            configuration: None,
            policy,
            created_at: self.inner.ambient.now(),
            modified_at: None,
        };
        let entry = self.audit_entry(Act::of_server("deployment.created", id.uuid()));
        self.inner.store.create_deployment(organization_id, deployment, entry).await?;
        self.inner.deployments.forget(id);
        Ok(id)
    }

    /// Publishes a policy: its version must be the present one + 1. Conversations that run keep theirs (LOG9).
    ///
    /// # Errors
    /// `Invalid` for a policy that contradicts itself, or the store's.
    pub async fn publish_policy(
        &self,
        organization_id: OrganizationId,
        deployment: DeploymentId,
        policy: ContextPolicy,
    ) -> Result<(), ServiceError> {
        self.check_policy(&policy)?;
        let entry = self.audit_entry(Act::of_server("policy.published", deployment.uuid()));
        self.inner.store.publish_policy(organization_id, deployment, policy, entry).await?;
        self.inner.deployments.forget(deployment);
        Ok(())
    }

    /// Creates an API client with the given secret, or a drawn one.
    ///
    /// # Errors
    /// The store's.
    pub async fn create_client(
        &self,
        organization_id: OrganizationId,
        name: &str,
        role: BuiltInRole,
    ) -> Result<NewClient, ServiceError> {
        let secret = self.inner.ambient.secret();
        let client = Client {
            id: self.inner.ambient.client_id(),
            organization_id,
            name: name.to_owned(),
            grants: vec![Grant::everywhere(role.id())],
            secrets: vec![ClientSecret {
                hash: self.hash_secret(secret.clone()).await?,
                created_at: self.inner.ambient.now(),
                good_until: None,
            }],
            redirect_uris: Vec::new(),
            description: String::new(),
            enabled: true,
            created_at: self.inner.ambient.now(),
        };
        let id = client.id;
        self.create_entity(&client, Act::of_server("client.created", id.uuid())).await?;
        Ok(NewClient { id, secret })
    }

    /// Every tenant; for start-up, never behind a request.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_organizations(&self) -> Result<Vec<Organization>, ServiceError> {
        Ok(self.inner.store.list_organizations().await?)
    }

    /// The deployments of a tenant, by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_deployments(&self, organization: OrganizationId) -> Result<Vec<Deployment>, ServiceError> {
        Ok(self.inner.store.list_deployments(organization).await?)
    }

    fn check_policy(&self, policy: &ContextPolicy) -> Result<(), ServiceError> {
        waybill_engine::attributes::CompiledPolicy::new(policy.clone()).map(drop).map_err(|error| {
            ServiceError::Invalid {
                field: "policy",
                rule: error.to_string(),
                remedy: "correct the context policy".to_owned(),
            }
        })
    }
}
