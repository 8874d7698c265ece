//! The task of one socket: one wait over everything that can happen, one bounded write. What is rare is boxed, so that
//! an idle visitor costs little memory.

use std::{error::Error as _, pin::pin, sync::Arc, time::Duration};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::tungstenite;
use waybill_model::{EventBody, Time};
use waybill_protocol::guest::{ConnectionClosed, FrameClass, QueuePlace, ReconnectHint, ServerFrame, read_frame};
use waybill_service::{Limits, ServiceError, StreamItem, Whisper};

use super::{
    follow::typing,
    refuse::{Asked, Refusal, to_json},
    registry::{CloseReason, News},
    visitor::{Outcome, Visitor},
};
use crate::{App, error::draw_context_id};

/// A client that does not read for this long (or for the idle time, where that is shorter) loses its connection; it reads
/// what it missed from the history.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);
/// How long the other side may take to say good-bye.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) reason: &'static str,
}

const IDLE: Close = Close { code: 1001, reason: "nothing was heard for too long" };
const DRAINING: Close = Close { code: 1012, reason: "the server restarts" };
const REPLACED: Close = Close { code: 1000, reason: "closed on purpose" };
const TRY_LATER: Close = Close { code: 1013, reason: "the server can't read the log now" };
const TOO_LARGE: Close = Close { code: 1009, reason: "the frame is too large" };
const NOT_TEXT: Close = Close { code: 1003, reason: "only text frames are served" };

/// The connection is gone, or gives no sign of reading.
struct Gone;

/// What happened next.
enum Next {
    Received(Option<Result<Message, axum::Error>>),
    Item(Result<StreamItem, ServiceError>),
    News,
    Drain,
    Quiet,
}

/// How a connection came in. It is kept in one place from the upgrade to the end: see [`serve`].
pub(super) enum Door {
    /// It was let in.
    Open(Visitor),
    /// It was not, and is told so (EDGE1).
    Refused(App, ServiceError),
    /// It has left.
    Closed,
}

/// Serves one connection until either side ends it.
///
/// An `async fn` would keep its arguments twice, as they came and as they are used; this is most of what an idle visitor
/// costs.
#[expect(clippy::manual_async_fn, reason = "half the memory of an idle visitor")]
pub(super) fn serve(mut socket: WebSocket, mut door: Door) -> impl Future<Output = ()> + Send {
    async move {
        let _counted = Counted::new();
        let close = if let Door::Open(visitor) = &mut door {
            converse(&mut socket, visitor).await
        } else {
            Box::pin(refuse_at_the_door(&mut socket, door.leave())).await
        };
        // Its place among the session's sockets is free from here on.
        drop(door.leave());
        if let Ok(Some(close)) = close {
            Box::pin(say_goodbye(&mut socket, close)).await;
        }
    }
}

impl Door {
    fn leave(&mut self) -> Self {
        std::mem::replace(self, Self::Closed)
    }
}

/// A socket in the gauge, for as long as it lives.
struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::gauge!("waybill_sockets").increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("waybill_sockets").decrement(1.0);
    }
}

async fn converse(socket: &mut WebSocket, visitor: &mut Visitor) -> Result<Option<Close>, Gone> {
    let Limits { idle, frame_bytes, .. } = visitor.app.service().settings().limits;
    let patience = WRITE_PATIENCE.min(idle);
    let mut draining = visitor.app.draining();
    let mut heard_at = Instant::now();
    let mut quiet = pin!(sleep(idle));
    loop {
        let signal = visitor.bound.as_ref().map(|bound| Arc::clone(&bound.signal));
        let next = tokio::select! {
            received = socket.recv() => Next::Received(received),
            item = visitor.next_item() => Next::Item(item),
            () = Visitor::signalled(signal) => Next::News,
            () = drains(&mut draining) => Next::Drain,
            () = &mut quiet => Next::Quiet,
        };
        let outcome = match next {
            Next::Received(received) => {
                heard_at = Instant::now();
                match received {
                    None | Some(Ok(Message::Close(_))) => return Ok(None),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Binary(_))) => return Ok(Some(NOT_TEXT)),
                    Some(Ok(Message::Text(text))) if text.len() > frame_bytes => return Ok(Some(TOO_LARGE)),
                    Some(Ok(Message::Text(text))) => Box::pin(visitor.handle(&text)).await,
                    Some(Err(error)) => return Ok(close_for(&error)),
                }
            }
            Next::Item(Ok(item)) => tell(visitor, &item),
            Next::Item(Err(error)) => {
                tracing::warn!(%error, "a socket could not read on");
                return Ok(Some(TRY_LATER));
            }
            Next::News => {
                let Some(bound) = &visitor.bound else { continue };
                let news = bound.signal.take();
                visitor.hear(&news);
                match news {
                    News { close: Some(reason), conversation: _ } => replaced(reason),
                    News { close: None, conversation: _ } => continue,
                }
            }
            Next::Drain => draining_hint(visitor),
            Next::Quiet => {
                let end = heard_at + idle;
                if end > Instant::now() {
                    quiet.as_mut().reset(end);
                    continue;
                }
                return Ok(Some(IDLE));
            }
        };
        let Outcome { frame, close } = outcome;
        if let Some(frame) = frame {
            Box::pin(send(socket, Message::Text(frame.into()), patience)).await?;
        }
        if close.is_some() {
            return Ok(close);
        }
    }
}

/// Waits until the server drains. Safe to drop.
async fn drains(draining: &mut watch::Receiver<bool>) {
    if draining.wait_for(|draining| *draining).await.is_err() {
        // Nobody is left who could drain.
        std::future::pending::<()>().await;
    }
}

/// What the guest is told of an item of the log.
fn tell(visitor: &mut Visitor, item: &StreamItem) -> Outcome {
    let is_ours = visitor.is_ours();
    let Some(follow) = &mut visitor.follow else { return Outcome::default() };
    match item {
        StreamItem::Event(event) => {
            let (frame, is_last) = follow.tell(event);
            // Other clients would not know what to make of it.
            let frame = frame.filter(|_| is_ours || !matches!(event.body, EventBody::SeenUpTo { .. }));
            if event.body.is_activity() {
                visitor.expires_at = Some(later(visitor.expires_at, event.at, visitor));
            }
            if is_last {
                let next = visitor.next.take();
                visitor.stop_following();
                if let Some(position) = next {
                    visitor.follow(position);
                }
            }
            Outcome { frame, close: None }
        }
        StreamItem::Whisper(whisper) => match &**whisper {
            Whisper::AgentTyping { duration_ms } => {
                let ambient = visitor.app.service().ambient();
                let message = typing(ambient.message_id().to_string(), ambient.now(), *duration_ms);
                Outcome::frame(follow.frame(message, None))
            }
            // Clients of the field know no such frame.
            Whisper::QueuePosition { position, estimated_wait_ms } if is_ours => {
                let body = QueuePlace { position: *position, estimated_wait_ms: *estimated_wait_ms };
                Outcome::frame(to_json(&ServerFrame::push(FrameClass::QueuePositionEvent, body)))
            }
            Whisper::CustomerTyping | Whisper::QueuePosition { .. } => Outcome::default(),
        },
    }
}

/// When the session expires after something happened at `at`.
fn later(expires_at: Option<Time>, at: Time, visitor: &Visitor) -> Time {
    let end = at.plus_millis(i64::from(visitor.entered.deployment().session_seconds) * 1_000);
    expires_at.map_or(end, |expires_at| expires_at.max(end))
}

fn replaced(reason: CloseReason) -> Outcome {
    let word = match reason {
        CloseReason::TooMany => None,
        CloseReason::ClosedByGuest => Some("closedByGuest"),
        CloseReason::LoggedOut => Some("loggedOut"),
    };
    let word = word.map(str::to_owned);
    let body = ConnectionClosed { reason: word.clone(), reason_code: word };
    let frame = to_json(&ServerFrame::push(FrameClass::ConnectionClosedEvent, body));
    Outcome { frame: Some(frame), close: Some(REPLACED) }
}

/// Our own SDK is told when to come back, each client another moment; others come back as they do.
fn draining_hint(visitor: &Visitor) -> Outcome {
    let spread = u64::from(visitor.app.settings().drain_spread_ms);
    let frame = visitor.is_ours().then(|| {
        let chance = u64::from(u32::from_le_bytes(visitor.app.service().ambient().bytes()));
        let after_ms = u32::try_from((chance * spread) >> 32).unwrap_or(u32::MAX);
        to_json(&ServerFrame::push(FrameClass::ReconnectHint, ReconnectHint { after_ms }))
    });
    Outcome { frame, close: Some(DRAINING) }
}

fn close_for(error: &axum::Error) -> Option<Close> {
    match error.source().and_then(|inner| inner.downcast_ref::<tungstenite::Error>()) {
        Some(tungstenite::Error::Capacity(_)) => Some(TOO_LARGE),
        Some(tungstenite::Error::Utf8(_)) => Some(Close { code: 1007, reason: "text must be UTF-8" }),
        Some(tungstenite::Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake)) => None,
        Some(tungstenite::Error::Protocol(_)) => Some(Close { code: 1002, reason: "not the WebSocket protocol" }),
        _ => None,
    }
}

async fn send(socket: &mut WebSocket, message: Message, patience: Duration) -> Result<(), Gone> {
    match timeout(patience, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Gone),
        Err(_) => {
            metrics::counter!("waybill_slow_readers_total").increment(1);
            Err(Gone)
        }
    }
}

/// Closes, and reads on until the other side has closed too: to drop the connection at once could lose the last frame.
async fn say_goodbye(socket: &mut WebSocket, Close { code, reason }: Close) {
    let close = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
    if send(socket, close, CLOSE_PATIENCE).await.is_err() {
        return;
    }
    let until_closed = async { while let Some(Ok(_)) = socket.recv().await {} };
    if timeout(CLOSE_PATIENCE, until_closed).await.is_err() {
        tracing::debug!("a client did not answer a close");
    }
}

/// EDGE1: a browser can't see why an upgrade failed, so the first frame is answered with the reason.
async fn refuse_at_the_door(socket: &mut WebSocket, door: Door) -> Result<Option<Close>, Gone> {
    let Door::Refused(app, error) = door else { return Ok(None) };
    let first = timeout(app.service().settings().limits.handshake, first_text(socket)).await;
    let asked = match first {
        Ok(Some(text)) => {
            let received = read_frame(&text);
            Asked { tracing_id: received.tracing_id, own_action: received.own_action }
        }
        Ok(None) => return Ok(None),
        // It says nothing: it is told all the same.
        Err(_) => Asked { tracing_id: None, own_action: false },
    };
    let context_id = draw_context_id(app.service().ambient());
    let Outcome { frame, close } = Refusal::from(error).closing().into_outcome(asked, context_id);
    if let Some(frame) = frame {
        send(socket, Message::Text(frame.into()), WRITE_PATIENCE).await?;
    }
    Ok(close)
}

async fn first_text(socket: &mut WebSocket) -> Option<String> {
    loop {
        match socket.recv().await? {
            Ok(Message::Text(text)) => return Some(text.as_str().to_owned()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_)) => {}
        }
    }
}
