//! Our own actions beside the conversation: `rateConversation` and `receipt`.

use waybill_model::{Rating, Seen};
use waybill_protocol::guest::{FrameClass, RateConversationAnswer, RateConversationFrame, ReceiptFrame, ServerFrame};
use waybill_service::RatingWish;

use super::{
    refuse::to_json,
    visitor::{Answer, Visitor},
};

impl Visitor {
    pub(super) async fn rate_conversation(&mut self, frame: RateConversationFrame) -> Answer {
        let RateConversationFrame { token, conversation_id, score, comment, tracing_id } = frame;
        let guest = self.bind(&token)?;
        let wish = RatingWish { conversation: conversation_id, score, comment };
        let (conversation_id, rating) = self.app.service().rate_conversation(&guest, wish).await?;
        let Rating { score, comment, at } = rating;
        let body = RateConversationAnswer { conversation_id: conversation_id.to_string(), score, comment, at };
        Ok(Some(to_json(&ServerFrame::answer(FrameClass::RateConversationResponse, tracing_id, body))))
    }

    pub(super) async fn receipt(&mut self, frame: ReceiptFrame) -> Answer {
        let ReceiptFrame { token, conversation_id, delivered_up_to, read_up_to, tracing_id: _ } = frame;
        let guest = self.bind(&token)?;
        let seen = Seen { delivered: delivered_up_to, read: read_up_to };
        self.app.service().guest_has_seen(&guest, conversation_id.as_deref(), seen).await?;
        Ok(None)
    }
}
