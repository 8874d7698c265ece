//! In which queues somebody works.

use waybill_model::{Queue, UserId};

use super::queues::RoutingQuery;
use crate::{Caller, EntityList, Service, ServiceError};

/// Queues of one look.
const LOOK: u32 = 500;

impl Service {
    /// The queues in which a person works, by name, as far as the caller's right reaches.
    ///
    /// # Errors
    /// The store's. Somebody who is not there works nowhere.
    pub async fn list_user_queues(
        &self,
        caller: &Caller,
        user: &str,
        query: RoutingQuery,
    ) -> Result<EntityList<Queue>, ServiceError> {
        let user: UserId = user.parse().map_err(|_| ServiceError::not_found("user", user))?;
        let (offset, limit) = (query.offset, u64::from(query.limit));
        let (mut entities, mut total, mut looked_at) = (Vec::new(), 0, 0);
        loop {
            let look = RoutingQuery { offset: looked_at, limit: LOOK, ..query.clone() };
            let page = self.list_queues(caller, look).await?;
            if page.entities.is_empty() {
                return Ok(EntityList { entities, total });
            }
            looked_at += page.entities.len() as u64;
            for found in page.entities.into_iter().filter(|found| found.entity.members.contains(&user)) {
                if (offset..offset.saturating_add(limit)).contains(&total) {
                    entities.push(found);
                }
                total += 1;
            }
        }
    }
}
