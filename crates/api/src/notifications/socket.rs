//! The task of one channel's socket: one wait over everything that can happen, one bounded write. Everything that it
//! tells comes from the log, catching up and live alike (P4).

use std::{error::Error as _, sync::Arc, time::Duration};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde::Serialize;
use tokio::{
    sync::watch,
    time::{Instant, Interval, MissedTickBehavior, interval, interval_at, timeout},
};
use tokio_tungstenite::tungstenite;
use waybill_model::{Event, Permission};
use waybill_protocol::notification::frame::{
    CLOSING_TOPIC, FrameMetadata, HEARTBEAT, METADATA_TOPIC, NotificationFrame, SocketAnswer, SocketNotice,
};
use waybill_service::{AgentChanges, ChannelSocket, EventReader, ServiceError, StreamItem, StreamStart, WhichAgent};

use super::{
    frames::{self, Place},
    people::People,
    queues::Queues,
    registry::{Ending, Signal},
    requests::{self, Request},
    upgrade::{Begin, read_start},
};
use crate::{
    App,
    error::{ApiResult, draw_context_id},
    guest::FrameBucket,
};

/// Largest frame of a client: a thousand topics fit.
pub(super) const FRAME_BYTES: usize = 256 * 1_024;
/// How often a socket says that it lives.
const BEAT: Duration = Duration::from_secs(30);
/// How often it asks whether its channel and token still hold, besides when rights are known to have gone.
const CONFIRM: Duration = Duration::from_secs(4);
/// How often it looks at the queues whose numbers it tells.
const OBSERVE: Duration = Duration::from_secs(1);
/// A client that does not read for this long loses its connection; it goes on with its cursor.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);
/// How long the other side may take to say good-bye.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);
/// So long before its channel ends the socket warns, in milliseconds.
const WARNING_MILLIS: i64 = 60_000;

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Close {
    code: u16,
    reason: &'static str,
}

const DRAINING: Close =
    Close { code: 1012, reason: "the server restarts; open the socket again with your last cursor" };
const NEWER: Close = Close { code: 1000, reason: "a newer socket of this channel took over" };
const OVER: Close = Close { code: 1008, reason: "the channel or its token is over" };
const TOO_FAST: Close = Close { code: 1008, reason: "too many frames" };
const TOO_LARGE: Close = Close { code: 1009, reason: "the frame is too large" };
const NOT_TEXT: Close = Close { code: 1003, reason: "only text frames are served" };
const TRY_LATER: Close =
    Close { code: 1013, reason: "the server can't read the log now; come back with your last cursor" };
const TOO_SLOW: Close = Close { code: 1013, reason: "the reader is too slow; come back with your last cursor" };

/// The connection is gone.
struct Gone;

/// How a turn of the loop ended.
type Turn = Result<Option<Close>, Gone>;

/// What happened next.
enum Next {
    Received(Option<Result<Message, axum::Error>>),
    Item(Result<StreamItem, ServiceError>),
    Ended(Ending),
    Drain,
    Beat,
    Confirm,
    Agent(WhichAgent),
    Observe,
}

/// Serves one socket until either side ends it.
pub(super) async fn serve(mut socket: WebSocket, app: App, open: ChannelSocket, begin: Begin) {
    metrics::gauge!("waybill_notification_sockets").increment(1.0);
    let channel = open.channel;
    // As long as it is open, its person is at the desk.
    let _desk = app.service().open_desk(&open.caller);
    let signal = app.channels().enter(channel);
    let close = converse(&mut socket, &app, open, Arc::clone(&signal), begin).await;
    app.channels().leave(channel, &signal);
    if let Ok(Some(close)) = close {
        say_goodbye(&mut socket, close).await;
    }
    metrics::gauge!("waybill_notification_sockets").decrement(1.0);
}

struct Session<'a> {
    socket: &'a mut WebSocket,
    app: &'a App,
    open: ChannelSocket,
    signal: Arc<Signal>,
    reader: EventReader,
    bucket: FrameBucket,
    beat: Interval,
    confirm: Interval,
    revocations: watch::Receiver<u64>,
    draining: watch::Receiver<bool>,
    agents: AgentChanges,
    people: People,
    observe: Interval,
    queues: Queues,
    /// Whether the end of the channel was announced.
    warned: bool,
}

async fn converse(
    socket: &mut WebSocket,
    app: &App,
    open: ChannelSocket,
    signal: Arc<Signal>,
    begin: Begin,
) -> Result<Option<Close>, Gone> {
    let service = app.service();
    // Listening to rights and topics comes before the first look at them: nothing can fall between the two.
    let (revocations, draining) = (service.revocations(), app.draining());
    let (agents, people) = (service.watch_agents(&open.caller), People::default());
    let (reader, lost) = match service.read_for_channel(&open.caller, begin.start).await {
        Ok(reader) => (Ok(reader), None),
        Err(ServiceError::CursorGone { begin }) => {
            (service.read_for_channel(&open.caller, StreamStart::Now).await, Some(begin))
        }
        Err(error) => (Err(error), None),
    };
    let Ok(reader) = reader else { return Ok(Some(TRY_LATER)) };
    let mut confirm = interval(CONFIRM);
    confirm.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut observe = interval(OBSERVE);
    observe.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut beat = interval_at(Instant::now() + BEAT, BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let bucket = FrameBucket::new(service.settings().limits.connection_frames, Instant::now());
    let mut session = Session {
        socket,
        app,
        open,
        signal,
        reader,
        bucket,
        beat,
        confirm,
        revocations,
        draining,
        agents,
        people,
        observe,
        queues: Queues::default(),
        warned: false,
    };
    // The topics as they stand since the socket is known to those who change them.
    if let Some(close) = session.renew().await? {
        return Ok(Some(close));
    }
    if let Some(begin) = lost {
        let notice = SocketNotice {
            message: "the cursor is too old or of another log; resume at `begin`, or read conversations anew".into(),
            code: Some("cursor_gone"),
            begin: Some(begin),
        };
        session.notice(METADATA_TOPIC, notice).await?;
    }
    // A position from the first moment on: whoever is cut off before the first event misses nothing.
    session.notice(METADATA_TOPIC, SocketNotice { message: HEARTBEAT.into(), ..SocketNotice::default() }).await?;
    session.run().await
}

impl Session<'_> {
    async fn run(&mut self) -> Turn {
        loop {
            let next = tokio::select! {
                received = self.socket.recv() => Next::Received(received),
                item = self.reader.next() => Next::Item(item),
                ending = self.signal.ended() => Next::Ended(ending),
                () = drains(&mut self.draining) => Next::Drain,
                _ = self.beat.tick() => Next::Beat,
                _ = self.confirm.tick() => Next::Confirm,
                // The service lives as long as the app does.
                _ = self.revocations.changed() => Next::Confirm,
                which = self.agents.next() => Next::Agent(which),
                _ = self.observe.tick() => Next::Observe,
            };
            let close = match next {
                Next::Received(received) => self.receive(received).await?,
                Next::Item(Ok(StreamItem::Event(event))) => self.tell(&event).await?,
                Next::Item(Ok(StreamItem::Whisper(_))) => None,
                Next::Item(Err(error)) => {
                    tracing::warn!(%error, "a notification socket could not read on");
                    Some(TRY_LATER)
                }
                Next::Ended(Ending::Newer) => self.warn("a newer socket of this channel took over", NEWER).await?,
                Next::Ended(Ending::ChannelGone) => self.over("the channel was replaced or has ended").await?,
                Next::Drain => self.warn("the server restarts; open the socket again", DRAINING).await?,
                Next::Beat => {
                    let notice = SocketNotice { message: HEARTBEAT.into(), ..SocketNotice::default() };
                    self.notice(METADATA_TOPIC, notice).await?
                }
                Next::Confirm => self.renew().await?,
                Next::Agent(which) => self.tell_people(which).await?,
                Next::Observe => self.tell_queues().await?,
            };
            if close.is_some() {
                return Ok(close);
            }
        }
    }

    async fn receive(&mut self, received: Option<Result<Message, axum::Error>>) -> Turn {
        let text = match received {
            None => return Err(Gone),
            Some(Ok(Message::Close(_))) => {
                // The answer to it goes out with the next read, which finds the end.
                return match timeout(CLOSE_PATIENCE, self.socket.recv()).await {
                    Ok(_) | Err(_) => Err(Gone),
                };
            }
            Some(Err(error)) => return Ok(close_for(&error)),
            Some(Ok(Message::Binary(_))) => return Ok(Some(NOT_TEXT)),
            // Answered below us.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(self.take_frame()),
            Some(Ok(Message::Text(text))) if text.len() > FRAME_BYTES => return Ok(Some(TOO_LARGE)),
            Some(Ok(Message::Text(text))) => text,
        };
        if let Some(close) = self.take_frame() {
            return Ok(Some(close));
        }
        let ambient = self.app.service().ambient();
        let answer = match requests::read(&text) {
            Request::Ping => {
                let notice = SocketNotice { message: "pong".into(), ..SocketNotice::default() };
                return self.notice(METADATA_TOPIC, notice).await;
            }
            Request::Unknown { message, correlation_id } => requests::refused(message, correlation_id),
            Request::Subscribe { topics, correlation_id } => {
                let subscribed =
                    self.app.service().subscribe_over_socket(&self.open.caller, self.open.channel, topics).await;
                match subscribed {
                    Ok(subscribed) => {
                        self.signal.set_topics(subscribed.version, &subscribed.topics);
                        self.warned = false;
                        requests::done("subscribed", correlation_id)
                    }
                    Err(error) => requests::not_subscribed(error, correlation_id, ambient),
                }
            }
            Request::Resume { cursor, correlation_id } => self.resume(&cursor, correlation_id).await,
        };
        self.send(&answer).await
    }

    async fn resume(&mut self, cursor: &str, correlation_id: Option<String>) -> SocketAnswer {
        let Ok(start) = read_start(Some(cursor)) else {
            return requests::refused("`cursor` is none that this server handed out", correlation_id);
        };
        match self.app.service().read_for_channel(&self.open.caller, start).await {
            Ok(reader) => {
                self.reader = reader;
                requests::done("resumed", correlation_id)
            }
            Err(error) => requests::failed(error, correlation_id, self.app.service().ambient()),
        }
    }

    /// Tells one event by the topics as they are now.
    async fn tell(&mut self, event: &Arc<Event>) -> Turn {
        let topics = self.signal.topics();
        if !topics.may_want(event.conversation_id) {
            return Ok(None);
        }
        let written = self.write(&topics, event).await;
        match written {
            Ok(frames) => {
                for frame in frames {
                    if let Some(close) = self.send_text(frame).await? {
                        return Ok(Some(close));
                    }
                }
                Ok(None)
            }
            Err(error) => {
                let body = error.into_body(draw_context_id(self.app.service().ambient()));
                tracing::warn!(context_id = body.context_id, "a notification socket ended early; its client resumes");
                Ok(Some(TRY_LATER))
            }
        }
    }

    /// Tells what people are doing now, as far as rights let it see them now.
    async fn tell_people(&mut self, which: WhichAgent) -> Turn {
        let topics = self.signal.topics();
        for id in self.people.now_of_interest(&topics, which) {
            let service = self.app.service();
            let agent = match service.get_agent(&self.open.caller, &id.to_string()).await {
                Ok(agent) => agent,
                Err(ServiceError::NotFound { .. } | ServiceError::MissingPermission(_)) => continue,
                Err(error) => {
                    tracing::warn!(%error, "what somebody is doing could not be told");
                    return Ok(Some(TRY_LATER));
                }
            };
            let cursor = self.reader.cursor().to_string();
            match self.people.frames(&topics, &agent, service.ambient(), &cursor) {
                Ok(frames) => {
                    for frame in frames {
                        if let Some(close) = self.send_text(frame).await? {
                            return Ok(Some(close));
                        }
                    }
                }
                Err(error) => {
                    drop(error.into_body(draw_context_id(service.ambient())));
                    return Ok(Some(TRY_LATER));
                }
            }
        }
        Ok(None)
    }

    /// Tells how queues are doing now, as far as rights let it see them now.
    async fn tell_queues(&mut self) -> Turn {
        let topics = self.signal.topics();
        for id in self.queues.of_interest(&topics) {
            let service = self.app.service();
            let Ok(acting) = self.open.caller.acting(&[Permission::QueueObservationView]) else { return Ok(None) };
            let view = match service.observe_queue(&acting, &id.to_string()).await {
                Ok(view) => view,
                Err(ServiceError::NotFound { .. } | ServiceError::MissingPermission(_)) => continue,
                Err(error) => {
                    tracing::warn!(%error, "how a queue is doing could not be told");
                    return Ok(Some(TRY_LATER));
                }
            };
            let cursor = self.reader.cursor().to_string();
            match self.queues.frames(&view, service.ambient(), &cursor) {
                Ok(frames) => {
                    for frame in frames {
                        if let Some(close) = self.send_text(frame).await? {
                            return Ok(Some(close));
                        }
                    }
                }
                Err(error) => {
                    drop(error.into_body(draw_context_id(service.ambient())));
                    return Ok(Some(TRY_LATER));
                }
            }
        }
        Ok(None)
    }

    async fn write(&mut self, topics: &waybill_service::Topics, event: &Arc<Event>) -> ApiResult<Vec<String>> {
        let service = self.app.service();
        let Some(seen) = service.see_event(&self.open.caller, event).await? else { return Ok(Vec::new()) };
        let revision = self.reader.revision_of(event).await?;
        let place = Place {
            ambient: service.ambient(),
            before: self.reader.cursor_of(event.seq.saturating_sub(1)),
            cursor: self.reader.cursor_of(event.seq),
            revision,
        };
        let frames = frames::frames(topics, &seen, &place)?;
        if !frames.is_empty() {
            metrics::counter!("waybill_notifications_total").increment(frames.len() as u64);
            service.event_was_told(&self.open.caller, &seen, topics);
        }
        Ok(frames)
    }

    /// Asks again whether channel and token hold, and goes on with the rights and topics that there are now.
    async fn renew(&mut self) -> Turn {
        let renewed = self.app.service().renew_channel(&self.open).await;
        match renewed {
            Ok(renewed) => {
                self.signal.set_topics(renewed.version, &renewed.topics);
                self.open = renewed;
            }
            Err(ServiceError::Unavailable { cause, .. }) => {
                // Nobody said no: the next look decides.
                tracing::debug!(cause, "a channel could not be looked up");
                return Ok(None);
            }
            Err(error) if requests::is_over(&error) => return self.over(&error.to_string()).await,
            Err(error) => {
                tracing::error!(%error, "a channel could not be read");
                return Ok(Some(TRY_LATER));
            }
        }
        let left = self.open.expires_at.millis() - self.app.service().ambient().now().millis();
        if left < WARNING_MILLIS && !self.warned {
            self.warned = true;
            let message = "the channel is about to end; subscribe again to keep it".into();
            return self.notice(CLOSING_TOPIC, SocketNotice { message, ..SocketNotice::default() }).await;
        }
        Ok(None)
    }

    /// The last words to a client whose channel or token is over.
    async fn over(&mut self, message: &str) -> Turn {
        let answer = SocketAnswer {
            result: "404",
            status: "failure",
            message: Some(message.to_owned()),
            correlation_id: None,
            rejected: Vec::new(),
            begin: None,
        };
        self.send(&answer).await?;
        Ok(Some(OVER))
    }

    /// Says that the socket closes, then closes it.
    async fn warn(&mut self, message: &'static str, close: Close) -> Turn {
        self.notice(CLOSING_TOPIC, SocketNotice { message: message.into(), ..SocketNotice::default() }).await?;
        Ok(Some(close))
    }

    async fn notice(&mut self, topic: &'static str, notice: SocketNotice) -> Turn {
        let metadata = FrameMetadata {
            correlation_id: draw_context_id(self.app.service().ambient()),
            cursor: self.reader.cursor().to_string(),
            event_id: None,
        };
        let frame = NotificationFrame { topic_name: topic.into(), version: "2", event_body: notice, metadata };
        self.send(&frame).await
    }

    async fn send(&mut self, frame: &impl Serialize) -> Turn {
        match frames::write(frame) {
            Ok(text) => self.send_text(text).await,
            Err(error) => {
                drop(error.into_body(draw_context_id(self.app.service().ambient())));
                Ok(Some(TRY_LATER))
            }
        }
    }

    async fn send_text(&mut self, text: String) -> Turn {
        let patience = WRITE_PATIENCE.min(self.app.service().settings().limits.idle);
        match timeout(patience, self.socket.send(Message::Text(text.into()))).await {
            Ok(Ok(())) => Ok(None),
            Ok(Err(_)) => Err(Gone),
            Err(_) => {
                metrics::counter!("waybill_slow_readers_total").increment(1);
                Ok(Some(TOO_SLOW))
            }
        }
    }

    fn take_frame(&mut self) -> Option<Close> {
        let limit = self.app.service().settings().limits.connection_frames;
        self.bucket.take(limit, Instant::now()).err().map(|_| TOO_FAST)
    }
}

/// Waits until the server drains. Safe to drop.
async fn drains(draining: &mut watch::Receiver<bool>) {
    if draining.wait_for(|draining| *draining).await.is_err() {
        // Nobody is left who could drain.
        std::future::pending::<()>().await;
    }
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

/// Closes, and reads on until the other side has closed too: to drop the connection at once could lose the last frame.
async fn say_goodbye(socket: &mut WebSocket, Close { code, reason }: Close) {
    let close = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
    if !matches!(timeout(CLOSE_PATIENCE, socket.send(close)).await, Ok(Ok(()))) {
        return;
    }
    let until_closed = async { while let Some(Ok(_)) = socket.recv().await {} };
    if timeout(CLOSE_PATIENCE, until_closed).await.is_err() {
        tracing::debug!("a client did not answer a close");
    }
}
