//! Routing profiles: what somebody can do, and how much at once.

use waybill_model::{Language, LanguageId, RoutingProfile, Skill, SkillId, SkillWish, User, UserId};

use super::{
    queues::{CONFLICT_RETRIES, invalid},
    rules::{MOST_LEVEL, check_levels},
};
use crate::{Caller, Service, ServiceError, Versioned, entities::Act};

/// The most that somebody takes at once.
const MOST_CAPACITY: u32 = 100;

/// A language with its level.
pub type LanguageLevel = (LanguageId, u8);

/// What is to be changed of a profile; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileWish {
    /// All of its skills.
    pub skills: Option<Vec<SkillWish>>,
    /// All of its languages.
    pub languages: Option<Vec<LanguageLevel>>,
    /// Conversations at once.
    pub capacity: Option<u32>,
}

/// What becomes of what somebody has and a change does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// It stays.
    Stay,
    /// It is taken away.
    Go,
}

impl Service {
    /// What somebody can do; nothing special where nobody has said so.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_routing_profile(&self, caller: &Caller, user: &str) -> Result<RoutingProfile, ServiceError> {
        Ok(self.profile_of(caller, user).await?.0)
    }

    /// Says what somebody can do, and how much at once.
    ///
    /// # Errors
    /// `NotFound` for the person, a skill or a language, `Invalid` for levels and capacities that there are not.
    pub async fn set_routing_profile(
        &self,
        caller: &Caller,
        user: &str,
        wish: ProfileWish,
    ) -> Result<RoutingProfile, ServiceError> {
        let ProfileWish { skills, languages, capacity } = wish;
        let mut said = Vec::new();
        if let Some(skills) = &skills {
            self.check_known_skills(caller, skills).await?;
            said.push("skills");
        }
        if let Some(languages) = &languages {
            self.check_known_languages(caller, languages).await?;
            said.push("languages");
        }
        if let Some(capacity) = capacity {
            if capacity > MOST_CAPACITY {
                return Err(invalid("capacity", "is too much: at most 100 are possible", "choose a smaller one"));
            }
            said.push("capacity");
        }
        self.change_profile(caller, user, &said.join(", "), |profile| {
            profile.skills = skills.clone().unwrap_or_else(|| std::mem::take(&mut profile.skills));
            profile.languages = languages.clone().unwrap_or_else(|| std::mem::take(&mut profile.languages));
            profile.capacity = capacity.unwrap_or(profile.capacity);
            Ok(())
        })
        .await
    }

    /// Gives somebody skills, each in the place of the level that it had.
    ///
    /// # Errors
    /// As `set_routing_profile`.
    pub async fn give_skills(
        &self,
        caller: &Caller,
        user: &str,
        given: &[SkillWish],
        others: Others,
    ) -> Result<RoutingProfile, ServiceError> {
        self.check_known_skills(caller, given).await?;
        self.change_profile(caller, user, "skills", |profile| {
            profile
                .skills
                .retain(|one| others == Others::Stay && !given.iter().any(|wish| wish.skill_id == one.skill_id));
            profile.skills.extend(given.iter().cloned());
            check_levels("skills", &profile.skills)
        })
        .await
    }

    /// Takes a skill from somebody.
    ///
    /// # Errors
    /// `NotFound` for the person.
    pub async fn take_skill(
        &self,
        caller: &Caller,
        user: &str,
        skill: SkillId,
    ) -> Result<RoutingProfile, ServiceError> {
        self.change_profile(caller, user, "skills", |profile| {
            profile.skills.retain(|one| one.skill_id != skill);
            Ok(())
        })
        .await
    }

    /// Gives somebody languages, each in the place of the level that it had.
    ///
    /// # Errors
    /// As `set_routing_profile`.
    pub async fn give_languages(
        &self,
        caller: &Caller,
        user: &str,
        given: &[LanguageLevel],
        others: Others,
    ) -> Result<RoutingProfile, ServiceError> {
        self.check_known_languages(caller, given).await?;
        self.change_profile(caller, user, "languages", |profile| {
            profile.languages.retain(|one| others == Others::Stay && !given.iter().any(|(id, _)| *id == one.0));
            profile.languages.extend(given);
            Ok(())
        })
        .await
    }

    /// Takes a language from somebody.
    ///
    /// # Errors
    /// `NotFound` for the person.
    pub async fn take_language(
        &self,
        caller: &Caller,
        user: &str,
        language: LanguageId,
    ) -> Result<RoutingProfile, ServiceError> {
        self.change_profile(caller, user, "languages", |profile| {
            profile.languages.retain(|one| one.0 != language);
            Ok(())
        })
        .await
    }

    async fn check_known_skills(&self, caller: &Caller, skills: &[SkillWish]) -> Result<(), ServiceError> {
        check_levels("skills", skills)?;
        self.check_exist::<Skill>(caller, skills.iter().map(|wish| wish.skill_id.uuid()).collect(), |_| true).await
    }

    async fn check_known_languages(&self, caller: &Caller, languages: &[LanguageLevel]) -> Result<(), ServiceError> {
        if languages.iter().any(|(_, level)| *level > MOST_LEVEL) {
            return Err(invalid("languages", "has a level above 5", "give levels from 0 to 5"));
        }
        self.check_exist::<Language>(caller, languages.iter().map(|(id, _)| id.uuid()).collect(), |_| true).await
    }

    /// Changes a profile as it stands; somebody who changed it at the same time loses nothing by it.
    async fn change_profile(
        &self,
        caller: &Caller,
        user: &str,
        what: &str,
        change: impl Fn(&mut RoutingProfile) -> Result<(), ServiceError> + Send + Sync,
    ) -> Result<RoutingProfile, ServiceError> {
        let mut tries = 0;
        loop {
            let (before, version) = self.profile_of(caller, user).await?;
            let mut profile = before.clone();
            change(&mut profile)?;
            if profile == before {
                return Ok(profile);
            }
            let act = Act::of(caller, "routingProfile.set", profile.user_id.uuid()).saying(what.to_owned());
            let written = match version {
                Some(version) => self.update_entity(&Versioned { entity: profile.clone(), version }, act).await,
                None => self.create_entity(&profile, act).await,
            };
            match written {
                // The first of two who give somebody a profile made it.
                Err(ServiceError::Taken(_)) if version.is_none() && tries < CONFLICT_RETRIES => tries += 1,
                Err(ServiceError::Stale(_)) if tries < CONFLICT_RETRIES => tries += 1,
                Err(error) => return Err(error),
                Ok(()) => {
                    self.profile_changed(&profile);
                    return Ok(profile);
                }
            }
        }
    }

    async fn profile_of(&self, caller: &Caller, user: &str) -> Result<(RoutingProfile, Option<u64>), ServiceError> {
        let not_found = || ServiceError::not_found("user", user);
        let user_id: UserId = user.parse().map_err(|_| not_found())?;
        let organization_id = caller.organization_id();
        let person = self.find_entity::<User>(organization_id, user_id.uuid()).await?.ok_or_else(not_found)?;
        if caller.user_id() != Some(user_id) && !caller.divisions().contain(person.entity.division_id) {
            return Err(not_found());
        }
        Ok(match self.find_entity::<RoutingProfile>(organization_id, user_id.uuid()).await? {
            Some(found) => (found.entity, Some(found.version)),
            None => {
                let (skills, languages) = (Vec::new(), Vec::new());
                let capacity = RoutingProfile::CAPACITY;
                (RoutingProfile { user_id, organization_id, skills, languages, capacity }, None)
            }
        })
    }
}
