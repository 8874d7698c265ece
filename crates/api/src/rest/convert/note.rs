//! What stands beside what was said: notes, ratings, how far both sides have read.

use waybill_model as model;
use waybill_protocol::rest::note::{
    ConversationNote, ConversationReceipt, ConversationSatisfaction, ReadView, SatisfactionView, SeenUpTo,
};
use waybill_service::{NotedView, RatingState, RatingView, SeenView};

use super::actor;

pub(in crate::rest) fn note(noted: &NotedView) -> ConversationNote {
    let NotedView { conversation_id: _, note, by, at } = noted;
    noted_by(note, by, *at)
}

pub(super) fn noted_by(note: &model::Note, by: &model::Actor, at: model::Time) -> ConversationNote {
    let model::Note { id, text, mentions, author } = note;
    ConversationNote {
        id: *id,
        text: text.clone(),
        mentions: mentions.clone(),
        by: actor(by),
        author_name: author.clone(),
        date_created: at,
    }
}

pub(super) fn satisfaction(rating: &model::Rating) -> ConversationSatisfaction {
    let model::Rating { score, comment, at } = rating;
    ConversationSatisfaction {
        score: *score,
        max_score: model::Rating::BEST,
        comment: comment.clone(),
        date_submitted: *at,
    }
}

pub(in crate::rest) fn satisfaction_view(view: &RatingView) -> SatisfactionView {
    let RatingView { conversation_id, state, rating } = view;
    SatisfactionView {
        conversation_id: *conversation_id,
        state: match state {
            RatingState::Rated => "rated",
            RatingState::NotAsked => "notAsked",
            RatingState::NotYet => "notYet",
            RatingState::Open => "open",
            RatingState::Over => "over",
        },
        satisfaction: rating.as_ref().map(satisfaction),
    }
}

pub(in crate::rest) const fn read_view(view: &SeenView) -> ReadView {
    let SeenView { conversation_id, customer, business } = view;
    ReadView { conversation_id: *conversation_id, customer: seen(*customer), business: seen(*business) }
}

pub(super) const fn receipt(side: model::Side, up_to: model::Seen) -> ConversationReceipt {
    ConversationReceipt { side: side.as_str(), seen: seen(up_to) }
}

const fn seen(model::Seen { delivered, read }: model::Seen) -> SeenUpTo {
    SeenUpTo { delivered_up_to: delivered, read_up_to: read }
}
