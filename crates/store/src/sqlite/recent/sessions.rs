//! What guest tokens read: asked for every frame of a guest.

use moka::{policy::EvictionPolicy, sync::Cache};
use parking_lot::Mutex;
use waybill_model::{DeploymentId, TokenHash};

use super::Before;
use crate::sqlite::{
    apply::SessionNews,
    sessions::{KnownSession, SessionRow},
};

/// The most sessions that are kept, about 200 bytes each.
const MOST_SESSIONS: u64 = 65_536;

/// What guest tokens read: asked for every frame of a guest.
pub(in crate::sqlite) struct RecentSessions {
    cache: Cache<(DeploymentId, TokenHash), KnownSession>,
    /// How often anything was published: sessions change seldom enough for one count.
    published: Mutex<u64>,
}

impl RecentSessions {
    pub(in crate::sqlite) fn new() -> Self {
        let cache = Cache::builder().max_capacity(MOST_SESSIONS).eviction_policy(EvictionPolicy::lru()).build();
        Self { cache, published: Mutex::new(0) }
    }

    pub(in crate::sqlite) fn find(&self, deployment: DeploymentId, token: TokenHash) -> Option<KnownSession> {
        self.cache.get(&(deployment, token))
    }

    /// The writer's word, after its commit.
    pub(in crate::sqlite) fn publish(&self, news: &[SessionNews]) {
        if news.is_empty() {
            return;
        }
        let mut published = self.published.lock();
        *published += 1;
        for news in news {
            match *news {
                SessionNews::Reads(KnownSession { row: SessionRow { token: None, .. }, .. }) => {}
                SessionNews::Reads(
                    known @ KnownSession { row: SessionRow { deployment, token: Some(token), .. }, .. },
                ) => {
                    self.cache.insert((deployment, token), known);
                }
                SessionNews::Fenced(deployment, token) => self.cache.invalidate(&(deployment, token)),
            }
        }
    }

    /// Taken before a reader begins to load a session.
    pub(in crate::sqlite) fn before(&self) -> Before {
        Before(*self.published.lock())
    }

    /// A reader's find: kept only if nothing was published since `before`, for it may be old.
    pub(in crate::sqlite) fn offer(&self, before: Before, known: KnownSession) {
        let published = self.published.lock();
        if let Some(token) = known.row.token
            && *published == before.0
        {
            self.cache.insert((known.row.deployment, token), known);
        }
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::{SessionId, Time};

    use super::*;
    use crate::conformance::{
        Sample,
        sample::{deployment_id, organization_id, session_id, token},
    };

    #[test]
    fn start2_a_reader_never_gives_a_fenced_session_its_token_back() {
        let recent = RecentSessions::new();
        let known = KnownSession {
            row: SessionRow {
                number: 1,
                id: session_id(1),
                organization: organization_id(1),
                deployment: deployment_id(1),
                token: Some(token(1)),
                conversation: 1,
                started_at: Time::from_millis(1),
            },
            conversation_id: Sample::new(1, &[]).id(),
        };
        let id = |recent: &RecentSessions| -> Option<SessionId> {
            recent.find(deployment_id(1), token(1)).map(|known| known.row.id)
        };
        recent.publish(&[SessionNews::Reads(known)]);
        assert_eq!(id(&recent), Some(session_id(1)));
        let before = recent.before();
        recent.publish(&[SessionNews::Fenced(deployment_id(1), token(1))]);
        recent.offer(before, known);
        assert_eq!(id(&recent), None);
    }
}
