//! What stands beside what was said: notes, the customer's rating, how far each side has read.

use waybill_model::{Beside, EventBody, Note, Rating, Seen, Side};

use super::Going;

/// The most notes of one conversation.
pub const MOST_NOTES: u32 = 1_000;

impl Going {
    /// Keeps a note. Whoever calls has looked that there is room for it ([`MOST_NOTES`]).
    pub fn note(mut self, note: Note) -> Self {
        self.beside().notes += 1;
        self.tell(EventBody::NoteAdded { note: Box::new(note) })
    }

    /// Takes the customer's rating; the same again says nothing. A conversation that goes on is not rated yet.
    pub fn rate(mut self, score: u8, comment: String) -> Self {
        let conversation = &self.decision.conversation;
        let standing = conversation.beside.as_ref().and_then(|beside| beside.rating.as_ref());
        let is_same = standing.is_some_and(|standing| standing.score == score && standing.comment == comment);
        if conversation.ended_at.is_none() || is_same {
            return self;
        }
        let rating = Rating { score, comment, at: self.at };
        self.beside().rating = Some(rating.clone());
        self.tell(EventBody::Rated { rating })
    }

    /// One side has come so far with what the other said. It never goes back; what brings nothing further says nothing.
    pub fn seen(mut self, side: Side, seen: Seen) -> Self {
        let standing = self.decision.conversation.beside.as_deref().map_or_else(Seen::default, |beside| match side {
            Side::Customer => beside.customer,
            Side::Business => beside.business,
        });
        // Nobody has seen what was not said yet.
        let latest = self.decision.conversation.last_at;
        let reach = |time: Option<waybill_model::Time>| time.map(|time| time.min(latest));
        let further = standing.and(Seen { delivered: reach(seen.delivered), read: reach(seen.read) });
        if further == standing {
            return self;
        }
        match side {
            Side::Customer => self.beside().customer = further,
            Side::Business => self.beside().business = further,
        }
        self.tell(EventBody::SeenUpTo { side, seen: further })
    }

    fn beside(&mut self) -> &mut Beside {
        self.decision.conversation.beside.get_or_insert_default()
    }

    fn tell(mut self, body: EventBody) -> Self {
        self.decision.rewrite = true;
        self.decision.push(self.at, &self.by, body);
        self
    }
}
