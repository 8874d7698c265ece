//! Setting webhooks up: create, list, change, delete, rotate the secret, try out.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use waybill_model::{
    Attempt, ClientId, DeploymentId, Event, OrganizationId, Permission, PreviousSecret, Principal, Sealed, TokenHash,
    Webhook, WebhookEvent, WebhookLane,
};

use super::{
    Notice,
    desk::MOST,
    send::{self, Letter, purpose},
    signature,
};
use crate::{Caller, Divisions, Service, ServiceError, Versioned, access::Standing, entities::Act};

/// Longest name, in bytes.
const LONGEST_NAME: usize = 200;
/// Most entries of a filter.
const MOST_ENTRIES: usize = 100;
/// Longest overlap of two secrets.
const LONGEST_OVERLAP: Duration = Duration::from_secs(30 * 24 * 3_600);

/// What somebody wants of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSettings {
    /// Its name.
    pub name: String,
    /// Where to.
    pub url: String,
    /// Whether deliveries are sent.
    pub enabled: bool,
    /// Names of events; all where empty.
    pub events: Vec<String>,
    /// Ids of deployments; all where empty.
    pub deployments: Vec<String>,
    /// Context keys; all where empty.
    pub keys: Vec<String>,
    /// Whether personal values are sent; as far as the caller may see them where absent.
    pub personal: Option<bool>,
}

/// A webhook with a secret that is shown this once.
#[derive(Debug, Clone)]
pub struct WithSecret {
    /// The webhook.
    pub webhook: Versioned<Webhook>,
    /// `whsec_…`.
    pub secret: String,
}

/// A page of webhooks.
#[derive(Debug, Clone)]
pub struct Webhooks {
    /// By name.
    pub webhooks: Vec<Versioned<Webhook>>,
    /// How many there are in all.
    pub total: u64,
}

impl Service {
    /// Creates a webhook: it is told what happens from now on.
    ///
    /// # Errors
    /// `Invalid` for a URL that requests must not go to and for filters that name nothing; `WrongState` when there are too
    /// many.
    pub async fn create_webhook(&self, caller: &Caller, settings: WebhookSettings) -> Result<WithSecret, ServiceError> {
        let organization = caller.organization_id();
        if self.all_webhooks(organization).await?.len() >= MOST as usize {
            return Err(ServiceError::WrongState {
                what: "the organization".to_owned(),
                rule: format!("has {MOST} webhooks already"),
                remedy: "delete one that is not used".to_owned(),
            });
        }
        let mut webhook = self.blank_webhook(organization);
        if let Divisions::Some(divisions) = caller.divisions() {
            webhook.divisions = Some(divisions.iter().copied().collect());
        }
        self.apply_webhook_settings(caller, &mut webhook, settings).await?;
        let act = Act::of(caller, "webhook.created", webhook.id.uuid()).saying(said(&webhook));
        self.add_webhook(webhook, act).await
    }

    fn blank_webhook(&self, organization_id: OrganizationId) -> Webhook {
        let now = self.inner.ambient.now();
        Webhook {
            id: self.inner.ambient.webhook_id(),
            organization_id,
            name: String::new(),
            url: String::new(),
            enabled: true,
            events: Vec::new(),
            deployments: Vec::new(),
            keys: Vec::new(),
            divisions: None,
            personal: false,
            secret: Sealed(String::new()),
            previous_secret: None,
            disabled: None,
            created_at: now,
            changed_at: now,
        }
    }

    /// Draws the secret and keeps the webhook, after the place in the log from which it is told.
    async fn add_webhook(&self, mut webhook: Webhook, act: Act) -> Result<WithSecret, ServiceError> {
        let secret = signature::draw(&self.inner.ambient);
        webhook.secret = self.seal(&purpose(&webhook), &secret)?;
        let live = WebhookLane { lane: 0, position: self.inner.store.newest_position().await?, until: None };
        self.inner.store.plan_deliveries(webhook.organization_id, webhook.id, Some(live), Vec::new()).await?;
        self.create_entity(&webhook, act).await?;
        self.wake_webhook(&webhook);
        Ok(WithSecret { webhook: Versioned { entity: webhook, version: 1 }, secret: signature::text(&secret) })
    }

    /// The server's own webhook of this name, for demos: created when it is not there, and aimed at this URL.
    ///
    /// # Errors
    /// `Invalid` for a URL that requests must not go to.
    pub async fn keep_webhook(
        &self,
        organization: OrganizationId,
        name: &str,
        url: &str,
    ) -> Result<WithSecret, ServiceError> {
        self.check_webhook_url(url)?;
        let filter = waybill_store::EntityFilter { limit: MOST, ..waybill_store::EntityFilter::default() };
        let list = self.list_entities::<Webhook>(organization, filter).await?;
        if let Some(mut found) = list.entities.into_iter().find(|found| found.entity.name == name) {
            if found.entity.url != url {
                url.clone_into(&mut found.entity.url);
                found.entity.changed_at = self.inner.ambient.now();
                let act = Act::of_server("webhook.changed", found.entity.id.uuid()).saying(said(&found.entity));
                self.update_entity(&found, act).await?;
                found.version += 1;
                self.wake_webhook(&found.entity);
            }
            let secret = signature::text(&self.unseal(&purpose(&found.entity), &found.entity.secret)?);
            return Ok(WithSecret { webhook: found, secret });
        }
        let mut webhook = self.blank_webhook(organization);
        name.clone_into(&mut webhook.name);
        url.clone_into(&mut webhook.url);
        webhook.personal = true;
        let act = Act::of_server("webhook.created", webhook.id.uuid()).saying(said(&webhook));
        self.add_webhook(webhook, act).await
    }

    /// The webhooks that the caller's right reaches, whose name contains this.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_webhooks(
        &self,
        caller: &Caller,
        name: Option<String>,
        offset: u64,
        limit: u32,
    ) -> Result<Webhooks, ServiceError> {
        // There are a hundred at most: those that the caller does not reach are left out here.
        let filter = waybill_store::EntityFilter { name, limit: MOST, ..waybill_store::EntityFilter::default() };
        let list = self.list_entities::<Webhook>(caller.organization_id(), filter).await?;
        let reached: Vec<_> = list.entities.into_iter().filter(|one| reaches(caller, &one.entity)).collect();
        let total = reached.len() as u64;
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(Webhooks { webhooks: reached.into_iter().skip(skipped).take(limit as usize).collect(), total })
    }

    /// One webhook.
    ///
    /// # Errors
    /// `NotFound`, also for one that reaches further than the caller does.
    pub async fn webhook(&self, caller: &Caller, id: &str) -> Result<Versioned<Webhook>, ServiceError> {
        let found = self.get_entity::<Webhook>(caller.organization_id(), id).await?;
        if reaches(caller, &found.entity) { Ok(found) } else { Err(ServiceError::not_found("webhook", id)) }
    }

    /// Changes a webhook; what waits for it is sent to the new URL. Switching it on again clears why it was switched off.
    ///
    /// # Errors
    /// As [`Service::create_webhook`]; `Stale` when it is not at `version` any more.
    pub async fn update_webhook(
        &self,
        caller: &Caller,
        id: &str,
        settings: WebhookSettings,
        version: Option<u64>,
    ) -> Result<Versioned<Webhook>, ServiceError> {
        let mut found = self.webhook(caller, id).await?;
        if version.is_some_and(|version| version != found.version) {
            return Err(ServiceError::Stale(format!("webhook `{}`", found.entity.id)));
        }
        self.apply_webhook_settings(caller, &mut found.entity, settings).await?;
        found.entity.changed_at = self.inner.ambient.now();
        if found.entity.enabled {
            found.entity.disabled = None;
        }
        let act = Act::of(caller, "webhook.changed", found.entity.id.uuid()).saying(said(&found.entity));
        self.update_entity(&found, act).await?;
        self.wake_webhook(&found.entity);
        Ok(Versioned { version: found.version + 1, ..found })
    }

    /// Deletes a webhook with its deliveries.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_webhook(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let found = self.webhook(caller, id).await?;
        let act = Act::of(caller, "webhook.deleted", found.entity.id.uuid());
        self.delete_entity(&found.entity, act).await?;
        self.inner.store.forget_webhook(found.entity.organization_id, found.entity.id).await?;
        self.wake_webhook(&found.entity);
        Ok(())
    }

    /// Draws a new secret. The one before signs beside it for so long, that receivers can be changed one by one.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` for an overlap that is too long.
    pub async fn rotate_webhook_secret(
        &self,
        caller: &Caller,
        id: &str,
        overlap: Duration,
    ) -> Result<WithSecret, ServiceError> {
        if overlap > LONGEST_OVERLAP {
            return Err(invalid("overlapSeconds", "is more than 30 days", "choose a shorter time"));
        }
        let mut found = self.webhook(caller, id).await?;
        let secret = signature::draw(&self.inner.ambient);
        let sealed = self.seal(&purpose(&found.entity), &secret)?;
        let now = self.inner.ambient.now();
        let former = std::mem::replace(&mut found.entity.secret, sealed);
        let good_until = now.plus_millis(i64::try_from(overlap.as_millis()).unwrap_or(i64::MAX));
        found.entity.previous_secret = (!overlap.is_zero()).then_some(PreviousSecret { secret: former, good_until });
        found.entity.changed_at = now;
        let act = Act::of(caller, "webhook.secret.rotated", found.entity.id.uuid());
        self.update_entity(&found, act.saying(format!("overlap {} s", overlap.as_secs()))).await?;
        self.wake_webhook(&found.entity);
        Ok(WithSecret { webhook: Versioned { version: found.version + 1, ..found }, secret: signature::text(&secret) })
    }

    /// Sends one event of the type `webhook:test` now, without queue and retry, and says what came back.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn test_webhook(&self, caller: &Caller, id: &str) -> Result<Attempt, ServiceError> {
        let Versioned { entity: webhook, version: _ } = self.webhook(caller, id).await?;
        let parts = Arc::clone(self.inner.webhooks.parts()?);
        let now = self.inner.ambient.now();
        let id = format!("test_{}", self.inner.ambient.uuid().simple());
        let notice = Notice {
            id: id.clone(),
            kind: "webhook:test",
            at: now,
            organization_id: webhook.organization_id,
            data: serde_json::json!({"webhookId": webhook.id.to_string()}),
        };
        let secrets = self.webhook_secrets(&webhook)?;
        let request = send::request(Letter {
            url: &webhook.url,
            secrets: &secrets,
            id: &id,
            timestamp: now.seconds(),
            body: parts.bodies.notice(&notice)?,
            headers: vec![
                ("waybill-webhook", webhook.id.to_string()),
                ("waybill-event", notice.kind.to_owned()),
                ("waybill-attempt", "1".to_owned()),
            ],
        });
        let send::Answer { result, took } = send::send(&parts.outbound, request).await;
        let (status, error) = match result {
            Ok(response) => (Some(response.status), None),
            Err(error) => (None, Some(error.code().to_owned())),
        };
        Ok(Attempt { at: now, status, error, took_ms: u32::try_from(took.as_millis()).unwrap_or(u32::MAX) })
    }

    fn check_webhook_url(&self, url: &str) -> Result<(), ServiceError> {
        self.inner.webhooks.parts()?.outbound.check_url(url).map_err(|denied| {
            let said = denied.to_string();
            let (rule, remedy) = said.split_once("; ").unwrap_or((&said, "use another one"));
            invalid("url", format!("is refused: {rule}"), remedy)
        })
    }

    /// Checks what somebody wants and writes it into the webhook.
    async fn apply_webhook_settings(
        &self,
        caller: &Caller,
        webhook: &mut Webhook,
        settings: WebhookSettings,
    ) -> Result<(), ServiceError> {
        let WebhookSettings { name, url, enabled, events, deployments, keys, personal } = settings;
        let name = name.trim();
        if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
            let rule = "has to have 1 to 200 bytes and no control characters";
            return Err(invalid("name", rule, "choose another name"));
        }
        self.check_webhook_url(&url)?;
        for (field, count) in [("events", events.len()), ("deploymentIds", deployments.len()), ("keys", keys.len())] {
            if count > MOST_ENTRIES {
                return Err(invalid(field, "has more than 100 entries", "leave it out to be told everything"));
            }
        }
        if keys.iter().any(|key| key.is_empty() || key.len() > LONGEST_NAME) {
            return Err(invalid("keys", "has an entry that is no key", "name context keys as they are stored"));
        }
        let events: Result<BTreeSet<WebhookEvent>, _> = events.iter().map(|event| event.parse()).collect();
        let events = events.map_err(|error| invalid("events", "names an unknown event", error.to_string()))?;
        let reached: BTreeSet<DeploymentId> =
            self.reached_deployments(caller).await?.into_iter().map(|deployment| deployment.id).collect();
        let mut wanted = BTreeSet::new();
        for text in deployments {
            let known = text.parse::<DeploymentId>().ok().filter(|id| reached.contains(id));
            let unknown = || invalid("deploymentIds", "names an unknown deployment", "use ids of your deployments");
            wanted.insert(known.ok_or_else(unknown)?);
        }
        if events.contains(&WebhookEvent::ConversationNote) && !caller.may(Permission::NoteView) {
            return Err(ServiceError::MissingPermission(Permission::NoteView.as_str()));
        }
        // Whoever may not see personal values must not have them sent somewhere either, nor send them elsewhere.
        let sees = caller.sees_every_key(Permission::PersonalView);
        let personal = personal.unwrap_or(sees);
        if personal && !sees {
            return Err(ServiceError::MissingPermission(Permission::PersonalView.as_str()));
        }
        name.clone_into(&mut webhook.name);
        webhook.url = url;
        webhook.enabled = enabled;
        webhook.events = events.into_iter().collect();
        webhook.deployments = wanted.into_iter().collect();
        webhook.keys = keys.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        webhook.personal = personal;
        Ok(())
    }

    /// An event as it may leave through a webhook: without personal values, unless those were asked for.
    pub(super) async fn as_webhook_sees(
        &self,
        webhook: &Webhook,
        event: &Arc<Event>,
    ) -> Result<Arc<Event>, ServiceError> {
        if webhook.personal {
            return Ok(Arc::clone(event));
        }
        let conversation = self.inner.store.find_conversation(webhook.organization_id, event.conversation_id).await?;
        let Some(conversation) = conversation else { return Ok(Arc::clone(event)) };
        let stranger = without_rights(webhook.organization_id);
        let veil = self.veil(&stranger, conversation.deployment_id, conversation.policy_version).await?;
        Ok(veil.event(event))
    }
}

/// A reader who may see nothing personal.
fn without_rights(organization_id: OrganizationId) -> Caller {
    Caller::new(Arc::new(Standing {
        organization_id,
        principal: Principal::Client(ClientId::new(uuid::Uuid::nil())),
        client_id: None,
        name: String::new(),
        scopes: String::new(),
        rights: BTreeMap::new(),
        expires_at: waybill_model::Time::default(),
        token: TokenHash([0; 32]),
    }))
}

/// Whether everything that a webhook tells is within the caller's reach.
fn reaches(caller: &Caller, webhook: &Webhook) -> bool {
    match (caller.divisions(), &webhook.divisions) {
        (Divisions::All, _) => true,
        (Divisions::Some(_), None) => false,
        (Divisions::Some(ours), Some(theirs)) => theirs.iter().all(|division| ours.contains(division)),
    }
}

/// What the audit log keeps; a URL may hold a secret in its path, so only its host stands there.
fn said(webhook: &Webhook) -> String {
    let host = webhook.url.split('/').nth(2).unwrap_or_default();
    format!("host {host}, enabled {}, personal {}", webhook.enabled, webhook.personal)
}

pub(super) fn invalid(field: &'static str, rule: impl Into<String>, remedy: impl Into<String>) -> ServiceError {
    ServiceError::Invalid { field, rule: rule.into(), remedy: remedy.into() }
}
