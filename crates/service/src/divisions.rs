//! Who sees which conversation: a conversation belongs to the division of its deployment (ACC2).

use std::sync::Arc;

use waybill_model::{Conversation, Deployment, DeploymentId, DivisionId};
use waybill_store::{ConversationFilter, PagePosition};

use crate::{Caller, Divisions, Service, ServiceError};

/// Conversations that one list looks at before it answers a short page with a cursor.
const LOOKED_AT: usize = 2_000;
/// Conversations per look.
const LOOK: u32 = 200;

impl Service {
    /// The division of a deployment and its conversations; none for a deployment that is gone.
    pub(crate) async fn division_of(&self, deployment: DeploymentId) -> Result<Option<DivisionId>, ServiceError> {
        Ok(self.find_ready(deployment).await?.map(|ready| ready.deployment.division_id))
    }

    /// Whether the right in play reaches what came through a deployment.
    pub(crate) async fn reaches(&self, caller: &Caller, deployment: DeploymentId) -> Result<bool, ServiceError> {
        match caller.divisions() {
            Divisions::All => Ok(true),
            // What nobody can place is for those who see everything.
            Divisions::Some(divisions) => {
                Ok(self.division_of(deployment).await?.is_some_and(|division| divisions.contains(&division)))
            }
        }
    }

    /// The deployments that the right in play reaches.
    pub(crate) async fn reached_deployments(&self, caller: &Caller) -> Result<Vec<Deployment>, ServiceError> {
        let deployments = self.inner.store.list_deployments(caller.organization_id()).await?;
        let reached = deployments.into_iter().filter(|one| caller.divisions().contain(one.division_id));
        Ok(reached.collect())
    }

    /// Conversations newest first that the right in play reaches, and where to go on. A page can be short although more
    /// follows: a list looks at so many conversations and no more.
    pub(crate) async fn list_reached(
        &self,
        caller: &Caller,
        filter: ConversationFilter,
        mut after: Option<PagePosition>,
        limit: u32,
    ) -> Result<(Vec<Arc<Conversation>>, Option<PagePosition>), ServiceError> {
        let (organization, store) = (caller.organization_id(), &self.inner.store);
        let wanted = limit as usize;
        if *caller.divisions() == Divisions::All {
            let mut found = store.list_conversations(organization, filter, after, limit + 1).await?;
            let more = found.len() > wanted;
            found.truncate(wanted);
            let next = found.last().filter(|_| more).map(|last| position(last));
            return Ok((found, next));
        }
        let (mut found, mut looked_at) = (Vec::with_capacity(wanted), 0);
        while looked_at < LOOKED_AT {
            let page = store.list_conversations(organization, filter.clone(), after, LOOK).await?;
            let is_last = page.len() < LOOK as usize;
            looked_at += page.len();
            for conversation in page {
                if found.len() == wanted {
                    return Ok((found, after));
                }
                after = Some(position(&conversation));
                if self.reaches(caller, conversation.deployment_id).await? {
                    found.push(conversation);
                }
            }
            if is_last {
                return Ok((found, None));
            }
        }
        Ok((found, after))
    }
}

fn position(conversation: &Conversation) -> PagePosition {
    PagePosition { started_at: conversation.started_at, id: conversation.id }
}
