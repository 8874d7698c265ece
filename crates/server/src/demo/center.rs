//! The sample contact centre: queues with the demo's agent in them, the example CRM's secret, and the flow that uses both.

use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};
use waybill_engine::flow::CompiledFlow;
use waybill_model::{CredentialKind, DeploymentId, FlowId, Permission, QueueId};
use waybill_service::{
    Caller, ClientLogin, CredentialWish, Exchange, FlowWish, Membership, QueueWish, RoutingQuery, Service,
    ServiceError, UserQuery, WrapupCodeWish,
};

use super::{DemoCrm, DemoError, OauthClient};

/// The flow that conversations of `open` and `signed` begin with.
const FLOW: &str = include_str!("greet-known-customer.yaml");
/// The credential's name in the flow.
const TOKEN: &str = "crmToken";
const WRAPUP_CODES: [&str; 3] = ["Solved", "Call back", "Not our business"];
/// Everything of a demo fits into one page.
const PAGE: u32 = 100;

/// The queues by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queues {
    /// For gold customers.
    pub gold: QueueId,
    /// For everybody else.
    pub support: QueueId,
}

/// What the centre consists of.
pub(super) struct Center {
    pub(super) queues: Queues,
    pub(super) flow_id: FlowId,
}

/// Whose the centre is: who sets it up, and who works in it.
pub(super) struct Staff<'a> {
    pub(super) admin: &'a OauthClient,
    /// The agent's e-mail address.
    pub(super) agent: &'a str,
}

/// Creates what is missing; what is there stays as somebody may have changed it since.
pub(super) async fn keep(
    service: &Service,
    staff: Staff<'_>,
    crm: &DemoCrm,
    bound: [DeploymentId; 2],
) -> Result<Center, DemoError> {
    let caller = log_in(service, staff.admin).await?;
    let agents = caller.acting(&[Permission::UserView])?;
    let people = service.list_users(&agents, UserQuery { limit: PAGE, ..UserQuery::default() }).await?;
    let agent = people.entities.iter().find(|found| found.entity.email == staff.agent);
    let agent: Vec<String> = agent.map(|found| found.entity.id.to_string()).into_iter().collect();
    let codes = wrapup_codes(service, &caller).await?;
    let queues = Queues {
        gold: queue(service, &caller, "Gold", (&agent, &codes)).await?,
        support: queue(service, &caller, "Support", (&agent, &codes)).await?,
    };
    credential(service, &caller, &crm.token).await?;
    let flow_id = flow(service, &caller, bound).await?;
    Ok(Center { queues, flow_id })
}

async fn log_in(service: &Service, client: &OauthClient) -> Result<Caller, ServiceError> {
    let login = ClientLogin { id: client.id.to_string(), secret: Some(client.secret.clone()) };
    let here = IpAddr::from(Ipv4Addr::LOCALHOST);
    let issued = service.issue_token(login, Exchange::ClientCredentials { scopes: None }, here).await?;
    service.confirm(&issued.access_token).await
}

fn everything() -> RoutingQuery {
    RoutingQuery { name: None, ids: None, divisions: None, offset: 0, limit: PAGE }
}

async fn wrapup_codes(service: &Service, caller: &Caller) -> Result<Vec<String>, ServiceError> {
    let caller = caller.acting(&[Permission::WrapupCodeAdd])?;
    let present = service.list_wrapup_codes(&caller, everything()).await?;
    let mut ids = Vec::new();
    for name in WRAPUP_CODES {
        let found = present.entities.iter().find(|found| found.entity.name == name);
        ids.push(match found {
            Some(found) => found.entity.id.to_string(),
            None => {
                let wish = WrapupCodeWish { name: name.to_owned(), ..WrapupCodeWish::default() };
                service.create_wrapup_code(&caller, wish).await?.id.to_string()
            }
        });
    }
    Ok(ids)
}

async fn queue(
    service: &Service,
    caller: &Caller,
    name: &str,
    (members, codes): (&[String], &[String]),
) -> Result<QueueId, ServiceError> {
    let caller = caller.acting(&[Permission::QueueAdd])?;
    let present = service.list_queues(&caller, everything()).await?;
    if let Some(found) = present.entities.iter().find(|found| found.entity.name == name) {
        return Ok(found.entity.id);
    }
    let wish = QueueWish { name: name.to_owned(), ..QueueWish::default() };
    let id = service.create_queue(&caller, wish).await?.id;
    let text = id.to_string();
    service.change_queue_members(&caller, &text, members, Membership::Add).await?;
    service.change_queue_wrapup_codes(&caller, &text, codes, Membership::Add).await?;
    Ok(id)
}

async fn credential(service: &Service, caller: &Caller, token: &str) -> Result<(), ServiceError> {
    let caller = caller.acting(&[Permission::CredentialAdd])?;
    let present = service.list_credentials(&caller, None, 0, PAGE).await?;
    let wish = CredentialWish { name: TOKEN.to_owned(), kind: CredentialKind::Secret, secret: Some(token.to_owned()) };
    if present.entities.iter().all(|found| found.entity.name != TOKEN) {
        service.create_credential(&caller, wish).await?;
    }
    Ok(())
}

async fn flow(service: &Service, caller: &Caller, bound: [DeploymentId; 2]) -> Result<FlowId, DemoError> {
    let caller = caller.acting(&[Permission::FlowAdd])?;
    let compiled = CompiledFlow::read(FLOW).map_err(|findings| DemoError::Flow(told(&findings)))?;
    let present = service.list_flows(&caller, everything()).await?;
    if let Some(found) = present.entities.iter().find(|found| found.entity.name == compiled.name()) {
        return Ok(found.entity.id);
    }
    let wish = FlowWish { document: Some(FLOW.to_owned()), ..FlowWish::default() };
    let id = service.create_flow(&caller, wish).await?.entity.id;
    let text = id.to_string();
    let published = service.publish_flow(&caller, &text, None).await?;
    if published.version.is_none() {
        return Err(DemoError::Flow(told(&published.findings)));
    }
    for deployment in bound {
        let bound = service.bind_flow(&caller, &text, &deployment.to_string()).await?;
        if bound.deployment.is_none() {
            return Err(DemoError::Flow(told(&bound.findings)));
        }
    }
    Ok(id)
}

fn told(findings: &[waybill_engine::flow::Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
