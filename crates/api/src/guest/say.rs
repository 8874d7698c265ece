//! `onMessage`: text, structured answers, presence and typing. The echo comes from the log, not from here (P4).

use waybill_protocol::guest::OnMessageFrame;
use waybill_service::SaidMessage;

use super::{
    follow::message_frame,
    map::{Wish, source, structured, wish},
    registry::Position,
    visitor::{Answer, Visitor},
};

impl Visitor {
    pub(super) async fn on_message(&mut self, frame: OnMessageFrame) -> Answer {
        let guest = self.bind(&frame.token)?;
        let tracing_id = frame.tracing_id.clone();
        let application = self.application.as_deref().map(str::to_owned);
        let max_bytes = self.app.service().settings().limits.message_bytes;
        let message = match wish(frame, source(None, application, Some("guest".to_owned()), None), max_bytes)? {
            Wish::Say(message) => message,
            Wish::Type => {
                self.app.service().guest_is_typing(&guest).await?;
                return Ok(None);
            }
            Wish::Leave => {
                self.app.service().end_by_guest(&guest, tracing_id).await?;
                return Ok(None);
            }
        };
        let said = self.app.service().add_guest_message(&guest, *message).await?;
        let SaidMessage { conversation_id, revision, read_from, said_before } = said;
        self.follow_own(Position { conversation: conversation_id, after: read_from, revision: Some(revision) });
        self.renew();
        Ok(said_before.map(|message| {
            let tracing_id = tracing_id.or_else(|| message.tracing_id.clone());
            message_frame(structured(&message), tracing_id, conversation_id, Some(revision))
        }))
    }
}
