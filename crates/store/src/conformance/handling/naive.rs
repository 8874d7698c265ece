//! What should have been measured, worked out of the whole log at once and from the end: another way than the store's.

use std::collections::BTreeMap;

use waybill_model::{
    Direction, EventBody, FlowExit, NewEvent, Participant, ParticipantId, Purpose, RoutingChange, Time,
    analytics::{Dimension, GroupValue, HandlingRow, Measure, MeasureNumbers},
};

use super::chat::Chat;

/// One value with everything that it is told apart by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) participant_id: ParticipantId,
    pub(super) measure: Measure,
    pub(super) at: Time,
    pub(super) value: u64,
    texts: BTreeMap<Dimension, String>,
}

impl Expected {
    pub(super) fn text(&self, dimension: &Dimension) -> Option<&String> {
        self.texts.get(dimension)
    }
}

struct Log<'a> {
    chat: &'a Chat,
    expected: Vec<Expected>,
}

/// Everything that should have been measured of a conversation.
pub(super) fn expected(chat: &Chat) -> Vec<Expected> {
    let mut log = Log { chat, expected: Vec::new() };
    for participant in &chat.sample.conversation.participants {
        match participant.purpose {
            Purpose::Agent => log.agent(participant),
            Purpose::Acd => log.queue(participant),
            Purpose::Workflow => log.flow(participant),
            Purpose::Customer | Purpose::Api => {}
        }
    }
    log.expected
}

impl<'a> Log<'a> {
    fn events(&self) -> &'a [NewEvent] {
        &self.chat.sample.events
    }

    fn find(&self, fits: impl Fn(&EventBody) -> bool) -> Option<&'a NewEvent> {
        self.events().iter().rfind(|event| fits(&event.body))
    }

    fn add(&mut self, participant: &Participant, measure: Measure, at: Time, value: u64) -> &mut Expected {
        let plan = self.chat.sample.conversation.context().and_then(|context| context.stored.get("plan"));
        let texts = [
            (Dimension::Purpose, Some(participant.purpose.as_str().to_owned())),
            (Dimension::User, participant.user_id.map(|id| id.to_string())),
            (Dimension::Queue, participant.queue_id.map(|id| id.to_string())),
            (Dimension::Flow, participant.flow_id.map(|id| id.to_string())),
            (Dimension::Deployment, Some(self.chat.sample.conversation.deployment_id.to_string())),
            (
                Dimension::Attribute("plan".to_owned()),
                plan.and_then(|attribute| attribute.value.to_text()).map(std::borrow::Cow::into_owned),
            ),
        ];
        let texts = texts.into_iter().filter_map(|(dimension, text)| Some((dimension, text?))).collect();
        self.expected.push(Expected { participant_id: participant.id, measure, at, value, texts });
        self.expected.last_mut().expect("it was just added")
    }

    fn queue(&mut self, acd: &Participant) {
        for event in self.events() {
            let EventBody::Routed(record) = &event.body else { continue };
            if record.participant_id != acd.id {
                continue;
            }
            match &record.change {
                RoutingChange::Queued { why, .. } if why == "agentUnavailable" || why == "changed" => {}
                RoutingChange::Queued { .. } => drop(self.add(acd, Measure::Offered, event.at, 1).value),
                RoutingChange::Left { waited_ms, why, user_id } => {
                    self.add(acd, Measure::Stay, event.at, millis(acd.joined_at, event.at));
                    if why != "overflow" {
                        self.add(acd, Measure::Wait, event.at, *waited_ms);
                    }
                    let measure = match why.as_str() {
                        "answered" => Measure::Answered,
                        "abandoned" => Measure::Abandoned,
                        _ => Measure::FlowedOut,
                    };
                    let one = self.add(acd, measure, event.at, *waited_ms);
                    one.texts.extend(user_id.map(|id| (Dimension::User, id.to_string())));
                }
                RoutingChange::Offered { .. } | RoutingChange::Declined { .. } => {}
            }
        }
    }

    fn flow(&mut self, workflow: &Participant) {
        for event in self.events() {
            let EventBody::FlowStepped(record) = &event.body else { continue };
            if record.participant_id != workflow.id {
                continue;
            }
            if record.started {
                self.add(workflow, Measure::Flow, event.at, 1);
            }
            if let Some(exit) = &record.ended {
                self.add(workflow, Measure::InFlow, event.at, millis(workflow.joined_at, event.at));
                if matches!(exit, FlowExit::Failed { .. }) {
                    self.add(workflow, Measure::Failed, event.at, 1);
                }
            }
        }
    }

    fn agent(&mut self, agent: &Participant) {
        let declined = self.find(|body| {
            matches!(body, EventBody::Routed(record)
                if matches!(record.change, RoutingChange::Declined { participant_id, .. } if participant_id == agent.id))
        });
        if let Some(NewEvent { at, body: EventBody::Routed(record), .. }) = declined {
            self.add(agent, Measure::Alert, *at, millis(agent.joined_at, *at));
            if matches!(&record.change, RoutingChange::Declined { why, .. } if why == "timeout") {
                self.add(agent, Measure::NotResponding, *at, millis(agent.joined_at, *at));
            }
        }
        if agent.alerting {
            return;
        }
        let answered = self.find(
            |body| matches!(body, EventBody::ParticipantConnected { participant_id } if *participant_id == agent.id),
        );
        let since = match answered {
            Some(event) => {
                self.add(agent, Measure::Alert, event.at, millis(agent.joined_at, event.at));
                event.at
            }
            None => agent.joined_at,
        };
        self.add(agent, Measure::Connected, since, 1);
        self.responses(agent, since);
        let Some(left_at) = agent.left_at else { return };
        self.add(agent, Measure::Talk, left_at, millis(since, left_at));
        if self.hands_on(agent) {
            self.add(agent, Measure::Transferred, left_at, 1);
        }
        let wrapped = self
            .find(|body| matches!(body, EventBody::WrappedUp { participant_id, .. } if *participant_id == agent.id));
        let (at, took) = match wrapped {
            Some(NewEvent { at, body: EventBody::WrappedUp { wrapup, .. }, .. }) => {
                (left_at.max(*at), Some((wrapup.took_ms, wrapup.code_id)))
            }
            Some(_) | None if agent.owes_wrapup => return,
            Some(_) | None => (left_at, None),
        };
        let code = took.and_then(|(_, code)| code).map(|code| (Dimension::Wrapup, code.to_string()));
        if let Some((took, _)) = took {
            self.add(agent, Measure::AfterWork, at, took).texts.extend(code.clone());
        }
        let handle = millis(since, left_at) + took.map_or(0, |(took, _)| took);
        self.add(agent, Measure::Handle, at, handle).texts.extend(code);
    }

    /// Every word of an agent, with what the customer said between it and the one before.
    fn responses(&mut self, agent: &Participant, since: Time) {
        let messages: Vec<(Time, Direction, ParticipantId)> = self
            .events()
            .iter()
            .filter_map(|event| match &event.body {
                EventBody::MessageAdded { message } => Some((event.at, message.direction, message.participant_id)),
                _ => None,
            })
            .collect();
        let mut before = None;
        for (index, (at, _, speaker)) in messages.iter().enumerate() {
            if *speaker != agent.id {
                continue;
            }
            let unanswered = &messages[before.map_or(0, |before: usize| before + 1)..index];
            let later =
                unanswered.iter().find(|(said, direction, _)| *direction == Direction::Inbound && *said >= since);
            // Who had the last word before it came: the customer waits for an answer since its coming.
            let last_word = messages.iter().rfind(|(said, ..)| *said < since).map(|(_, direction, _)| *direction);
            let asked_at = match (before, last_word) {
                (None, Some(Direction::Inbound)) => Some(since),
                (_, _) => later.map(|(said, ..)| *said),
            };
            if before.is_none() {
                self.add(agent, Measure::FirstResponse, *at, millis(since, *at));
            }
            if let Some(asked_at) = asked_at {
                self.add(agent, Measure::Response, *at, millis(asked_at, *at));
            }
            before = Some(index);
        }
    }

    /// Whether somebody else took over in the commit in which an agent left.
    fn hands_on(&self, agent: &Participant) -> bool {
        let mut rest = self.events();
        for size in &self.chat.commits {
            let (commit, others) = rest.split_at(*size);
            rest = others;
            let left = |event: &NewEvent| matches!(event.body, EventBody::ParticipantLeft { participant_id } if participant_id == agent.id);
            if commit.iter().any(left) {
                let is_end = commit.iter().any(|event| matches!(event.body, EventBody::Ended { .. }));
                return !is_end && commit.iter().any(|event| takes_over(&event.body));
            }
        }
        false
    }
}

fn takes_over(body: &EventBody) -> bool {
    match body {
        EventBody::ParticipantJoined { participant } => {
            [Purpose::Agent, Purpose::Workflow].contains(&participant.purpose)
        }
        EventBody::Routed(record) => matches!(&record.change,
            RoutingChange::Queued { why, .. } if !["agentGone", "overflow"].contains(&why.as_str())),
        _ => false,
    }
}

fn millis(from: Time, to: Time) -> u64 {
    (to.millis() - from.millis()).unsigned_abs()
}

/// Numbers of what was expected, as a store answers them; an answer is in time up to so many milliseconds.
pub(super) fn count(
    expected: &[Expected],
    edges: &[Time],
    group_by: &[Dimension],
    measures: &[Measure],
    target: u64,
) -> Vec<HandlingRow> {
    let mut rows = BTreeMap::<(Vec<GroupValue>, usize, Measure), Vec<u64>>::new();
    for one in expected.iter().filter(|one| measures.contains(&one.measure)) {
        let Some(stretch) = edges.windows(2).position(|edge| edge[0] <= one.at && one.at < edge[1]) else { continue };
        let value = |dimension| one.text(dimension).cloned().map_or(GroupValue::Absent, GroupValue::Is);
        let group = group_by.iter().map(value).collect();
        rows.entry((group, stretch, one.measure)).or_default().push(one.value);
    }
    let numbers = |mut values: Vec<u64>| {
        values.sort_unstable();
        MeasureNumbers {
            count: values.len() as u64,
            sum: values.iter().sum(),
            least: values[0],
            most: values[values.len() - 1],
            in_time: values.iter().filter(|value| **value <= target).count() as u64,
            values: values.into_iter().map(|value| value as u32).collect(),
        }
    };
    rows.into_iter()
        .map(|((group, stretch, measure), values)| HandlingRow { group, stretch, measure, numbers: numbers(values) })
        .collect()
}
