//! In which queues somebody works.

use waybill_model::{Queue, User, UserId};

use super::queues::RoutingQuery;
use crate::{Caller, EntityList, Service, ServiceError};

/// Queues of one look.
const LOOK: u32 = 500;

impl Service {
    /// The queues in which a person works, by name, as far as the caller's right reaches.
    ///
    /// # Errors
    /// `NotFound` for the person.
    pub async fn list_user_queues(
        &self,
        caller: &Caller,
        user: &str,
        query: RoutingQuery,
    ) -> Result<EntityList<Queue>, ServiceError> {
        let not_found = || ServiceError::not_found("user", user);
        let id: UserId = user.parse().map_err(|_| not_found())?;
        self.find_entity::<User>(caller.organization_id(), id.uuid()).await?.ok_or_else(not_found)?;
        let (offset, limit) = (query.offset, u64::from(query.limit));
        let (mut entities, mut total, mut looked_at) = (Vec::new(), 0, 0);
        loop {
            let look = RoutingQuery { offset: looked_at, limit: LOOK, ..query.clone() };
            let page = self.list_queues(caller, look).await?;
            if page.entities.is_empty() {
                return Ok(EntityList { entities, total });
            }
            looked_at += page.entities.len() as u64;
            for found in page.entities.into_iter().filter(|found| found.entity.members.contains(&id)) {
                if (offset..offset.saturating_add(limit)).contains(&total) {
                    entities.push(found);
                }
                total += 1;
            }
        }
    }
}
