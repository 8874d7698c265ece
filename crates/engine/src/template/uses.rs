//! What a template names: known before anybody chats, so that a flow is held against its deployment at publish.

use std::collections::BTreeSet;

use crate::attributes::CompiledPolicy;

/// The beginning of the path form of a context key.
pub(super) const PATH: &str = "conversation:attributes:";

/// The names in a template or expression, as they were written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    /// Context keys: a name or alias, or a path `conversation:attributes:<namespace>:<key>`; see [`canonical_name`].
    pub context: BTreeSet<String>,
    /// Those of `context` without which it fails: in some expression they have neither `default` nor `is defined`.
    pub needed: BTreeSet<String>,
    /// Context keys whose trust is asked for.
    pub trust: BTreeSet<String>,
    /// Variables of the flow, without what is read inside of them.
    pub variables: BTreeSet<String>,
    /// Names of the environment.
    pub env: BTreeSet<String>,
    /// Names of secrets.
    pub secrets: BTreeSet<String>,
    /// Fields of the customer (`email`).
    pub customer: BTreeSet<String>,
    /// Facts of the conversation (`source.page`).
    pub conversation: BTreeSet<String>,
    /// Other names: `message.text`, `now`.
    pub other: BTreeSet<String>,
}

impl Uses {
    /// Adds what another template names.
    pub fn extend(&mut self, other: &Self) {
        let Self { context, needed, trust, variables, env, secrets, customer, conversation, other: rest } = other;
        for (mine, theirs) in [
            (&mut self.context, context),
            (&mut self.needed, needed),
            (&mut self.trust, trust),
            (&mut self.variables, variables),
            (&mut self.env, env),
            (&mut self.secrets, secrets),
            (&mut self.customer, customer),
            (&mut self.conversation, conversation),
            (&mut self.other, rest),
        ] {
            mine.extend(theirs.iter().cloned());
        }
    }
}

/// The canonical key behind a name in [`Uses::context`] (CTX5); `None` for a path whose namespace the policy does not map.
#[must_use]
pub fn canonical_name(policy: &CompiledPolicy, written: &str) -> Option<String> {
    let Some((namespace, key)) = written.strip_prefix(PATH).and_then(|path| path.split_once(':')) else {
        return Some(policy.canonical(written).to_owned());
    };
    let prefix = policy.policy().containers.get(namespace)?;
    Some(policy.canonical(&format!("{prefix}{key}")).to_owned())
}
