//! Which events mean which measures: pure, one event after the other.

use waybill_model::{
    Conversation, Direction, EventBody, FlowExit, FlowId, FlowRecord, Message, MessageKind, Participant, ParticipantId,
    Purpose, QueueId, RoutingChange, RoutingRecord, Time, UserId, Wrapup, WrapupCodeId, analytics::Measure,
};

/// A value that was measured, with what it can be told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Drawn {
    pub(super) measure: Measure,
    pub(super) value: u64,
    pub(super) of: Of,
}

/// To whom a value belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Of {
    pub(super) participant_id: ParticipantId,
    pub(super) purpose: Purpose,
    pub(super) queue_id: Option<QueueId>,
    pub(super) user_id: Option<UserId>,
    pub(super) code_id: Option<WrapupCodeId>,
    pub(super) flow_id: Option<FlowId>,
}

/// What an event means.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    /// What was measured of somebody before and is measured anew.
    pub(super) again: Option<(ParticipantId, &'static [Measure])>,
    pub(super) drawn: Vec<Drawn>,
}

/// What a wrap-up measures anew.
const HANDLING: &[Measure] = &[Measure::AfterWork, Measure::Handle];
/// What a rating measures anew.
const RATING: &[Measure] = &[Measure::Score];

/// One party as far as it matters here.
struct Leg {
    of: Of,
    joined_at: Time,
    /// Since when an agent is at work.
    working_since: Option<Time>,
    left_at: Option<Time>,
    wrapup: Option<Wrapup>,
}

impl Leg {
    fn of(participant: &Participant) -> Self {
        let Participant { purpose, user_id, queue_id, flow_id, joined_at, answered_at, left_at, wrapup, .. } =
            participant;
        let works = *purpose == Purpose::Agent && (answered_at.is_some() || !participant.alerting);
        Self {
            of: Of {
                participant_id: participant.id,
                purpose: *purpose,
                queue_id: *queue_id,
                user_id: *user_id,
                code_id: None,
                flow_id: *flow_id,
            },
            joined_at: *joined_at,
            working_since: works.then(|| answered_at.unwrap_or(*joined_at)),
            left_at: *left_at,
            wrapup: wrapup.clone(),
        }
    }

    const fn draw(&self, measure: Measure, value: u64) -> Drawn {
        Drawn { measure, value, of: self.of }
    }

    /// What came after the work, and all of it: this alone is told apart by the code.
    fn handled(&self) -> Vec<Drawn> {
        let (Some(since), Some(left_at)) = (self.working_since, self.left_at) else { return Vec::new() };
        let took = self.wrapup.as_ref().map(|wrapup| wrapup.took_ms);
        let of = Of { code_id: self.wrapup.as_ref().and_then(|wrapup| wrapup.code_id), ..self.of };
        let after = took.map(|value| Drawn { measure: Measure::AfterWork, value, of });
        let value = between(since, left_at).saturating_add(took.unwrap_or(0));
        after.into_iter().chain([Drawn { measure: Measure::Handle, value, of }]).collect()
    }
}

/// Events of one conversation, in order.
pub(super) struct Fold<'a> {
    legs: Vec<Leg>,
    after: &'a Conversation,
    /// Whether the run that is there has taken a step.
    run_began: bool,
    /// Whether agents who leave hand on.
    hands_on: bool,
}

impl<'a> Fold<'a> {
    /// For the events of one commit.
    pub(super) fn new<'b>(
        before: Option<&Conversation>,
        after: &'a Conversation,
        events: impl Iterator<Item = &'b EventBody> + Clone,
    ) -> Self {
        let goes_on = !events.clone().any(|body| matches!(body, EventBody::Ended { .. }));
        Self {
            legs: before.into_iter().flat_map(|before| before.participants.iter().map(Leg::of)).collect(),
            after,
            run_began: before.and_then(|before| before.run.as_deref()).is_some_and(|run| run.at.is_some()),
            hands_on: goes_on && events.into_iter().any(hands_on),
        }
    }

    /// The agent behind a message, and since when it is at work.
    pub(super) fn speaker(&self, body: &EventBody) -> Option<(ParticipantId, Time)> {
        let EventBody::MessageAdded { message } = body else { return None };
        let Message { participant_id, direction, kind, .. } = &**message;
        let says = *direction == Direction::Outbound && matches!(kind, MessageKind::Text | MessageKind::Structured);
        let leg = self.legs.iter().find(|leg| leg.of.participant_id == *participant_id && leg.left_at.is_none())?;
        leg.working_since.filter(|_| says).map(|since| (*participant_id, since))
    }

    /// A value of a participant.
    pub(super) fn draw(&self, participant_id: ParticipantId, measure: Measure, value: u64) -> Option<Drawn> {
        self.leg(participant_id).map(|leg| leg.draw(measure, value))
    }

    /// What an event means; the fold goes on behind it.
    pub(super) fn step(&mut self, at: Time, body: &EventBody) -> Meaning {
        let drawn = match body {
            EventBody::Started { conversation, receipt: _ } => {
                self.legs = conversation.participants.iter().map(Leg::of).collect();
                Vec::new()
            }
            EventBody::ParticipantJoined { participant } => self.join(participant),
            EventBody::ParticipantConnected { participant_id } => self.connect(*participant_id, at),
            EventBody::ParticipantLeft { participant_id } => self.leave(*participant_id, at),
            EventBody::Ended { reason: _ } => {
                let left: Vec<_> = self.legs.iter().map(|leg| leg.of.participant_id).collect();
                left.into_iter().flat_map(|id| self.leave(id, at)).collect()
            }
            EventBody::Routed(record) => self.route(record, at),
            EventBody::FlowStepped(record) => self.flow(record, at),
            EventBody::WrappedUp { participant_id, wrapup } => {
                let Some(leg) = self.leg_mut(*participant_id) else { return Meaning::default() };
                leg.wrapup = Some(wrapup.clone());
                return Meaning { again: Some((*participant_id, HANDLING)), drawn: leg.handled() };
            }
            EventBody::Rated { rating } => {
                let Some(leg) = self.rated() else { return Meaning::default() };
                let drawn = vec![leg.draw(Measure::Score, u64::from(rating.score))];
                return Meaning { again: Some((leg.of.participant_id, RATING)), drawn };
            }
            EventBody::MessageAdded { .. }
            | EventBody::AttributesChanged { .. }
            | EventBody::NoteAdded { .. }
            | EventBody::SeenUpTo { .. }
            | EventBody::Erased { .. }
            | EventBody::Mark(_) => Vec::new(),
        };
        Meaning { again: None, drawn }
    }

    /// Whom a rating is about: the agent who was at work last, or whoever came last.
    fn rated(&self) -> Option<&Leg> {
        self.legs.iter().rev().find(|leg| leg.working_since.is_some()).or_else(|| self.legs.last())
    }

    fn leg(&self, id: ParticipantId) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.of.participant_id == id)
    }

    fn leg_mut(&mut self, id: ParticipantId) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.of.participant_id == id)
    }

    fn join(&mut self, participant: &Participant) -> Vec<Drawn> {
        if self.leg(participant.id).is_some() {
            return Vec::new();
        }
        let leg = Leg::of(participant);
        let drawn = leg.working_since.map(|_| leg.draw(Measure::Connected, 1));
        self.legs.push(leg);
        drawn.into_iter().collect()
    }

    fn connect(&mut self, id: ParticipantId, at: Time) -> Vec<Drawn> {
        let Some(leg) = self.leg_mut(id).filter(|leg| leg.working_since.is_none()) else { return Vec::new() };
        leg.working_since = Some(at);
        vec![leg.draw(Measure::Alert, between(leg.joined_at, at)), leg.draw(Measure::Connected, 1)]
    }

    fn leave(&mut self, id: ParticipantId, at: Time) -> Vec<Drawn> {
        let hands_on = self.hands_on;
        let owes = self.after.participant(id).is_some_and(|participant| participant.owes_wrapup);
        let Some(leg) = self.leg_mut(id).filter(|leg| leg.left_at.is_none()) else { return Vec::new() };
        leg.left_at = Some(at);
        let Some(since) = leg.working_since else { return Vec::new() };
        let mut drawn = vec![leg.draw(Measure::Talk, between(since, at))];
        drawn.extend(hands_on.then(|| leg.draw(Measure::Transferred, 1)));
        if !owes {
            drawn.extend(leg.handled());
        }
        drawn
    }

    fn route(&self, record: &RoutingRecord, at: Time) -> Vec<Drawn> {
        let RoutingRecord { queue_id, participant_id, change } = record;
        let id = match change {
            RoutingChange::Declined { participant_id, .. } => *participant_id,
            RoutingChange::Queued { .. } | RoutingChange::Offered { .. } | RoutingChange::Left { .. } => {
                *participant_id
            }
        };
        let Some(leg) = self.leg(id) else { return Vec::new() };
        let of = Of { queue_id: Some(*queue_id), ..leg.of };
        let draw = |measure, value| Drawn { measure, value, of };
        let stayed = between(leg.joined_at, at);
        match change {
            // It has waited there all the time, only for somebody else.
            RoutingChange::Queued { why, .. } if why == "agentUnavailable" || why == "changed" => Vec::new(),
            RoutingChange::Queued { .. } => vec![draw(Measure::Offered, 1)],
            RoutingChange::Offered { .. } => Vec::new(),
            RoutingChange::Declined { why, .. } => {
                let mut drawn = vec![draw(Measure::Alert, stayed)];
                drawn.extend((why == "timeout").then(|| draw(Measure::NotResponding, stayed)));
                drawn
            }
            RoutingChange::Left { waited_ms, why, user_id } => {
                let mut drawn = vec![draw(Measure::Stay, stayed)];
                // Who overflows goes on waiting.
                drawn.extend((why != "overflow").then(|| draw(Measure::Wait, *waited_ms)));
                drawn.push(match why.as_str() {
                    "answered" => {
                        Drawn { measure: Measure::Answered, value: *waited_ms, of: Of { user_id: *user_id, ..of } }
                    }
                    "abandoned" => draw(Measure::Abandoned, *waited_ms),
                    _ => draw(Measure::FlowedOut, *waited_ms),
                });
                drawn
            }
        }
    }

    fn flow(&mut self, record: &FlowRecord, at: Time) -> Vec<Drawn> {
        let FlowRecord { flow_id, participant_id, started, ended, .. } = record;
        let began = std::mem::replace(&mut self.run_began, ended.is_none());
        let Some(leg) = self.leg(*participant_id) else { return Vec::new() };
        let of = Of { flow_id: Some(*flow_id), ..leg.of };
        let draw = |measure, value| Drawn { measure, value, of };
        let mut drawn = Vec::new();
        // A run that ends before its first step began all the same.
        drawn.extend((*started || !began).then(|| draw(Measure::Flow, 1)));
        if let Some(exit) = ended {
            drawn.push(draw(Measure::InFlow, between(leg.joined_at, at)));
            drawn.extend(matches!(exit, FlowExit::Failed { .. }).then(|| draw(Measure::Failed, 1)));
        }
        drawn
    }
}

/// Whether something of a commit takes over from the agents who leave in it. An agent who is gone hands nothing on, nor does
/// time.
fn hands_on(body: &EventBody) -> bool {
    match body {
        EventBody::Routed(record) => match &record.change {
            RoutingChange::Queued { why, .. } => why != "agentGone" && why != "overflow",
            RoutingChange::Offered { .. } | RoutingChange::Declined { .. } | RoutingChange::Left { .. } => false,
        },
        EventBody::ParticipantJoined { participant } => {
            matches!(participant.purpose, Purpose::Workflow | Purpose::Agent)
        }
        EventBody::Started { .. }
        | EventBody::AttributesChanged { .. }
        | EventBody::MessageAdded { .. }
        | EventBody::ParticipantLeft { .. }
        | EventBody::FlowStepped(_)
        | EventBody::ParticipantConnected { .. }
        | EventBody::WrappedUp { .. }
        | EventBody::NoteAdded { .. }
        | EventBody::Rated { .. }
        | EventBody::SeenUpTo { .. }
        | EventBody::Ended { .. }
        | EventBody::Erased { .. }
        | EventBody::Mark(_) => false,
    }
}

/// Milliseconds from one time to the other; none where clocks went back.
pub(super) fn between(from: Time, to: Time) -> u64 {
    u64::try_from(to.millis().saturating_sub(from.millis())).unwrap_or(0)
}
