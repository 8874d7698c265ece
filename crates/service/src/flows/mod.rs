//! Flows at work: what they are made of is administered here, and the loop in here lets their runs go on.
//!
//! A run and what it waits for live in the conversation. Whatever brings it on is a job in the store, written in the commit
//! that caused it; a job is fulfilled by the commit of what it came to. So a server that is killed goes on where it stood,
//! and nothing happens twice but a request to another system, which carries the same `Idempotency-Key` then (FLOW22).

mod actions;
mod administration;
mod breaker;
mod credentials;
mod desk;
mod handover;
mod inventory;
mod outcome;
mod publishing;
mod rehearsal;
mod request;
mod retry;
mod schedules;
mod send;
mod tokens;
mod turn;
mod worker;

use waybill_model::{Entity, OrganizationId};
use waybill_store::EntityFilter;

use crate::{Service, ServiceError};

pub use actions::{ActionEdition, DataActionWish, Operation, TriedAction};
pub use administration::FlowWish;
pub use credentials::CredentialWish;
pub(crate) use desk::{Bound, Desk};
pub use publishing::{BoundFlow, PublishedFlow};
pub use rehearsal::{Difference, Replayed, SimulatedFlow};
pub use schedules::ScheduleWish;

fn invalid(field: &'static str, rule: impl Into<String>, remedy: impl Into<String>) -> ServiceError {
    ServiceError::Invalid { field, rule: rule.into(), remedy: remedy.into() }
}

/// Whether a thing is still at the version that its caller has seen.
fn check_version(kind: &str, id: &str, found: u64, expected: Option<u64>) -> Result<(), ServiceError> {
    if expected.is_some_and(|expected| expected != found) {
        return Err(ServiceError::Stale(format!("{kind} `{id}`")));
    }
    Ok(())
}

impl Service {
    /// Whether an organization may have one more of a kind.
    pub(crate) async fn check_room<E: Entity>(
        &self,
        organization: OrganizationId,
        most: u64,
    ) -> Result<(), ServiceError> {
        let counting = EntityFilter { limit: 1, ..EntityFilter::default() };
        let there = self.inner.store.list_entities(organization, E::KIND, counting).await?.total;
        if there < most {
            return Ok(());
        }
        Err(ServiceError::WrongState {
            what: "the organization".to_owned(),
            rule: format!("has {there} of the kind {}, which is the most it can have", E::KIND),
            remedy: "delete one that is not used".to_owned(),
        })
    }
}
