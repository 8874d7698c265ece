//! "Where is my CRM id?" (P7): every hop of one key, or of the whole context, of one conversation.

use std::{collections::BTreeSet, sync::Arc};

use waybill_engine::attributes::{Absence, explain};
use waybill_model::{
    Conversation, Event, EventBody, FlowExit, FlowStep, Form, Receipt, ReceiptEntry, RoutingChange, RunId, Time,
    Verdict,
};

use crate::{Caller, Service, ServiceError};

/// One hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// When.
    pub at: Time,
    /// Milliseconds since the start.
    pub after_ms: i64,
    /// `received`, `admitted`, `stored`, `answered`, `read`, `streamed` …
    pub stage: String,
    /// By or to whom.
    pub who: String,
    /// What became of it.
    pub outcome: String,
    /// Details for people: form, policy, log position.
    pub detail: String,
    /// Position in the log, where there is one.
    pub position: Option<u64>,
    /// The context revision.
    pub revision: u64,
}

/// The trace of a conversation.
#[derive(Debug, Clone)]
pub struct TraceView {
    /// The conversation.
    pub conversation: Arc<Conversation>,
    /// The canonical key, when one was asked for.
    pub key: Option<String>,
    /// The hops, oldest first.
    pub hops: Vec<Hop>,
    /// Why the key is not there, when it is not.
    pub absence: Option<Absence>,
}

impl Service {
    /// Traces one key (by any of its names), or the whole context.
    ///
    /// # Errors
    /// `NotFound` for the conversation.
    pub async fn trace(
        &self,
        caller: &Caller,
        conversation: &str,
        name: Option<&str>,
    ) -> Result<TraceView, ServiceError> {
        let conversation = self.conversation_by_text(caller, conversation).await?;
        let policy = self.policy_of(&conversation).await?;
        let key = name.map(|name| policy.policy().resolve(name).0.to_owned());
        let log = self.inner.store.list_conversation_log(conversation.organization_id, conversation.id).await?;
        let mut hops = Vec::new();
        let mut asked = Asked::default();
        for event in &log {
            hops_of(&conversation, event, key.as_deref(), &mut asked, &mut hops);
        }
        let absence = match (&key, conversation.context(), name) {
            (Some(key), Some(context), Some(name)) if !context.stored.contains_key(key) => {
                Some(explain(context, &policy, name))
            }
            _ => None,
        };
        Ok(TraceView { conversation, key, hops, absence })
    }
}

/// Actions that asked another system with the key: the answer is a step of its own.
type Asked = BTreeSet<(RunId, String)>;

fn hops_of(conversation: &Conversation, event: &Event, key: Option<&str>, asked: &mut Asked, hops: &mut Vec<Hop>) {
    let mut hop = |stage: &str, who: String, outcome: String, detail: String, position, revision| {
        hops.push(Hop {
            at: event.at,
            after_ms: event.at.millis() - conversation.started_at.millis(),
            stage: stage.to_owned(),
            who,
            outcome,
            detail,
            position,
            revision,
        });
    };
    match &event.body {
        EventBody::Started { conversation: started, receipt } => {
            let source = &started.source;
            let sdk = source.sdk.as_deref().map(|sdk| format!(" · SDK {sdk}")).unwrap_or_default();
            let page = source.page.as_deref().map(|page| format!(" · page {page}")).unwrap_or_default();
            let api = source.api.as_deref().unwrap_or("guest");
            let entries: Vec<_> = about(receipt, key).collect();
            let sent = if entries.is_empty() && key.is_some() { "not sent" } else { "sent" };
            hop("received", who(event), sent.to_owned(), format!("{api}{sdk}{page}"), None, started.revision);
            for entry in entries {
                hop("admitted", "policy".to_owned(), verdict(entry), said_of(entry, receipt), None, started.revision);
            }
            let position = Some(event.seq);
            hop(
                "stored",
                "log".to_owned(),
                "checksum ok".to_owned(),
                format!("log position {}", event.seq),
                position,
                started.revision,
            );
            hop(
                "answered",
                who(event),
                "after commit".to_owned(),
                format!("conversation {}", conversation.id),
                None,
                started.revision,
            );
        }
        EventBody::AttributesChanged { revision, receipt, late, .. } => {
            let entries: Vec<_> = about(receipt, key).collect();
            if entries.is_empty() {
                return;
            }
            let late = if *late { " · late" } else { "" };
            for entry in entries {
                let detail = format!("{}{late}", said_of(entry, receipt));
                hop("admitted", who(event), verdict(entry), detail, None, *revision);
            }
            let position = Some(event.seq);
            hop(
                "stored",
                "log".to_owned(),
                "checksum ok".to_owned(),
                format!("log position {}", event.seq),
                position,
                *revision,
            );
        }
        EventBody::Mark(mark) => {
            let stage = match mark.surface.as_str() {
                "events" | "notifications" => "streamed",
                "rest" | "context" => "read",
                other => other,
            };
            let detail = format!("surface {}", mark.surface);
            hop(stage, mark.to.clone(), mark.outcome.clone(), detail, Some(event.seq), mark.revision);
        }
        EventBody::Erased { certificate, keys, messages: _ } => {
            if key.is_none_or(|key| keys.iter().any(|erased| erased == key)) {
                let detail = format!("certificate {certificate}");
                hop("erased", who(event), "values removed".to_owned(), detail, Some(event.seq), conversation.revision);
            }
        }
        EventBody::MessageAdded { .. }
        | EventBody::ParticipantJoined { .. }
        | EventBody::ParticipantLeft { .. }
        | EventBody::ParticipantConnected { .. }
        | EventBody::WrappedUp { .. }
        | EventBody::NoteAdded { .. }
        | EventBody::Rated { .. }
        | EventBody::SeenUpTo { .. }
        | EventBody::Ended { .. } => {}
        EventBody::FlowStepped(record) => {
            let flow = format!("{} v{}", record.flow_name, record.version);
            for step in &record.steps {
                let action = (record.run_id, step.action.clone());
                let answers = step.call.is_some() && asked.remove(&action);
                let reads_it = touches(step, key);
                if !reads_it && !answers {
                    continue;
                }
                if step.call.is_none() {
                    asked.insert(action);
                }
                if let Some(call) = &step.call {
                    let outcome =
                        call.status.map_or_else(|| call.error.clone().unwrap_or_default(), |it| it.to_string());
                    let attempts = if call.attempts == 1 { "attempt" } else { "attempts" };
                    let detail = format!("{} ms · {} {attempts} · effect {}", call.millis, call.attempts, call.effect);
                    let to = format!("{} {}", call.method, call.target);
                    hop("sent in API request", to, outcome, detail, Some(event.seq), conversation.revision);
                }
                let (outcome, detail) = said_of_step(step, key);
                let who = format!("{flow} › {}", step.action);
                let stage = if step.call.is_none() { "read by flow step" } else { "answered to flow step" };
                hop(stage, who, outcome, detail, Some(event.seq), conversation.revision);
            }
            if let Some(exit) = record.ended.as_ref().filter(|_| key.is_none()) {
                let (outcome, detail) = ended_with(exit);
                hop("flow ended", flow, outcome.to_owned(), detail, Some(event.seq), conversation.revision);
            }
        }
        EventBody::Routed(record) if key.is_none() => {
            let (outcome, detail) = routed(&record.change);
            let queue = format!("queue {}", record.queue_id);
            hop("routed", queue, outcome, detail, Some(event.seq), conversation.revision);
        }
        EventBody::Routed(_) => {}
    }
}

/// Whether a step has to do with a key: it read it, set it, or took what was asked for with it.
fn touches(step: &FlowStep, key: Option<&str>) -> bool {
    key.is_none_or(|key| {
        let sets = |set: &String| set == key || set.strip_prefix("customData.") == Some(key);
        step.reads.iter().any(|read| read.key == key) || step.sets.iter().any(sets)
    })
}

fn said_of_step(step: &FlowStep, key: Option<&str>) -> (String, String) {
    let reads = step.reads.iter().filter(|read| key.is_none_or(|key| read.key == key));
    let reads: Vec<String> = reads
        .map(|read| match (&read.trust, &read.absent) {
            (Some(trust), _) => format!("read {} ({})", read.key, trust.as_str()),
            (None, Some(why)) => format!("{} absent: {why}", read.key),
            (None, None) => format!("read {}", read.key),
        })
        .collect();
    let outcome = if reads.is_empty() { step.outcome.clone() } else { reads.join(", ") };
    let mut detail = format!("{} · {}", step.kind, step.outcome);
    if let Some(next) = &step.next {
        detail.push_str(&format!(" → {next}"));
    }
    if !step.sets.is_empty() {
        detail.push_str(&format!(" · sets {}", step.sets.join(", ")));
    }
    if let Some(fault) = &step.fault {
        detail.push_str(&format!(" · {fault}"));
    }
    (outcome, detail)
}

fn ended_with(exit: &FlowExit) -> (&'static str, String) {
    match exit {
        FlowExit::Finished => ("finished", String::new()),
        FlowExit::Transferred { queue_id } => ("transferred", format!("queue {queue_id}")),
        FlowExit::TransferredToFlow { flow_id } => ("transferred", format!("flow {flow_id}")),
        FlowExit::Ended => ("the conversation ended", String::new()),
        FlowExit::Failed { fault } => ("failed", fault.clone()),
    }
}

fn routed(change: &RoutingChange) -> (String, String) {
    match change {
        RoutingChange::Queued { priority, skills, language_id: _, agent: _, since: _, why } => {
            ("queued".to_owned(), format!("priority {priority} · {} skills · {why}", skills.len()))
        }
        RoutingChange::Offered { offer } => ("offered".to_owned(), format!("user {}", offer.user_id)),
        RoutingChange::Declined { user_id, participant_id: _, why } => (why.clone(), format!("user {user_id}")),
        RoutingChange::Left { waited_ms, why, user_id } => {
            let user = user_id.map(|user| format!(" · user {user}")).unwrap_or_default();
            (why.clone(), format!("after {waited_ms} ms{user}"))
        }
    }
}

fn about<'a>(receipt: &'a Receipt, key: Option<&'a str>) -> impl Iterator<Item = &'a ReceiptEntry> {
    receipt.entries.iter().filter(move |entry| match key {
        // An attribute may have the name of a customer field (L13): their entries are not each other's.
        Some(key) => {
            entry.form != Form::Customer
                && (entry.stored_as.as_deref().unwrap_or(&entry.key) == key || entry.key == key)
        }
        None => true,
    })
}

fn verdict(entry: &ReceiptEntry) -> String {
    match entry.verdict {
        Verdict::Stored => match &entry.stored_as {
            Some(key) => format!("stored as {key}"),
            None => "stored".to_owned(),
        },
        Verdict::Quarantined => "quarantined".to_owned(),
        Verdict::Refused => "refused".to_owned(),
    }
}

fn said_of(entry: &ReceiptEntry, receipt: &Receipt) -> String {
    let mut said = format!(
        "{} · form {} · trust {} · policy v{}",
        entry.key,
        entry.form.as_str(),
        entry.trust.as_str(),
        receipt.policy_version
    );
    if let Some(rule) = entry.rule {
        said.push_str(" · rule ");
        said.push_str(rule.as_str());
    }
    if entry.rule.is_none() && entry.declared {
        said.push_str(" · declared");
    }
    said.push_str(&format!(" · {} of {} bytes", receipt.bytes, receipt.max_bytes));
    said
}

fn who(event: &Event) -> String {
    match &event.by {
        waybill_model::Actor::Guest => "page".to_owned(),
        waybill_model::Actor::Client(id) => format!("client {id}"),
        waybill_model::Actor::User(id) => format!("user {id}"),
        waybill_model::Actor::Flow(id) => format!("flow {id}"),
        waybill_model::Actor::Server => "server".to_owned(),
    }
}
