//! Queues, members and wrap-up codes in the field's shapes.

use waybill_model as model;
use waybill_protocol::rest::{
    queue_rules::{
        AcwSettings, ContextRule, MediaSettings, MessageMediaSettings, Overflow, QueueRules, Ring, ServiceLevel,
        ServiceLevelSettings, Silence, SkillWish,
    },
    routing::{MemberUser, Queue, QueueMember, UserQueue, WrapupCode},
};

use super::conversation::{division, prompt, user_uri};

pub(in crate::rest) fn queue(queue: &model::Queue) -> Queue {
    let model::Queue {
        id,
        organization_id: _,
        division_id,
        name,
        description,
        members,
        wrapup_codes: _,
        rules,
        created_at,
    } = queue;
    Queue {
        id: *id,
        name: name.clone(),
        description: description.clone(),
        division: division(*division_id),
        member_count: members.len(),
        acw_settings: AcwSettings {
            wrapup_prompt: acw_prompt(rules.wrapup),
            timeout_ms: u64::from(rules.wrapup_seconds) * 1_000,
        },
        media_settings: MediaSettings {
            message: MessageMediaSettings {
                alerting_timeout_seconds: rules.alerting_seconds,
                service_level: ServiceLevelSettings {
                    percentage: f64::from(rules.service_level.0) / 100.0,
                    duration_ms: u64::from(rules.service_level.1) * 1_000,
                },
            },
        },
        skill_evaluation_method: match rules.method {
            model::RoutingMethod::LongestIdle => "ALL",
            model::RoutingMethod::BestSkill => "BEST",
        },
        rules: queue_rules(rules),
        date_created: *created_at,
        self_uri: format!("/api/v2/routing/queues/{id}"),
    }
}

/// The field's word for what is asked of an agent after its work.
const fn acw_prompt(prompt: model::WrapupPrompt) -> &'static str {
    match prompt {
        model::WrapupPrompt::Optional => "OPTIONAL",
        model::WrapupPrompt::Mandatory => "MANDATORY",
        model::WrapupPrompt::Timeout => "MANDATORY_TIMEOUT",
    }
}

fn queue_rules(rules: &model::QueueRules) -> QueueRules {
    let model::QueueRules {
        method,
        alerting_seconds,
        wrapup,
        wrapup_seconds,
        service_level: (percent, seconds),
        context_rules,
        rings,
        overflow,
        silence,
    } = rules;
    QueueRules {
        method: match method {
            model::RoutingMethod::LongestIdle => "longestIdle",
            model::RoutingMethod::BestSkill => "bestSkill",
        },
        alerting_seconds: *alerting_seconds,
        wrapup: prompt(*wrapup),
        wrapup_seconds: *wrapup_seconds,
        service_level: ServiceLevel { percent: *percent, seconds: *seconds },
        context_rules: context_rules
            .iter()
            .map(|model::routing::ContextRule { when, priority, skills }| ContextRule {
                when: when.clone(),
                priority: *priority,
                skills: skills.iter().map(skill_wish).collect(),
            })
            .collect(),
        rings: rings
            .iter()
            .map(|model::routing::Ring { after_seconds, drop_skills, lower_levels, drop_language }| Ring {
                after_seconds: *after_seconds,
                drop_skills: drop_skills.clone(),
                lower_levels: *lower_levels,
                drop_language: *drop_language,
            })
            .collect(),
        overflow: overflow.as_ref().map(|model::routing::Overflow { after_seconds, queue_id }| Overflow {
            after_seconds: *after_seconds,
            queue_id: *queue_id,
        }),
        silence: silence.as_ref().map(|model::routing::Silence { warn_seconds, warning, end_seconds }| Silence {
            warn_seconds: *warn_seconds,
            warning: warning.clone(),
            end_seconds: *end_seconds,
        }),
    }
}

fn skill_wish(wish: &model::SkillWish) -> SkillWish {
    let model::SkillWish { skill_id, level } = wish;
    SkillWish { id: *skill_id, level: *level }
}

pub(in crate::rest) fn user_queue(queue: &model::Queue) -> UserQueue {
    UserQueue {
        id: queue.id,
        name: queue.name.clone(),
        division: division(queue.division_id),
        member_count: queue.members.len(),
        joined: true,
        self_uri: format!("/api/v2/routing/queues/{}", queue.id),
    }
}

pub(in crate::rest) fn queue_member(user: &model::User) -> QueueMember {
    QueueMember {
        id: user.id,
        name: user.name.clone(),
        user: MemberUser {
            id: user.id,
            name: user.name.clone(),
            email: user.email.clone(),
            self_uri: user_uri(user.id),
        },
        joined: true,
        member_by: "user",
        ring_number: 1,
        routing_status: None,
        presence: None,
        utilization: None,
        self_uri: user_uri(user.id),
    }
}

pub(in crate::rest) fn wrapup_code(code: &model::WrapupCode) -> WrapupCode {
    let model::WrapupCode { id, organization_id: _, division_id, name, created_at } = code;
    WrapupCode {
        id: *id,
        name: name.clone(),
        division: division(*division_id),
        date_created: *created_at,
        self_uri: format!("/api/v2/routing/wrapupcodes/{id}"),
    }
}
