//! Notification channels over REST: created, listed, subscribed (NOT1–NOT5).

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use utoipa::{IntoParams, PartialSchema as _};
use waybill_protocol::{
    notification::{
        channel::{
            AvailableTopic, AvailableTopicListing, ChannelTopic, ChannelTopicListing, NotificationChannel,
            NotificationChannelListing, TopicRequest,
        },
        conversation::UserConversation,
        detail::{
            AcdEnd, AcdStart, AttributesDetail, CustomerEnd, CustomerStart, FlowEnd, FlowStart, UserEnd, UserStart,
            WrapupDetail,
        },
        queue::QueueObservations,
        user::UserStatusNotice,
    },
    rest::{event::StreamEvent, presence::UserPresence},
};
use waybill_service::{
    ChannelsOf, CreatedChannel, DetailKind, Judged, Rejection, SubscribeError, Subscribed, Subscription, TopicKind,
};

use super::{
    document::{BodyFailures, Failures},
    extract::{Authorized, FollowEvents, LongBody, Parameters, RawBody, Segments, parse},
    reply::json,
};
use crate::{
    App,
    address::BaseUrl,
    error::{ApiError, ApiResult},
    notifications::connect_uri,
};

/// Which channels are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ChannelParameters {
    /// `token` (when absent): those of this bearer token; `oauthclient`: those of the user and the application.
    includechannels: Option<String>,
}

/// How refused topics are told.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SubscribeParameters {
    /// `true`: topics that are not permitted are left out and named in the answer; otherwise one of them refuses the call.
    ignore_errors: Option<String>,
}

/// What is told of each topic.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TopicParameters {
    /// What to tell besides `id`, joined by commas: `description`, `transports`, `visibility`, `requiresPermissions`,
    /// `requiresDivisionPermissions`, `enforced`, `topicParameters`, `schema`.
    expand: Option<String>,
    /// Topics in preview: there are none.
    include_preview: Option<String>,
}

/// Create a notification channel
///
/// Open its `connectUri` as a WebSocket, without any header. Twenty for each user and application: one more replaces the
/// oldest one without a socket. It ends after 24 hours, unless it is subscribed again.
#[utoipa::path(
    post, path = "/api/v2/notifications/channels", tag = "Notifications",
    responses((status = 200, description = "The channel", body = NotificationChannel), BodyFailures, Failures),
    security(("oauth" = ["notifications"]))
)]
pub(super) async fn create_channel(
    State(app): State<App>,
    who: Authorized<FollowEvents>,
    BaseUrl(base_url): BaseUrl,
    RawBody(body): RawBody,
) -> ApiResult<Response> {
    if !matches!(body.trim(), "" | "null" | "{}") {
        return Err(ApiError::invalid("body", "is not known here", "send none"));
    }
    let in_use = |channel| app.channels().is_open(channel);
    let (created, replaced) = app.service().create_channel(&who, &in_use).await?;
    for channel in replaced {
        app.channels().gone(channel);
    }
    json(&channel(created, &base_url))
}

/// List your notification channels
#[utoipa::path(
    get, path = "/api/v2/notifications/channels", tag = "Notifications", params(ChannelParameters),
    responses((status = 200, description = "The channels, oldest first", body = NotificationChannelListing), Failures),
    security(("oauth" = ["notifications:readonly"]))
)]
pub(super) async fn list_channels(
    State(app): State<App>,
    who: Authorized<FollowEvents>,
    BaseUrl(base_url): BaseUrl,
    Parameters(ChannelParameters { includechannels }): Parameters<ChannelParameters>,
) -> ApiResult<Response> {
    let of = match includechannels.as_deref() {
        None | Some("token") => ChannelsOf::Token,
        Some("oauthclient") => ChannelsOf::Application,
        Some(_) => {
            return Err(ApiError::invalid("includechannels", "is no such word", "send `token` or `oauthclient`"));
        }
    };
    let channels = app.service().list_channels(&who, of).await?;
    let entities = channels.into_iter().map(|created| channel(created, &base_url)).collect();
    json(&NotificationChannelListing { entities })
}

/// Is this notification channel there?
#[utoipa::path(
    head, path = "/api/v2/notifications/channels/{channelId}", tag = "Notifications",
    params(("channelId" = String, Path, description = "The channel")),
    responses((status = 200, description = "It is"), Failures),
    security(("oauth" = ["notifications:readonly"]))
)]
pub(super) async fn check_channel(
    State(app): State<App>,
    who: Authorized<FollowEvents>,
    Segments(id): Segments<String>,
) -> ApiResult<StatusCode> {
    app.service().check_channel(&who, &id).await?;
    Ok(StatusCode::OK)
}

/// List the topics of a notification channel
#[utoipa::path(
    get, path = "/api/v2/notifications/channels/{channelId}/subscriptions", tag = "Notifications",
    params(("channelId" = String, Path, description = "The channel")),
    responses((status = 200, description = "Its topics", body = ChannelTopicListing), Failures),
    security(("oauth" = ["notifications:readonly"]))
)]
pub(super) async fn list_subscriptions(
    State(app): State<App>,
    who: Authorized<FollowEvents>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let topics = app.service().list_subscriptions(&who, &id).await?;
    let judged = topics.into_iter().map(|topic| Judged { topic, rejection: None });
    listing(&id, judged)
}

/// Add topics to a notification channel
///
/// At most 1,000 for each channel. Topics that differ in their last word may be written as one: `base?word&word`.
#[utoipa::path(
    post, path = "/api/v2/notifications/channels/{channelId}/subscriptions", tag = "Notifications",
    params(("channelId" = String, Path, description = "The channel"), SubscribeParameters),
    request_body(content = Vec<TopicRequest>, example = json!([{"id": "v2.detail.events.conversation.*.customer.start"}])),
    responses((status = 200, description = "What was said to each topic", body = ChannelTopicListing), BodyFailures, Failures),
    security(("oauth" = ["notifications"]))
)]
pub(super) async fn add_subscriptions(
    State(app): State<App>,
    who: Authorized<FollowEvents>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<SubscribeParameters>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    subscribe(&app, &who, &id, parameters, &body, Subscription::Add).await
}

/// Replace the topics of a notification channel
#[utoipa::path(
    put, path = "/api/v2/notifications/channels/{channelId}/subscriptions", tag = "Notifications",
    params(("channelId" = String, Path, description = "The channel"), SubscribeParameters),
    request_body(content = Vec<TopicRequest>, example = json!([{"id": "v2.detail.events.conversation.*.customer.start"}])),
    responses((status = 200, description = "What was said to each topic", body = ChannelTopicListing), BodyFailures, Failures),
    security(("oauth" = ["notifications"]))
)]
pub(super) async fn replace_subscriptions(
    State(app): State<App>,
    who: Authorized<FollowEvents>,
    Segments(id): Segments<String>,
    Parameters(parameters): Parameters<SubscribeParameters>,
    LongBody(body): LongBody,
) -> ApiResult<Response> {
    subscribe(&app, &who, &id, parameters, &body, Subscription::Replace).await
}

/// Take every topic from a notification channel
#[utoipa::path(
    delete, path = "/api/v2/notifications/channels/{channelId}/subscriptions", tag = "Notifications",
    params(("channelId" = String, Path, description = "The channel")),
    responses((status = 204, description = "It has none any more"), Failures),
    security(("oauth" = ["notifications"]))
)]
pub(super) async fn clear_subscriptions(
    State(app): State<App>,
    who: Authorized<FollowEvents>,
    Segments(id): Segments<String>,
) -> ApiResult<Response> {
    let subscribed = app.service().subscribe(&who, &id, Vec::new(), Subscription::Replace).await.map_err(refused)?;
    told(&app, &subscribed);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// List the topics that there are
///
/// Besides these, `*` in the place of a conversation's id means every conversation that you see.
#[utoipa::path(
    get, path = "/api/v2/notifications/availabletopics", tag = "Notifications", params(TopicParameters),
    responses((status = 200, description = "The topics", body = AvailableTopicListing), Failures),
    security(("oauth" = ["notifications:readonly"]))
)]
pub(super) async fn list_available_topics(
    State(_app): State<App>,
    _who: Authorized<FollowEvents>,
    Parameters(TopicParameters { expand, include_preview }): Parameters<TopicParameters>,
) -> ApiResult<Response> {
    // Nothing is in preview: both answers are the same.
    parse::<bool>("includePreview", include_preview.as_deref(), "true")?;
    let expand: Vec<&str> = expand.as_deref().unwrap_or_default().split(',').map(str::trim).collect();
    let wants = |word: &str| expand.contains(&word);
    let entities = TopicKind::all().map(|kind| AvailableTopic {
        id: kind.pattern(),
        description: wants("description").then(|| about(kind).to_owned()),
        transports: wants("transports").then_some(["Websocket"]),
        visibility: wants("visibility").then_some("Public"),
        requires_permissions: wants("requiresPermissions")
            .then(|| kind.permissions().iter().map(|permission| permission.as_str()).collect()),
        requires_division_permissions: wants("requiresDivisionPermissions").then_some(true),
        enforced: wants("enforced").then_some(true),
        topic_parameters: wants("topicParameters").then_some(["id"]),
        schema: wants("schema").then(|| schema(kind)),
    });
    json(&AvailableTopicListing { entities: entities.collect() })
}

async fn subscribe(
    app: &App,
    who: &Authorized<FollowEvents>,
    id: &str,
    SubscribeParameters { ignore_errors }: SubscribeParameters,
    body: &str,
    how: Subscription,
) -> ApiResult<Response> {
    let topics = read_topics(body)?;
    let service = app.service();
    let subscribed = match parse("ignoreErrors", ignore_errors.as_deref(), "true")? {
        Some(true) => service.subscribe_permitted(who, id, topics, how).await,
        Some(false) | None => service.subscribe(who, id, topics, how).await,
    };
    let subscribed = subscribed.map_err(refused)?;
    told(app, &subscribed);
    listing(id, subscribed.judged.into_iter())
}

/// The socket tells by the new topics before the answer says that they stand.
fn told(app: &App, Subscribed { channel, version, topics, judged: _ }: &Subscribed) {
    app.channels().subscribed(*channel, *version, topics);
}

/// Clients send the text `null` where they have nothing to send.
fn read_topics(body: &str) -> ApiResult<Vec<String>> {
    if matches!(body.trim(), "" | "null") {
        return Ok(Vec::new());
    }
    let topics = serde_json::from_str::<Vec<TopicRequest>>(body);
    let topics = topics.map_err(|error| {
        let rule = format!("can't be read (line {}, column {})", error.line(), error.column());
        ApiError::invalid("body", &rule, "send a list like `[{\"id\": \"v2.conversations.*\"}]`")
    })?;
    Ok(topics.into_iter().map(|TopicRequest { id }| id).collect())
}

fn refused(error: SubscribeError) -> ApiError {
    let message = error.to_string();
    match error {
        SubscribeError::Service(error) => error.into(),
        SubscribeError::TooMany => {
            let code = "notification.subscription.too.many.subscriptions";
            ApiError::new(StatusCode::BAD_REQUEST, code, message).with_param("limit", SubscribeError::LIMIT)
        }
        SubscribeError::Rejected(judged) => {
            let invalid = judged.iter().any(|one| one.rejection == Some(Rejection::Invalid));
            let (status, code) = if invalid {
                (StatusCode::BAD_REQUEST, "notification.invalid.topic")
            } else {
                (StatusCode::FORBIDDEN, "missing.permissions")
            };
            judged.iter().fold(ApiError::new(status, code, message), |error, Judged { topic, rejection }| {
                match rejection {
                    None => error,
                    Some(Rejection::Invalid) => error.about(
                        "notification.invalid.topic",
                        topic,
                        "is no topic, or what it is about is not there",
                        "see `GET /api/v2/notifications/availabletopics`",
                    ),
                    Some(Rejection::Missing(permission)) => error.with_param("permission", permission).about(
                        "missing.permissions",
                        topic,
                        "takes a permission that the token lacks",
                        permission.as_str(),
                    ),
                }
            })
        }
    }
}

fn channel(CreatedChannel { id, expires_at }: CreatedChannel, base_url: &str) -> NotificationChannel {
    NotificationChannel { connect_uri: connect_uri(base_url, &id), id, expires: expires_at }
}

fn listing(id: &str, judged: impl Iterator<Item = Judged>) -> ApiResult<Response> {
    let self_uri = format!("/api/v2/notifications/channels/{id}/subscriptions");
    let entities = judged.map(|Judged { topic, rejection }| ChannelTopic {
        id: topic,
        state: if rejection.is_none() { "Permitted" } else { "Rejected" },
        rejection_reason: rejection.map(|rejection| rejection.to_string().into()),
        missing_permissions: match rejection {
            Some(Rejection::Missing(permission)) => vec![permission.as_str()],
            Some(Rejection::Invalid) | None => Vec::new(),
        },
        self_uri: self_uri.clone(),
    });
    json(&ChannelTopicListing { entities: entities.collect() })
}

const fn about(kind: TopicKind) -> &'static str {
    match kind {
        TopicKind::Detail(DetailKind::Attributes) => "Context of a conversation was set or changed.",
        TopicKind::Detail(DetailKind::CustomerStart) => "A conversation began; with its context.",
        TopicKind::Detail(DetailKind::CustomerEnd) => "A conversation ended.",
        TopicKind::Detail(DetailKind::FlowStart) => "A flow took a conversation over.",
        TopicKind::Detail(DetailKind::FlowEnd) => "A flow let a conversation go.",
        TopicKind::Detail(DetailKind::AcdStart) => "A conversation began to wait in a queue.",
        TopicKind::Detail(DetailKind::AcdEnd) => "A conversation waits no more.",
        TopicKind::Detail(DetailKind::UserStart) => "An agent joined a conversation, or is asked to.",
        TopicKind::Detail(DetailKind::UserEnd) => "An agent left a conversation.",
        TopicKind::Detail(DetailKind::Wrapup | DetailKind::Acw) => "Work on a conversation was wrapped up.",
        TopicKind::Conversation => "Every event of a conversation, as the event stream tells it.",
        TopicKind::UserConversations => "A conversation of a user changed.",
        TopicKind::UserMessages => "A message was said in a conversation of a user.",
        TopicKind::UserPresence => "A user says to be doing something else.",
        TopicKind::UserStatus => "Routing makes something else of a user.",
        TopicKind::QueueConversations => "A conversation of a queue changed.",
        TopicKind::QueueMessages => "A message was said in a conversation of a queue.",
        TopicKind::QueueObservations => {
            "More or fewer conversations of a queue wait or are worked on, or its members do something else."
        }
    }
}

fn schema(kind: TopicKind) -> serde_json::Value {
    let schema = match kind {
        TopicKind::Detail(DetailKind::Attributes) => AttributesDetail::schema(),
        TopicKind::Detail(DetailKind::CustomerStart) => CustomerStart::schema(),
        TopicKind::Detail(DetailKind::CustomerEnd) => CustomerEnd::schema(),
        TopicKind::Detail(DetailKind::UserStart) => UserStart::schema(),
        TopicKind::Detail(DetailKind::UserEnd) => UserEnd::schema(),
        TopicKind::Detail(DetailKind::FlowStart) => FlowStart::schema(),
        TopicKind::Detail(DetailKind::FlowEnd) => FlowEnd::schema(),
        TopicKind::Detail(DetailKind::AcdStart) => AcdStart::schema(),
        TopicKind::Detail(DetailKind::AcdEnd) => AcdEnd::schema(),
        TopicKind::Detail(DetailKind::Wrapup | DetailKind::Acw) => WrapupDetail::schema(),
        TopicKind::Conversation => StreamEvent::schema(),
        TopicKind::UserPresence => UserPresence::schema(),
        TopicKind::UserStatus => UserStatusNotice::schema(),
        TopicKind::QueueObservations => QueueObservations::schema(),
        TopicKind::UserConversations
        | TopicKind::UserMessages
        | TopicKind::QueueConversations
        | TopicKind::QueueMessages => UserConversation::schema(),
    };
    serde_json::to_value(schema).unwrap_or_default()
}
