//! The router of one organization: follows the log, asks the board what is next, and commits it. Its board is only a view:
//! whatever it decides is judged again on the conversation as it then stands.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use waybill_bus::Listener;
use waybill_engine::{
    conversation::Going,
    routing::{Load, Move},
};
use waybill_model::{Conversation, ConversationId, Event, EventBody, Presence, Purpose, Time, UserId};
use waybill_store::{LogScope, PagePosition};

use super::{
    moves::{KnownOf, Plan, aim_of},
    room::Room,
};
use crate::{
    Service, ServiceError,
    service::{Inner, Step},
};

/// The log is looked at this often even when no bell rings (P4), and times are looked at as often.
const LOOK: Duration = Duration::from_secs(1);
/// After the store could not answer, and before something that did not work is tried again.
pub(super) const BREATH: Duration = Duration::from_secs(1);
/// Events of one read.
const PAGE: u32 = 1_000;
/// Pages of the log between two looks at what is due.
const PAGES: usize = 4;
/// Moves of one turn: what comes in between is seen soon.
const MOVES: usize = 64;
/// Commits at once.
const AT_ONCE: usize = 32;
/// Conversations of one look when the board is filled.
const FILL: u32 = 200;

/// Puts every conversation on the board that routing must know.
pub(super) async fn fill(service: &Service, room: &Room) -> Result<(), ServiceError> {
    let mut after = None;
    loop {
        let store = &service.inner.store;
        let page = store.list_routed_conversations(room.organization, after, FILL).await?;
        let now = service.inner.ambient.now();
        for conversation in &page {
            room.known().set_conversation(conversation.id, Load::of(conversation), now);
        }
        after = page.last().map(|last| PagePosition { started_at: last.started_at, id: last.id });
        if page.len() < FILL as usize {
            return Ok(());
        }
    }
}

/// Starts the router of an organization; it ends with the service.
pub(super) fn start(service: &Service, room: Arc<Room>, listener: Box<dyn Listener>, position: u64) {
    let router = Router {
        service: Arc::downgrade(&service.inner),
        room,
        listener,
        position,
        touched: BTreeSet::new(),
        under_way: JoinSet::new(),
        busy: HashSet::new(),
        resting: Vec::new(),
    };
    tokio::spawn(router.run());
}

struct Router {
    /// Weak, so that a router that waits keeps no server alive.
    service: Weak<Inner>,
    room: Arc<Room>,
    listener: Box<dyn Listener>,
    /// Up to here the log was read.
    position: u64,
    /// Conversations to read anew.
    touched: BTreeSet<ConversationId>,
    under_way: JoinSet<Done>,
    /// Conversations that a commit is under way for: the board has them as they will be.
    busy: HashSet<ConversationId>,
    /// Conversations that something went wrong with, until when they are left alone.
    resting: Vec<(Instant, ConversationId)>,
}

/// A commit that is over.
struct Done {
    conversation: ConversationId,
    /// Whom it found not to respond.
    timed_out: Option<UserId>,
    /// Whether it was carried out.
    result: Result<bool, ServiceError>,
}

impl Router {
    async fn run(mut self) {
        loop {
            let next = {
                let Some(inner) = self.service.upgrade() else { return };
                self.step(&Service { inner }).await
            };
            let wait = next.unwrap_or_else(|error| {
                tracing::warn!(organization = %self.room.organization, %error, "routing waits for the store");
                BREATH
            });
            let room = Arc::clone(&self.room);
            tokio::select! {
                () = room.changed.notified() => {}
                Some(done) = self.under_way.join_next() => self.settle(done),
                _ = self.listener.heard() => {}
                () = sleep(wait) => {}
            }
        }
    }

    async fn step(&mut self, service: &Service) -> Result<Duration, ServiceError> {
        while let Some(done) = self.under_way.try_join_next() {
            self.settle(done);
        }
        let more = self.follow(service).await?;
        self.refresh(service).await?;
        let all_done = self.act(service).await?;
        self.let_anybody(service);
        let all_quiet = self.break_silence(service).await;
        self.whisper(service);
        service.write_agents(&self.room).await?;
        if more || !all_done || !all_quiet {
            return Ok(Duration::ZERO);
        }
        Ok(self.until_next(service.inner.ambient.now()))
    }

    /// Reads on in the log; says whether there may be more.
    async fn follow(&mut self, service: &Service) -> Result<bool, ServiceError> {
        for _ in 0..PAGES {
            let store = &service.inner.store;
            let page = store.list_events(self.room.organization, LogScope::Organization, self.position, PAGE).await?;
            for event in &page.events {
                self.note(event);
            }
            self.position = page.reached;
            if page.events.len() < PAGE as usize {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn note(&mut self, event: &Event) {
        match &event.body {
            EventBody::ParticipantJoined { participant } => {
                if participant.purpose == Purpose::Agent {
                    self.touched.insert(event.conversation_id);
                }
            }
            EventBody::ParticipantLeft { .. }
            | EventBody::ParticipantConnected { .. }
            | EventBody::WrappedUp { .. }
            | EventBody::NoteAdded { .. }
            | EventBody::Rated { .. }
            | EventBody::SeenUpTo { .. }
            | EventBody::Ended { .. } => {
                // What neither waits nor has an agent is none of routing's.
                if self.room.known().loads.contains_key(&event.conversation_id) {
                    self.touched.insert(event.conversation_id);
                }
            }
            EventBody::Routed(record) => {
                self.touched.insert(event.conversation_id);
                let mut known = self.room.known();
                let (_, level_seconds) = known.rules(record.queue_id).service_level;
                known.today.count(record, event.at, level_seconds);
            }
            EventBody::Started { .. }
            | EventBody::AttributesChanged { .. }
            | EventBody::MessageAdded { .. }
            | EventBody::FlowStepped(_)
            | EventBody::Erased { .. }
            | EventBody::Mark(_) => {}
        }
    }

    /// Reads touched conversations anew, but for those that a commit is under way for: they are read after it.
    async fn refresh(&mut self, service: &Service) -> Result<(), ServiceError> {
        let instant = Instant::now();
        let rested = self.resting.extract_if(.., |(until, _)| *until <= instant).map(|(_, id)| id);
        self.touched.extend(rested);
        let ready: Vec<_> = self.touched.iter().filter(|id| !self.busy.contains(id)).copied().collect();
        for id in ready {
            let standing = service.inner.store.find_conversation(self.room.organization, id).await?;
            let load = standing.map_or_else(Load::default, |standing| Load::of(&standing));
            self.room.known().set_conversation(id, load, service.inner.ambient.now());
            self.touched.remove(&id);
        }
        Ok(())
    }

    /// Asks the board what is next; says whether it has nothing more to say for now.
    async fn act(&mut self, service: &Service) -> Result<bool, ServiceError> {
        for _ in 0..MOVES {
            if self.under_way.len() >= AT_ONCE {
                // Whichever is over first wakes the router.
                return Ok(true);
            }
            let now = service.inner.ambient.now();
            let next = {
                let mut known = self.room.known();
                known.board.next(now).map(|decision| (KnownOf::of(&known, &decision), decision))
            };
            let Some((of, decision)) = next else { return Ok(true) };
            let Some(aim) = aim_of(&decision) else {
                self.call_away(&decision, now);
                continue;
            };
            if self.busy.contains(&aim.conversation) {
                return Ok(true);
            }
            let standing = service.inner.store.find_conversation(self.room.organization, aim.conversation).await?;
            let Some(standing) = standing else {
                self.room.known().set_conversation(aim.conversation, Load::default(), now);
                continue;
            };
            let plan = service.plan(of, &decision, &standing, now).await?;
            let timed_out = aim.user.filter(|_| matches!(decision, Move::TimeOut { .. }));
            self.begin(service, &standing, plan, timed_out, now);
        }
        Ok(false)
    }

    fn call_away(&self, decision: &Move, now: Time) {
        if let Move::Away { user_id } = decision {
            self.room.known().change_state(*user_id, |state| {
                (state.presence, state.presence_since) = (Presence::Away, now);
            });
        }
    }

    /// Puts the conversation on the board as it will be, and commits.
    fn begin(
        &mut self,
        service: &Service,
        standing: &Conversation,
        plan: Option<Plan>,
        timed_out: Option<UserId>,
        now: Time,
    ) {
        let id = standing.id;
        let planned = plan.and_then(|plan| {
            let decision = plan.decide(standing, now).and_then(Going::finish)?;
            Some((plan, Load::of(decision.conversation())))
        });
        let Some((plan, load)) = planned else {
            // The board is behind, or asks for what can't be: it is read anew, and left alone for a moment.
            self.room.known().set_conversation(id, Load::default(), now);
            self.resting.push((Instant::now() + BREATH, id));
            return;
        };
        {
            let mut known = self.room.known();
            known.set_conversation(id, load, now);
            if let Some(user) = timed_out {
                known.change_state(user, |state| state.not_responding = true);
            }
        }
        self.busy.insert(id);
        let (service, room) = (service.clone(), Arc::clone(&self.room));
        self.under_way.spawn(async move {
            let result = service.carry_out(&room, id, plan).await;
            Done { conversation: id, timed_out, result }
        });
    }

    fn settle(&mut self, done: Result<Done, tokio::task::JoinError>) {
        match done {
            Ok(Done { conversation, timed_out, result }) => {
                self.busy.remove(&conversation);
                if !matches!(result, Ok(true))
                    && let Some(user) = timed_out
                {
                    // The agent took it at the last moment.
                    self.room.known().change_state(user, |state| state.not_responding = false);
                }
                match result {
                    Ok(_) => {
                        self.touched.insert(conversation);
                    }
                    Err(error) => {
                        tracing::warn!(%conversation, %error, "a move of routing is tried again");
                        self.resting.push((Instant::now() + BREATH, conversation));
                    }
                }
            }
            // Nobody knows which it was: all of them are read anew.
            Err(error) => {
                tracing::error!(%error, "a move of routing broke off");
                self.touched.extend(self.busy.drain());
            }
        }
    }

    /// What waits for one agent who can't be alerted waits for anybody from now on.
    fn let_anybody(&mut self, service: &Service) {
        let now = service.inner.ambient.now();
        loop {
            let next = self.room.known().personal.take_due(now);
            let Some(id) = next else { return };
            if !self.busy.insert(id) {
                // It is watched again after the commit that is under way.
                continue;
            }
            let (service, room) = (service.clone(), Arc::clone(&self.room));
            self.under_way.spawn(async move {
                let result = service.carry_out(&room, id, Plan::ForAnybody).await;
                Done { conversation: id, timed_out: None, result }
            });
        }
    }

    /// Warns or ends where a customer says nothing; says whether that is all for now.
    async fn break_silence(&mut self, service: &Service) -> bool {
        let now = service.inner.ambient.now();
        for _ in 0..MOVES {
            let next = self.room.known().silences.take_due(now);
            let Some((id, rule, connected)) = next else { return true };
            match service.look_at_silence(self.room.organization, id, &rule, connected).await {
                Ok(Some(due)) => self.room.known().silences.look_at(id, due),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(conversation = %id, %error, "a silence is looked at again");
                    self.room.known().silences.look_at(id, now.plus_millis(1_000));
                }
            }
        }
        false
    }

    fn whisper(&self, service: &Service) {
        let (now, instant) = (service.inner.ambient.now(), Instant::now());
        let whispers = {
            let mut known = self.room.known();
            let known = &mut *known;
            known.positions.tell(&known.board, known.queues.keys().copied(), now, instant)
        };
        for (conversation, whisper) in whispers {
            service.inner.bus.whisper(self.room.organization, conversation, whisper);
        }
    }

    /// How long there is nothing to do, unless something comes back or a bell rings.
    fn until_next(&self, now: Time) -> Duration {
        let known = self.room.known();
        let times = [known.board.due(now), known.silences.next_due(), known.personal.next_due()];
        let until = |due: Time| Duration::from_millis(u64::try_from(due.millis() - now.millis()).unwrap_or(0));
        let instant = Instant::now();
        let resting = self.resting.iter().map(|(until, _)| until.saturating_duration_since(instant));
        // What is due while commits are under way is done when they are over.
        let due = if self.under_way.is_empty() { times.into_iter().flatten().map(until).min() } else { None };
        let waits = due.into_iter().chain(known.positions.due(instant)).chain(resting);
        waits.fold(LOOK, Duration::min)
    }
}

impl Service {
    /// Commits a plan where it still fits; says whether it did.
    async fn carry_out(&self, room: &Room, id: ConversationId, plan: Plan) -> Result<bool, ServiceError> {
        let now = self.inner.ambient.now();
        let changed = self
            .change(room.organization, id, |standing| {
                let is_possible = match &plan {
                    Plan::Offer { alerted: _, offer } => room.known().may_be_alerted(offer.user_id),
                    Plan::Decline { .. } | Plan::Queue { .. } | Plan::Wrapup { .. } | Plan::ForAnybody => true,
                };
                let going = if is_possible { plan.decide(standing, now) } else { None };
                Ok(Step::new(going.and_then(Going::finish), ()))
            })
            .await?;
        Ok(changed.committed.is_some())
    }
}
