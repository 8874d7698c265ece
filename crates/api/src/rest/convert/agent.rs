//! What agents are doing and can do, in the field's shapes.

use std::collections::{BTreeMap, HashMap};

use waybill_model as model;
use waybill_protocol::rest::{
    presence::{
        MediaUtilization, MediaUtilizations, PresenceDefinition, PresenceReference, RoutingStatus, UserPresence,
        UserUtilization,
    },
    skill::{RoutingLanguage, RoutingSkill, UserRoutingLanguage, UserRoutingSkill},
    work::RoutingConversation,
};
use waybill_service::AgentView;

use super::conversation::user_uri;

const DEFINITIONS: &str = "/api/v2/presence/definitions";

/// The id of a presence: the same on every server.
pub(in crate::rest) fn presence_id(presence: model::Presence) -> String {
    let number = model::Presence::ALL.iter().position(|one| *one == presence).unwrap_or_default() + 1;
    format!("00000000-0000-8000-8000-0000000001{number:02}")
}

pub(in crate::rest) fn presence_definition(presence: model::Presence) -> PresenceDefinition {
    let id = presence_id(presence);
    PresenceDefinition {
        self_uri: format!("{DEFINITIONS}/{id}"),
        id,
        r#type: "System",
        system_presence: presence.as_str(),
        language_labels: BTreeMap::from([("en_US", presence.as_str())]),
        division_id: "*",
        deactivated: false,
    }
}

pub(crate) fn user_presence(agent: &AgentView) -> UserPresence {
    let id = presence_id(agent.presence);
    UserPresence {
        id: agent.user_id,
        source: "PURECLOUD",
        primary: true,
        presence_definition: PresenceReference {
            self_uri: format!("{DEFINITIONS}/{id}"),
            id,
            system_presence: agent.presence.as_str(),
        },
        modified_date: agent.presence_since,
        self_uri: format!("{}/presences/purecloud", user_uri(agent.user_id)),
    }
}

pub(crate) fn routing_status(agent: &AgentView) -> RoutingStatus {
    RoutingStatus { user_id: agent.user_id, status: agent.status.as_str(), start_time: agent.status_since }
}

pub(in crate::rest) fn utilization(agent: &AgentView) -> UserUtilization {
    let is_usual = agent.capacity == model::RoutingProfile::CAPACITY;
    UserUtilization {
        utilization: MediaUtilizations {
            message: MediaUtilization {
                maximum_capacity: agent.capacity,
                interruptable_media_types: [],
                include_non_acd: true,
            },
        },
        level: if is_usual { "Organization" } else { "Agent" },
        taken: agent.taken,
    }
}

pub(in crate::rest) fn asked(asked: &waybill_service::Asked) -> RoutingConversation {
    let waybill_service::Asked { priority, skills, language: spoken } = asked;
    RoutingConversation {
        priority: *priority,
        skills: skills.iter().map(skill).collect(),
        language: spoken.as_ref().map(language),
    }
}

pub(in crate::rest) fn skill(skill: &model::Skill) -> RoutingSkill {
    let model::Skill { id, organization_id: _, name, created_at } = skill;
    RoutingSkill {
        id: *id,
        name: name.clone(),
        state: "active",
        date_modified: *created_at,
        self_uri: format!("/api/v2/routing/skills/{id}"),
    }
}

pub(in crate::rest) fn language(language: &model::Language) -> RoutingLanguage {
    let model::Language { id, organization_id: _, name, created_at } = language;
    RoutingLanguage {
        id: *id,
        name: name.clone(),
        state: "active",
        date_modified: *created_at,
        self_uri: format!("/api/v2/routing/languages/{id}"),
    }
}

/// The skills of a profile that there still are, by name.
pub(in crate::rest) fn user_skills(
    profile: &model::RoutingProfile,
    names: &HashMap<model::SkillId, String>,
) -> Vec<UserRoutingSkill> {
    let mut skills: Vec<_> = profile
        .skills
        .iter()
        .filter_map(|model::SkillWish { skill_id, level }| {
            Some(UserRoutingSkill {
                id: *skill_id,
                name: names.get(skill_id)?.clone(),
                proficiency: f64::from(*level),
                state: "active",
                skill_uri: format!("/api/v2/routing/skills/{skill_id}"),
                self_uri: format!("{}/routingskills/{skill_id}", user_uri(profile.user_id)),
            })
        })
        .collect();
    skills.sort_by(|one, other| one.name.cmp(&other.name));
    skills
}

/// The languages of a profile that there still are, by name.
pub(in crate::rest) fn user_languages(
    profile: &model::RoutingProfile,
    names: &HashMap<model::LanguageId, String>,
) -> Vec<UserRoutingLanguage> {
    let mut languages: Vec<_> = profile
        .languages
        .iter()
        .filter_map(|(id, level)| {
            Some(UserRoutingLanguage {
                id: *id,
                name: names.get(id)?.clone(),
                proficiency: f64::from(*level),
                state: "active",
                language_uri: format!("/api/v2/routing/languages/{id}"),
                self_uri: format!("{}/routinglanguages/{id}", user_uri(profile.user_id)),
            })
        })
        .collect();
    languages.sort_by(|one, other| one.name.cmp(&other.name));
    languages
}
