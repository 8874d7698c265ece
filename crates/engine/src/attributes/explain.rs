//! Why a key is not there (P6).

use waybill_model::{Context, Form, Mode, Rule};

use super::{fault::Fault, names::shown, policy::CompiledPolicy};

/// Why a key is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyAbsent {
    /// Nobody sent it.
    NeverSent,
    /// It is kept apart.
    Quarantined,
    /// It was refused beside others that were stored.
    Refused,
    /// It was there and was deleted.
    Deleted,
    /// It was there and was erased (LOG6).
    Erased,
    /// The deployment requires it, and nobody sent it.
    Missing,
    /// The deployment does not know the name.
    NotDeclared,
}

impl WhyAbsent {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeverSent => "never_sent",
            Self::Quarantined => "quarantined",
            Self::Refused => "refused",
            Self::Deleted => "deleted",
            Self::Erased => "erased",
            Self::Missing => "missing",
            Self::NotDeclared => "not_declared",
        }
    }
}

/// The answer to a read of a key that is not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// The canonical key.
    pub key: String,
    /// Why it is not there.
    pub why: WhyAbsent,
    /// Whether the deployment declares it.
    pub declared: bool,
    /// The rule that kept it out.
    pub rule: Option<Rule>,
    /// The form in which it was sent, where it was.
    pub form: Option<Form>,
    /// The context revision that deleted it or set it aside.
    pub revision: Option<u64>,
    /// A sentence for people.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
}

/// Says why a key is not stored.
#[must_use]
pub fn explain(context: &Context, policy: &CompiledPolicy, key: &str) -> Absence {
    let canonical = policy.canonical(key);
    let mut absence = Absence {
        key: canonical.to_owned(),
        why: WhyAbsent::NeverSent,
        declared: policy.declared(key).is_some(),
        rule: None,
        form: None,
        revision: None,
        reason: "Nobody handed this key over.".to_owned(),
        remedy: "Send it with startChat, setContext or over REST.".to_owned(),
    };
    let set_aside = context.quarantined.iter().find(|(name, _)| is_name_of(policy, name, canonical));
    if let Some((name, quarantined)) = set_aside {
        absence.why = WhyAbsent::Quarantined;
        (absence.rule, absence.form) = (Some(quarantined.rule), Some(quarantined.form));
        absence.revision = Some(quarantined.revision);
        let (form, rule) = (quarantined.form.as_str(), quarantined.rule.as_str());
        absence.reason = format!("It came as `{}` in {form} and is quarantined by the rule `{rule}`.", shown(name));
        "Send a value that fits, or change the deployment's context policy.".clone_into(&mut absence.remedy);
    } else if let Some(certificate) = context.erased.get(canonical).or_else(|| context.erased.get(key)) {
        absence.why = WhyAbsent::Erased;
        absence.reason = format!("Its value was erased; the certificate is {certificate}.");
        "An erased value does not come back. What is sent from now on is stored again.".clone_into(&mut absence.remedy);
    } else if let Some(entry) = context.refused.get(canonical) {
        absence.why = WhyAbsent::Refused;
        (absence.rule, absence.form) = (entry.rule, Some(entry.form));
        absence.reason = entry.reason.clone().unwrap_or_else(|| "It was refused.".to_owned());
        absence.remedy = entry.remedy.clone().unwrap_or_else(|| "See the receipt of the write.".to_owned());
    } else if let Some(revision) = context.deleted.get(canonical) {
        absence.why = WhyAbsent::Deleted;
        absence.revision = Some(*revision);
        absence.reason = format!("It was deleted by revision {revision}.");
        "Read it as of an earlier revision, or send it again.".clone_into(&mut absence.remedy);
    } else if context.missing.iter().any(|missing| missing == canonical) {
        let fault = Fault::missing();
        (absence.why, absence.rule) = (WhyAbsent::Missing, Some(fault.rule));
        absence.reason = fault.reason;
    } else if !absence.declared {
        let meant = policy.meant_by(key);
        if meant.is_some() || policy.policy().mode != Mode::Open {
            let fault = Fault::undeclared(meant);
            (absence.why, absence.rule) = (WhyAbsent::NotDeclared, Some(fault.rule));
            absence.reason = format!("Nobody handed this key over. {}", fault.reason);
            absence.remedy = fault.remedy;
        }
    }
    absence
}

/// Whether a name in quarantine (a key, an alias, a path) stands for a canonical key.
fn is_name_of(policy: &CompiledPolicy, name: &str, canonical: &str) -> bool {
    let last = name.rsplit_once('.').map_or(name, |(_, last)| last);
    let is_customer = name.starts_with("customer.");
    policy.canonical(name) == canonical || (!is_customer && policy.canonical(last) == canonical)
}
