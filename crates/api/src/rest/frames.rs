//! Events as the stream sends them, written once for everybody who follows them at the same time.

use std::sync::{Arc, Mutex, PoisonError};

use axum::response::sse::Event as SentEvent;
use waybill_model::Event;

use crate::error::ApiResult;

/// How many of the newest events are kept as they were written. Who is further behind writes for itself.
const PLACES: usize = 128;

/// The newest events as they were written.
#[derive(Debug)]
pub(crate) struct Frames {
    places: [Mutex<Option<Written>>; PLACES],
}

/// One event, and what is sent of it; nothing of an event that streams do not tell.
#[derive(Debug)]
struct Written {
    /// The very record that was written: what somebody may see only in part is another one.
    event: Arc<Event>,
    revision: u64,
    sent: Option<SentEvent>,
}

impl Default for Frames {
    fn default() -> Self {
        Self { places: std::array::from_fn(|_| Mutex::new(None)) }
    }
}

impl Frames {
    /// Forgets all of them (LOG6).
    pub(crate) fn forget(&self) {
        for place in &self.places {
            *place.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// What is sent of an event. While one writes, others who want the same wait, which is sooner than to write it, too.
    pub(super) fn get_or_write(
        &self,
        event: &Arc<Event>,
        revision: u64,
        write: impl FnOnce() -> ApiResult<Option<SentEvent>>,
    ) -> ApiResult<Option<SentEvent>> {
        let place = usize::try_from(event.seq).unwrap_or(usize::MAX) % PLACES;
        // A panic elsewhere leaves nothing half done in here.
        let mut place = self.places[place].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(written) = &*place
            && Arc::ptr_eq(&written.event, event)
            && written.revision == revision
        {
            return Ok(written.sent.clone());
        }
        let sent = write()?;
        *place = Some(Written { event: Arc::clone(event), revision, sent: sent.clone() });
        Ok(sent)
    }
}
