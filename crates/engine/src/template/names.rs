//! What a template can name, and what stands behind the names.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Display, Formatter},
};

use serde_json::Value;
use waybill_model::{
    Context, ContextRead, Conversation, ConversationId, Customer, DeploymentId, EffectId, Scalar, Time, Trust,
    conversation::Source,
};

use super::{
    RenderFault,
    uses::{PATH, Uses},
};
use crate::attributes::{Absence, CompiledPolicy, WhyAbsent, explain, is_regular, nearest, shown};

/// How many names a fault lists.
const MAX_NAMED: usize = 20;

/// The names that everything begins with but a flow's own variables; no variable can have one.
pub const ROOTS: [&str; 10] =
    ["customData", "Context", "conversation", "customer", "trust", "message", "env", "secret", "flow", "now"];

/// Everything that a template can name, at one moment of one conversation.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The policy that the conversation lives under.
    pub policy: &'a CompiledPolicy,
    /// The conversation's context.
    pub context: &'a Context,
    /// Who the customer says to be.
    pub customer: &'a Customer,
    /// The conversation.
    pub conversation: ConversationFacts<'a>,
    /// The flow's variables.
    pub variables: &'a BTreeMap<String, Value>,
    /// The operator's values.
    pub env: &'a BTreeMap<String, String>,
    /// Secrets, by name only.
    pub secrets: Secrets<'a>,
    /// The customer's latest text.
    pub message: Option<&'a str>,
    /// The time of this step.
    pub now: Time,
}

/// What a template can know of the conversation itself.
#[derive(Debug, Clone, Copy)]
pub struct ConversationFacts<'a> {
    /// Its id.
    pub id: ConversationId,
    /// The entry point.
    pub deployment_id: DeploymentId,
    /// When it started.
    pub started_at: Time,
    /// Where it came from.
    pub source: &'a Source,
}

impl<'a> ConversationFacts<'a> {
    /// The facts of a conversation.
    #[must_use]
    pub const fn of(conversation: &'a Conversation) -> Self {
        Self {
            id: conversation.id,
            deployment_id: conversation.deployment_id,
            started_at: conversation.started_at,
            source: &conversation.source,
        }
    }
}

/// Secrets as a template sees them: names that may be used, and what marks their places.
#[derive(Debug, Clone, Copy)]
pub struct Secrets<'a> {
    /// The names that the flow may use.
    pub allowed: &'a BTreeSet<String>,
    /// The id of the request, which nobody can have known when the values were written.
    pub marker: EffectId,
}

/// A name as it stands in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// A context key by name or alias.
    Context { key: String },
    /// A context key in the path form.
    Mapped { namespace: String, key: String },
    /// How far a context key can be believed.
    Trust { key: String },
    /// A field of the customer.
    Customer(CustomerField),
    /// A fact of the conversation.
    Conversation(Fact),
    /// The customer's latest text.
    Message,
    /// The time of the step.
    Now,
    /// A value of the operator.
    Env(String),
    /// A secret; it has no value here.
    Secret(String),
    /// A variable of the flow, and the way to what is read inside of it.
    Variable { name: String, steps: Vec<Step> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CustomerField {
    Id,
    Name,
    Email,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fact {
    Id,
    DeploymentId,
    StartedAt,
    Page,
    Sdk,
    Api,
    Locale,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Field(String),
    Item(usize),
}

/// What stands behind a name.
pub(super) enum Found<'a> {
    /// A context value.
    Scalar(&'a Scalar),
    /// A variable or a part of one.
    Json(&'a Value),
    /// Any other text.
    Text(Cow<'a, str>),
    /// Nothing.
    Absent,
}

impl CustomerField {
    pub(super) const ALL: [(&'static str, Self); 3] = [("id", Self::Id), ("name", Self::Name), ("email", Self::Email)];

    const fn path(self) -> &'static str {
        match self {
            Self::Id => "customer.id",
            Self::Name => "customer.name",
            Self::Email => "customer.email",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Email => "email",
        }
    }

    const fn of(self, customer: &Customer) -> Option<&String> {
        match self {
            Self::Id => customer.id.as_ref(),
            Self::Name => customer.name.as_ref(),
            Self::Email => customer.email.as_ref(),
        }
    }
}

impl Fact {
    pub(super) const ALL: [(&'static str, Self); 7] = [
        ("id", Self::Id),
        ("deploymentId", Self::DeploymentId),
        ("startedAt", Self::StartedAt),
        ("source.page", Self::Page),
        ("source.sdk", Self::Sdk),
        ("source.api", Self::Api),
        ("source.locale", Self::Locale),
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::DeploymentId => "deploymentId",
            Self::StartedAt => "startedAt",
            Self::Page => "source.page",
            Self::Sdk => "source.sdk",
            Self::Api => "source.api",
            Self::Locale => "source.locale",
        }
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Context { key } => field(f, "customData", key),
            Self::Mapped { namespace, key } => write!(f, "{PATH}{namespace}:{key}"),
            Self::Trust { key } => field(f, "trust", key),
            Self::Customer(customer) => f.write_str(customer.path()),
            Self::Conversation(fact) => write!(f, "conversation.{}", fact.word()),
            Self::Message => f.write_str("message.text"),
            Self::Now => f.write_str("now"),
            Self::Env(name) => field(f, "env", name),
            Self::Secret(name) => field(f, "secret", name),
            Self::Variable { name, steps } => {
                f.write_str(name)?;
                steps.iter().try_for_each(|step| match step {
                    Step::Field(name) => field(f, "", name),
                    Step::Item(position) => write!(f, "[{position}]"),
                })
            }
        }
    }
}

fn field(f: &mut Formatter<'_>, root: &str, name: &str) -> fmt::Result {
    if is_regular(name) { write!(f, "{root}.{name}") } else { write!(f, "{root}[\"{}\"]", shown(name)) }
}

impl Name {
    /// Notes the name for the check at publish.
    pub(super) fn note(&self, guarded: bool, uses: &mut Uses) {
        let (set, name) = match self {
            Self::Context { key } => (&mut uses.context, key.clone()),
            Self::Mapped { .. } => (&mut uses.context, self.to_string()),
            Self::Trust { key } => (&mut uses.trust, key.clone()),
            Self::Customer(field) => (&mut uses.customer, field.word().to_owned()),
            Self::Conversation(fact) => (&mut uses.conversation, fact.word().to_owned()),
            Self::Message | Self::Now => (&mut uses.other, self.to_string()),
            Self::Env(name) => (&mut uses.env, name.clone()),
            Self::Secret(name) => (&mut uses.secrets, name.clone()),
            Self::Variable { name, steps: _ } => (&mut uses.variables, name.clone()),
        };
        if !guarded && matches!(self, Self::Context { .. } | Self::Mapped { .. }) {
            uses.needed.insert(name.clone());
        }
        set.insert(name);
    }

    /// Finds what stands behind the name, and notes what was read of the context.
    pub(super) fn find<'a>(&self, names: &Names<'a>, reads: &mut Vec<ContextRead>) -> Found<'a> {
        match self {
            Self::Context { key } => stored(names, key, reads),
            Self::Mapped { namespace, key } => match names.policy.policy().containers.get(namespace) {
                Some(prefix) if prefix.is_empty() => stored(names, key, reads),
                Some(prefix) => stored(names, &format!("{prefix}{key}"), reads),
                None => Found::Absent,
            },
            Self::Trust { key } => match stored(names, key, reads) {
                Found::Absent => Found::Text("absent".into()),
                Found::Scalar(_) | Found::Json(_) | Found::Text(_) => {
                    let attribute = names.context.stored.get(names.policy.canonical(key));
                    Found::Text(attribute.map_or("absent", |attribute| attribute.trust.as_str()).into())
                }
            },
            Self::Customer(field) => {
                let value = field.of(names.customer);
                let trust = value.map(|_| names.customer.trust.get(field.word()).copied().unwrap_or(Trust::Page));
                let why = || customer_absence(names, *field).why;
                note(reads, field.path(), trust, why);
                value.map_or(Found::Absent, |value| Found::Text(value.as_str().into()))
            }
            Self::Conversation(fact) => {
                let ConversationFacts { id, deployment_id, started_at, source } = names.conversation;
                let sourced = |value: &'a Option<String>| value.as_deref().map(Cow::Borrowed);
                let value = match fact {
                    Fact::Id => Some(id.to_string().into()),
                    Fact::DeploymentId => Some(deployment_id.to_string().into()),
                    Fact::StartedAt => Some(started_at.to_string().into()),
                    Fact::Page => sourced(&source.page),
                    Fact::Sdk => sourced(&source.sdk),
                    Fact::Api => sourced(&source.api),
                    Fact::Locale => sourced(&source.locale),
                };
                value.map_or(Found::Absent, Found::Text)
            }
            Self::Message => names.message.map_or(Found::Absent, |text| Found::Text(text.into())),
            Self::Now => Found::Text(names.now.to_string().into()),
            Self::Env(name) => names.env.get(name).map_or(Found::Absent, |value| Found::Text(value.as_str().into())),
            Self::Secret(_) => Found::Absent,
            Self::Variable { name, steps } => {
                let inside = steps.iter().try_fold(names.variables.get(name), |value, step| {
                    let next = match step {
                        Step::Field(name) => value?.get(name),
                        Step::Item(position) => value?.get(position),
                    };
                    next.map(Some)
                });
                inside.flatten().map_or(Found::Absent, Found::Json)
            }
        }
    }

    /// Says why nothing was found.
    pub(super) fn absence(&self, names: &Names<'_>) -> RenderFault {
        let name = self.to_string();
        let has: Vec<String> = match self {
            Self::Context { key } | Self::Trust { key } => return absent(names, name, key),
            Self::Mapped { namespace, key } => {
                let containers = &names.policy.policy().containers;
                if let Some(prefix) = containers.get(namespace) {
                    return absent(names, name, &format!("{prefix}{key}"));
                }
                containers.keys().map(|namespace| format!("{PATH}{namespace}:{key}")).collect()
            }
            Self::Customer(field) => {
                let Absence { key: _, why, declared: _, rule: _, form: _, revision: _, reason, remedy } =
                    customer_absence(names, *field);
                let there = CustomerField::ALL.iter().filter(|(_, field)| field.of(names.customer).is_some());
                let has = there.map(|(_, field)| field.path().to_owned()).collect();
                return RenderFault::Absent { key: field.path().to_owned(), name, why, reason, remedy, has };
            }
            Self::Conversation(_) => {
                let facts = Fact::ALL.iter().filter(|(_, fact)| {
                    !matches!(Self::Conversation(*fact).find(names, &mut Vec::new()), Found::Absent)
                });
                facts.map(|(word, _)| format!("conversation.{word}")).collect()
            }
            Self::Message | Self::Now => Vec::new(),
            Self::Env(_) => names.env.keys().map(|name| Self::Env(name.clone()).to_string()).collect(),
            Self::Secret(_) => {
                names.secrets.allowed.iter().map(|name| Self::Secret(name.clone()).to_string()).collect()
            }
            Self::Variable { name, steps } => match names.variables.get(name) {
                Some(_) if !steps.is_empty() => return inside(names, name, steps),
                Some(_) | None => names.variables.keys().cloned().collect(),
            },
        };
        unknown(name, has)
    }
}

/// A name that leads nowhere, with the one that is meant and those that exist.
fn unknown(name: String, mut has: Vec<String>) -> RenderFault {
    let meant = nearest(&name, has.iter().map(String::as_str)).map(str::to_owned);
    has.truncate(MAX_NAMED);
    let has = has.iter().map(|name| shown(name)).collect();
    RenderFault::UnknownName { name, meant, has }
}

/// The deepest part of a variable that is there, and what it has instead of what was asked for.
fn inside(names: &Names<'_>, name: &str, steps: &[Step]) -> RenderFault {
    let part = |steps: &[Step]| Name::Variable { name: name.to_owned(), steps: steps.to_vec() };
    let deepest = (0..steps.len()).rev().find_map(|length| match part(&steps[..length]).find(names, &mut Vec::new()) {
        Found::Json(value) => Some((length, value)),
        Found::Scalar(_) | Found::Text(_) | Found::Absent => None,
    });
    let Some((length, value)) = deepest else { return unknown(name.to_owned(), Vec::new()) };
    let mut has = vec![part(&steps[..length]).to_string()];
    if let Some(object) = value.as_object() {
        has = object
            .keys()
            .take(MAX_NAMED)
            .map(|key| {
                let mut steps = steps[..length].to_vec();
                steps.push(Step::Field(key.clone()));
                part(&steps).to_string()
            })
            .collect();
    }
    unknown(part(&steps[..=length]).to_string(), has)
}

fn stored<'a>(names: &Names<'a>, key: &str, reads: &mut Vec<ContextRead>) -> Found<'a> {
    let canonical = names.policy.canonical(key);
    let attribute = names.context.stored.get(canonical);
    let trust = attribute.map(|attribute| attribute.trust);
    note(reads, canonical, trust, || explain(names.context, names.policy, key).why);
    attribute.map_or(Found::Absent, |attribute| Found::Scalar(&attribute.value))
}

fn note(reads: &mut Vec<ContextRead>, key: &str, trust: Option<Trust>, why: impl FnOnce() -> WhyAbsent) {
    if reads.iter().all(|read| read.key != key) {
        let absent = trust.is_none().then(|| why().as_str().to_owned());
        reads.push(ContextRead { key: key.to_owned(), trust, absent });
    }
}

fn absent(names: &Names<'_>, name: String, key: &str) -> RenderFault {
    let Absence { key, why, declared: _, rule: _, form: _, revision: _, reason, remedy } =
        explain(names.context, names.policy, key);
    let has = names.context.stored.keys().take(MAX_NAMED).map(|key| shown(key)).collect();
    RenderFault::Absent { key, name, why, reason, remedy, has }
}

/// A field of the customer is never declared: that is no reason for its absence.
fn customer_absence(names: &Names<'_>, field: CustomerField) -> Absence {
    let mut absence = explain(names.context, names.policy, field.path());
    if absence.why == WhyAbsent::NotDeclared {
        absence.why = WhyAbsent::NeverSent;
        "Nobody handed this field over.".clone_into(&mut absence.reason);
        format!("Send `{}` with startChat.", field.path()).clone_into(&mut absence.remedy);
    }
    absence
}
