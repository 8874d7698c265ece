//! Who changed what it is doing, told to whoever watches. Nothing of it is kept: whoever looks reads how it is now.

use tokio::sync::broadcast::{self, error::RecvError};
use waybill_model::{OrganizationId, UserId};

use crate::{Caller, Service};

/// So many changes wait for a reader; one who is slower looks at everybody anew.
const WAITING: usize = 1_024;

type Change = (OrganizationId, UserId);

/// Where the routing of every organization says that somebody changed.
#[derive(Debug, Clone)]
pub(super) struct Changes {
    sender: broadcast::Sender<Change>,
}

impl Default for Changes {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(WAITING) }
    }
}

impl Changes {
    pub(super) fn tell(&self, organization: OrganizationId, user: UserId) {
        if self.sender.send((organization, user)).is_err() {
            // Nobody watches.
        }
    }
}

/// Who changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichAgent {
    /// This one.
    One(UserId),
    /// Nobody knows any more who: so many did.
    Any,
}

/// The changes of one organization's people, from the moment on at which this was made.
#[derive(Debug)]
pub struct AgentChanges {
    organization: OrganizationId,
    receiver: broadcast::Receiver<Change>,
}

impl AgentChanges {
    /// Waits for the next one. Safe to drop.
    pub async fn next(&mut self) -> WhichAgent {
        loop {
            match self.receiver.recv().await {
                Ok((organization, user)) if organization == self.organization => return WhichAgent::One(user),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => return WhichAgent::Any,
                // The service is gone, and so is everybody who could change.
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

impl Service {
    /// Who of the caller's organization changes its presence, or what routing makes of it, from now on.
    #[must_use]
    pub fn watch_agents(&self, caller: &Caller) -> AgentChanges {
        let receiver = self.inner.routing.changes.sender.subscribe();
        AgentChanges { organization: caller.organization_id(), receiver }
    }
}
