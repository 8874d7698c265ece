//! What a routing board is made of after a restart (LOG13), and what runs leave alone.

use std::sync::Arc;

use waybill_model::{
    AgentState, CommunicationId, Conversation, FlowId, Participant, ParticipantId, Presence, Purpose, QueueId, Queued,
    Run, RunId, UserId, Waits,
    analytics::{Condition, Dimension, Selection, Span, Tally},
};

use super::{
    Sample,
    commits::commit,
    sample::{conversation_id, organization_id, plain_id, time},
};
use crate::{ConversationFilter, PagePosition, Store};

fn user_id(number: u64) -> UserId {
    UserId::new(plain_id(100 + number))
}

fn queue_id(number: u64) -> QueueId {
    QueueId::new(plain_id(200 + number))
}

fn agent_state(organization: u64, user: u64, presence: Presence) -> AgentState {
    AgentState {
        organization_id: organization_id(organization),
        user_id: user_id(user),
        presence,
        presence_since: time(1),
        not_responding: false,
        idle_since: time(2),
        gone_since: None,
    }
}

fn queued(queue: u64) -> Queued {
    Queued {
        queue_id: queue_id(queue),
        participant_id: ParticipantId::new(plain_id(300)),
        priority: 0,
        skills: Vec::new(),
        language_id: None,
        agent: None,
        since: time(3),
        offer: None,
        declined: Vec::new(),
    }
}

fn agent(user: u64) -> Participant {
    let ids = (ParticipantId::new(plain_id(400 + user)), CommunicationId::new(plain_id(500 + user)));
    Participant { user_id: Some(user_id(user)), ..Participant::joining(ids.0, ids.1, Purpose::Agent, time(4)) }
}

/// LOG13: the last word on an agent is kept, for its tenant alone, until it is forgotten.
pub async fn log13_agents_are_known_within_their_tenant(store: &Arc<dyn Store>) {
    let states =
        [agent_state(1, 1, Presence::OnQueue), agent_state(1, 2, Presence::Away), agent_state(2, 1, Presence::Meal)];
    for state in &states {
        store.put_agent_state(agent_state(1, 1, Presence::Busy)).await.expect("a write");
        store.put_agent_state(state.clone()).await.expect("a write");
    }
    store.put_agent_state(states[0].clone()).await.expect("a write");
    let of = async |tenant: u64| store.list_agent_states(organization_id(tenant)).await.expect("a read");
    assert_eq!(of(1).await, states[..2]);
    assert_eq!(of(2).await, states[2..]);
    assert_eq!(of(3).await, []);
    let find = async |tenant: u64, user: u64| {
        store.find_agent_state(organization_id(tenant), user_id(user)).await.expect("a read")
    };
    assert_eq!(find(1, 1).await.as_ref(), Some(&states[0]));
    assert_eq!(find(2, 2).await, None);
    for _ in 0..2 {
        store.forget_agent_state(organization_id(1), user_id(1)).await.expect("a write");
        assert_eq!(of(1).await, states[1..2]);
    }
    assert_eq!(find(2, 1).await.as_ref(), Some(&states[2]));
}

async fn routed(store: &Arc<dyn Store>, tenant: u64, page: u32) -> Vec<u64> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let list = store.list_routed_conversations(organization_id(tenant), after, page).await.expect("a read");
        let Some(last) = list.last() else { return found };
        after = Some(PagePosition { started_at: last.started_at, id: last.id });
        found.extend(list.iter().map(|conversation| number_of(conversation)));
    }
}

fn number_of(conversation: &Conversation) -> u64 {
    (1..100).find(|number| conversation_id(*number) == conversation.id).unwrap_or_default()
}

async fn of_agent(store: &Arc<dyn Store>, tenant: u64, user: u64) -> Vec<u64> {
    let list = store.list_conversations_of_agent(organization_id(tenant), user_id(user), 200).await.expect("a read");
    list.iter().map(|conversation| number_of(conversation)).collect()
}

/// LOG13: a conversation is known to routing while it waits, alerts, is worked on or wrapped up, and not before or after.
pub async fn log13_routed_conversations_are_listed_while_they_are(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(5, &[("plan", "gold".into())]);
    let organization = sample.organization();
    let mut plain = Sample::new(6, &[]);
    commit(store, organization, plain.start()).await;
    commit(store, organization, sample.start()).await;
    let leave = |conversation: &mut Conversation| conversation.participants[1].left_at = Some(time(50));
    // What changes, whether routing must know, whether agent 1 and agent 2 have it.
    type Edit<'a> = (&'a str, Box<dyn Fn(&mut Conversation) + Send + Sync>, [bool; 3]);
    let edits: [Edit<'_>; 9] = [
        ("a run", Box::new(|it| it.run = Some(Box::new(run(1)))), [false; 3]),
        ("waits", Box::new(|it| it.queued = Some(Box::new(queued(1)))), [true, false, false]),
        (
            "alerts",
            Box::new(|it| it.participants.push(Participant { alerting: true, ..agent(1) })),
            [true, true, false],
        ),
        ("is taken", Box::new(|it| (it.queued, it.participants[1].alerting) = (None, false)), [true, true, false]),
        ("a second agent", Box::new(|it| it.participants.push(agent(2))), [true; 3]),
        ("the first leaves", Box::new(leave), [true, false, true]),
        ("owes a wrap-up", Box::new(|it| it.participants[1].owes_wrapup = true), [true; 3]),
        ("ends", Box::new(|it| it.ended_at = Some(time(60))), [true, true, false]),
        ("is wrapped up", Box::new(|it| it.participants[1].owes_wrapup = false), [false; 3]),
    ];
    for (what, edit, [known, first, second]) in edits {
        commit(store, organization, sample.revise(edit)).await;
        let expected = |is: bool| if is { vec![5] } else { vec![] };
        assert_eq!(routed(store, 1, 10).await, expected(known), "{what}");
        assert_eq!(of_agent(store, 1, 1).await, expected(first), "{what}");
        assert_eq!(of_agent(store, 1, 2).await, expected(second), "{what}");
        assert_eq!(routed(store, 2, 10).await, [0; 0], "another tenant");
        assert_eq!(of_agent(store, 2, 1).await, [0; 0], "another tenant");
    }
}

/// LOG13: who waits in a queue is listed by it, oldest first, and pages join.
pub async fn log13_a_queue_lists_who_waits(store: &Arc<dyn Store>) {
    let mut samples = Vec::new();
    for number in 1..=9 {
        let mut sample = Sample::new(number, &[]);
        commit(store, sample.organization(), sample.start()).await;
        if number % 4 != 0 {
            let waits = move |it: &mut Conversation| it.queued = Some(Box::new(queued(number % 2)));
            commit(store, sample.organization(), sample.revise(waits)).await;
        }
        samples.push(sample);
    }
    let moves = samples[2].revise(|it| it.queued = Some(Box::new(queued(0))));
    commit(store, organization_id(1), moves).await;
    for page in [1, 2, 200] {
        assert_eq!(routed(store, 1, page).await, [1, 2, 3, 5, 6, 7, 9]);
    }
    let waiting = async |queue: u64| {
        let filter = ConversationFilter {
            queue: Some(queue_id(queue)),
            order: crate::ListOrder::OldestFirst,
            ..ConversationFilter::default()
        };
        let list = store.list_conversations(organization_id(1), filter, None, 10).await.expect("a read");
        list.iter().map(|conversation| number_of(conversation)).collect::<Vec<_>>()
    };
    assert_eq!(waiting(0).await, [2, 3, 6]);
    assert_eq!(waiting(1).await, [1, 5, 7, 9]);
    assert_eq!(waiting(7).await, [0; 0]);
}

fn run(steps: u32) -> Run {
    Run {
        id: RunId::new(plain_id(600)),
        flow_id: FlowId::new(plain_id(601)),
        name: "greet".to_owned(),
        version: 1,
        participant_id: ParticipantId::new(plain_id(602)),
        at: Some("ask".to_owned()),
        variables: [("tier".to_owned(), "gold".into())].into(),
        waits: Waits::Turn,
        stack: Vec::new(),
        steps,
        calls: 0,
        started_at: time(1),
    }
}

/// ANA1: steps of a run are no fact; what changes beside them is counted at once.
pub async fn ana1_a_step_of_a_run_changes_no_counts(store: &Arc<dyn Store>) {
    let mut sample = Sample::new(1, &[]);
    let organization = sample.organization();
    let by = async |dimension: Dimension| {
        let tally = Tally {
            selection: Selection {
                deployments: None,
                started: Span { from: time(0), to: time(3_600) },
                condition: Condition::always(),
            },
            edges: vec![time(0), time(3_600)],
            group_by: vec![dimension],
            most_groups: 10,
            messages: false,
        };
        let rows = store.tally(organization, tally).await.expect("an answer");
        rows.into_iter().map(|row| (row.group, row.numbers.conversations)).collect::<Vec<_>>()
    };
    commit(store, organization, sample.start()).await;
    let (users, endings) = (by(Dimension::User).await, by(Dimension::Ending).await);
    for steps in 1..=3 {
        commit(store, organization, sample.revise(|it| it.run = Some(Box::new(run(steps))))).await;
        assert_eq!((by(Dimension::User).await, by(Dimension::Ending).await), (users.clone(), endings.clone()));
    }
    commit(store, organization, sample.revise(|it| it.participants.push(agent(1)))).await;
    let with_agent = by(Dimension::User).await;
    assert_ne!(with_agent, users);
    commit(store, organization, sample.end()).await;
    assert_ne!(by(Dimension::Ending).await, endings);
    let found = store.find_conversation(organization, sample.id()).await.expect("a read");
    assert_eq!(found.as_deref(), Some(&sample.conversation));
}
