//! What a conversation asks for at a point in time, and who meets that.

use waybill_model::{LanguageId, QueueId, Queued, SkillId, Time, UserId, routing::Ring};

use super::{Agent, Occupant, silence::after};

/// So long nobody is offered again what it declined.
pub const DECLINE_PAUSE_MS: i64 = 10_000;

/// What a conversation asks for. Conversations with the same wish can be taken by the same agents, whoever they are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Wish {
    /// The queue that it waits in.
    pub(super) queue_id: QueueId,
    /// The one person that it is for.
    pub(super) agent: Option<UserId>,
    /// The least levels, in the order of the skills.
    skills: Vec<(SkillId, u8)>,
    /// The language.
    language_id: Option<LanguageId>,
    /// Who is not asked: it is occupied by the conversation already, or has just declined it.
    except: Vec<UserId>,
}

impl Wish {
    /// What it asks for now, and until when, where time changes that.
    pub(super) fn of(queued: &Queued, occupants: &[Occupant], rings: &[Ring], now: Time) -> (Self, Option<Time>) {
        let mut until = None;
        let mut later = |time: Time| until = Some(until.map_or(time, |until: Time| until.min(time)));
        let mut except: Vec<UserId> = occupants.iter().map(|occupant| occupant.user_id).collect();
        for (user_id, at) in &queued.declined {
            let over = at.plus_millis(DECLINE_PAUSE_MS);
            if over > now {
                except.push(*user_id);
                later(over);
            }
        }
        except.sort_unstable();
        except.dedup();
        let mut wish =
            Self { queue_id: queued.queue_id, agent: queued.agent, skills: Vec::new(), language_id: None, except };
        if queued.agent.is_some() {
            return (wish, until);
        }
        wish.skills = wanted(queued);
        wish.language_id = queued.language_id;
        for ring in rings {
            let begins = after(queued.since, ring.after_seconds);
            if begins > now {
                later(begins);
                continue;
            }
            wish.skills.retain(|(skill_id, _)| !ring.drop_skills.contains(skill_id));
            for (_, level) in &mut wish.skills {
                *level = level.saturating_sub(ring.lower_levels);
            }
            if ring.drop_language {
                wish.language_id = None;
            }
        }
        (wish, until)
    }

    /// Whether an agent can do what is asked for, and is not one of those that are not asked. Says nothing of its time.
    pub(super) fn is_met_by(&self, agent: &Agent) -> bool {
        self.agent.is_none_or(|wanted| wanted == agent.user_id)
            && self
                .skills
                .iter()
                .all(|(skill_id, least)| agent.skills.get(skill_id).is_some_and(|level| level >= least))
            && self.language_id.is_none_or(|language_id| agent.languages.contains_key(&language_id))
            && self.except.binary_search(&agent.user_id).is_err()
    }
}

/// How well an agent has the skills that a conversation asked for at first, whatever rings have dropped since:
/// the sum of its levels, each plus one, so that a skill at level 0 is more than none.
pub(super) fn mastery(wanted: &[(SkillId, u8)], agent: &Agent) -> u32 {
    wanted.iter().filter_map(|(skill_id, _)| agent.skills.get(skill_id)).map(|level| u32::from(*level) + 1).sum()
}

/// Each wanted skill once, at the highest level that was asked for.
pub(super) fn wanted(queued: &Queued) -> Vec<(SkillId, u8)> {
    let mut skills: Vec<_> = queued.skills.iter().map(|wish| (wish.skill_id, wish.level)).collect();
    skills.sort_unstable_by_key(|(skill_id, level)| (*skill_id, std::cmp::Reverse(*level)));
    skills.dedup_by_key(|(skill_id, _)| *skill_id);
    skills
}
