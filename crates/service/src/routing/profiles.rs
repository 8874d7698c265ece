//! Routing profiles: what somebody can do, and how much at once.

use waybill_model::{Language, LanguageId, RoutingProfile, Skill, SkillWish, User, UserId};

use super::{
    queues::invalid,
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
    /// `NotFound` for the person, a skill or a language, `Invalid` for levels and capacities that there are not, `Stale`.
    pub async fn set_routing_profile(
        &self,
        caller: &Caller,
        user: &str,
        wish: ProfileWish,
    ) -> Result<RoutingProfile, ServiceError> {
        let ProfileWish { skills, languages, capacity } = wish;
        let (mut profile, version) = self.profile_of(caller, user).await?;
        let mut said = Vec::new();
        if let Some(skills) = skills {
            check_levels("skills", &skills)?;
            self.check_exist::<Skill>(caller, skills.iter().map(|wish| wish.skill_id.uuid()).collect(), |_| true)
                .await?;
            profile.skills = skills;
            said.push("skills");
        }
        if let Some(languages) = languages {
            if languages.iter().any(|(_, level)| *level > MOST_LEVEL) {
                return Err(invalid("languages", "has a level above 5", "give levels from 0 to 5"));
            }
            self.check_exist::<Language>(caller, languages.iter().map(|(id, _)| id.uuid()).collect(), |_| true).await?;
            profile.languages = languages;
            said.push("languages");
        }
        if let Some(capacity) = capacity {
            if capacity > MOST_CAPACITY {
                return Err(invalid("capacity", "is too much: at most 100 are possible", "choose a smaller one"));
            }
            profile.capacity = capacity;
            said.push("capacity");
        }
        if said.is_empty() {
            return Ok(profile);
        }
        let act = Act::of(caller, "routingProfile.set", profile.user_id.uuid()).saying(said.join(", "));
        match version {
            Some(version) => self.update_entity(&Versioned { entity: profile.clone(), version }, act).await?,
            None => self.create_entity(&profile, act).await?,
        }
        self.profile_changed(&profile);
        Ok(profile)
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
