//! The event stream: server-sent events that go on where a cursor says (LOG4).

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::{
        IntoResponse, Response,
        sse::{Event as SseEvent, KeepAlive, Sse},
    },
};
use futures_util::stream;
use tokio::{
    sync::{broadcast, watch},
    time::{Interval, MissedTickBehavior, interval},
};
use waybill_model::{ConversationId, Cursor, Event, OrganizationId};
use waybill_protocol::rest::{
    event::{ConversationPosition, StreamEnd, StreamEvent, Typing},
    webhook::NoticeEvent,
};
use waybill_service::{Caller, EventReader, ServiceError, StreamItem, StreamStart, Whisper, analytics::Alarm};

use super::{
    convert,
    document::{Failures, StreamFailures},
    extract::{Authorized, FollowEvents, LastEventId, Parameters, Right as _, Segments},
    parameters::StreamParameters,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// A comment this often keeps proxies from closing a silent stream.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often a stream asks whether its token still holds, besides when rights are known to have gone.
const CONFIRM: Duration = Duration::from_secs(4);
/// After how long a browser's own client comes back.
const RETRY: Duration = Duration::from_secs(2);
/// Tells a buffering proxy to let events through.
const NO_BUFFERING: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Follow a conversation's events
///
/// `conversation:start` with the whole context, `conversation:attributes`, `conversation:message`,
/// `conversation:participant`, `conversation:flow`, `conversation:routing`, `conversation:end`; and `conversation:typing`
/// and `conversation:position` without an id. Goes on after the `Last-Event-ID`.
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}/events", tag = "Events",
    params(
        ("conversationId" = String, Path, description = "The conversation"),
        StreamParameters,
        ("Last-Event-ID" = Option<String>, Header, description = "The last `id:` that was seen")
    ),
    responses((status = 200, description = "The stream; each `data:` is one of these", body = StreamEvent, content_type = "text/event-stream"), StreamFailures, Failures),
    security(("oauth" = ["conversation:read"]))
)]
pub(super) async fn follow_conversation(
    State(app): State<App>,
    who: Authorized<FollowEvents>,
    Segments(id): Segments<String>,
    Parameters(StreamParameters { cursor }): Parameters<StreamParameters>,
    LastEventId(last): LastEventId,
) -> ApiResult<Response> {
    let start = stream_start(last.or(cursor))?;
    let reader = app.service().read_events(&who, Some(&id), start).await?;
    Ok(follow(app, who, reader, id.parse().ok()))
}

/// Follow the organization's events
///
/// The same events of every conversation, in log order. Without a cursor it begins with what happens from now on;
/// `cursor=beginning` begins with the oldest event that is kept.
#[utoipa::path(
    get, path = "/api/v2/events", tag = "Events",
    params(
        StreamParameters,
        ("Last-Event-ID" = Option<String>, Header, description = "The last `id:` that was seen")
    ),
    responses((status = 200, description = "The stream; each `data:` is one of these", body = StreamEvent, content_type = "text/event-stream"), StreamFailures, Failures),
    security(("oauth" = ["conversation:read"]))
)]
pub(super) async fn follow_organization(
    State(app): State<App>,
    who: Authorized<FollowEvents>,
    Parameters(StreamParameters { cursor }): Parameters<StreamParameters>,
    LastEventId(last): LastEventId,
) -> ApiResult<Response> {
    let start = stream_start(last.or(cursor))?;
    let reader = app.service().read_events(&who, None, start).await?;
    Ok(follow(app, who, reader, None))
}

fn stream_start(cursor: Option<String>) -> ApiResult<StreamStart> {
    match cursor.as_deref() {
        None => Ok(StreamStart::Now),
        Some("beginning") => Ok(StreamStart::Beginning),
        Some(text) => match text.parse::<Cursor>() {
            Ok(cursor) => Ok(StreamStart::After(cursor)),
            Err(_) => {
                let remedy = "use one from `id:`, `cursor` or `Last-Event-ID`, or `beginning`, or none for what happens from now on";
                Err(ApiError::invalid("cursor", "is none that this server handed out", remedy))
            }
        },
    }
}

fn follow(
    app: App,
    who: Authorized<FollowEvents>,
    reader: EventReader,
    conversation: Option<ConversationId>,
) -> Response {
    let mut confirm = interval(CONFIRM);
    confirm.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let revocations = app.service().revocations();
    // Listening comes before those that last are read: none can fall between the two.
    let alarms = app.service().alarms();
    let following = Following {
        caller: Caller::clone(&who),
        organization_id: who.organization_id(),
        draining: app.draining(),
        token: who.into_token(),
        app,
        reader,
        conversation,
        confirm,
        revocations,
        alarms,
        untold: VecDeque::new(),
        greeted: false,
        ended: false,
    };
    // The next event is read when the connection has taken the one before: a slow reader holds nobody but itself.
    let events = stream::unfold(following, |mut following| async move {
        let event = following.next().await?;
        Some((Ok::<_, Infallible>(event), following))
    });
    let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("heartbeat"));
    ([NO_BUFFERING], sse).into_response()
}

/// Alarms that one stream is told at its beginning.
const MOST_ALARMS: u32 = 100;

struct Following {
    app: App,
    organization_id: OrganizationId,
    caller: Caller,
    token: String,
    reader: EventReader,
    /// Set when one conversation is followed; only then is typing told.
    conversation: Option<ConversationId>,
    draining: watch::Receiver<bool>,
    confirm: Interval,
    /// Moves when somebody's rights went: the token is looked at at once.
    revocations: watch::Receiver<u64>,
    /// Drift alarms, told to who follows the whole organization.
    alarms: broadcast::Receiver<Arc<Alarm>>,
    untold: VecDeque<Alarm>,
    greeted: bool,
    /// Set once the stream has said why it ends.
    ended: bool,
}

/// Why a stream moves.
enum Woken {
    ToEnd,
    ToConfirm,
    By(Result<StreamItem, ServiceError>),
    ByAlarm(Result<Arc<Alarm>, broadcast::error::RecvError>),
}

impl Following {
    /// The next event to send; `None` ends the stream, and the client comes back with its last cursor.
    async fn next(&mut self) -> Option<SseEvent> {
        if self.ended {
            return None;
        }
        if !self.greeted {
            self.greeted = true;
            self.look_for_alarms().await;
            // A position from the first moment on: whoever is cut off before the first event misses nothing.
            let cursor = self.reader.cursor().to_string();
            return Some(SseEvent::default().id(cursor).retry(RETRY).comment("connected"));
        }
        loop {
            if let Some(alarm) = self.untold.pop_front() {
                match self.tell_alarm(&alarm) {
                    Ok(event) => return Some(event),
                    Err(error) => tracing::warn!(?error, "an alarm was not told"),
                }
            }
            let woken = tokio::select! {
                biased;
                // An error says that the server is gone already.
                _ = self.draining.wait_for(|draining| *draining) => Woken::ToEnd,
                _ = self.confirm.tick() => Woken::ToConfirm,
                // The service lives as long as the app does.
                _ = self.revocations.changed() => Woken::ToConfirm,
                alarm = self.alarms.recv(), if self.conversation.is_none() => Woken::ByAlarm(alarm),
                item = self.reader.next() => Woken::By(item),
            };
            let told = match woken {
                Woken::ToEnd => return None,
                Woken::ToConfirm => match self.confirm_caller().await {
                    Ok(()) => continue,
                    Err(error) => return Some(self.end(error)),
                },
                Woken::ByAlarm(Ok(alarm)) => {
                    if matches!(self.app.service().hears_alarm(&self.caller, &alarm).await, Ok(true)) {
                        self.untold.push_back(Alarm::clone(&alarm));
                    }
                    continue;
                }
                // Too many at once: those that last are told again.
                Woken::ByAlarm(Err(_)) => {
                    self.look_for_alarms().await;
                    continue;
                }
                Woken::By(Ok(StreamItem::Event(event))) => self.tell(&event).await,
                Woken::By(Ok(StreamItem::Whisper(whisper))) => self.tell_whisper(&whisper),
                Woken::By(Err(error)) => Err(error.into()),
            };
            match told {
                Ok(Some(event)) => return Some(event),
                Ok(None) => {}
                Err(error) => {
                    let body = error.into_body(crate::error::draw_context_id(self.app.service().ambient()));
                    tracing::warn!(context_id = body.context_id, "an event stream ended early; its client resumes");
                    return None;
                }
            }
        }
    }

    /// Asks again whether the token holds, and goes on with the rights that it has now.
    async fn confirm_caller(&mut self) -> Result<(), ServiceError> {
        let confirmed = self.app.service().confirm(&self.token).await;
        match confirmed.and_then(|caller| caller.acting(FollowEvents::ANY)) {
            Ok(caller) if caller == self.caller => Ok(()),
            Ok(caller) => {
                self.reader.go_on_as(caller.clone());
                self.caller = caller;
                Ok(())
            }
            Err(ServiceError::Unavailable { cause, .. }) => {
                // Nobody said no: the next look decides.
                tracing::debug!(cause, "a stream's token could not be looked up");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// The last event of a stream whose token no longer holds: it says why, and has no id.
    fn end(&mut self, error: ServiceError) -> SseEvent {
        self.ended = true;
        tracing::debug!(%error, "an event stream ended: its token no longer holds");
        let body = ApiError::from(error).into_body(crate::error::draw_context_id(self.app.service().ambient()));
        let end = StreamEnd { r#type: "stream:end", status: body.status, code: body.code, message: body.message };
        SseEvent::default().event(end.r#type).data(serde_json::to_string(&end).unwrap_or_default())
    }

    async fn tell(&mut self, event: &Arc<Event>) -> ApiResult<Option<SseEvent>> {
        let revision = self.reader.revision_of(event).await?;
        let cursor = self.reader.cursor_of(event.seq);
        self.app.frames().get_or_write(event, revision, || {
            let Some(event) = convert::event(event, cursor, revision)? else { return Ok(None) };
            Ok(Some(SseEvent::default().event(event.r#type).id(&event.cursor).data(write(&event)?)))
        })
    }

    /// Alarms that last are told whenever a stream begins: whoever was away when one began learns of it now.
    async fn look_for_alarms(&mut self) {
        if self.conversation.is_some() {
            return;
        }
        match self.app.service().list_alarms(&self.caller, MOST_ALARMS).await {
            Ok(alarms) => self.untold.extend(alarms.into_iter().filter(|alarm| alarm.ended_at.is_none())),
            Err(error) => tracing::warn!(%error, "a stream was not told which alarms last"),
        }
    }

    /// An alarm has no position in the log, so its event has no id.
    fn tell_alarm(&self, alarm: &Alarm) -> ApiResult<SseEvent> {
        let notice = NoticeEvent {
            id: alarm.id.to_string(),
            r#type: "analytics:drift",
            at: alarm.ended_at.unwrap_or(alarm.began_at),
            organization_id: self.organization_id,
            data: alarm.told(),
        };
        Ok(SseEvent::default().event(notice.r#type).data(write(&notice)?))
    }

    fn tell_whisper(&self, whisper: &Whisper) -> ApiResult<Option<SseEvent>> {
        let Some(conversation_id) = self.conversation else { return Ok(None) };
        let purpose = match whisper {
            Whisper::AgentTyping { duration_ms: _ } => "agent",
            Whisper::CustomerTyping => "customer",
            Whisper::QueuePosition { position, estimated_wait_ms } => {
                let r#type = "conversation:position";
                let (position, estimated_wait_ms) = (*position, *estimated_wait_ms);
                let organization_id = self.organization_id;
                let place =
                    ConversationPosition { r#type, organization_id, conversation_id, position, estimated_wait_ms };
                return Ok(Some(SseEvent::default().event(r#type).data(write(&place)?)));
            }
        };
        let typing =
            Typing { r#type: "conversation:typing", organization_id: self.organization_id, conversation_id, purpose };
        Ok(Some(SseEvent::default().event(typing.r#type).data(write(&typing)?)))
    }
}

fn write(body: &impl serde::Serialize) -> ApiResult<String> {
    serde_json::to_string(body).map_err(|error| ApiError::bug(format!("an event was not written: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log4_a_stream_begins_where_its_cursor_says_and_nonsense_is_400() {
        let start = |text: Option<&str>| stream_start(text.map(str::to_owned));
        assert_eq!(start(None).unwrap(), StreamStart::Now);
        assert_eq!(start(Some("beginning")).unwrap(), StreamStart::Beginning);
        assert_eq!(start(Some("0000beef-42")).unwrap(), StreamStart::After(Cursor { epoch: 0xbeef, seq: 42 }));
        for text in ["", "42", "end", "0000beef"] {
            assert_eq!(start(Some(text)).unwrap_err().status(), 400, "{text}");
        }
    }
}
