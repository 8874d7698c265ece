//! A script for a flow: with what context a conversation begins, what comes to the run, and what is expected of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use waybill_model::{
    Actor, CommunicationId, ContextPolicy, Conversation, ConversationId, CredentialId, Customer, DeploymentId, Form,
    LanguageId, OrganizationId, Participant, ParticipantId, Purpose, QueueId, Scalar, SkillId, Time, Trust,
    WrapupCodeId, conversation::Source as Origin,
};

use super::{
    CompiledDataAction, CompiledFlow, CompiledSchedule, DataAction, Directory, Finding, KnownDataAction, Place,
    Schedule,
    compiler::Thing,
    document::{Pause, Short},
    source::Source,
    world::key,
};
use crate::attributes::{self, CompiledPolicy, Write};

/// What ids in simulations begin with.
const MADE_UP: u128 = 0x5100_0000_0000_4000_8000_0000_0000_0000;

/// A script for a flow. Everything is optional: a file may hold the context, another one what comes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Script {
    /// The flow's name, for whoever keeps several.
    pub flow: Option<String>,
    /// What it shows.
    pub description: Option<String>,
    /// The context that the conversation begins with: values, or `{value, trust}`.
    pub context: BTreeMap<String, Given>,
    /// Who the customer says to be.
    pub customer: GivenCustomer,
    /// The deployment's context policy; absent: that of a new deployment.
    pub policy: Option<Value>,
    /// The operator's values.
    pub env: BTreeMap<String, String>,
    /// Names of secrets that flows may use.
    pub secrets: BTreeSet<String>,
    /// Schedules by name.
    pub schedules: BTreeMap<String, Schedule>,
    /// Data actions by name.
    pub data_actions: BTreeMap<String, DataAction>,
    /// When the conversation begins.
    pub at: Option<Time>,
    /// What comes to the run, in order.
    pub script: Vec<Cue>,
    /// What [`super::Simulation::transcript`] has to say then.
    pub expect: Option<String>,
}

/// A context value as it is given.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Given {
    /// With a trust.
    Trusted {
        /// The value.
        value: Value,
        /// Its trust.
        trust: Trust,
    },
    /// What the page says.
    Plain(Value),
}

/// Who the customer says to be.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GivenCustomer {
    /// The site's own id.
    pub id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

/// Something that comes to the run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cue {
    /// The customer says something.
    Say(String),
    /// The request that is waited for is answered: `timeout`, `failed`, or `{status, body}`.
    Reply(Short<ScriptedReply>),
    /// Time passes; the timer that is due then fires.
    Pass(Pause),
    /// An agent is there.
    AgentConnected,
    /// The last agent leaves.
    AgentLeft,
    /// The conversation ends.
    End,
}

/// An answer as a script has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScriptedReply {
    /// The status; absent: 200.
    #[serde(default = "ok")]
    pub status: u16,
    /// The body; a text stands for itself.
    #[serde(default)]
    pub body: Value,
}

const fn ok() -> u16 {
    200
}

impl Script {
    /// Reads a script, YAML or JSON.
    ///
    /// # Errors
    /// What keeps it from being read, with its place.
    pub fn read(text: &str) -> Result<Self, Box<Finding>> {
        let source = Source::read(text)?;
        if source.value.is_null() { Ok(Self::default()) } else { source.part("", &source.value) }
    }

    /// The policy that the conversation lives under.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn policy(&self) -> Result<CompiledPolicy, Box<Finding>> {
        let fault = |message: String| {
            let finding = Finding::error("script", message, "write it as deployments have it".to_owned());
            Box::new(Finding { place: Place { path: "policy".to_owned(), ..Place::default() }, ..finding })
        };
        let standard = ContextPolicy::standard();
        let policy = match &self.policy {
            None => standard,
            Some(own) => {
                let mut whole = serde_json::to_value(&standard).map_err(|error| fault(error.to_string()))?;
                if let (Some(whole), Some(own)) = (whole.as_object_mut(), own.as_object()) {
                    whole.extend(own.clone());
                }
                serde_json::from_value(whole).map_err(|error| fault(error.to_string()))?
            }
        };
        CompiledPolicy::new(policy).map_err(|invalid| fault(invalid.to_string()))
    }

    /// The conversation that begins with the script's context, as the policy admits it.
    ///
    /// # Errors
    /// When the policy refuses the start.
    pub fn conversation(&self, policy: &CompiledPolicy) -> Result<Conversation, Box<Finding>> {
        let at = self.at();
        let customer = &self.customer;
        let mut participant = Participant::joining(
            ParticipantId::from_bits(made_up(1, 1)),
            CommunicationId::from_bits(made_up(1, 2)),
            Purpose::Customer,
            at,
        );
        participant.customer = Customer {
            id: customer.id.clone(),
            name: customer.name.clone(),
            email: customer.email.clone(),
            trust: BTreeMap::new(),
        };
        let mut revision = 0;
        // What is believed more comes first, as at a start with a token.
        for trust in [Trust::Signed, Trust::Server, Trust::Agent, Trust::Flow, Trust::Page] {
            let values = self.context.iter().filter_map(|(key, given)| match given {
                Given::Trusted { value, trust: own } => (*own == trust).then(|| (key.clone(), value.clone())),
                Given::Plain(value) => (trust == Trust::Page).then(|| (key.clone(), value.clone())),
            });
            let values: Map<String, Value> = values.collect();
            let at_start = trust == Trust::Page;
            if values.is_empty() && !at_start {
                continue;
            }
            let refused = |receipt: &waybill_model::Receipt| {
                let keys: Vec<&str> = receipt.entries.iter().map(|entry| entry.key.as_str()).collect();
                let message = format!("the policy refuses the start with `{}`", keys.join("`, `"));
                Box::new(Finding::error("script", message, "give a context that it admits".to_owned()))
            };
            let json = Value::Object(values).to_string();
            let handed = attributes::read_map(Form::CustomData, &json, policy).map_err(|it| refused(&it.receipt))?;
            let write = Write {
                standing: &participant.context,
                customer: &participant.customer,
                revision,
                trust,
                by: &Actor::Guest,
                at,
                late: false,
                at_start,
                replace: false,
                per_key: false,
                max_bytes: policy.policy().max_bytes,
                correction: None,
            };
            let admission = attributes::admit(policy, &handed, &write).map_err(|it| refused(&it.receipt))?;
            revision = admission.revision;
            participant.context = admission.context;
            participant.context.missing.retain(|key| !participant.context.stored.contains_key(key));
        }
        Ok(Conversation {
            id: ConversationId::from_bits(made_up(2, 1)),
            organization_id: OrganizationId::from_bits(made_up(2, 2)),
            deployment_id: DeploymentId::from_bits(made_up(2, 3)),
            session_id: None,
            started_at: at,
            ended_at: None,
            participants: vec![participant].into(),
            revision,
            policy_version: policy.policy().version,
            routing: None,
            run: None,
            queued: None,
            beside: None,
            source: Origin::default(),
            seq: 1,
            last_at: at,
        })
    }

    /// When the conversation begins.
    #[must_use]
    pub fn at(&self) -> Time {
        self.at.unwrap_or_else(|| Time::from_millis(1_767_258_000_000))
    }

    /// What flows can name: whatever these ones do, with made-up ids, and what the script has.
    ///
    /// # Errors
    /// What is wrong with a schedule or data action.
    pub fn directory<'a>(&self, flows: impl IntoIterator<Item = &'a CompiledFlow>) -> Result<Directory, Box<Finding>> {
        let mut directory = Directory::default();
        for flow in flows {
            for reference in flow.actions.values().flat_map(|action| &action.facts.refers) {
                let name = key(&reference.name);
                let id = |thing: Thing, count: usize| made_up(10 + thing as u128, 1 + count as u128);
                let thing = reference.thing;
                match thing {
                    Thing::Queue => {
                        let id = QueueId::from_bits(id(thing, directory.queues.len()));
                        directory.queues.entry(name).or_insert(id);
                    }
                    Thing::Skill => {
                        let id = SkillId::from_bits(id(thing, directory.skills.len()));
                        directory.skills.entry(name).or_insert(id);
                    }
                    Thing::Language => {
                        let id = LanguageId::from_bits(id(thing, directory.languages.len()));
                        directory.languages.entry(name).or_insert(id);
                    }
                    Thing::Credential => {
                        let id = CredentialId::from_bits(id(thing, directory.credentials.len()));
                        directory.credentials.entry(name).or_insert(id);
                    }
                    Thing::WrapupCode => {
                        let id = WrapupCodeId::from_bits(id(thing, directory.wrapup_codes.len()));
                        directory.wrapup_codes.entry(name).or_insert(id);
                    }
                    Thing::Flow | Thing::Schedule | Thing::DataAction => {}
                }
            }
        }
        let fault = |path: String, message: String| {
            let finding = Finding::error("script", message, "write it as the message says".to_owned());
            Box::new(Finding { place: Place { path, ..Place::default() }, ..finding })
        };
        for (name, schedule) in &self.schedules {
            let compiled = CompiledSchedule::new(schedule);
            let compiled = compiled.map_err(|invalid| fault(format!("schedules.{name}"), invalid.to_string()))?;
            directory.schedules.insert(key(name), Arc::new(compiled));
        }
        for (name, action) in &self.data_actions {
            let compiled = CompiledDataAction::new(action);
            let action = compiled.map_err(|invalid| fault(format!("dataActions.{name}"), invalid.to_string()))?;
            directory.data_actions.insert(key(name), Arc::new(KnownDataAction { action, credential: None }));
        }
        Ok(directory)
    }
}

/// An id for simulations.
pub(super) const fn made_up(kind: u128, number: u128) -> u128 {
    MADE_UP ^ (kind << 32) ^ number
}

/// A value for transcripts.
pub(super) fn shown(value: &Scalar) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}
