//! Passing a conversation on to a flow.

use std::collections::BTreeMap;

use waybill_engine::conversation::StartingFlow;
use waybill_model::Flow;

use crate::{Caller, Service, ServiceError};

impl Service {
    /// A participant is replaced by the published version of a flow, which goes on with the conversation from its first
    /// step.
    ///
    /// # Errors
    /// `NotFound` for the conversation, the participant or the flow; `WrongState` for a flow without a published version,
    /// and when there is nothing to pass on.
    pub async fn transfer_to_flow(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
        flow: &str,
    ) -> Result<(), ServiceError> {
        let flow = self.get_entity::<Flow>(caller.organization_id(), flow).await?.entity;
        let Some(version) = flow.published else {
            return Err(ServiceError::WrongState {
                what: format!("flow `{}`", flow.id),
                rule: "has no published version".to_owned(),
                remedy: "publish its draft first".to_owned(),
            });
        };
        let ambient = &self.inner.ambient;
        let starting = StartingFlow {
            run_id: ambient.run_id(),
            flow_id: flow.id,
            name: flow.name,
            version,
            participant_id: ambient.participant_id(),
            communication_id: ambient.communication_id(),
            job_id: ambient.job_id(),
            variables: BTreeMap::new(),
        };
        self.transfer_to_starting_flow(caller, conversation, participant, starting).await
    }
}
