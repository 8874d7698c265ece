//! Erasure (LOG6): what becomes of a conversation and of the records of its log when values go. Events and counts stay.

use std::collections::BTreeSet;

use waybill_model::{
    AttributeChange, CertificateId, Context, Conversation, Customer, EventBody, Message, MessageId, Note, Participant,
    Purpose, Quarantined, Rating, Scalar, Wrapup,
};

/// A value that was found.
#[derive(Debug, Clone, Copy)]
pub enum Found<'a> {
    /// Stored now or once, under a canonical key.
    Stored(&'a str, &'a Scalar),
    /// Set aside under a name or path.
    Quarantined(&'a str, &'a Quarantined),
}

/// What goes.
pub struct Scrub<'a> {
    /// The certificate that lists it.
    pub certificate: CertificateId,
    /// Which values of context.
    pub goes: &'a (dyn Fn(Found<'_>) -> bool + Sync),
    /// Whether the customer's id, name and e-mail go.
    pub customer: bool,
    /// Whether texts and contents of messages go.
    pub messages: bool,
    /// Whether routing wishes go, too.
    pub routing: bool,
}

/// What went, without the values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// Keys whose values went.
    pub keys: BTreeSet<String>,
    /// Of these, the ones that were quarantined.
    pub quarantined: BTreeSet<String>,
    /// Messages that lost text and content.
    pub messages: u64,
    /// The texts that went, so that what else repeats them can be found; never stored, never shown.
    pub texts: BTreeSet<String>,
}

impl Removed {
    /// Whether some text repeats a value that went. Short values prove nothing.
    #[must_use]
    pub fn is_repeated_in(&self, text: &str) -> bool {
        self.texts.iter().any(|value| value.len() >= SHORTEST && text.contains(value.as_str()))
    }
}

/// A value shorter than this stands in too many texts by chance.
const SHORTEST: usize = 4;

impl Scrub<'_> {
    /// The body of a log record without what goes; `None` when nothing of it does.
    #[must_use]
    pub fn body(&self, body: &EventBody, removed: &mut Removed) -> Option<EventBody> {
        let mut after = body.clone();
        match &mut after {
            EventBody::Started { conversation, receipt: _ } => self.conversation(conversation, removed),
            EventBody::AttributesChanged { changes, quarantined, customer, .. } => {
                for change in changes.iter_mut() {
                    self.change(change, removed);
                }
                quarantined.retain(|(name, value)| {
                    let goes = self.quarantined(name, value, removed);
                    if goes {
                        changes.push(AttributeChange {
                            key: name.clone(),
                            old: None,
                            new: None,
                            reason: None,
                            erased: Some(self.certificate),
                        });
                    }
                    !goes
                });
                if let Some(customer) = customer {
                    self.customer(customer, removed);
                }
            }
            EventBody::MessageAdded { message } => self.message(message, removed),
            EventBody::ParticipantJoined { participant } => self.participant(participant, removed),
            EventBody::WrappedUp { participant_id: _, wrapup } => self.notes(wrapup, removed),
            EventBody::NoteAdded { note } => self.note(note, removed),
            EventBody::Rated { rating } => self.rating(rating, removed),
            // Flows and routing tell names and ids; what a flow's author put into words has no values (FLOW).
            EventBody::FlowStepped(_)
            | EventBody::Routed(_)
            | EventBody::ParticipantConnected { .. }
            | EventBody::ParticipantLeft { .. }
            | EventBody::SeenUpTo { .. }
            | EventBody::Ended { .. }
            | EventBody::Erased { .. }
            | EventBody::Mark(_) => return None,
        }
        (after != *body).then_some(after)
    }

    /// Takes what goes out of a conversation, now or as it began.
    pub fn conversation(&self, conversation: &mut Conversation, removed: &mut Removed) {
        for participant in &mut conversation.participants {
            self.participant(participant, removed);
        }
        for participant in &mut conversation.participants {
            if let Some(wrapup) = &mut participant.wrapup {
                self.notes(wrapup, removed);
            }
        }
        if let Some(rating) = conversation.beside.as_mut().and_then(|beside| beside.rating.as_mut()) {
            self.rating(rating, removed);
        }
        // Its variables may hold anything: a run does not outlive an erasure, nor do its jobs (the store's part).
        conversation.run = None;
        let goes = |text: &String| self.routing || removed.is_repeated_in(text);
        if conversation.routing.as_ref().is_some_and(goes) {
            conversation.routing = None;
        }
        if conversation.source.page.as_ref().is_some_and(|page| removed.is_repeated_in(page)) {
            conversation.source.page = None;
        }
    }

    /// What an agent noted goes where everything goes, and where it repeats what goes.
    fn notes(&self, wrapup: &mut Wrapup, removed: &Removed) {
        if self.routing || removed.is_repeated_in(&wrapup.notes) {
            wrapup.notes.clear();
        }
    }

    /// A note is about the customer: it goes with what was said, and where it repeats what goes.
    fn note(&self, note: &mut Note, removed: &Removed) {
        if self.messages || removed.is_repeated_in(&note.text) {
            note.text.clear();
            note.mentions.clear();
        }
    }

    /// The score is a count and stays; the words are the customer's own.
    fn rating(&self, rating: &mut Rating, removed: &Removed) {
        if self.messages || removed.is_repeated_in(&rating.comment) {
            rating.comment.clear();
        }
    }

    fn participant(&self, participant: &mut Participant, removed: &mut Removed) {
        // Agents and clients are staff: their names are nobody's secret.
        if participant.purpose == Purpose::Customer {
            self.customer(&mut participant.customer, removed);
        }
        let Context { stored, quarantined, refused: _, missing: _, deleted: _, erased } = &mut participant.context;
        stored.retain(|key, attribute| {
            let goes = (self.goes)(Found::Stored(key, &attribute.value));
            if goes {
                removed.keys.insert(key.clone());
                removed.texts.extend(attribute.value.to_text().map(std::borrow::Cow::into_owned));
                erased.insert(key.clone(), self.certificate);
            }
            !goes
        });
        quarantined.retain(|name, value| {
            let goes = self.quarantined(name, value, removed);
            if goes && !stored.contains_key(name) {
                erased.insert(name.clone(), self.certificate);
            }
            !goes
        });
    }

    fn customer(&self, customer: &mut Customer, removed: &mut Removed) {
        if !self.customer {
            return;
        }
        let Customer { id, name, email, trust } = customer;
        for (value, key) in [(id, "customer.id"), (name, "customer.name"), (email, "customer.email")] {
            if let Some(value) = value.take() {
                removed.keys.insert(key.to_owned());
                removed.texts.insert(value);
            }
        }
        trust.clear();
    }

    fn change(&self, change: &mut AttributeChange, removed: &mut Removed) {
        let AttributeChange { key, old, new, reason, erased } = change;
        let before = old.take_if(|old| (self.goes)(Found::Stored(key, old)));
        let after = new.take_if(|new| (self.goes)(Found::Stored(key, &new.value))).map(|new| new.value);
        if before.is_none() && after.is_none() {
            return;
        }
        removed.keys.insert(key.clone());
        let texts = before.iter().chain(&after).filter_map(Scalar::to_text);
        removed.texts.extend(texts.map(std::borrow::Cow::into_owned));
        // Whoever corrected it may have said why by saying what it was.
        *reason = None;
        *erased = Some(self.certificate);
    }

    fn quarantined(&self, name: &str, value: &Quarantined, removed: &mut Removed) -> bool {
        let goes = (self.goes)(Found::Quarantined(name, value));
        if goes {
            removed.keys.insert(name.to_owned());
            removed.quarantined.insert(name.to_owned());
            removed.texts.insert(text_of(&value.json));
        }
        goes
    }

    fn message(&self, message: &mut Message, removed: &mut Removed) {
        if !self.messages {
            return;
        }
        let had = !message.text.is_empty() || message.content.is_some();
        removed.messages += u64::from(had);
        message.text.clear();
        message.content = None;
        message.tracing_id = None;
        if message.direction == waybill_model::Direction::Inbound {
            message.nickname = None;
        }
        // Our own client draws a UUID, which finds a message that is sent again (START8). Others can put anything there.
        message.client_id.take_if(|id| id.parse::<MessageId>().is_err());
    }
}

/// The text of a JSON text; other JSON stands for itself.
#[must_use]
pub fn text_of(json: &str) -> String {
    serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned())
}

/// Whether a quarantined JSON text is, or has somewhere in it, a text.
#[must_use]
pub fn holds_text(json: &str, text: &str) -> bool {
    fn holds(value: &serde_json::Value, text: &str) -> bool {
        match value {
            serde_json::Value::Bool(own) => (if *own { "true" } else { "false" }) == text,
            serde_json::Value::Null => text == "null",
            serde_json::Value::String(own) => own == text,
            serde_json::Value::Array(values) => values.iter().any(|value| holds(value, text)),
            serde_json::Value::Object(members) => members.values().any(|value| holds(value, text)),
            serde_json::Value::Number(number) => number.to_string() == text,
        }
    }
    serde_json::from_str(json).map_or_else(|_| json.contains(text), |value| holds(&value, text))
}
