//! One connection of a guest: who it is, what it follows, and what becomes of its frames. No IO of its own.

use std::sync::Arc;

use axum::http::StatusCode;
use tokio::time::Instant;
use waybill_model::Time;
use waybill_protocol::guest::{GuestFrame, Received, read_frame};
use waybill_service::{Entered, Guest, ServiceError, StreamItem};

use super::{
    bucket::FrameBucket,
    follow::Follow,
    refuse::{Asked, Refusal},
    registry::{News, Position, Signal},
    socket::Close,
};
use crate::{App, error::draw_context_id};

/// Longest tracing id in bytes; it is stored with its message and comes back.
const TRACING_ID_BYTES: usize = 256;
/// How many guests one connection may be, one after another: who tries tokens needs a new connection for each few.
const TOKENS_PER_CONNECTION: u8 = 8;

/// One connection that was let in.
pub(super) struct Visitor {
    pub(super) app: App,
    pub(super) entered: Entered,
    /// What the client calls itself.
    pub(super) application: Option<Box<str>>,
    pub(super) bound: Option<Bound>,
    pub(super) follow: Option<Follow>,
    /// The session's next conversation, until the one that is followed has been told to its end.
    pub(super) next: Option<Position>,
    /// When the session expires, where known.
    pub(super) expires_at: Option<Time>,
    frames: FrameBucket,
    tokens: u8,
}

/// The guest that a connection is, and its place among the sockets of the session.
pub(super) struct Bound {
    app: App,
    pub(super) guest: Guest,
    pub(super) signal: Arc<Signal>,
}

impl Bound {
    fn new(app: &App, guest: Guest) -> Self {
        let limit = app.service().settings().limits.session_sockets;
        let signal = app.sockets().enter(guest.key(), limit);
        Self { app: app.clone(), guest, signal }
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        self.app.sockets().leave(self.guest.key(), &self.signal);
    }
}

/// What has to be sent, and whether the connection is over.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) frame: Option<String>,
    pub(super) close: Option<Close>,
}

impl Outcome {
    /// One frame, and on.
    pub(super) const fn frame(frame: String) -> Self {
        Self { frame: Some(frame), close: None }
    }
}

/// The frame to send, where there is one.
pub(super) type Answer = Result<Option<String>, Refusal>;

impl Visitor {
    pub(super) fn new(app: App, entered: Entered, application: Option<Box<str>>) -> Self {
        let frames = FrameBucket::new(app.service().settings().limits.connection_frames, Instant::now());
        Self { app, entered, application, bound: None, follow: None, next: None, expires_at: None, frames, tokens: 0 }
    }

    /// Whether the client is our own SDK.
    pub(super) fn is_ours(&self) -> bool {
        self.application.as_deref().is_some_and(|application| application.starts_with("waybill"))
    }

    /// Does what a frame asks for.
    pub(super) async fn handle(&mut self, text: &str) -> Outcome {
        let limit = self.app.service().settings().limits.connection_frames;
        let room = self.frames.take(limit, Instant::now());
        let Received { tracing_id, own_action, frame } = read_frame(text);
        let (tracing_id, is_long) = match tracing_id {
            Some(long) if long.len() > TRACING_ID_BYTES => (None, true),
            tracing_id => (tracing_id, false),
        };
        let asked = Asked { tracing_id, own_action };
        let answer = match (room, frame) {
            (Err(retry_after), _) => {
                Err(ServiceError::Throttled { what: "frames of this connection", retry_after }.into())
            }
            (Ok(()), Err(unreadable)) => Err(unreadable.into()),
            (Ok(()), Ok(_)) if is_long => Err(ServiceError::Invalid {
                field: "tracingId",
                rule: format!("has more than {TRACING_ID_BYTES} bytes"),
                remedy: "send a UUID".to_owned(),
            }
            .into()),
            (Ok(()), Ok(frame)) => self.act(frame).await,
        };
        match answer {
            Ok(frame) => Outcome { frame, close: None },
            Err(refusal) => refusal.into_outcome(asked, draw_context_id(self.app.service().ambient())),
        }
    }

    async fn act(&mut self, frame: GuestFrame) -> Answer {
        match frame {
            GuestFrame::StartChat(frame) => self.start_chat(frame).await,
            GuestFrame::SetContext(frame) => self.set_context(frame).await,
            GuestFrame::RateConversation(frame) => self.rate_conversation(frame).await,
            GuestFrame::Receipt(frame) => self.receipt(frame).await,
            GuestFrame::OnMessage(frame) => self.on_message(frame).await,
            GuestFrame::ConfigureSession(frame) => self.configure_session(frame).await,
            GuestFrame::CloseSession(frame) => self.close_session(frame).await,
            GuestFrame::GetJwt(frame) => self.get_jwt(frame).await,
            GuestFrame::GetConfiguration(frame) => self.get_configuration(&frame),
            GuestFrame::Echo(frame) => self.echo(&frame),
        }
    }

    /// Makes the connection the guest's who owns the token.
    pub(super) fn bind(&mut self, token: &str) -> Result<Guest, Refusal> {
        if token.is_empty() {
            return Err(ServiceError::Unauthorized("the frame has no `token`; send the guest's token with it").into());
        }
        let guest = Guest::new(self.entered.clone(), token)?;
        if self.bound.as_ref().is_none_or(|bound| bound.guest.key() != guest.key()) {
            if self.tokens >= TOKENS_PER_CONNECTION {
                let message = "the connection has shown too many tokens; open a new one";
                return Err(Refusal::new(401, StatusCode::UNAUTHORIZED, "too_many_tokens", message).closing());
            }
            self.tokens += 1;
            self.forget();
            self.bound = Some(Bound::new(&self.app, guest.clone()));
        }
        Ok(guest)
    }

    /// Is nobody any more.
    pub(super) fn forget(&mut self) {
        self.stop_following();
        self.bound = None;
        self.expires_at = None;
    }

    /// Follows nothing any more.
    pub(super) fn stop_following(&mut self) {
        self.follow = None;
        self.next = None;
    }

    /// Follows the conversation that an answer to this connection named, at once; the session's other sockets hear of it.
    pub(super) fn follow_own(&mut self, position: Position) {
        if self.follow.as_ref().is_some_and(|follow| follow.conversation() == position.conversation) {
            return;
        }
        self.follow(position);
        if let Some(Bound { app, guest, signal }) = &self.bound {
            app.sockets().announce(guest.key(), signal, position);
        }
    }

    pub(super) fn follow(&mut self, position: Position) {
        let Some(bound) = &self.bound else { return };
        let reader = self.app.service().read_as_guest(&bound.guest, position.conversation, position.after);
        self.follow = Some(Follow::new(reader, position));
        self.next = None;
    }

    /// Learns what other sockets of the session told.
    pub(super) fn hear(&mut self, news: &News) {
        let Some(position) = news.conversation else { return };
        match &self.follow {
            Some(follow) if follow.conversation() == position.conversation => {}
            // What is left of the old conversation is told first.
            Some(_) => self.next = Some(position),
            None => self.follow(position),
        }
    }

    /// Waits for what happens in the conversation. Safe to drop.
    pub(super) async fn next_item(&mut self) -> Result<StreamItem, ServiceError> {
        match &mut self.follow {
            Some(follow) => follow.next().await,
            None => std::future::pending().await,
        }
    }

    /// Waits until another socket has news. Safe to drop.
    pub(super) async fn signalled(signal: Option<Arc<Signal>>) {
        match signal {
            Some(signal) => signal.wait().await,
            None => std::future::pending().await,
        }
    }
}
