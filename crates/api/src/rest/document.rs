//! The OpenAPI document: written from the handlers and the wire types, with an example for every answer.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use utoipa::{
    IntoResponses, OpenApi as _, PartialSchema as _, ToSchema as _,
    openapi::{
        Contact, ContentBuilder, Info, License, OpenApi, Ref, RefOr, Response as Answer, ResponseBuilder,
        extensions::Extensions,
        path::Operation,
        security::{ClientCredentials, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityScheme},
        tag::TagBuilder,
    },
};
use waybill_protocol::{
    ErrorBody,
    guest::GuestSchemas,
    notification::NotificationSchemas,
    rest::event::{ConversationPosition, StreamEnd, Typing},
};

use super::{limits::set_limits, permissions::PERMISSIONS};
use crate::{App, guest::GuestPaths};

/// What every tag is about.
const TAGS: &[(&str, &str)] = &[
    ("Tokens", "Bearer tokens for API clients and people."),
    ("Log-in", "The page on which people log in (authorization code with PKCE)."),
    ("People", "Users, and what each may do for himself."),
    ("Authorization", "Roles, permissions, divisions, API clients."),
    ("Conversations", "Conversations in the field's own shape, and answers in them."),
    ("Webchat", "The webchat resource of the two documents."),
    ("Context", "The context of a conversation: each key with its reasons, its past and its way."),
    (
        "Routing",
        "Queues, their rules, who works in them, skills and languages, and how work on a conversation can end.",
    ),
    ("Agents", "What people at work are doing, can do, and take at once."),
    ("Flows", "What happens in a conversation by itself: drafts, versions, business hours."),
    ("Integrations", "Requests to other systems: named contracts, and the credentials that they go with."),
    ("Events", "The event stream."),
    ("Notifications", "Channels: topics that are told over a WebSocket."),
    ("Webhooks", "Endpoints that are told events, signed and tried again until they are accepted."),
    ("Analytics", "Many conversations at once: listed, counted, and looked at for what their context lacks."),
    ("Deployments", "Entry points, how they judge context, and what they refused."),
    ("Guest", "What guests read over plain HTTP; the frames of their socket are among the schemas."),
    ("Server", "The server itself."),
    ("Responses", "Canned replies with placeholders, and what they become for a conversation."),
    ("Audit", "Who administered what, and who read personal context."),
    ("Privacy", "Erasure and export of a customer's data, with a certificate."),
    ("Exports", "Everything, a page of lines after the other."),
];

/// Every scope, and what it lets through.
const SCOPES: &[(&str, &str)] = &[
    ("conversation:read", "Read conversations and their context; follow events"),
    ("conversation:write", "The same, and start, write and answer"),
    ("conversations", "As `conversation:write`"),
    ("conversations:readonly", "As `conversation:read`"),
    ("messaging", "Read conversations and answer in them"),
    ("notifications", "Follow events"),
    ("notifications:readonly", "Follow events"),
    ("web-deployments", "Read and change deployments, their context policy, configurations and signing keys"),
    ("web-deployments:readonly", "Read deployments, lint a context, list refusals"),
    ("analytics", "Read analytics and export"),
    ("analytics:readonly", "As `analytics`"),
    ("architect", "Read, change and publish flows"),
    ("architect:readonly", "Read flows"),
    ("routing", "Read and change queues, skills, languages, wrap-up codes and schedules"),
    ("routing:readonly", "Read queues, skills, languages, wrap-up codes and schedules"),
    ("response-management", "Read and change canned replies"),
    ("response-management:readonly", "Read canned replies, and fill them in"),
    ("presence", "Read presences, and change those of others"),
    ("presence:readonly", "Read which presences there are"),
    ("users", "Read and change users"),
    ("users:readonly", "Read users"),
    ("oauth", "Read and change API clients"),
    ("oauth:readonly", "Read API clients"),
    ("authorization", "Read and change roles and divisions"),
    ("authorization:readonly", "Read roles and divisions"),
    ("integrations", "Read and change webhooks, data actions and credentials"),
    ("integrations:readonly", "Read webhooks, data actions and credentials"),
    ("audits:readonly", "Read the audit log"),
    ("gdpr", "Ask for erasure and export of a customer's data"),
    ("gdpr:readonly", "Read such requests"),
];

/// One example answer per operation.
const EXAMPLES: &str = include_str!("examples.json");

static EVENTS: LazyLock<Bytes> = LazyLock::new(|| super::asyncapi().to_string().into());
static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| openapi().to_string().into());

/// The OpenAPI document of everything this edge serves, guest frames among its components.
///
/// # Panics
/// Never: examples and limits are part of the program, and tests read them.
#[must_use]
pub fn openapi() -> serde_json::Value {
    let mut document = serde_json::to_value(described()).expect("the document is JSON, as a test shows");
    set_limits(&mut document).expect("the limits are JSON, as a test shows");
    document
}

/// What handlers and wire types say of themselves.
fn described() -> OpenApi {
    let mut document = super::documented().into_openapi();
    document.merge(GuestPaths::openapi());
    document.merge(GuestSchemas::openapi());
    document.merge(NotificationSchemas::openapi());
    document.info = Info::builder()
        .title("Waybill")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Web messaging that never loses the customer. What a page hands over when a chat starts is seen here – or \
             the answer says, key by key, why not.",
        ))
        .license(Some(License::new("MIT OR Apache-2.0")))
        .contact(None::<Contact>)
        .build();
    let tags = TAGS.iter().map(|(name, about)| TagBuilder::new().name(*name).description(Some(*about)).build());
    document.tags = Some(tags.collect());
    let components = document.components.get_or_insert_default();
    let flow =
        Flow::ClientCredentials(ClientCredentials::new("/oauth/token", Scopes::from_iter(SCOPES.iter().copied())));
    components.add_security_scheme("oauth", SecurityScheme::OAuth2(OAuth2::new([flow])));
    components.add_security_scheme("client", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
    components.add_security_scheme("guest", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    components.schemas.insert("ErrorBody".to_owned(), ErrorBody::schema());
    // Under its own name: the guest socket has a `Typing` too.
    components.schemas.insert(Typing::name().into_owned(), Typing::schema());
    components.schemas.insert(ConversationPosition::name().into_owned(), ConversationPosition::schema());
    components.schemas.insert(StreamEnd::name().into_owned(), StreamEnd::schema());
    let examples: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(EXAMPLES).expect("the examples are JSON, as a test shows");
    for operation in operations(&mut document) {
        show_example(operation, &examples);
        show_permissions(operation);
    }
    document
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v2/openapi.json", get(serve_document))
        .route("/api/v2/asyncapi.json", get(serve_events_document))
}

async fn serve_document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.clone()).into_response()
}

async fn serve_events_document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], EVENTS.clone()).into_response()
}

fn operations(document: &mut OpenApi) -> impl Iterator<Item = &mut Operation> {
    document.paths.paths.values_mut().flat_map(|item| {
        [
            item.get.as_mut(),
            item.head.as_mut(),
            item.put.as_mut(),
            item.post.as_mut(),
            item.patch.as_mut(),
            item.delete.as_mut(),
        ]
        .into_iter()
        .flatten()
    })
}

fn show_example(operation: &mut Operation, examples: &BTreeMap<String, serde_json::Value>) {
    let example = operation.operation_id.as_ref().and_then(|id| examples.get(id));
    let Some(example) = example else { return };
    let answers = operation.responses.responses.iter_mut().filter(|(status, _)| status.starts_with('2'));
    for (_, answer) in answers {
        let RefOr::T(answer) = answer else { continue };
        // Where the same answer has several forms, the example is the JSON one's; the others are a text for people.
        let has_one_form = answer.content.len() == 1;
        for (kind, content) in &mut answer.content {
            let RefOr::T(content) = content else { continue };
            content.example = Some(if has_one_form || kind == "application/json" {
                example.clone()
            } else {
                "2026-12-01 10:15 Zoë Doe: Hello".into()
            });
        }
    }
}

/// Says which permissions open an operation: any of them is enough.
fn show_permissions(operation: &mut Operation) {
    let id = operation.operation_id.as_deref();
    let row = PERMISSIONS.iter().find(|(name, _)| Some(*name) == id);
    if let Some((_, permissions)) = row {
        let names: Vec<&str> = permissions.iter().map(|permission| permission.as_str()).collect();
        let extensions = Extensions::builder().add("x-permissions", names).build();
        match &mut operation.extensions {
            Some(own) => own.merge(extensions),
            none => *none = Some(extensions),
        }
    }
}

/// One failure with the usual body.
fn failure(about: &str) -> RefOr<Answer> {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
    ResponseBuilder::new().description(about).content("application/json", body).build().into()
}

macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident { $($status:literal: $about:literal,)* })*) => { $(
        $(#[$doc])*
        pub(crate) struct $name;
        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Answer>> {
                BTreeMap::from([$(($status.to_owned(), failure($about)),)*])
            }
        }
    )* };
}

failures! {
    /// What every operation with a token can answer.
    Failures {
        "400": "A parameter or the path is wrong; `details` says which",
        "401": "No token (`authentication.required`), or one that is wrong or over (`bad.credentials`)",
        "403": "The token lacks the permission (`missing.permissions`)",
        "404": "Not there, or private (`not.found`)",
        "429": "Too fast: wait as long as `Retry-After` says (`too.many.requests`)",
        "500": "A bug: the message is generic, `contextId` finds it in the log (`internal.server.error`)",
        "503": "The server can't do this now: wait as long as `Retry-After` says (`service.unavailable`)",
    }
    /// What operations with a body can answer as well.
    BodyFailures {
        "413": "The body is larger than 64 KiB (`request.entity.too.large`)",
    }
    /// What a start can answer as well.
    StartFailures {
        "409": "The `Idempotency-Key` came with another body before (`start_token_reused`)",
        "413": "The body is larger than 64 KiB (`request.entity.too.large`)",
    }
    /// What a change of something administered can answer as well.
    ChangeFailures {
        "409": "Taken (`already.exists`), changed by somebody else meanwhile (`changed.in.between`), or not possible as things stand (`wrong.state`)",
        "413": "The body is larger than 64 KiB (`request.entity.too.large`)",
    }
    /// What a change of a context policy can answer as well.
    PolicyFailures {
        "409": "Changed by somebody else meanwhile (`changed.in.between`)",
        "412": "Another version is in force than the one the change was made from (`revision_mismatch`)",
        "413": "The body is larger than 64 KiB (`request.entity.too.large`)",
    }
    /// What can't be done in every state.
    ConflictFailures {
        "409": "The conversation has ended, or an `Idempotency-Key` came with another body before (`wrong.state`)",
    }
    /// What a late write can answer as well.
    WriteFailures {
        "412": "Somebody else wrote in between (`revision_mismatch`)",
        "413": "The body is larger than 64 KiB (`request.entity.too.large`)",
    }
    /// What a stream can answer as well.
    StreamFailures {
        "410": "The cursor is too old or of another epoch; `messageParams.begin` says where the log begins (`cursor_gone`)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rest1_no_guest_frame_and_no_rest_body_share_a_name() {
        let documented = super::super::documented().into_openapi().components.unwrap_or_default().schemas;
        let guest = GuestSchemas::openapi().components.unwrap_or_default().schemas;
        for (name, schema) in &guest {
            if let Some(other) = documented.get(name) {
                assert!(other == schema, "`{name}` means two things");
            }
        }
    }
}
