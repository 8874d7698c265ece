//! What an action works with: the run, the world as this step has changed it, and what is to be done.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use serde_json::{Map, Value};
use uuid::Uuid;
use waybill_model::{
    Actor, Call, Context, ContextRead, Conversation, Customer, EffectId, FlowExit, Form, Purpose, ReceiptEntry, Rule,
    Run, Trust, Verdict, Waits,
};

use super::{
    CompiledFlow, Effect, Published, Say, World,
    compiled::Need,
    compiler::{Paths, Values},
};
use crate::{
    attributes::{self, Write},
    template::{
        ConversationFacts, Expression, JsonTemplate, Names, RenderFault, Rendered, Secrets, Template, canonical_name,
    },
};

/// What effect ids have besides the run's id and the number of its action: no job of the run has the like.
const EFFECTS: u128 = 0x0f10_0000_0000_0000_0000_0000_0000_0000;

static NO_CONTEXT: LazyLock<Context> = LazyLock::new(Context::default);
static NO_CUSTOMER: LazyLock<Customer> = LazyLock::new(Customer::default);

/// What came of an action.
#[derive(Debug)]
pub(super) enum Taken<'a> {
    /// It is done; this is the way out.
    Way(Cow<'static, str>),
    /// It waits.
    Wait(Waits),
    /// The flow is over, whatever called it.
    End(FlowExit),
    /// This flow is over; what called it goes on.
    Return,
    /// A sub-flow is next.
    Call(&'a Published, BTreeMap<String, Value>),
}

impl Taken<'_> {
    pub(super) const fn way(name: &'static str) -> Self {
        Self::Way(Cow::Borrowed(name))
    }
}

/// Why an action could not do what it should; names, never values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) words: String,
    /// A context key was absent (P6).
    pub(super) is_absence: bool,
    /// A name had no value, for which a default may stand in.
    lacks_value: bool,
}

impl Fault {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self { words: words.into(), is_absence: false, lacks_value: false }
    }
}

impl From<RenderFault> for Fault {
    fn from(fault: RenderFault) -> Self {
        let (is_absence, lacks_value) = match &fault {
            RenderFault::Absent { .. } => (true, true),
            RenderFault::UnknownName { .. } | RenderFault::Null { .. } => (false, true),
            RenderFault::Budget { .. } | RenderFault::Type { .. } | RenderFault::Unsendable { .. } => (false, false),
        };
        Self { words: fault.to_string(), is_absence, lacks_value }
    }
}

/// What an action works with.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) conversation: Cow<'a, Conversation>,
    pub(super) run: &'a mut Run,
    /// The context as the present flow sees it, where that is less than what is stored.
    view: Option<Context>,
    needs: &'a [Need],
    pub(super) effects: Vec<Effect>,
    /// The present action's defaults, beneath the variables.
    pub(super) defaults: &'a BTreeMap<String, Value>,
    /// The variables with the defaults of the present action, where it has any.
    with_defaults: Option<BTreeMap<String, Value>>,
    pub(super) reads: Vec<ContextRead>,
    pub(super) sets: Vec<String>,
    pub(super) call: Option<Call>,
    pub(super) note: Option<String>,
}

static NO_DEFAULTS: BTreeMap<String, Value> = BTreeMap::new();

impl<'a> Turn<'a> {
    pub(super) fn new(run: &'a mut Run, world: &'a World<'a>) -> Self {
        Self {
            world,
            conversation: Cow::Borrowed(world.conversation),
            view: None,
            needs: &[],
            run,
            effects: Vec::new(),
            defaults: &NO_DEFAULTS,
            with_defaults: None,
            reads: Vec::new(),
            sets: Vec::new(),
            call: None,
            note: None,
        }
    }

    /// Turns to another flow. A value that is trusted less than the flow asks for is absent to it.
    pub(super) fn see_as(&mut self, flow: &'a CompiledFlow) {
        self.needs = &flow.needs;
        self.look();
    }

    fn look(&mut self) {
        self.view = None;
        let Some(customer) = self.conversation.customer() else { return };
        for Need { key, trust, .. } in self.needs {
            let Some(trust) = trust else { continue };
            let Some(key) = canonical_name(self.world.policy, key) else { continue };
            let Some(found) = customer.context.stored.get(&key) else { continue };
            if found.trust.rank() >= trust.rank() {
                continue;
            }
            let (is, asked) = (found.trust.as_str(), trust.as_str());
            let entry = ReceiptEntry {
                key: found.sent_as.clone(),
                form: found.forms.first().copied().unwrap_or(Form::Flow),
                verdict: Verdict::Refused,
                stored_as: Some(key.clone()),
                declared: found.declared,
                trust: found.trust,
                coerced: None,
                reason: Some(format!("Its value has the trust `{is}`; the flow asks for `{asked}`.")),
                rule: Some(Rule::BelowTrustFloor),
                remedy: Some(format!("Hand it over with the trust `{asked}`.")),
                promoted: false,
            };
            let view = self.view.get_or_insert_with(|| customer.context.clone());
            view.stored.remove(&key);
            view.refused.insert(key, entry);
        }
    }

    /// Turns to another action.
    pub(super) fn turn_to(&mut self, defaults: &'a BTreeMap<String, Value>) {
        self.defaults = defaults;
        self.with_defaults = (!defaults.is_empty()).then(|| {
            let mut variables = self.run.variables.clone();
            for (name, value) in defaults {
                let has_value = variables.get(name).is_some_and(|value| !value.is_null());
                if !has_value {
                    variables.insert(name.clone(), value.clone());
                }
            }
            variables
        });
        self.run.steps = self.run.steps.saturating_add(1);
    }

    /// The id of what the present action does outside; it does one such thing at most.
    pub(super) fn effect(&self) -> EffectId {
        EffectId::new(Uuid::from_u128(self.run.id.uuid().as_u128() ^ EFFECTS ^ u128::from(self.run.steps)))
    }

    pub(super) fn names(&self) -> Names<'_> {
        let customer = self.conversation.customer();
        Names {
            policy: self.world.policy,
            context: self.view.as_ref().or(customer.map(|customer| &customer.context)).unwrap_or(&NO_CONTEXT),
            customer: customer.map_or(&*NO_CUSTOMER, |customer| &customer.customer),
            conversation: ConversationFacts::of(&self.conversation),
            variables: self.with_defaults.as_ref().unwrap_or(&self.run.variables),
            env: self.world.env,
            secrets: Secrets { allowed: self.world.secrets, marker: self.effect() },
            message: self.world.message,
            now: self.world.now,
        }
    }

    /// Takes what was rendered, and notes what was read for it.
    pub(super) fn take<T>(&mut self, rendered: Result<Rendered<T>, RenderFault>) -> Result<T, Fault> {
        match rendered {
            Ok(Rendered { value, reads }) => {
                self.note_reads(reads);
                Ok(value)
            }
            Err(fault) => {
                if let RenderFault::Absent { key, why, .. } = &fault {
                    let absent = Some(why.as_str().to_owned());
                    self.note_reads(vec![ContextRead { key: key.clone(), trust: None, absent }]);
                }
                Err(fault.into())
            }
        }
    }

    fn note_reads(&mut self, reads: Vec<ContextRead>) {
        for read in reads {
            if !self.reads.contains(&read) {
                self.reads.push(read);
            }
        }
    }

    pub(super) fn text(&mut self, template: &Template) -> Result<String, Fault> {
        let rendered = template.render(&self.names());
        self.take(rendered)
    }

    pub(super) fn value(&mut self, template: &JsonTemplate) -> Result<Value, Fault> {
        let rendered = template.render(&self.names());
        self.take(rendered)
    }

    pub(super) fn evaluate(&mut self, expression: &Expression) -> Result<Value, Fault> {
        let rendered = expression.evaluate(&self.names());
        self.take(rendered)
    }

    pub(super) fn values(&mut self, templates: &Values) -> Result<BTreeMap<String, Value>, Fault> {
        let mut values = BTreeMap::new();
        for (name, template) in templates {
            let value = match self.value(template) {
                Ok(value) => value,
                // A default that is declared for what is set stands in for what could not be made.
                Err(fault) if fault.lacks_value => self.defaults.get(name).cloned().ok_or(fault)?,
                Err(fault) => return Err(fault),
            };
            values.insert(name.clone(), value);
        }
        Ok(values)
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.run.variables.insert(name.to_owned(), value);
        self.sets.push(name.to_owned());
    }

    /// Sets variables and attributes to what paths find; where they find nothing, to the declared default. A variable without
    /// one is null then, an attribute stays as it was. Attributes come first: the policy may refuse them, and then nothing is set.
    pub(super) fn map(&mut self, value: &Value, variables: &Paths, attributes: &Paths) -> Result<(), Fault> {
        let mut found = BTreeMap::new();
        for (key, path) in attributes {
            if let Some(value) = path.find(value).or_else(|| self.defaults.get(key).cloned()) {
                found.insert(key.clone(), value);
            }
        }
        if !found.is_empty() {
            self.set_attributes(found)?;
        }
        for (name, path) in variables {
            let found = path.find(value).or_else(|| self.defaults.get(name).cloned());
            self.set(name, found.unwrap_or_default());
        }
        Ok(())
    }

    pub(super) fn say(&mut self, say: Say) {
        self.effects.push(Effect::Say(say));
    }

    /// Hands context over as any other writer does: the deployment's policy decides (CTX1, CTX7).
    pub(super) fn set_attributes(&mut self, values: BTreeMap<String, Value>) -> Result<(), Fault> {
        let Some(customer) = self.conversation.customer() else {
            return Err(Fault::new("the conversation has no customer to have attributes"));
        };
        let values: Map<String, Value> = values.into_iter().collect();
        let json = Value::Object(values).to_string();
        let policy = self.world.policy;
        let handed =
            attributes::read_map(Form::Flow, &json, policy).map_err(|refused| refusal(&refused.receipt.entries))?;
        let by = Actor::Flow(self.run.flow_id);
        let write = Write {
            standing: &customer.context,
            customer: &customer.customer,
            revision: self.conversation.revision,
            trust: Trust::Flow,
            by: &by,
            at: self.world.now,
            late: self.conversation.ended_at.is_some(),
            at_start: false,
            replace: false,
            per_key: false,
            max_bytes: policy.policy().max_bytes,
            correction: None,
        };
        let admission =
            attributes::admit(policy, &handed, &write).map_err(|refused| refusal(&refused.receipt.entries))?;
        let stored = |entry: &&ReceiptEntry| entry.verdict == Verdict::Stored;
        for entry in admission.receipt.entries.iter().filter(stored) {
            self.sets.push(format!("customData.{}", entry.stored_as.as_ref().unwrap_or(&entry.key)));
        }
        if admission.receipt.entries.iter().any(|entry| entry.verdict != Verdict::Stored) {
            self.note = Some(refusal(&admission.receipt.entries).words);
        }
        let conversation = self.conversation.to_mut();
        conversation.revision = admission.revision;
        let customer = conversation.participants.iter_mut().find(|one| one.purpose == Purpose::Customer);
        if let Some(customer) = customer {
            customer.context = admission.context.clone();
            customer.customer = admission.customer.clone();
        }
        self.look();
        self.effects.push(Effect::SetAttributes(Box::new(admission)));
        Ok(())
    }
}

/// Which keys were not stored, and by which rule; no values.
fn refusal(entries: &[ReceiptEntry]) -> Fault {
    let mut words = Vec::new();
    for entry in entries.iter().filter(|entry| entry.verdict != Verdict::Stored) {
        let verdict = match entry.verdict {
            Verdict::Stored => "stored",
            Verdict::Quarantined => "quarantined",
            Verdict::Refused => "refused",
        };
        let rule = entry.rule.map_or("another key's fault", Rule::as_str);
        words.push(format!("`{}` was {verdict} ({rule})", attributes::shown(&entry.key)));
    }
    Fault::new(words.join(", "))
}

/// What counts as true: anything but false, null, zero and what is empty.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64().is_none_or(|number| number != 0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}
