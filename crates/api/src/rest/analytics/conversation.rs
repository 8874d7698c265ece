//! Conversations in detail → their bodies: sessions with segments and what was measured.

use std::borrow::Cow;

use waybill_model::{Context, Conversation, Participant, Purpose, Time};
use waybill_protocol::rest::analytics::{
    AnalyticsConversation, AnalyticsFlow, AnalyticsParticipant, AnalyticsSegment, AnalyticsSession,
    AnalyticsSessionMetric,
};
use waybill_service::analytics::{Detail, Taken, name_of};

pub(super) fn conversations(details: &[Detail]) -> Vec<AnalyticsConversation<'_>> {
    details.iter().map(conversation).collect()
}

pub(super) fn conversation(detail: &Detail) -> AnalyticsConversation<'_> {
    let Detail { conversation, disconnect_type, division_id, taken } = detail;
    let Conversation { id, deployment_id, started_at, ended_at, participants, revision, .. } = &**conversation;
    let late = conversation.context().is_some_and(|context| context.stored.values().any(|attribute| attribute.late));
    AnalyticsConversation {
        conversation_id: *id,
        conversation_start: *started_at,
        conversation_end: *ended_at,
        conversation_initiator: "customer",
        customer_participation: true,
        division_ids: division_id.iter().copied().collect(),
        originating_direction: "inbound",
        participants: participants.iter().map(|one| participant(one, *ended_at, *disconnect_type, taken)).collect(),
        deployment_id: *deployment_id,
        revision: *revision,
        late,
    }
}

fn participant<'a>(
    participant: &'a Participant,
    ended_at: Option<Time>,
    disconnect_type: Option<&'static str>,
    taken: &[Taken],
) -> AnalyticsParticipant<'a> {
    let Participant { id, communication_id, purpose, customer, user_id, flow_id, context, .. } = participant;
    let mine = taken.iter().filter(|taken| taken.participant_id == *id);
    AnalyticsParticipant {
        participant_id: *id,
        participant_name: customer.name.as_deref(),
        purpose: purpose.as_str(),
        user_id: *user_id,
        attributes: texts(context).collect(),
        late_attributes: late(context),
        sessions: [AnalyticsSession {
            session_id: *communication_id,
            media_type: "message",
            message_type: "webmessaging",
            direction: "inbound",
            provider: "Webmessaging",
            flow: flow_id.map(|flow_id| AnalyticsFlow { flow_id }),
            metrics: mine.map(|taken| metric(*taken)).collect(),
            segments: segments(participant, ended_at, disconnect_type),
        }],
    }
}

fn metric(taken: Taken) -> AnalyticsSessionMetric {
    let Taken { participant_id: _, measure, at, value } = taken;
    AnalyticsSessionMetric { name: name_of(measure), value, emit_date: at }
}

/// An agent is alerted, works and wraps up; everybody else is there from one time to another.
fn segments<'a>(
    participant: &'a Participant,
    ended_at: Option<Time>,
    disconnect_type: Option<&'static str>,
) -> Vec<AnalyticsSegment<'a>> {
    let Participant { purpose, queue_id, joined_at, answered_at, left_at, wrapup, alerting, .. } = participant;
    let segment = |segment_type: &'static str, from: Time, to: Option<Time>| AnalyticsSegment {
        segment_start: from,
        segment_end: to,
        segment_type,
        queue_id: *queue_id,
        disconnect_type: None,
        wrap_up_code: None,
        wrap_up_note: None,
        conference: false,
    };
    let end = left_at.or(ended_at);
    let ended = |segment: AnalyticsSegment<'a>| AnalyticsSegment {
        disconnect_type: segment.segment_end.and(disconnect_type),
        ..segment
    };
    if *alerting {
        return vec![ended(segment("alert", *joined_at, end))];
    }
    let kind = match purpose {
        Purpose::Workflow => "ivr",
        Purpose::Customer | Purpose::Agent | Purpose::Api | Purpose::Acd => "interact",
    };
    let mut segments = Vec::with_capacity(1);
    // Who was put there by hand was at work at once.
    let alerted_until = answered_at.filter(|answered_at| answered_at != joined_at);
    segments.extend(alerted_until.map(|until| segment("alert", *joined_at, Some(until))));
    segments.push(ended(segment(kind, answered_at.unwrap_or(*joined_at), end)));
    if let (Some(wrapup), Some(end)) = (wrapup, end) {
        let took = i64::try_from(wrapup.took_ms).unwrap_or(i64::MAX);
        segments.push(AnalyticsSegment {
            wrap_up_code: wrapup.code_id,
            wrap_up_note: Some(wrapup.notes.as_str()).filter(|notes| !notes.is_empty()),
            ..segment("wrapup", end, Some(Time::from_millis(end.millis().saturating_add(took))))
        });
    }
    segments
}

/// Values as text; null has none and is left out (CTX3).
fn texts(context: &Context) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    context.stored.iter().filter_map(|(key, attribute)| Some((key.as_str(), attribute.value.to_text()?)))
}

fn late(context: &Context) -> Vec<&str> {
    context.stored.iter().filter(|(_, attribute)| attribute.late).map(|(key, _)| key.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use waybill_model::{CommunicationId, ParticipantId, Wrapup};

    use super::*;

    type Told = (&'static str, i64, Option<i64>, Option<&'static str>);

    /// Kind, seconds from and to, and how it ended.
    fn check(what: impl FnOnce(&mut Participant), ended_at: Option<i64>, expected: &[Told]) {
        let at = |seconds: i64| Time::from_millis(seconds * 1_000);
        let ids = (ParticipantId::new(uuid::Uuid::nil()), CommunicationId::new(uuid::Uuid::nil()));
        let mut participant = Participant::joining(ids.0, ids.1, Purpose::Agent, at(10));
        what(&mut participant);
        let told: Vec<Told> = segments(&participant, ended_at.map(at), Some("client"))
            .iter()
            .map(|one| {
                let seconds = |time: Time| time.millis() / 1_000;
                (one.segment_type, seconds(one.segment_start), one.segment_end.map(seconds), one.disconnect_type)
            })
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn ana13_segments_follow_each_other() {
        let at = |seconds: i64| Some(Time::from_millis(seconds * 1_000));
        check(|_| (), None, &[("interact", 10, None, None)]);
        check(|_| (), Some(30), &[("interact", 10, Some(30), Some("client"))]);
        check(|one| one.answered_at = at(10), Some(30), &[("interact", 10, Some(30), Some("client"))]);
        check(|one| one.purpose = Purpose::Workflow, Some(30), &[("ivr", 10, Some(30), Some("client"))]);
        check(|one| one.alerting = true, None, &[("alert", 10, None, None)]);
        let passed = |one: &mut Participant| (one.alerting, one.left_at) = (true, at(20));
        check(passed, Some(30), &[("alert", 10, Some(20), Some("client"))]);
        let worked = |one: &mut Participant| {
            (one.answered_at, one.left_at) = (at(15), at(40));
            one.wrapup = Some(Wrapup {
                code_id: None,
                name: String::new(),
                notes: String::new(),
                at: Time::from_millis(50_000),
                took_ms: 7_000,
            });
        };
        let expected =
            [("alert", 10, Some(15), None), ("interact", 15, Some(40), Some("client")), ("wrapup", 40, Some(47), None)];
        check(worked, Some(40), &expected);
    }
}
