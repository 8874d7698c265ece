//! A small organization around a board: it does what the board says, as conversations are written.

use std::collections::{BTreeMap, BTreeSet};

use waybill_engine::routing::{Agent, Board, Load, Move, REQUEUE_PRIORITY};
use waybill_model::{
    AgentState, CommunicationId, Conversation, ConversationId, DeploymentId, DivisionId, LanguageId, Offer,
    OrganizationId, Participant, ParticipantId, Presence, Purpose, Queue, QueueId, QueueRules, Queued, SkillId,
    SkillWish, Time, UserId, WrapupPrompt, conversation::Source,
};

/// An id that is a number.
pub(crate) fn id<I: std::str::FromStr<Err: std::fmt::Debug>>(number: u128) -> I {
    format!("{number:032x}").parse().expect("32 hexadecimal digits are an id")
}

/// So many seconds after everything began.
pub(crate) fn at(seconds: i64) -> Time {
    Time::from_millis(1_800_000_000_000 + seconds * 1_000)
}

/// A wanted or present skill.
pub(crate) fn skill(number: u128, level: u8) -> SkillWish {
    SkillWish { skill_id: id(number), level }
}

pub(crate) struct World {
    pub(crate) now: Time,
    pub(crate) board: Board,
    pub(crate) queues: BTreeMap<QueueId, Queue>,
    pub(crate) agents: BTreeMap<UserId, Agent>,
    pub(crate) conversations: BTreeMap<ConversationId, Conversation>,
    /// Agents that were given less room than they had: what they have stays.
    pub(crate) lowered: BTreeSet<UserId>,
    last_participant: u128,
}

impl World {
    /// Nothing, at the beginning of time.
    pub(crate) fn new() -> Self {
        Self {
            now: at(0),
            board: Board::default(),
            queues: BTreeMap::new(),
            agents: BTreeMap::new(),
            conversations: BTreeMap::new(),
            lowered: BTreeSet::new(),
            last_participant: 0,
        }
    }

    /// One queue with the usual rules and so many agents on queue, with room for one conversation each, the first idle longest.
    pub(crate) fn with_agents(count: u128) -> Self {
        let mut world = Self::new();
        for number in 1..=count {
            world.agent(number, |_| {});
        }
        world.queue(1, &(1..=count).collect::<Vec<_>>(), |_| {});
        world
    }

    pub(crate) fn queue(&mut self, number: u128, members: &[u128], change: impl FnOnce(&mut QueueRules)) {
        let mut rules = QueueRules::default();
        change(&mut rules);
        let queue = Queue {
            id: id(number),
            organization_id: organization(),
            division_id: id::<DivisionId>(1),
            name: format!("queue {number}"),
            description: String::new(),
            members: members.iter().map(|number| id(*number)).collect(),
            wrapup_codes: Vec::new(),
            rules,
            created_at: at(0),
        };
        self.board.set_queue(&queue);
        self.queues.insert(queue.id, queue);
    }

    /// Adds an agent or changes it.
    pub(crate) fn agent(&mut self, number: u128, change: impl FnOnce(&mut Agent)) {
        let user_id: UserId = id(number);
        let mut agent = self.agents.remove(&user_id).unwrap_or_else(|| {
            let state = AgentState {
                organization_id: organization(),
                user_id,
                presence: Presence::OnQueue,
                presence_since: at(0),
                not_responding: false,
                idle_since: at(-1_000).plus_millis(i64::try_from(number).expect("small")),
                desk_open: false,
                gone_since: None,
            };
            Agent { capacity: 1, ..Agent::new(state, None) }
        });
        let capacity = agent.capacity;
        change(&mut agent);
        if agent.capacity < capacity {
            self.lowered.insert(user_id);
        }
        self.board.set_agent(agent.clone());
        self.agents.insert(user_id, agent);
    }

    /// A conversation begins to wait now.
    pub(crate) fn wait(&mut self, number: u128, queue: u128, change: impl FnOnce(&mut Queued)) {
        let acd = self.participant(Purpose::Acd);
        let mut queued = waiting(acd.id, id(queue), 0, self.now);
        change(&mut queued);
        let conversation = Conversation {
            id: id(number),
            organization_id: organization(),
            deployment_id: id::<DeploymentId>(1),
            session_id: None,
            started_at: self.now,
            ended_at: None,
            participants: vec![self.participant(Purpose::Customer), acd].into(),
            revision: 0,
            policy_version: 1,
            routing: None,
            run: None,
            queued: Some(Box::new(queued)),
            beside: None,
            source: Source::default(),
            seq: 1,
            last_at: self.now,
        };
        self.conversations.insert(conversation.id, conversation);
        self.feed(id(number));
    }

    /// Changes a conversation.
    pub(crate) fn change(&mut self, number: u128, change: impl FnOnce(&mut Conversation, Time)) {
        let now = self.now;
        if let Some(conversation) = self.conversations.get_mut(&id(number)) {
            change(conversation, now);
            self.feed(id(number));
        }
    }

    /// The agent takes what it is offered.
    pub(crate) fn accept(&mut self, number: u128) {
        self.change(number, |conversation, now| {
            let Some(offer) = conversation.queued.as_mut().and_then(|queued| queued.offer.take()) else { return };
            conversation.queued = None;
            let participant = participant_of(conversation, offer.participant_id);
            participant.alerting = false;
            participant.answered_at = Some(now);
        });
    }

    /// The agent does not want it.
    pub(crate) fn decline(&mut self, number: u128) {
        self.change(number, |conversation, now| {
            let Some(queued) = conversation.queued.as_mut() else { return };
            let Some(offer) = queued.offer.take() else { return };
            queued.declined.push((offer.user_id, now));
            participant_of(conversation, offer.participant_id).left_at = Some(now);
        });
    }

    /// Who works on it gives it to a queue and leaves.
    pub(crate) fn transfer(&mut self, number: u128, queue: u128) {
        let acd = self.participant(Purpose::Acd);
        let queued = waiting(acd.id, id(queue), 0, self.now);
        self.change(number, |conversation, now| {
            for participant in conversation.participants.iter_mut().filter(|it| it.user_id.is_some()) {
                participant.left_at = participant.left_at.or(Some(now));
            }
            conversation.queued = Some(Box::new(queued));
            conversation.participants.push(acd);
        });
    }

    /// The conversation ends; whoever worked on it owes a wrap-up if its queue wants one.
    pub(crate) fn end(&mut self, number: u128) {
        let queues = &self.queues;
        let owes = |participant: &Participant| {
            let rules = participant.queue_id.and_then(|queue_id| queues.get(&queue_id)).map(|queue| &queue.rules);
            participant.answered_at.is_some() && rules.is_some_and(|rules| rules.wrapup != WrapupPrompt::Optional)
        };
        if let Some(conversation) = self.conversations.get_mut(&id(number)) {
            conversation.ended_at = Some(self.now);
            conversation.queued = None;
            for participant in conversation.participants.iter_mut().filter(|participant| participant.left_at.is_none())
            {
                participant.owes_wrapup = owes(participant);
                participant.left_at = Some(self.now);
            }
            self.feed(id(number));
        }
    }

    /// Does everything that is to be done now, and says what it was.
    pub(crate) fn settle(&mut self) -> Vec<String> {
        let mut done = Vec::new();
        while let Some(decision) = self.board.next(self.now) {
            self.carry_out(decision);
            done.push(words(decision));
            assert!(done.len() < 1_000, "it never comes to rest: {done:?}");
        }
        done
    }

    /// Lets time pass as the service does, from one time that is due to the next.
    pub(crate) fn pass(&mut self, until: Time) -> Vec<String> {
        let mut done = self.settle();
        while let Some(due) = self.board.due(self.now).filter(|due| *due <= until) {
            assert!(due > self.now, "something is due at {due}, but nothing was to be done");
            self.now = due;
            done.extend(self.settle());
        }
        self.now = until;
        done
    }

    /// What the service commits for a move.
    pub(crate) fn carry_out(&mut self, decision: Move) {
        let now = self.now;
        match decision {
            Move::Offer { conversation_id, queue_id, user_id, until } => {
                let mut participant = self.participant(Purpose::Agent);
                participant.user_id = Some(user_id);
                participant.queue_id = Some(queue_id);
                participant.alerting = true;
                let conversation = self.conversations.get_mut(&conversation_id).expect("a known conversation");
                let queued = conversation.queued.as_mut().expect("offered is what waits");
                assert_eq!(queued.offer, None, "offered twice");
                queued.offer = Some(Offer { user_id, participant_id: participant.id, at: now, until });
                conversation.participants.push(participant);
                self.feed(conversation_id);
            }
            Move::TimeOut { conversation_id, participant_id, user_id } => {
                let conversation = self.conversations.get_mut(&conversation_id).expect("a known conversation");
                let queued = conversation.queued.as_mut().expect("what is offered waits");
                let offer = queued.offer.take().expect("an alert");
                assert!(offer.until <= now && offer.participant_id == participant_id);
                queued.declined.push((user_id, now));
                participant_of(conversation, participant_id).left_at = Some(now);
                self.feed(conversation_id);
                self.agent(user_id.uuid().as_u128(), |agent| agent.state.not_responding = true);
            }
            Move::Withdraw { conversation_id, participant_id, user_id: _ } => {
                let conversation = self.conversations.get_mut(&conversation_id).expect("a known conversation");
                conversation.queued.as_mut().expect("what is offered waits").offer = None;
                participant_of(conversation, participant_id).left_at = Some(now);
                self.feed(conversation_id);
            }
            Move::Overflow { conversation_id, from_queue, to_queue } => {
                let conversation = self.conversations.get_mut(&conversation_id).expect("a known conversation");
                let queued = conversation.queued.as_mut().expect("what flows over waits");
                assert_eq!((queued.queue_id, &queued.offer), (from_queue, &None));
                queued.queue_id = to_queue;
                queued.agent = None;
                self.feed(conversation_id);
            }
            Move::WrapupOver { conversation_id, participant_id, user_id: _ } => {
                let conversation = self.conversations.get_mut(&conversation_id).expect("a known conversation");
                participant_of(conversation, participant_id).owes_wrapup = false;
                self.feed(conversation_id);
            }
            Move::Away { user_id } => {
                self.agent(user_id.uuid().as_u128(), |agent| agent.state.presence = Presence::Away);
            }
            Move::Requeue { conversation_id, participant_id, user_id: _, queue_id } => {
                let acd = self.participant(Purpose::Acd);
                let conversation = self.conversations.get_mut(&conversation_id).expect("a known conversation");
                participant_of(conversation, participant_id).left_at = Some(now);
                conversation.queued = Some(Box::new(waiting(acd.id, queue_id, REQUEUE_PRIORITY, now)));
                conversation.participants.push(acd);
                self.feed(conversation_id);
            }
        }
    }

    /// A board that was filled again from what is written.
    pub(crate) fn restarted(&self) -> Board {
        let mut board = Board::default();
        for queue in self.queues.values() {
            board.set_queue(queue);
        }
        for agent in self.agents.values() {
            board.set_agent(agent.clone());
        }
        for conversation in self.conversations.values() {
            board.set_conversation(conversation.id, Load::of(conversation));
        }
        board
    }

    fn feed(&mut self, id: ConversationId) {
        self.board.set_conversation(id, Load::of(&self.conversations[&id]));
    }

    fn participant(&mut self, purpose: Purpose) -> Participant {
        self.last_participant += 1;
        Participant::joining(
            id::<ParticipantId>(self.last_participant),
            id::<CommunicationId>(self.last_participant),
            purpose,
            self.now,
        )
    }
}

/// A move in few words: conversations, users and queues by their numbers.
fn words(decision: Move) -> String {
    let conversation = |id: ConversationId| format!("c{}", id.uuid().as_u128());
    let user = |id: UserId| format!("u{}", id.uuid().as_u128());
    match decision {
        Move::Offer { conversation_id, queue_id: _, user_id, until: _ } => {
            format!("offer {} to {}", conversation(conversation_id), user(user_id))
        }
        Move::TimeOut { conversation_id, participant_id: _, user_id } => {
            format!("time-out of {} at {}", conversation(conversation_id), user(user_id))
        }
        Move::Withdraw { conversation_id, participant_id: _, user_id } => {
            format!("withdraw {} from {}", conversation(conversation_id), user(user_id))
        }
        Move::Overflow { conversation_id, from_queue: _, to_queue } => {
            format!("overflow {} to q{}", conversation(conversation_id), to_queue.uuid().as_u128())
        }
        Move::WrapupOver { conversation_id, participant_id: _, user_id } => {
            format!("wrap-up over of {} at {}", conversation(conversation_id), user(user_id))
        }
        Move::Away { user_id } => format!("away {}", user(user_id)),
        Move::Requeue { conversation_id, participant_id: _, user_id, queue_id } => {
            let queue = queue_id.uuid().as_u128();
            format!("requeue {} of {} in q{queue}", conversation(conversation_id), user(user_id))
        }
    }
}

fn participant_of(conversation: &mut Conversation, id: ParticipantId) -> &mut Participant {
    conversation.participants.iter_mut().find(|participant| participant.id == id).expect("a participant of it")
}

/// Waiting without wishes.
fn waiting(participant_id: ParticipantId, queue_id: QueueId, priority: i32, since: Time) -> Queued {
    Queued {
        queue_id,
        participant_id,
        priority,
        skills: Vec::new(),
        language_id: None,
        agent: None,
        since,
        offer: None,
        declined: Vec::new(),
    }
}

fn organization() -> OrganizationId {
    id(1)
}

/// A skill's id.
pub(crate) fn skill_id(number: u128) -> SkillId {
    id(number)
}

/// A language's id.
pub(crate) fn language_id(number: u128) -> LanguageId {
    id(number)
}
