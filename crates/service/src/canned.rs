//! Canned replies: libraries of texts with placeholders, and what a text becomes for one conversation (DESK3, DESK4).

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use waybill_engine::template::{
    ConversationFacts, Filled, Lacking, Landing, Names, RenderFault, Secrets, Template, Written,
};
use waybill_model::{CannedKind, CannedResponse, CannedText, ConversationId, EffectId, Library, LibraryId, Permission};
use waybill_store::EntityFilter;

use crate::{
    Caller, EntityList, RoutingQuery, Service, ServiceError, Versioned,
    entities::Act,
    routing::{check_name, check_text},
    start::customer_of,
};

/// The most libraries of an organization.
const MOST_LIBRARIES: u64 = 500;
/// The most canned replies of an organization.
const MOST_RESPONSES: u64 = 5_000;
/// The most libraries that one reply stands in.
const MOST_PLACES: usize = 20;
/// The most texts of one reply.
const MOST_TEXTS: usize = 10;
/// Longest text, in bytes.
const TEXT: usize = 16 * 1024;
/// Entities of one look.
const LOOK: u32 = 500;

/// A canned reply as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedWish {
    /// Its name.
    pub name: String,
    /// The libraries that it stands in.
    pub libraries: Vec<String>,
    /// Its texts.
    pub texts: Vec<CannedText>,
}

/// Which canned replies a list asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CannedQuery {
    /// Of one of these libraries; of all where empty.
    pub libraries: Vec<String>,
    /// Whose name or text contains this, whatever the case.
    pub phrase: Option<String>,
    /// So many are left out from the beginning.
    pub offset: u64,
    /// At most so many.
    pub limit: u32,
}

/// A canned reply, filled for one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledReply {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its context revision at that moment.
    pub revision: u64,
    /// The texts.
    pub texts: Vec<FilledText>,
}

/// One text of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledText {
    /// The text; placeholders that lead to nothing stand in it as they are.
    pub content: String,
    /// What it is.
    pub kind: CannedKind,
    /// What is lacking (P6).
    pub lacking: Vec<LackingPlace>,
}

/// A placeholder that was not filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LackingPlace {
    /// As it stands in the text.
    pub placeholder: String,
    /// The canonical key, where it is one of the context.
    pub key: Option<String>,
    /// The word of P6 for why a key is absent.
    pub why: Option<&'static str>,
    /// A sentence for people.
    pub message: String,
}

impl Service {
    /// Libraries by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_libraries(
        &self,
        caller: &Caller,
        query: RoutingQuery,
    ) -> Result<EntityList<Library>, ServiceError> {
        let RoutingQuery { name, ids, divisions: _, offset, limit } = query;
        self.list_entities(caller.organization_id(), EntityFilter { name, ids, offset, limit }).await
    }

    /// A library.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_library(&self, caller: &Caller, id: &str) -> Result<Versioned<Library>, ServiceError> {
        self.get_entity(caller.organization_id(), id).await
    }

    /// Creates a library.
    ///
    /// # Errors
    /// `Invalid`, `Taken` for a name that the organization has already, `WrongState` where there are too many.
    pub async fn create_library(&self, caller: &Caller, name: String) -> Result<Versioned<Library>, ServiceError> {
        self.check_room::<Library>(caller.organization_id(), MOST_LIBRARIES).await?;
        let library = Library {
            id: self.inner.ambient.library_id(),
            organization_id: caller.organization_id(),
            name: check_name(name)?,
            by: caller.actor(),
            created_at: self.inner.ambient.now(),
        };
        self.create_entity(&library, Act::of(caller, "library.created", library.id.uuid())).await?;
        Ok(Versioned { entity: library, version: 1 })
    }

    /// Renames a library that was read at a version.
    ///
    /// # Errors
    /// As `create_library`, `NotFound`, `Stale`.
    pub async fn update_library(
        &self,
        caller: &Caller,
        id: &str,
        name: String,
        version: Option<u64>,
    ) -> Result<Versioned<Library>, ServiceError> {
        let mut found = self.get_library(caller, id).await?;
        check_version("library", id, found.version, version)?;
        found.entity.name = check_name(name)?;
        let act = Act::of(caller, "library.updated", found.entity.id.uuid()).saying("name");
        self.update_entity(&found, act).await?;
        found.version += 1;
        Ok(found)
    }

    /// Deletes a library that no reply stands in any more.
    ///
    /// # Errors
    /// `NotFound`, `WrongState` for one that is not empty.
    pub async fn delete_library(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let library = self.get_library(caller, id).await?.entity;
        let holds = |response: &CannedResponse| response.libraries.contains(&library.id);
        if self.every_response(caller).await?.iter().any(|found| holds(&found.entity)) {
            return Err(ServiceError::WrongState {
                what: format!("the library `{id}`"),
                rule: "has canned replies".to_owned(),
                remedy: "delete them first, or put them into another library".to_owned(),
            });
        }
        self.delete_entity(&library, Act::of(caller, "library.deleted", library.id.uuid())).await
    }

    /// Canned replies by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_responses(
        &self,
        caller: &Caller,
        query: CannedQuery,
    ) -> Result<EntityList<CannedResponse>, ServiceError> {
        let CannedQuery { libraries, phrase, offset, limit } = query;
        let phrase = phrase.map(|phrase| phrase.to_lowercase());
        let wanted: Vec<LibraryId> = libraries.iter().filter_map(|id| id.parse().ok()).collect();
        let is_wanted = |response: &CannedResponse| {
            let says = |phrase: &String| {
                response.name.to_lowercase().contains(phrase)
                    || response.texts.iter().any(|text| text.content.to_lowercase().contains(phrase))
            };
            (libraries.is_empty() || response.libraries.iter().any(|id| wanted.contains(id)))
                && phrase.as_ref().is_none_or(says)
        };
        let mut found = self.every_response(caller).await?;
        found.retain(|found| is_wanted(&found.entity));
        let total = found.len() as u64;
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let entities = found.into_iter().skip(offset).take(limit as usize).collect();
        Ok(EntityList { entities, total })
    }

    /// A canned reply.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_response(&self, caller: &Caller, id: &str) -> Result<Versioned<CannedResponse>, ServiceError> {
        self.get_entity(caller.organization_id(), id).await
    }

    /// Creates a canned reply.
    ///
    /// # Errors
    /// `Invalid` for a text that is no template or a library that is not there, `WrongState` where there are too many.
    pub async fn create_response(
        &self,
        caller: &Caller,
        wish: CannedWish,
    ) -> Result<Versioned<CannedResponse>, ServiceError> {
        self.check_room::<CannedResponse>(caller.organization_id(), MOST_RESPONSES).await?;
        let (name, libraries, texts) = self.check_response(caller, wish).await?;
        let response = CannedResponse {
            id: self.inner.ambient.response_id(),
            organization_id: caller.organization_id(),
            name,
            libraries,
            texts,
            by: caller.actor(),
            created_at: self.inner.ambient.now(),
        };
        self.create_entity(&response, Act::of(caller, "response.created", response.id.uuid())).await?;
        Ok(Versioned { entity: response, version: 1 })
    }

    /// Changes a canned reply that was read at a version.
    ///
    /// # Errors
    /// As `create_response`, `NotFound`, `Stale`.
    pub async fn update_response(
        &self,
        caller: &Caller,
        id: &str,
        wish: CannedWish,
        version: Option<u64>,
    ) -> Result<Versioned<CannedResponse>, ServiceError> {
        let mut found = self.get_response(caller, id).await?;
        check_version("response", id, found.version, version)?;
        let (name, libraries, texts) = self.check_response(caller, wish).await?;
        found.entity = CannedResponse { name, libraries, texts, ..found.entity };
        let act = Act::of(caller, "response.updated", found.entity.id.uuid()).saying("name, libraries, texts");
        self.update_entity(&found, act).await?;
        found.version += 1;
        Ok(found)
    }

    /// Deletes a canned reply.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_response(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let response = self.get_response(caller, id).await?.entity;
        self.delete_entity(&response, Act::of(caller, "response.deleted", response.id.uuid())).await
    }

    /// Fills a canned reply for a conversation, as far as its context goes and the caller may see it.
    ///
    /// # Errors
    /// `NotFound` for either, `MissingPermission` to read conversations, `WrongState` for a text that becomes too long.
    pub async fn fill_response(
        &self,
        caller: &Caller,
        id: &str,
        conversation: &str,
    ) -> Result<FilledReply, ServiceError> {
        let response = self.get_response(caller, id).await?.entity;
        let reader = caller.acting(&[Permission::ConversationView])?;
        let conversation = self.get_conversation(&reader, conversation).await?;
        let policy = self.policy_of(&conversation).await?;
        let customer = customer_of(&conversation)?;
        let (variables, env, secrets) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        let names = Names {
            policy: &policy,
            context: &customer.context,
            customer: &customer.customer,
            conversation: ConversationFacts::of(&conversation),
            variables: &variables,
            env: &env,
            secrets: Secrets { allowed: &secrets, marker: EffectId::new(Uuid::nil()) },
            message: None,
            now: self.inner.ambient.now(),
        };
        let texts = response.texts.iter().map(|text| fill(text, &names)).collect::<Result<_, _>>()?;
        Ok(FilledReply { conversation_id: conversation.id, revision: conversation.revision, texts })
    }

    async fn every_response(&self, caller: &Caller) -> Result<Vec<Versioned<CannedResponse>>, ServiceError> {
        let mut found = Vec::new();
        loop {
            let filter = EntityFilter { offset: found.len() as u64, limit: LOOK, ..EntityFilter::default() };
            let page = self.list_entities::<CannedResponse>(caller.organization_id(), filter).await?;
            let is_last = page.entities.len() < LOOK as usize;
            found.extend(page.entities);
            if is_last {
                return Ok(found);
            }
        }
    }

    async fn check_response(
        &self,
        caller: &Caller,
        wish: CannedWish,
    ) -> Result<(String, Vec<LibraryId>, Vec<CannedText>), ServiceError> {
        let CannedWish { name, libraries, texts } = wish;
        let name = check_name(name)?;
        if libraries.is_empty() || libraries.len() > MOST_PLACES {
            return Err(invalid(
                "libraries",
                format!("must name 1 to {MOST_PLACES}"),
                "name the libraries by their ids",
            ));
        }
        let mut places = Vec::with_capacity(libraries.len());
        for library in &libraries {
            let unknown = || invalid("libraries", "names one that there is not", "create it first");
            let id: LibraryId = library.parse().map_err(|_| unknown())?;
            if self.find_entity::<Library>(caller.organization_id(), id.uuid()).await?.is_none() {
                return Err(unknown());
            }
            if !places.contains(&id) {
                places.push(id);
            }
        }
        if texts.is_empty() || texts.len() > MOST_TEXTS {
            return Err(invalid("texts", format!("must have 1 to {MOST_TEXTS}"), "send at least one text"));
        }
        texts.iter().try_for_each(|text| compile(text).map(|_| ()))?;
        Ok((name, places, texts))
    }
}

/// Reads a text, and looks that it names nothing but what a conversation has.
fn compile(text: &CannedText) -> Result<Template, ServiceError> {
    check_text("texts", &text.content, TEXT)?;
    if text.content.trim().is_empty() {
        return Err(invalid("texts", "has an empty text", "leave it out"));
    }
    let template = Template::compile(&text.content, Landing::Text)
        .map_err(|fault| invalid("texts", format!("can't be read: {fault}"), "see the language of templates"))?;
    let uses = template.uses();
    let of_flows = uses.variables.iter().chain(&uses.env).chain(&uses.secrets).chain(&uses.other);
    if let Some(name) = of_flows.into_iter().find(|name| *name != "now") {
        let remedy = "use `customData.…`, `customer.…`, `trust.…`, `conversation.…` or `now`";
        return Err(invalid("texts", format!("names `{name}`, which only flows have"), remedy));
    }
    Ok(template)
}

fn fill(text: &CannedText, names: &Names<'_>) -> Result<FilledText, ServiceError> {
    let written = match text.kind {
        CannedKind::Plain => Written::Plain,
        CannedKind::Html => Written::Html,
    };
    let Filled { text: content, lacking, reads: _ } =
        compile(text)?.fill(names, written).map_err(|fault| ServiceError::WrongState {
            what: "the canned reply".to_owned(),
            rule: fault.to_string(),
            remedy: "shorten it".to_owned(),
        })?;
    Ok(FilledText { content, kind: text.kind, lacking: lacking.into_iter().map(lacks).collect() })
}

fn lacks(Lacking { placeholder, fault }: Lacking) -> LackingPlace {
    let message = fault.to_string();
    let (key, why) = match fault {
        RenderFault::Absent { key, why, .. } => (Some(key), Some(why.as_str())),
        RenderFault::UnknownName { .. }
        | RenderFault::Null { .. }
        | RenderFault::Budget { .. }
        | RenderFault::Type { .. }
        | RenderFault::Unsendable { .. } => (None, None),
    };
    LackingPlace { placeholder, key, why, message }
}

fn check_version(kind: &str, id: &str, found: u64, given: Option<u64>) -> Result<(), ServiceError> {
    match given {
        Some(given) if given != found => Err(ServiceError::Stale(format!("the {kind} `{id}`"))),
        Some(_) | None => Ok(()),
    }
}

fn invalid(field: &'static str, rule: impl Into<String>, remedy: &str) -> ServiceError {
    ServiceError::Invalid { field, rule: rule.into(), remedy: remedy.to_owned() }
}
