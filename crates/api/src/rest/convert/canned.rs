//! Canned replies in the field's shape.

use waybill_model as model;
use waybill_protocol::rest::{
    canned::{AbsentPlaceholder, CannedResponse, Library, RenderedResponse, RenderedText, ResponseText},
    listing::EntityReference,
};
use waybill_service::{FilledReply, FilledText, LackingPlace, Versioned};

use super::actor;

pub(in crate::rest) fn library(found: &Versioned<model::Library>) -> Library {
    let model::Library { id, organization_id: _, name, by, created_at } = &found.entity;
    Library {
        id: *id,
        name: name.clone(),
        version: found.version,
        created_by: actor(by),
        date_created: *created_at,
        self_uri: library_uri(*id),
    }
}

pub(in crate::rest) fn response(found: &Versioned<model::CannedResponse>) -> CannedResponse {
    let model::CannedResponse { id, organization_id: _, name, libraries, texts, by, created_at } = &found.entity;
    let text = |model::CannedText { content, kind }: &model::CannedText| ResponseText {
        content: content.clone(),
        content_type: kind.as_str(),
    };
    CannedResponse {
        id: *id,
        name: name.clone(),
        version: found.version,
        libraries: libraries
            .iter()
            .map(|id| EntityReference { id: id.to_string(), self_uri: library_uri(*id) })
            .collect(),
        texts: texts.iter().map(text).collect(),
        interaction_type: "chat",
        created_by: actor(by),
        date_created: *created_at,
        self_uri: format!("/api/v2/responsemanagement/responses/{id}"),
    }
}

pub(in crate::rest) fn rendered(filled: FilledReply) -> RenderedResponse {
    let FilledReply { conversation_id, revision, texts } = filled;
    let complete = texts.iter().all(|text| text.lacking.is_empty());
    let texts = texts.into_iter().map(|FilledText { content, kind, lacking }| RenderedText {
        content,
        content_type: kind.as_str(),
        absent: lacking.into_iter().map(absent).collect(),
    });
    RenderedResponse { conversation_id, revision, complete, texts: texts.collect() }
}

fn absent(LackingPlace { placeholder, key, why, message }: LackingPlace) -> AbsentPlaceholder {
    AbsentPlaceholder { placeholder, key, why, message }
}

fn library_uri(id: model::LibraryId) -> String {
    format!("/api/v2/responsemanagement/libraries/{id}")
}
