//! The judge: what was acknowledged against what is there. Pure, so that its own controls need no server.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value};

use super::found::{Found, FoundConversation, Happened};
use super::record::{Chat, Fate, Record, What, Write, Writer};

/// The key that every start carries and no other start shares a value of.
pub const CRM_KEY: &str = "crmCustomerId";

/// One broken promise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Acknowledged, and not there.
    Lost(String),
    /// There more than once.
    Doubled(String),
    /// There, but after what was sent later.
    Reordered(String),
    /// There, but not as it was acknowledged.
    Changed(String),
    /// There in part.
    Torn(String),
    /// There, though nobody sent it or it was refused.
    Invented(String),
    /// The server could not show it.
    Unreadable(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, what) = match self {
            Self::Lost(what) => ("lost", what),
            Self::Doubled(what) => ("doubled", what),
            Self::Reordered(what) => ("reordered", what),
            Self::Changed(what) => ("changed", what),
            Self::Torn(what) => ("torn", what),
            Self::Invented(what) => ("invented", what),
            Self::Unreadable(what) => ("unreadable", what),
        };
        write!(f, "{kind}: {what}")
    }
}

/// Compares all that was recorded with all that was found.
#[must_use]
pub fn compare(record: &Record, found: &Found) -> Vec<Fault> {
    let mut faults: Vec<Fault> = found.unreadable.iter().cloned().map(Fault::Unreadable).collect();
    let mut by_crm: BTreeMap<&str, Vec<(&str, &FoundConversation)>> = BTreeMap::new();
    for (id, conversation) in &found.conversations {
        match crm_of(conversation) {
            Some(crm) => by_crm.entry(crm).or_default().push((id, conversation)),
            None => faults.push(Fault::Torn(format!("conversation {id} does not begin with a start and its CRM id"))),
        }
    }
    for crm in by_crm.keys().filter(|crm| !record.chats.contains_key(**crm)) {
        faults.push(Fault::Invented(format!("a start with {crm}")));
    }
    for (crm, chat) in &record.chats {
        let here = by_crm.get(crm.as_str()).map_or(&[][..], Vec::as_slice);
        compare_chat(chat, here, &mut faults);
    }
    faults.sort();
    faults.dedup();
    faults
}

fn crm_of(conversation: &FoundConversation) -> Option<&str> {
    match &conversation.events.first()?.what {
        Happened::Started(context) => context.get(CRM_KEY)?.as_str(),
        Happened::Attributes(_) | Happened::Message(_) | Happened::Other(_) => None,
    }
}

fn compare_chat(chat: &Chat, here: &[(&str, &FoundConversation)], faults: &mut Vec<Fault>) {
    let crm = &chat.start.crm;
    match (here, &chat.start.fate) {
        ([], Fate::Acknowledged) => faults.push(Fault::Lost(format!("the start with {crm}"))),
        ([], Fate::Unknown | Fate::Refused) => {}
        ([_, _, ..], _) => faults.push(Fault::Doubled(format!("the start with {crm}: {} conversations", here.len()))),
        ([_], Fate::Refused) => faults.push(Fault::Invented(format!("the refused start with {crm}"))),
        ([(id, conversation)], Fate::Acknowledged | Fate::Unknown) => {
            if chat.start.conversation_id().is_some_and(|acknowledged| acknowledged != *id) {
                faults.push(Fault::Changed(format!("the conversation id of the start with {crm}")));
            }
            compare_conversation(chat, id, conversation, faults);
        }
    }
}

fn compare_conversation(chat: &Chat, id: &str, conversation: &FoundConversation, faults: &mut Vec<Fault>) {
    compare_sequence(id, conversation, faults);
    compare_start(chat, id, conversation, faults);
    compare_messages(chat, id, conversation, faults);
    compare_attributes(chat, id, conversation, faults);
    if let Some(context) = &conversation.context {
        compare_context(chat, id, context, faults);
    }
    if let Some(history) = &conversation.history
        && !history.iter().eq(messages(conversation))
    {
        faults.push(Fault::Changed(format!("the history of {id} shows other messages than the stream")));
    }
}

/// 1, 2, 3 … and no event twice.
fn compare_sequence(id: &str, conversation: &FoundConversation, faults: &mut Vec<Fault>) {
    let mut ids = BTreeSet::new();
    for (expected, event) in (1..).zip(&conversation.events) {
        if event.conversation_seq != expected {
            faults.push(Fault::Lost(format!("event {expected} of {id}: {} stands there", event.conversation_seq)));
            break;
        }
        if !ids.insert(&event.id) {
            faults.push(Fault::Doubled(format!("event {} of {id}", event.id)));
        }
    }
}

/// P3: the start is there wholly, with every key and the first message.
fn compare_start(chat: &Chat, id: &str, conversation: &FoundConversation, faults: &mut Vec<Fault>) {
    let Some(Happened::Started(context)) = conversation.events.first().map(|event| &event.what) else { return };
    for (key, value) in &chat.start.custom_data {
        match context.get(key) {
            Some(stored) if stored == value => {}
            Some(_) => faults.push(Fault::Changed(format!("`{key}` in the start of {id}"))),
            None => faults.push(Fault::Torn(format!("`{key}` is missing from the start of {id}"))),
        }
    }
    for key in context.keys().filter(|key| !chat.start.custom_data.contains_key(*key)) {
        faults.push(Fault::Invented(format!("`{key}` in the start of {id}")));
    }
    if let Some(text) = &chat.start.message {
        match messages(conversation).filter(|said| *said == text).count() {
            1 => {}
            0 => faults.push(Fault::Torn(format!("the first message is missing from the start of {id}"))),
            _ => faults.push(Fault::Doubled(format!("the first message of {id}"))),
        }
    }
}

fn messages(conversation: &FoundConversation) -> impl Iterator<Item = &String> {
    conversation.events.iter().filter_map(|event| match &event.what {
        Happened::Message(text) => Some(text),
        Happened::Started(_) | Happened::Attributes(_) | Happened::Other(_) => None,
    })
}

fn compare_messages(chat: &Chat, id: &str, conversation: &FoundConversation, faults: &mut Vec<Fault>) {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, text) in messages(conversation).enumerate() {
        places.entry(text).or_default().push(place);
    }
    let mut known: BTreeSet<&str> = chat.start.message.iter().map(String::as_str).collect();
    let mut last: BTreeMap<Writer, usize> = BTreeMap::new();
    for write in &chat.writes {
        let (What::Message { text, .. } | What::AgentMessage { text }) = &write.what else { continue };
        known.insert(text);
        let here = places.get(text.as_str()).map_or(&[][..], Vec::as_slice);
        count(write, here.len(), &format!("message `{text}` of {id}"), faults);
        if let Some(place) = here.first() {
            if last.get(&write.by).is_some_and(|last| last > place) {
                faults.push(Fault::Reordered(format!("message `{text}` of {id}")));
            }
            last.insert(write.by, *place);
        }
    }
    for text in places.keys().filter(|text| !known.contains(*text)) {
        faults.push(Fault::Invented(format!("message `{text}` of {id}")));
    }
}

/// Every write of attributes is one event with all of its keys.
fn compare_attributes(chat: &Chat, id: &str, conversation: &FoundConversation, faults: &mut Vec<Fault>) {
    let changes: Vec<&Map<String, Value>> = conversation
        .events
        .iter()
        .filter_map(|event| match &event.what {
            Happened::Attributes(changes) => Some(changes),
            Happened::Started(_) | Happened::Message(_) | Happened::Other(_) => None,
        })
        .collect();
    let mut last: BTreeMap<Writer, usize> = BTreeMap::new();
    let mut explained = BTreeSet::new();
    for write in &chat.writes {
        let What::Attributes { values, marker } = &write.what else { continue };
        let mark = &values[marker];
        let here: Vec<usize> = (0..changes.len()).filter(|place| changes[*place].get(marker) == Some(mark)).collect();
        count(write, here.len(), &format!("attributes marked {mark} of {id}"), faults);
        let Some(place) = here.first() else { continue };
        explained.insert(*place);
        if changes[*place] != values {
            faults.push(Fault::Torn(format!("attributes marked {mark} of {id} are not all in their event")));
        }
        if last.get(&write.by).is_some_and(|last| last > place) {
            faults.push(Fault::Reordered(format!("attributes marked {mark} of {id}")));
        }
        last.insert(write.by, *place);
    }
    if explained.len() < changes.len() {
        faults.push(Fault::Invented(format!("{} changes of attributes of {id}", changes.len() - explained.len())));
    }
}

fn count(write: &Write, found: usize, what: &str, faults: &mut Vec<Fault>) {
    match (found, &write.fate) {
        (0, Fate::Acknowledged) => faults.push(Fault::Lost(what.to_owned())),
        (0, Fate::Unknown | Fate::Refused) | (1, Fate::Acknowledged | Fate::Unknown) => {}
        (1, Fate::Refused) => faults.push(Fault::Invented(format!("refused {what}"))),
        _ => faults.push(Fault::Doubled(what.to_owned())),
    }
}

/// The context now: per key the last acknowledged value, or one whose fate is unknown and that was sent after it.
fn compare_context(chat: &Chat, id: &str, context: &Map<String, Value>, faults: &mut Vec<Fault>) {
    let mut allowed: BTreeMap<&str, Vec<Option<&Value>>> =
        chat.start.custom_data.iter().map(|(key, value)| (key.as_str(), vec![Some(value)])).collect();
    for write in &chat.writes {
        let What::Attributes { values, .. } = &write.what else { continue };
        for (key, value) in values {
            let allowed = allowed.entry(key).or_insert_with(|| vec![None]);
            match write.fate {
                Fate::Acknowledged => *allowed = vec![Some(value)],
                Fate::Unknown => allowed.push(Some(value)),
                Fate::Refused => {}
            }
        }
    }
    for (key, allowed) in &allowed {
        let stored = context.get(*key);
        if !allowed.contains(&stored) {
            let what = format!("`{key}` in the context of {id}");
            faults.push(if stored.is_none() { Fault::Lost(what) } else { Fault::Changed(what) });
        }
    }
    for key in context.keys().filter(|key| !allowed.contains_key(key.as_str())) {
        faults.push(Fault::Invented(format!("`{key}` in the context of {id}")));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{found::FoundEvent, record::Start};
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    fn message(text: &str, fate: Fate) -> Write {
        let what = What::Message { client_id: text.to_owned(), text: text.to_owned() };
        Write { by: Writer::Guest, what, fate }
    }

    fn attributes(step: &str, fate: Fate) -> Write {
        let values = map(json!({"step": step, "extra": 1}));
        Write { by: Writer::Client(0), what: What::Attributes { values, marker: "step".to_owned() }, fate }
    }

    fn record(fate: Fate, writes: Vec<Write>) -> Record {
        let start = Start {
            token: "t".to_owned(),
            start_token: "s".to_owned(),
            crm: "CRM-1".to_owned(),
            custom_data: map(json!({"crmCustomerId": "CRM-1", "vip": false})),
            message: Some("first".to_owned()),
            fate: fate.clone(),
            answer: (fate == Fate::Acknowledged).then(|| json!({"conversationId": "c1"})),
        };
        Record { chats: [("CRM-1".to_owned(), Chat { start, writes })].into() }
    }

    fn started() -> Happened {
        Happened::Started(map(json!({"crmCustomerId": "CRM-1", "vip": false})))
    }

    fn said(text: &str) -> Happened {
        Happened::Message(text.to_owned())
    }

    fn changed(step: &str) -> Happened {
        Happened::Attributes(map(json!({"step": step, "extra": 1})))
    }

    fn conversation(happened: Vec<Happened>, context: Value) -> FoundConversation {
        let events = (1..).zip(happened);
        let events =
            events.map(|(seq, what)| FoundEvent { id: seq.to_string(), conversation_seq: seq, what }).collect();
        FoundConversation { events, context: Some(map(context)), history: None }
    }

    fn found(conversations: Vec<(&str, FoundConversation)>) -> Found {
        let conversations = conversations.into_iter().map(|(id, found)| (id.to_owned(), found)).collect();
        Found { conversations, ..Found::default() }
    }

    const BEGUN: fn() -> Value = || json!({"crmCustomerId": "CRM-1", "vip": false});

    #[track_caller]
    fn check(record: &Record, found: &Found, expected: &[&str]) {
        let faults: Vec<String> = compare(record, found).iter().map(ToString::to_string).collect();
        assert_eq!(faults.len(), expected.len(), "{faults:?}");
        for (fault, expected) in faults.iter().zip(expected) {
            assert!(fault.starts_with(expected), "{faults:?}, expected {expected}");
        }
    }

    #[test]
    fn p2_the_judge_finds_no_fault_where_there_is_none() {
        let context = json!({"crmCustomerId": "CRM-1", "vip": false, "step": "one", "extra": 1});
        let here = conversation(vec![started(), said("first"), said("a"), changed("one"), said("b")], context);
        let writes =
            vec![message("a", Fate::Acknowledged), attributes("one", Fate::Acknowledged), message("b", Fate::Unknown)];
        check(&record(Fate::Acknowledged, writes), &found(vec![("c1", here)]), &[]);
        check(&record(Fate::Unknown, vec![]), &found(vec![]), &[]);
    }

    #[test]
    fn p2_the_judge_sees_what_was_lost() {
        let whole = conversation(vec![started(), said("first")], BEGUN());
        check(&record(Fate::Acknowledged, vec![]), &found(vec![]), &["lost: the start"]);
        let one = found(vec![("c1", whole)]);
        check(&record(Fate::Acknowledged, vec![message("a", Fate::Acknowledged)]), &one, &["lost: message `a`"]);
        let lost = ["lost: `extra` in the context", "lost: `step` in the context", "lost: attributes"];
        check(&record(Fate::Acknowledged, vec![attributes("one", Fate::Acknowledged)]), &one, &lost);
        let mut holed = conversation(vec![started(), said("first"), said("a"), said("b")], BEGUN());
        holed.events.remove(2);
        let writes = vec![message("a", Fate::Unknown), message("b", Fate::Acknowledged)];
        check(&record(Fate::Acknowledged, writes), &found(vec![("c1", holed)]), &["lost: event 3"]);
    }

    #[test]
    fn p2_the_judge_sees_what_was_doubled_reordered_changed_or_invented() {
        let two = vec![message("a", Fate::Acknowledged), message("b", Fate::Acknowledged)];
        let case = |happened, expected: &[&str]| {
            let here = found(vec![("c1", conversation(happened, BEGUN()))]);
            check(&record(Fate::Acknowledged, two.clone()), &here, expected);
        };
        case(vec![started(), said("first"), said("a"), said("b"), said("a")], &["doubled: message `a`"]);
        case(vec![started(), said("first"), said("b"), said("a")], &["reordered: message `b`"]);
        case(vec![started(), said("first"), said("a"), said("b"), said("c")], &["invented: message `c`"]);
        let again = conversation(vec![started(), said("first")], BEGUN());
        let both = found(vec![("c1", again.clone()), ("c2", again.clone())]);
        check(&record(Fate::Acknowledged, vec![]), &both, &["doubled: the start"]);
        let other = found(vec![("c2", again)]);
        check(&record(Fate::Acknowledged, vec![]), &other, &["changed: the conversation id"]);
        let other = conversation(vec![started(), said("first")], json!({"crmCustomerId": "CRM-1", "vip": true}));
        check(&record(Fate::Acknowledged, vec![]), &found(vec![("c1", other)]), &["changed: `vip` in the context"]);
    }

    #[test]
    fn p3_the_judge_sees_a_start_without_its_context_or_message() {
        let bare = Happened::Started(map(json!({"crmCustomerId": "CRM-1"})));
        let here = found(vec![("c1", conversation(vec![bare], BEGUN()))]);
        let torn = ["torn: `vip` is missing", "torn: the first message"];
        check(&record(Fate::Unknown, vec![]), &here, &torn);
        let here = found(vec![("c1", conversation(vec![said("first"), started()], BEGUN()))]);
        check(&record(Fate::Unknown, vec![]), &here, &["torn: conversation c1"]);
    }
}
