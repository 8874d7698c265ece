//! A dry run: what would become of a hand-over, before any page makes it.

use waybill_model::{Actor, Context, Customer, Receipt, Time, Trust};

use super::{
    admission::{Write, admit},
    policy::CompiledPolicy,
    read::{CallForm, read_start},
};

/// Judges options as the start of a page would be, and stores nothing.
///
/// # Errors
/// The receipt of the refusal, when the start would be refused.
pub fn lint(policy: &CompiledPolicy, form: CallForm, options: &str) -> Result<Receipt, Receipt> {
    let start = read_start(form, options, policy).map_err(|refused| refused.receipt)?;
    let (standing, customer) = (Context::default(), Customer::default());
    let write = Write {
        standing: &standing,
        customer: &customer,
        revision: 0,
        trust: Trust::Page,
        by: &Actor::Guest,
        // A dry run leaves nothing that a time could be read from.
        at: Time::default(),
        late: false,
        at_start: true,
        replace: false,
        per_key: false,
        max_bytes: policy.policy().max_bytes,
        correction: None,
    };
    admit(policy, &start.handed, &write).map(|admission| admission.receipt).map_err(|refused| refused.receipt)
}
