//! Data actions: drafted, published, tried out, executed (FLOW33).

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;
use uuid::Uuid;
use waybill_engine::{
    attributes::CompiledPolicy,
    flow::CompiledDataAction,
    template::{ConversationFacts, Names, Secrets},
};
use waybill_model::{
    Context, ContextPolicy, ConversationId, Credential, CredentialId, CredentialKind, Customer, DataAction,
    DeploymentId, EffectId, conversation::Source,
};
use waybill_store::EntityFilter;

use super::{check_version, invalid, inventory::ready_action, send::Outgoing};
use crate::{
    Caller, EntityList, Service, ServiceError, Versioned, deployment_administration::check_name, entities::Act,
};

/// Data actions of one tenant.
const MOST: u64 = 500;
/// The longest document, in bytes of JSON.
const LONGEST: usize = 64 * 1024;

/// A data action as somebody wants it; what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DataActionWish {
    /// Its name.
    pub name: Option<String>,
    /// What it belongs to.
    pub category: Option<String>,
    /// The name of the credential that its requests go with; `Some(None)` takes it away.
    pub credential: Option<Option<String>>,
    /// `contract` and `config`, in the field's shape.
    pub document: Option<Value>,
}

/// Which document of a data action is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionEdition {
    /// What is worked on, or what is published where nothing is.
    Draft,
    /// What flows use.
    Published,
}

/// One operation of a data action that was tried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What it is (`Execute`).
    pub name: &'static str,
    /// Whether it went well.
    pub success: bool,
    /// What came of it.
    pub result: Option<Value>,
    /// What went wrong.
    pub error: Option<String>,
}

/// A data action that was tried out.
#[derive(Debug, Clone, PartialEq)]
pub struct TriedAction {
    /// What was done, in order, up to the first failure.
    pub operations: Vec<Operation>,
    /// The output.
    pub output: Option<Value>,
}

impl Service {
    /// Data actions by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_data_actions(
        &self,
        caller: &Caller,
        name: Option<String>,
        offset: u64,
        limit: u32,
    ) -> Result<EntityList<DataAction>, ServiceError> {
        self.list_entities(caller.organization_id(), EntityFilter { name, ids: None, offset, limit }).await
    }

    /// A data action.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_data_action(&self, caller: &Caller, id: &str) -> Result<Versioned<DataAction>, ServiceError> {
        self.get_entity(caller.organization_id(), id).await
    }

    /// Creates a data action, with a draft alone or published at once.
    ///
    /// # Errors
    /// `Invalid` for a document that can't be used, `Taken`, `WrongState` when there are too many.
    pub async fn create_data_action(
        &self,
        caller: &Caller,
        wish: DataActionWish,
        edition: ActionEdition,
    ) -> Result<Versioned<DataAction>, ServiceError> {
        let DataActionWish { name, category, credential, document } = wish;
        self.check_room::<DataAction>(caller.organization_id(), MOST).await?;
        let document = document.ok_or_else(|| invalid("contract", "is missing", "send `contract` and `config`"))?;
        let name = name.unwrap_or_default();
        check_name(&name)?;
        check_document(&document, edition)?;
        let is_published = edition == ActionEdition::Published;
        let now = self.inner.ambient.now();
        let action = DataAction {
            id: self.inner.ambient.data_action_id(),
            organization_id: caller.organization_id(),
            name: name.trim().to_owned(),
            category: checked_category(category.unwrap_or_default())?,
            credential: self.named_credential(caller, credential.flatten()).await?,
            draft: (!is_published).then(|| document.clone()),
            published: is_published.then_some(document),
            version: u64::from(is_published),
            created_at: now,
            modified_at: now,
        };
        self.create_entity(&action, Act::of(caller, "dataaction.created", action.id.uuid())).await?;
        Ok(Versioned { entity: action, version: 1 })
    }

    /// Changes a data action: its draft, or what flows use.
    ///
    /// # Errors
    /// As `create_data_action`; `NotFound`, `Stale`.
    pub async fn update_data_action(
        &self,
        caller: &Caller,
        id: &str,
        wish: DataActionWish,
        edition: ActionEdition,
        version: Option<u64>,
    ) -> Result<Versioned<DataAction>, ServiceError> {
        let DataActionWish { name, category, credential, document } = wish;
        let mut found = self.get_data_action(caller, id).await?;
        check_version("data action", id, found.version, version)?;
        let action = &mut found.entity;
        if let Some(name) = name {
            check_name(&name)?;
            name.trim().clone_into(&mut action.name);
        }
        if let Some(category) = category {
            action.category = checked_category(category)?;
        }
        if let Some(credential) = credential {
            action.credential = self.named_credential(caller, credential).await?;
        }
        if let Some(document) = document {
            check_document(&document, edition)?;
            match edition {
                ActionEdition::Draft => action.draft = Some(document),
                ActionEdition::Published => {
                    (action.published, action.draft) = (Some(document), None);
                    action.version += 1;
                }
            }
        }
        action.modified_at = self.inner.ambient.now();
        let act = Act::of(caller, "dataaction.changed", action.id.uuid());
        self.update_entity(&found, act).await?;
        Ok(Versioned { version: found.version + 1, ..found })
    }

    /// Lets flows use the draft.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for a draft that can't be used; `WrongState` without one.
    pub async fn publish_data_action(
        &self,
        caller: &Caller,
        id: &str,
        version: Option<u64>,
    ) -> Result<Versioned<DataAction>, ServiceError> {
        let found = self.get_data_action(caller, id).await?;
        let Some(draft) = found.entity.draft else {
            return Err(ServiceError::WrongState {
                what: format!("data action `{}`", found.entity.id),
                rule: "has no draft".to_owned(),
                remedy: "change its draft first".to_owned(),
            });
        };
        let wish = DataActionWish { document: Some(draft), ..DataActionWish::default() };
        self.update_data_action(caller, id, wish, ActionEdition::Published, version).await
    }

    /// Deletes a data action; flows that name it take their way for failures from now on.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_data_action(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let action = self.get_data_action(caller, id).await?.entity;
        self.delete_entity(&action, Act::of(caller, "dataaction.deleted", action.id.uuid())).await
    }

    /// Executes a data action with an input and answers its output.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for an input that does not fit; `WrongState` when it came to nothing.
    pub async fn execute_data_action(
        &self,
        caller: &Caller,
        id: &str,
        edition: ActionEdition,
        input: Value,
    ) -> Result<Value, ServiceError> {
        let TriedAction { operations, output } = self.test_data_action(caller, id, edition, input).await?;
        if let Some(output) = output {
            return Ok(output);
        }
        let failed = operations.into_iter().rfind(|operation| !operation.success);
        let (name, error) = failed.map_or(("", None), |failed| (failed.name, failed.error));
        let error = error.unwrap_or_default();
        if name == CHECK {
            return Err(invalid("body", format!("does not fit the data action: {error}"), "see its input contract"));
        }
        Err(ServiceError::WrongState {
            what: format!("data action `{id}`"),
            rule: format!("came to nothing: {error}"),
            remedy: "try it out to see each of its operations".to_owned(),
        })
    }

    /// Tries a data action out: every operation with what came of it. The request is made for real.
    ///
    /// # Errors
    /// `NotFound`; `WrongState` where there is no such edition.
    pub async fn test_data_action(
        &self,
        caller: &Caller,
        id: &str,
        edition: ActionEdition,
        input: Value,
    ) -> Result<TriedAction, ServiceError> {
        let action = self.get_data_action(caller, id).await?.entity;
        let document = match edition {
            ActionEdition::Draft => action.draft.or(action.published),
            ActionEdition::Published => action.published,
        };
        let document = document.ok_or_else(|| ServiceError::WrongState {
            what: format!("data action `{}`", action.id),
            rule: "was never published".to_owned(),
            remedy: "publish its draft first, or try the draft".to_owned(),
        })?;
        let mut tried = TriedAction { operations: Vec::new(), output: None };
        match ready_action(document) {
            Ok(ready) => self.try_action(caller, &ready, action.credential, &input, &mut tried).await?,
            Err(error) => tried.failed(CHECK, error),
        }
        Ok(tried)
    }

    async fn try_action(
        &self,
        caller: &Caller,
        ready: &CompiledDataAction,
        credential: Option<CredentialId>,
        input: &Value,
        tried: &mut TriedAction,
    ) -> Result<(), ServiceError> {
        let organization = caller.organization_id();
        let inventory = self.inventory(organization).await?;
        let policy = CompiledPolicy::new(ContextPolicy::standard())
            .map_err(|error| ServiceError::Bug(format!("the standard policy does not work: {error}")))?;
        let effect = EffectId::new(self.inner.ambient.uuid());
        let (context, customer, source) = (Context::default(), Customer::default(), Source::default());
        let variables = BTreeMap::new();
        // There is no conversation: whoever names one in a data action finds nothing there.
        let names = Names {
            policy: &policy,
            context: &context,
            customer: &customer,
            conversation: ConversationFacts {
                id: ConversationId::new(Uuid::nil()),
                deployment_id: DeploymentId::new(Uuid::nil()),
                started_at: self.inner.ambient.now(),
                source: &source,
            },
            variables: &variables,
            env: &self.inner.settings.flows.env,
            secrets: Secrets { allowed: &inventory.secrets, marker: effect },
            message: None,
            now: self.inner.ambient.now(),
        };
        let prepared = match ready.prepare(input, &names) {
            Ok(prepared) => prepared.value,
            Err(fault) => {
                tried.failed(CHECK, fault.to_string());
                return Ok(());
            }
        };
        tried.done(CHECK, None);
        tried.done("Prepare the request", Some(Value::String(format!("{} {}", prepared.method, prepared.url))));
        let timeout = Duration::from_millis(u64::from(ready.timeout_ms()));
        let outgoing = Outgoing { organization, effect, prepared: &prepared, credential, timeout };
        let answer = match self.send_once(&outgoing).await?.result {
            Ok(answer) => answer,
            Err(code) => {
                tried.failed("Make the request", code);
                return Ok(());
            }
        };
        if !(200..300).contains(&answer.status) {
            tried.failed("Make the request", format!("the answer has the status {}", answer.status));
            return Ok(());
        }
        tried.done("Make the request", Some(Value::from(answer.status)));
        match ready.output(input, &answer, &names) {
            Ok(output) => {
                tried.done("Make the output", Some(output.clone()));
                tried.output = Some(output);
            }
            Err(fault) => tried.failed("Make the output", fault.to_string()),
        }
        Ok(())
    }

    async fn named_credential(
        &self,
        caller: &Caller,
        name: Option<String>,
    ) -> Result<Option<CredentialId>, ServiceError> {
        let Some(name) = name else { return Ok(None) };
        let key = Credential::key(caller.organization_id(), &name);
        let found = self.locate_entity::<Credential>(&key).await?;
        let fits = |kind: &CredentialKind| match kind {
            CredentialKind::Secret => false,
            CredentialKind::Bearer | CredentialKind::Basic { .. } | CredentialKind::OauthClientCredentials { .. } => {
                true
            }
        };
        let found = found.filter(|found| fits(&found.entity.kind));
        let found = found.ok_or_else(|| {
            invalid("credential", "names none that requests can go with", "name one of the kind bearer, basic or oauth")
        })?;
        Ok(Some(found.entity.id))
    }
}

const CHECK: &str = "Check the input";

impl TriedAction {
    fn done(&mut self, name: &'static str, result: Option<Value>) {
        self.operations.push(Operation { name, success: true, result, error: None });
    }

    fn failed(&mut self, name: &'static str, error: impl Into<String>) {
        self.operations.push(Operation { name, success: false, result: None, error: Some(error.into()) });
    }
}

fn checked_category(category: String) -> Result<String, ServiceError> {
    if category.len() > 256 || category.chars().any(char::is_control) {
        return Err(invalid("category", "has more than 256 bytes, or control characters", "choose another one"));
    }
    Ok(category)
}

/// A draft may be wrong still; what flows use may not.
fn check_document(document: &Value, edition: ActionEdition) -> Result<(), ServiceError> {
    if document.to_string().len() > LONGEST {
        return Err(invalid("contract", format!("has more than {LONGEST} bytes"), "shorten its schemas"));
    }
    match edition {
        ActionEdition::Draft if document.is_object() => Ok(()),
        ActionEdition::Draft => Err(invalid("contract", "is no object", "send `contract` and `config`")),
        ActionEdition::Published => ready_action(document.clone())
            .map(drop)
            .map_err(|error| invalid("config", format!("can't be used: {error}"), "correct it")),
    }
}
