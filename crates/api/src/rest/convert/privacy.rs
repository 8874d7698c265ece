//! Requests for erasure and export, certificates, and lines of exports.

use serde_json::value::{RawValue, to_raw_value};
use waybill_model as model;
use waybill_protocol::rest::privacy::{
    CertificateLine, ErasureCertificate, ExportedAttribute, ExportedConversation, ExportedMark, ExportedMessage,
    PrivacyRequest, PrivacySubject, PrivacyTotals, SubjectConversation,
};
use waybill_service::privacy::{self, CertificatePage, SubjectBundle};

use super::{
    MessageShape, actor, context, conversation, event, history,
    message::{direction, message, originating_entity},
    raw,
};
use crate::{
    convert,
    error::{ApiError, ApiResult},
};

const PATH: &str = "/api/v2/gdpr/requests";
/// Everywhere that an erasure goes.
const PLACES: &[&str] = &[
    "records of the log",
    "conversations, their context, quarantine and history",
    "lists and searches",
    "facts and counts of analytics, and stored questions that named the value",
    "kept answers of starts",
    "the replay of streams and notifications, and the bodies of webhooks that are still to be sent",
    "the database file, its free pages and its write-ahead log",
    "the memory of the server",
];
/// What it can't.
const NOT_REACHED: &[&str] = &[
    "backups that were made before: they are the operator's to delete",
    "what webhooks, streams and exports have delivered before",
];

pub(in crate::rest) fn privacy_request(request: &model::PrivacyRequest) -> PrivacyRequest {
    let model::PrivacyRequest {
        id,
        organization_id: _,
        kind,
        subject,
        status,
        created_at,
        by,
        divisions: _,
        completed_at,
        expires_at,
        totals,
        label: _,
    } = request;
    let is_done = *status == model::PrivacyStatus::Completed;
    let results = match kind {
        model::PrivacyRequestKind::Delete => Some("certificate"),
        model::PrivacyRequestKind::Export => expires_at.map(|_| "results"),
    };
    PrivacyRequest {
        id: *id,
        created_date: *created_at,
        created_by: actor(by),
        request_type: kind.as_str(),
        status: status.as_str(*kind),
        subject: self::subject(subject),
        completed_date: *completed_at,
        expiration_date: *expires_at,
        results_url: results.filter(|_| is_done).map(|results| format!("{PATH}/{id}/{results}")),
        totals: self::totals(*totals),
        self_uri: format!("{PATH}/{id}"),
    }
}

fn subject(subject: &model::PrivacySubject) -> PrivacySubject {
    match subject {
        model::PrivacySubject::Attribute { key, salt, value_hash, sealed: _ } => PrivacySubject {
            attribute_key: Some(key.clone()),
            attribute_value_hash: Some(value_hash.clone()),
            salt: Some(salt.clone()),
            conversation_id: None,
        },
        model::PrivacySubject::Conversation { conversation_id } => PrivacySubject {
            attribute_key: None,
            attribute_value_hash: None,
            salt: None,
            conversation_id: Some(*conversation_id),
        },
    }
}

const fn totals(totals: model::ErasureTotals) -> PrivacyTotals {
    let model::ErasureTotals { conversations, keys, messages, events, start_tokens, questions } = totals;
    PrivacyTotals { conversations, keys, messages, events, start_tokens, questions }
}

pub(in crate::rest) fn certificate(page: &CertificatePage) -> ErasureCertificate {
    let CertificatePage { request, request_hash, conversations, next } = page;
    ErasureCertificate {
        request: privacy_request(request),
        request_hash: request_hash.clone(),
        places: PLACES.to_vec(),
        not_reached: NOT_REACHED.to_vec(),
        conversations: conversations.iter().map(line).collect(),
        cursor: next.map(|next| next.to_string()),
    }
}

fn line(line: &model::ErasedConversation) -> CertificateLine {
    let model::ErasedConversation { conversation_id, at, position, keys, quarantined, messages, events, start_tokens } =
        line;
    CertificateLine {
        conversation_id: *conversation_id,
        at: *at,
        position: *position,
        keys: keys.clone(),
        quarantined: *quarantined,
        messages: *messages,
        events: *events,
        start_tokens: *start_tokens,
    }
}

pub(in crate::rest) fn subject_conversation(bundle: &SubjectBundle) -> ApiResult<SubjectConversation<'_>> {
    let SubjectBundle { view, keys, history, trace, messages, events, marks } = bundle;
    let id = view.conversation.id;
    let mut told = Vec::with_capacity(events.len());
    for privacy::ExportedEvent { event, cursor, revision } in events {
        told.extend(self::event(event, *cursor, *revision)?);
    }
    Ok(SubjectConversation {
        conversation: conversation(view),
        context: keys.iter().map(context::key).collect::<ApiResult<_>>()?,
        history: history.iter().map(history::entry).collect::<ApiResult<_>>()?,
        messages: messages
            .iter()
            .map(|one| message(id, (one, view.conversation.reach_of(one.direction, one.at)), MessageShape::Both))
            .collect::<ApiResult<_>>()?,
        events: told,
        trace: trace.hops.iter().map(history::hop).collect(),
        marks: marks.iter().map(|(at, by, mark)| self::mark(*at, by, mark)).collect(),
    })
}

fn mark(at: model::Time, by: &model::Actor, mark: &model::Mark) -> ExportedMark {
    let model::Mark { surface, to, revision, outcome } = mark;
    ExportedMark {
        at,
        by: actor(by),
        surface: surface.clone(),
        to: to.clone(),
        revision: *revision,
        outcome: outcome.clone(),
    }
}

pub(in crate::rest) fn exported_conversation(row: &privacy::ExportedConversation) -> ApiResult<ExportedConversation> {
    let privacy::ExportedConversation { conversation, division_id } = row;
    let model::Conversation {
        id,
        organization_id: _,
        deployment_id,
        session_id: _,
        started_at,
        ended_at,
        participants,
        revision,
        policy_version,
        routing: _,
        run: _,
        queued: _,
        beside: _,
        source,
        seq: _,
        last_at: _,
    } = &**conversation;
    let model::conversation::Source { page, sdk, api, locale: _ } = source;
    let customer = conversation.customer().map(|one| one.customer.clone()).unwrap_or_default();
    Ok(ExportedConversation {
        conversation_id: *id,
        deployment_id: *deployment_id,
        division_id: *division_id,
        start_time: *started_at,
        end_time: *ended_at,
        revision: *revision,
        policy_version: *policy_version,
        participants: participants.len(),
        customer_id: customer.id,
        customer_name: customer.name,
        customer_email: customer.email,
        page: page.clone(),
        sdk: sdk.clone(),
        form: api.clone(),
        custom_data: custom_data(conversation)?,
    })
}

fn custom_data(conversation: &model::Conversation) -> ApiResult<Box<RawValue>> {
    let stored = conversation.context().map(|context| &context.stored).into_iter().flatten();
    let map: std::collections::BTreeMap<&str, &model::Scalar> =
        stored.map(|(key, attribute)| (key.as_str(), &attribute.value)).collect();
    to_raw_value(&map).map_err(|error| ApiError::bug(error.to_string()))
}

pub(in crate::rest) fn exported_attribute(row: &privacy::ExportedAttribute) -> ExportedAttribute {
    let privacy::ExportedAttribute { conversation_id, started_at, participant_id, purpose, key, attribute, masked } =
        row;
    let model::Attribute { value, trust, forms, sent_as, declared, coerced: _, revision, at, by, late } = attribute;
    ExportedAttribute {
        conversation_id: *conversation_id,
        start_time: *started_at,
        participant_id: *participant_id,
        purpose: purpose.as_str(),
        key: key.clone(),
        value: convert::scalar(value),
        masked: *masked,
        trust: convert::trust(*trust),
        form: forms.first().map_or("", |form| form.as_str()).to_owned(),
        sent_as: sent_as.clone(),
        declared: *declared,
        revision: *revision,
        at: *at,
        by: actor(by),
        late: *late,
    }
}

pub(in crate::rest) fn exported_message(row: &privacy::ExportedMessage) -> ApiResult<ExportedMessage> {
    let privacy::ExportedMessage { conversation_id, message } = row;
    let model::Message {
        id,
        session_id: _,
        participant_id,
        direction: way,
        kind,
        text,
        content,
        at,
        originator,
        nickname,
        tracing_id: _,
        client_id: _,
    } = message;
    Ok(ExportedMessage {
        conversation_id: *conversation_id,
        message_id: *id,
        participant_id: *participant_id,
        at: *at,
        direction: direction(*way),
        r#type: match kind {
            model::MessageKind::Text => "Text",
            model::MessageKind::Structured => "Structured",
            model::MessageKind::PresenceJoin => "Join",
            model::MessageKind::PresenceDisconnect => "Disconnect",
        },
        originator: originating_entity(*originator),
        nickname: nickname.clone(),
        text: text.clone(),
        content: content.as_deref().map(raw).transpose()?,
    })
}
