//! Queues and wrap-up codes: administered things of a division.

use uuid::Uuid;
use waybill_model::{Division, DivisionId, Entity, Queue, QueueId, QueueRules, User, UserId, WrapupCode, WrapupCodeId};
use waybill_store::EntityFilter;

use crate::{
    Caller, Divisions, EntityList, Service, ServiceError, Versioned, entities::Act, participants::find_participant,
};

/// Entities of one look.
const LOOK: u32 = 500;
/// The most entities that a list by division looks through.
const LOOKED_AT: u64 = 20_000;
/// The most members of a queue.
const MOST_MEMBERS: usize = 1_000;
/// The most wrap-up codes of a queue.
const MOST_CODES: usize = 200;
/// How often a change of a queue is made anew when somebody else was faster.
pub(super) const CONFLICT_RETRIES: usize = 3;
/// Longest name, in bytes.
const NAME: usize = 256;
/// Longest description, in bytes.
const DESCRIPTION: usize = 1_024;

/// What a list of queues or wrap-up codes asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoutingQuery {
    /// Whose name contains this, whatever the case.
    pub name: Option<String>,
    /// Of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// In these divisions.
    pub divisions: Option<Vec<DivisionId>>,
    /// So many are left out from the beginning.
    pub offset: u64,
    /// At most so many.
    pub limit: u32,
}

/// What somebody wants a queue to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueWish {
    /// Its name.
    pub name: String,
    /// What it is for; unchanged, or empty for a new one, where absent.
    pub description: Option<String>,
    /// Its division; unchanged, or the home division for a new one, where absent.
    pub division: Option<DivisionId>,
    /// How its conversations find their agents; unchanged, or the usual for a new one, where absent.
    pub rules: Option<QueueRules>,
}

/// What somebody wants a wrap-up code to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrapupCodeWish {
    /// Its name.
    pub name: String,
    /// Its division; unchanged, or the home division for a new one, where absent.
    pub division: Option<DivisionId>,
}

/// Something that belongs to a division.
pub(crate) trait InDivision: Entity {
    fn division(&self) -> DivisionId;
}

impl InDivision for Queue {
    fn division(&self) -> DivisionId {
        self.division_id
    }
}

impl InDivision for WrapupCode {
    fn division(&self) -> DivisionId {
        self.division_id
    }
}

/// How members or codes of a queue change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// They are added; those that are there stay.
    Add,
    /// They are taken away; those that are not there stay away.
    Remove,
}

impl Service {
    /// Queues by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_queues(&self, caller: &Caller, query: RoutingQuery) -> Result<EntityList<Queue>, ServiceError> {
        self.list_in_divisions(caller, query).await
    }

    /// A queue.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_queue(&self, caller: &Caller, id: &str) -> Result<Queue, ServiceError> {
        Ok(self.get_in_division::<Queue>(caller, id).await?.entity)
    }

    /// Creates a queue.
    ///
    /// # Errors
    /// `Invalid`, `NotFound` for the division, `Taken` for a name that the organization has already.
    pub async fn create_queue(&self, caller: &Caller, wish: QueueWish) -> Result<Queue, ServiceError> {
        let QueueWish { name, description, division, rules } = wish;
        let description = description.unwrap_or_default();
        check_text("description", &description, DESCRIPTION)?;
        let mut queue = Queue {
            id: self.inner.ambient.queue_id(),
            organization_id: caller.organization_id(),
            division_id: self.check_division(caller, division).await?,
            name: check_name(name)?,
            description,
            members: Vec::new(),
            wrapup_codes: Vec::new(),
            rules: QueueRules::default(),
            created_at: self.inner.ambient.now(),
        };
        if let Some(rules) = rules {
            self.check_rules(&queue, &rules).await?;
            queue.rules = rules;
        }
        self.create_entity(&queue, Act::of(caller, "queue.created", queue.id.uuid())).await?;
        self.queue_changed(&queue).await?;
        Ok(queue)
    }

    /// Changes a queue.
    ///
    /// # Errors
    /// As `create_queue`.
    pub async fn update_queue(&self, caller: &Caller, id: &str, wish: QueueWish) -> Result<Queue, ServiceError> {
        let QueueWish { name, description, division, rules } = wish;
        // Two changes of rules at once could make overflows go round.
        let _turn = self.inner.routing.administering.lock().await;
        let mut found = self.get_in_division::<Queue>(caller, id).await?;
        found.entity.name = check_name(name)?;
        if let Some(description) = description {
            check_text("description", &description, DESCRIPTION)?;
            found.entity.description = description;
        }
        if let Some(division) = division {
            found.entity.division_id = self.check_division(caller, Some(division)).await?;
        }
        let mut said = "name, description, division";
        if let Some(rules) = rules {
            self.check_rules(&found.entity, &rules).await?;
            found.entity.rules = rules;
            said = "name, description, division, rules";
        }
        let act = Act::of(caller, "queue.updated", found.entity.id.uuid()).saying(said);
        self.update_entity(&found, act).await?;
        self.queue_changed(&found.entity).await?;
        Ok(found.entity)
    }

    /// Deletes a queue in which nobody waits.
    ///
    /// # Errors
    /// `NotFound`, `WrongState` while conversations wait in it.
    pub async fn delete_queue(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let queue = self.get_queue(caller, id).await?;
        let seen = self.observe_queue(caller, id).await?.now;
        let waiting = seen.waiting + seen.alerting;
        if waiting > 0 {
            return Err(ServiceError::WrongState {
                what: format!("queue `{}`", queue.id),
                rule: format!("has {waiting} conversations that wait in it"),
                remedy: "pass them on to another queue first".to_owned(),
            });
        }
        self.delete_entity(&queue, Act::of(caller, "queue.deleted", queue.id.uuid())).await?;
        self.queue_removed(&queue);
        Ok(())
    }

    /// The people of a queue by name; whoever was deleted is not among them any more.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_queue_members(
        &self,
        caller: &Caller,
        id: &str,
        query: RoutingQuery,
    ) -> Result<EntityList<User>, ServiceError> {
        let queue = self.get_queue(caller, id).await?;
        let RoutingQuery { name, ids: _, divisions: _, offset, limit } = query;
        let ids = Some(queue.members.iter().map(|user| user.uuid()).collect());
        self.list_entities(caller.organization_id(), EntityFilter { name, ids, offset, limit }).await
    }

    /// Adds people to a queue, or takes them away.
    ///
    /// # Errors
    /// `NotFound` for the queue or a person that is to be added, `Invalid` for too many.
    pub async fn change_queue_members(
        &self,
        caller: &Caller,
        id: &str,
        users: &[String],
        membership: Membership,
    ) -> Result<(), ServiceError> {
        let users: Vec<UserId> = parse_ids("user", users)?;
        if membership == Membership::Add {
            let ids = users.iter().map(|user| user.uuid()).collect();
            self.check_exist::<User>(caller, ids, |_| true).await?;
        }
        self.change_queue(caller, id, "members", |queue| {
            change_list(&mut queue.members, &users, membership);
            check_count("members", queue.members.len(), MOST_MEMBERS)
        })
        .await
    }

    /// The wrap-up codes of a queue by name; codes that were deleted are not among them any more.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_queue_wrapup_codes(
        &self,
        caller: &Caller,
        id: &str,
        query: RoutingQuery,
    ) -> Result<EntityList<WrapupCode>, ServiceError> {
        let queue = self.get_queue(caller, id).await?;
        let RoutingQuery { name, ids: _, divisions: _, offset, limit } = query;
        let ids = Some(queue.wrapup_codes.iter().map(|code| code.uuid()).collect());
        self.list_entities(caller.organization_id(), EntityFilter { name, ids, offset, limit }).await
    }

    /// Gives a queue more wrap-up codes, or takes some away; answers all that it has then.
    ///
    /// # Errors
    /// `NotFound` for the queue or a code that is to be added, `Invalid` for too many.
    pub async fn change_queue_wrapup_codes(
        &self,
        caller: &Caller,
        id: &str,
        codes: &[String],
        membership: Membership,
    ) -> Result<Vec<WrapupCode>, ServiceError> {
        let codes: Vec<WrapupCodeId> = parse_ids("wrapupCode", codes)?;
        if membership == Membership::Add {
            let ids = codes.iter().map(|code| code.uuid()).collect();
            let is_reached = |code: &WrapupCode| caller.divisions().contain(code.division_id);
            self.check_exist::<WrapupCode>(caller, ids, is_reached).await?;
        }
        self.change_queue(caller, id, "wrapupCodes", |queue| {
            change_list(&mut queue.wrapup_codes, &codes, membership);
            check_count("wrapupCodes", queue.wrapup_codes.len(), MOST_CODES)
        })
        .await?;
        let query = RoutingQuery { limit: LOOK, ..RoutingQuery::default() };
        let list = self.list_queue_wrapup_codes(caller, id, query).await?;
        Ok(list.entities.into_iter().map(|found| found.entity).collect())
    }

    /// Wrap-up codes by name.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_wrapup_codes(
        &self,
        caller: &Caller,
        query: RoutingQuery,
    ) -> Result<EntityList<WrapupCode>, ServiceError> {
        self.list_in_divisions(caller, query).await
    }

    /// A wrap-up code.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_wrapup_code(&self, caller: &Caller, id: &str) -> Result<WrapupCode, ServiceError> {
        Ok(self.get_in_division::<WrapupCode>(caller, id).await?.entity)
    }

    /// Creates a wrap-up code.
    ///
    /// # Errors
    /// `Invalid`, `NotFound` for the division, `Taken` for a name that the organization has already.
    pub async fn create_wrapup_code(&self, caller: &Caller, wish: WrapupCodeWish) -> Result<WrapupCode, ServiceError> {
        let WrapupCodeWish { name, division } = wish;
        let code = WrapupCode {
            id: self.inner.ambient.wrapup_code_id(),
            organization_id: caller.organization_id(),
            division_id: self.check_division(caller, division).await?,
            name: check_name(name)?,
            created_at: self.inner.ambient.now(),
        };
        self.create_entity(&code, Act::of(caller, "wrapupCode.created", code.id.uuid())).await?;
        Ok(code)
    }

    /// Changes a wrap-up code.
    ///
    /// # Errors
    /// As `create_wrapup_code`.
    pub async fn update_wrapup_code(
        &self,
        caller: &Caller,
        id: &str,
        wish: WrapupCodeWish,
    ) -> Result<WrapupCode, ServiceError> {
        let WrapupCodeWish { name, division } = wish;
        let mut found = self.get_in_division::<WrapupCode>(caller, id).await?;
        found.entity.name = check_name(name)?;
        if let Some(division) = division {
            found.entity.division_id = self.check_division(caller, Some(division)).await?;
        }
        let act = Act::of(caller, "wrapupCode.updated", found.entity.id.uuid()).saying("name, division");
        self.update_entity(&found, act).await?;
        Ok(found.entity)
    }

    /// Deletes a wrap-up code; queues that had it have it no more.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_wrapup_code(&self, caller: &Caller, id: &str) -> Result<(), ServiceError> {
        let code = self.get_wrapup_code(caller, id).await?;
        self.delete_entity(&code, Act::of(caller, "wrapupCode.deleted", code.id.uuid())).await
    }

    /// The wrap-up codes with which a participant's work can end: those of its queue, or all of the organization where it
    /// came from none.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_participant_wrapup_codes(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
    ) -> Result<Vec<WrapupCode>, ServiceError> {
        let conversation = self.conversation_by_text(caller, conversation).await?;
        let queue = find_participant(&conversation, participant)?.queue_id;
        let organization = caller.organization_id();
        let ids = match queue {
            Some(id) => self.find_entity::<Queue>(organization, id.uuid()).await?.map(|found| {
                let codes = found.entity.wrapup_codes.iter();
                codes.map(|code| code.uuid()).collect::<Vec<_>>()
            }),
            None => None,
        };
        let filter = EntityFilter { name: None, ids, offset: 0, limit: LOOK };
        let list = self.list_entities::<WrapupCode>(organization, filter).await?;
        let codes = list.entities.into_iter().map(|found| found.entity);
        // What a queue was given is meant for its work; of the others those are shown that the right reaches.
        Ok(codes.filter(|code| queue.is_some() || caller.divisions().contain(code.division_id)).collect())
    }

    /// Changes a queue as it stands; somebody who changed it at the same time loses nothing by it.
    async fn change_queue(
        &self,
        caller: &Caller,
        id: &str,
        what: &'static str,
        change: impl Fn(&mut Queue) -> Result<(), ServiceError> + Send + Sync,
    ) -> Result<(), ServiceError> {
        let mut tries = 0;
        loop {
            let mut found = self.get_in_division::<Queue>(caller, id).await?;
            let before = found.entity.clone();
            change(&mut found.entity)?;
            if found.entity == before {
                return Ok(());
            }
            let act = Act::of(caller, "queue.updated", found.entity.id.uuid()).saying(what);
            match self.update_entity(&found, act).await {
                Err(ServiceError::Stale(_)) if tries < CONFLICT_RETRIES => tries += 1,
                Err(error) => return Err(error),
                Ok(()) => return self.queue_changed(&found.entity).await,
            }
        }
    }

    pub(crate) async fn get_in_division<E: InDivision>(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<Versioned<E>, ServiceError> {
        let found = self.get_entity::<E>(caller.organization_id(), id).await?;
        if !caller.divisions().contain(found.entity.division()) {
            return Err(ServiceError::not_found(E::KIND, id));
        }
        Ok(found)
    }

    /// A list that the caller's right may reach only in part: then the pages are cut after the division was looked at.
    pub(crate) async fn list_in_divisions<E: InDivision>(
        &self,
        caller: &Caller,
        query: RoutingQuery,
    ) -> Result<EntityList<E>, ServiceError> {
        let RoutingQuery { name, ids, divisions, offset, limit } = query;
        let organization = caller.organization_id();
        if *caller.divisions() == Divisions::All && divisions.is_none() {
            return self.list_entities(organization, EntityFilter { name, ids, offset, limit }).await;
        }
        let is_wanted = |entity: &E| {
            caller.divisions().contain(entity.division())
                && divisions.as_ref().is_none_or(|divisions| divisions.contains(&entity.division()))
        };
        let (mut entities, mut total, mut looked_at) = (Vec::new(), 0, 0);
        while looked_at < LOOKED_AT {
            let filter = EntityFilter { name: name.clone(), ids: ids.clone(), offset: looked_at, limit: LOOK };
            let page = self.list_entities::<E>(organization, filter).await?;
            if page.entities.is_empty() {
                break;
            }
            looked_at += page.entities.len() as u64;
            for found in page.entities.into_iter().filter(|found| is_wanted(&found.entity)) {
                if total >= offset && entities.len() < limit as usize {
                    entities.push(found);
                }
                total += 1;
            }
        }
        Ok(EntityList { entities, total })
    }

    /// A division in which the caller may put something; the home division where none was named.
    pub(crate) async fn check_division(
        &self,
        caller: &Caller,
        division: Option<DivisionId>,
    ) -> Result<DivisionId, ServiceError> {
        let home = Division::home(caller.organization_id());
        let division = division.unwrap_or(home);
        let exists = division == home
            || self.find_entity::<Division>(caller.organization_id(), division.uuid()).await?.is_some();
        if !exists || !caller.divisions().contain(division) {
            return Err(ServiceError::not_found("division", division));
        }
        Ok(division)
    }

    /// Every one of these ids is there.
    pub(super) async fn check_exist<E: Entity>(
        &self,
        caller: &Caller,
        ids: Vec<Uuid>,
        is_reached: impl Fn(&E) -> bool + Send,
    ) -> Result<(), ServiceError> {
        for ids in ids.chunks(LOOK as usize) {
            let filter = EntityFilter { name: None, ids: Some(ids.to_vec()), offset: 0, limit: LOOK };
            let list = self.list_entities::<E>(caller.organization_id(), filter).await?;
            let there = list.entities.iter().map(|found| &found.entity);
            let is_there = |id: &Uuid| there.clone().any(|one| one.uuid() == *id && is_reached(one));
            if let Some(lacking) = ids.iter().find(|id| !is_there(id)) {
                return Err(ServiceError::not_found(E::KIND, lacking));
            }
        }
        Ok(())
    }
}

fn parse_ids<I: std::str::FromStr>(kind: &'static str, ids: &[String]) -> Result<Vec<I>, ServiceError> {
    check_count("body", ids.len(), MOST_MEMBERS)?;
    ids.iter().map(|id| id.parse().map_err(|_| ServiceError::not_found(kind, id))).collect()
}

fn change_list<I: PartialEq + Copy>(list: &mut Vec<I>, changed: &[I], membership: Membership) {
    match membership {
        Membership::Add => {
            for id in changed {
                if !list.contains(id) {
                    list.push(*id);
                }
            }
        }
        Membership::Remove => list.retain(|id| !changed.contains(id)),
    }
}

fn check_count(field: &'static str, count: usize, most: usize) -> Result<(), ServiceError> {
    if count <= most {
        return Ok(());
    }
    Err(ServiceError::Invalid {
        field,
        rule: format!("would have {count} entries; at most {most} are possible"),
        remedy: "use several queues, or send the list in parts".to_owned(),
    })
}

pub(crate) fn check_name(name: String) -> Result<String, ServiceError> {
    check_text("name", &name, NAME)?;
    let name = name.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(ServiceError::Invalid {
            field: "name",
            rule: "is empty, or has control characters".to_owned(),
            remedy: "send readable text".to_owned(),
        });
    }
    Ok(name.to_owned())
}

pub(crate) fn check_text(field: &'static str, text: &str, most: usize) -> Result<(), ServiceError> {
    if text.len() <= most {
        return Ok(());
    }
    Err(ServiceError::Invalid {
        field,
        rule: format!("has {} bytes; at most {most} are possible", text.len()),
        remedy: "shorten it".to_owned(),
    })
}

pub(super) fn invalid(field: &'static str, rule: &str, remedy: &str) -> ServiceError {
    ServiceError::Invalid { field, rule: rule.to_owned(), remedy: remedy.to_owned() }
}

/// Ids as the store filters by them; what is no id names nothing.
#[must_use]
pub fn ids_of(texts: &[String]) -> Vec<Uuid> {
    texts.iter().filter_map(|text| text.parse::<QueueId>().ok()).map(QueueId::uuid).collect()
}
