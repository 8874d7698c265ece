//! Reading the audit log: who administered what, and who read personal context (LOG8).

use waybill_model::AuditRow;

use crate::{Caller, Service, ServiceError};

impl Service {
    /// The audit log of the caller's organization after a row's number, oldest first, at most `limit`.
    ///
    /// Whoever sees a part of the organization only sees nothing here: rows are about all of it.
    ///
    /// # Errors
    /// `MissingPermission` for a caller whose right does not reach every division.
    pub async fn list_audit(&self, caller: &Caller, after: u64, limit: u32) -> Result<Vec<AuditRow>, ServiceError> {
        if *caller.divisions() != crate::Divisions::All {
            return Err(ServiceError::MissingPermission(waybill_model::Permission::AuditView.as_str()));
        }
        Ok(self.inner.store.list_audit(caller.organization_id(), after, limit).await?)
    }
}
