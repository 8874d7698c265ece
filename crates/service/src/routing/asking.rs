//! What a waiting conversation asks for, changed while it waits.

use waybill_engine::conversation::Going;
use waybill_model::{Language, LanguageId, Queued, Skill, SkillId, SkillWish};

use super::{entering::MOST_PRIORITY, queues::invalid, rules::check_levels};
use crate::{Caller, Service, ServiceError, service::Step};

/// What is to be changed of what a waiting conversation asks for; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskingWish {
    /// Higher comes first.
    pub priority: Option<i32>,
    /// All of the skills; one that was asked for before keeps its level.
    pub skills: Option<Vec<SkillId>>,
    /// The language.
    pub language: Option<LanguageId>,
}

/// What a waiting conversation asks for, with its names.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Higher comes first.
    pub priority: i32,
    /// The skills that there are still.
    pub skills: Vec<Skill>,
    /// The language.
    pub language: Option<Language>,
}

impl Service {
    /// Changes what a waiting conversation asks for. It keeps its time of waiting, and an alert that is out stays out.
    ///
    /// # Errors
    /// `NotFound` for the conversation, a skill or the language; `Invalid`; `WrongState` for one that does not wait.
    pub async fn change_asking(
        &self,
        caller: &Caller,
        conversation: &str,
        wish: AskingWish,
    ) -> Result<Asked, ServiceError> {
        let AskingWish { priority, skills, language } = wish;
        if priority.is_some_and(|priority| !(-MOST_PRIORITY..=MOST_PRIORITY).contains(&priority)) {
            return Err(invalid("priority", "has to be from -1000000 to 1000000", "choose one of these"));
        }
        let standing = self.conversation_by_text(caller, conversation).await?;
        if let Some(skills) = &skills {
            self.check_exist::<Skill>(caller, skills.iter().map(|id| id.uuid()).collect(), |_| true).await?;
        }
        if let Some(language) = language {
            self.check_exist::<Language>(caller, vec![language.uuid()], |_| true).await?;
        }
        // A queue that nobody looked at since the server started is looked after from now on.
        self.room(standing.organization_id).await?;
        let (by, now) = (caller.actor(), self.inner.ambient.now());
        let changed = self
            .change(standing.organization_id, standing.id, |standing| {
                let queued = standing.queued.as_deref().ok_or_else(|| ServiceError::WrongState {
                    what: format!("conversation `{}`", standing.id),
                    rule: "waits in no queue".to_owned(),
                    remedy: "change one that waits".to_owned(),
                })?;
                let wanted = skills.as_deref().map_or_else(|| queued.skills.clone(), |skills| wishes(queued, skills));
                check_levels("skillIds", &wanted)?;
                let (priority, language) = (priority.unwrap_or(queued.priority), language.or(queued.language_id));
                let going = Going::on(standing, by.clone(), now).ask_for(priority, wanted.clone(), language);
                Ok(Step::new(going.finish(), (priority, wanted, language)))
            })
            .await?;
        let (priority, skills, language) = changed.outcome;
        let ids: Vec<_> = skills.iter().map(|wish| wish.skill_id.uuid()).collect();
        let language = match language {
            Some(id) => self.find_entity::<Language>(standing.organization_id, id.uuid()).await?,
            None => None,
        };
        Ok(Asked {
            priority,
            skills: self.all_of::<Skill>(standing.organization_id, Some(&ids)).await?,
            language: language.map(|found| found.entity),
        })
    }
}

fn wishes(queued: &Queued, skills: &[SkillId]) -> Vec<SkillWish> {
    let before = |id: SkillId| queued.skills.iter().find(|wish| wish.skill_id == id).cloned();
    let mut wanted: Vec<SkillWish> = Vec::with_capacity(skills.len());
    for id in skills {
        if !wanted.iter().any(|wish| wish.skill_id == *id) {
            wanted.push(before(*id).unwrap_or(SkillWish { skill_id: *id, level: 0 }));
        }
    }
    wanted
}
