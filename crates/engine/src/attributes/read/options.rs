//! The options of `startChat`, `setContext` and of a start over REST: which exist, and what the others seem to mean.

use waybill_model::{Form, Rule};

use super::{
    super::{
        admission::Refused,
        fault::{Fault, Severity},
        handed::{CustomerField, Given, Handed, Place, Value},
        names,
        policy::CompiledPolicy,
        raw::{Kind, Member},
    },
    CallForm, container,
};

/// Where options come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surface {
    Start(CallForm),
    Context(CallForm),
    Webchat,
}

/// What options hold.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) handed: Handed,
    pub(super) message: Option<String>,
    pub(super) start_new: bool,
    pub(super) routing: Option<String>,
}

const CUSTOM_DATA: &str = "customData";
const ATTRIBUTES: &str = "attributes";
const CUSTOMER: &str = "customer";
const MESSAGE: &str = "message";
const START_NEW: &str = "startNew";
const ROUTING: &str = "routing";
const DEPLOYMENT_ID: &str = "deploymentId";
const CUSTOMER_ID: &str = "customerId";
const MESSAGING: &str = "messaging";
const CUSTOM_ATTRIBUTES: &str = "customAttributes";

impl Surface {
    /// The options that exist, in the order of likelihood.
    fn known(self) -> &'static [&'static str] {
        match self {
            Self::Start(CallForm::Command) => &[CUSTOM_DATA, ATTRIBUTES, CUSTOMER, MESSAGE, START_NEW, MESSAGING],
            Self::Start(_) => &[CUSTOM_DATA, ATTRIBUTES, CUSTOMER, MESSAGE, START_NEW],
            Self::Context(CallForm::Command) => &[CUSTOM_DATA, ATTRIBUTES, CUSTOMER, MESSAGING],
            Self::Context(_) => &[CUSTOM_DATA, ATTRIBUTES, CUSTOMER],
            Self::Webchat => &[CUSTOM_DATA, ATTRIBUTES, CUSTOMER, MESSAGE, ROUTING, DEPLOYMENT_ID, CUSTOMER_ID],
        }
    }

    const fn is_flat(self) -> bool {
        matches!(self, Self::Start(CallForm::FlatOptions) | Self::Context(CallForm::FlatOptions))
    }

    /// The receipt's word for a container of this call.
    const fn form(self, in_start: Form) -> Form {
        match self {
            Self::Start(_) => in_start,
            Self::Context(_) => Form::SetContext,
            Self::Webchat => Form::RestWebchat,
        }
    }

    /// The receipt's word for what stands beside the containers.
    const fn own_form(self) -> Form {
        self.form(match self {
            Self::Start(CallForm::GenericAttributes) | Self::Context(CallForm::GenericAttributes) => {
                Form::AttributesCustom
            }
            Self::Start(CallForm::FlatOptions) | Self::Context(CallForm::FlatOptions) => Form::FlatOptions,
            Self::Start(CallForm::WebMessagingClient | CallForm::Command)
            | Self::Context(CallForm::WebMessagingClient | CallForm::Command)
            | Self::Webchat => Form::CustomData,
        })
    }
}

pub(super) fn read(surface: Surface, json: &str, policy: &CompiledPolicy) -> Result<Options, Box<Refused>> {
    let place = if surface == Surface::Webchat { "body" } else { "options" };
    let members = container(policy, place, surface.own_form(), json)?;
    let mut reader = Reader { surface, policy, options: Options::default() };
    for member in members {
        reader.option(member)?;
    }
    Ok(reader.options)
}

struct Reader<'a> {
    surface: Surface,
    policy: &'a CompiledPolicy,
    options: Options,
}

impl Reader<'_> {
    fn option(&mut self, member: Member<'_>) -> Result<(), Box<Refused>> {
        let own_form = self.surface.own_form();
        let is_known = self.surface.known().contains(&member.key.as_str());
        if member.twice && (is_known || !self.surface.is_flat()) {
            self.misplaced(member, own_form, Fault::duplicate_key());
            return Ok(());
        }
        match member.key.as_str() {
            CUSTOM_DATA if is_known => self.map(CUSTOM_DATA, Form::CustomData, member.json)?,
            ATTRIBUTES if is_known => self.attributes(member.json)?,
            MESSAGING if is_known => self.messaging(member.json)?,
            CUSTOMER if is_known => self.customer(member),
            MESSAGE if is_known => self.message(member),
            START_NEW if is_known => self.start_new(member),
            ROUTING if is_known => self.routing(member),
            // Whose conversation it is has been decided before anybody reads context.
            DEPLOYMENT_ID if is_known => {}
            CUSTOMER_ID if is_known => self.push(Given::new(member, own_form, Place::Attribute)),
            name if self.surface.is_flat() => match (CustomerField::named(name), Kind::of(member.json)) {
                (Some(field @ (CustomerField::Name | CustomerField::Email)), _) => {
                    self.push(Given::new(member, Form::Customer, Place::Customer(field)));
                }
                (_, Kind::Object | Kind::Array) => self.unknown(member),
                (_, _) => self.push(Given::new(member, own_form, Place::Attribute)),
            },
            _ => self.unknown(member),
        }
        Ok(())
    }

    fn map(&mut self, path: &str, form: Form, json: &str) -> Result<(), Box<Refused>> {
        let form = self.surface.form(form);
        for member in container(self.policy, path, form, json)? {
            self.push(Given::new(member, form, Place::Attribute));
        }
        Ok(())
    }

    /// `attributes.<namespace>.<key>`: the policy says which namespaces are read, and under which prefix (CTX5).
    fn attributes(&mut self, json: &str) -> Result<(), Box<Refused>> {
        let form = self.surface.form(Form::AttributesCustom);
        let policy = self.policy;
        for mut namespace in container(policy, ATTRIBUTES, form, json)? {
            let path = format!("{ATTRIBUTES}.{}", namespace.key);
            let prefix = policy.policy().containers.get(&namespace.key);
            if namespace.twice {
                namespace.key = path;
                self.misplaced(namespace, form, Fault::duplicate_key());
                continue;
            }
            let Some(prefix) = prefix else {
                let fault = self.unmapped(&namespace);
                namespace.key = path;
                self.misplaced(namespace, form, fault);
                continue;
            };
            for member in container(policy, &path, form, namespace.json)? {
                let mut given = Given::new(member, form, Place::Attribute);
                given.prefixed = (!prefix.is_empty()).then(|| format!("{prefix}{}", given.key));
                self.push(given);
            }
        }
        Ok(())
    }

    fn unmapped(&self, namespace: &Member<'_>) -> Fault {
        let policy = self.policy.policy();
        let name = names::shown(&namespace.key);
        let mapped = policy.containers.keys().map(String::as_str);
        if Kind::of(namespace.json) != Kind::Object {
            let home = policy.containers.keys().find(|name| *name == "custom").or(policy.containers.keys().next());
            let home =
                home.map_or_else(|| CUSTOM_DATA.to_owned(), |home| format!("{ATTRIBUTES}.{}", names::shown(home)));
            return Fault::unknown_option(
                format!("`{ATTRIBUTES}.{name}` stands outside of a namespace; only values inside of one are read."),
                format!("Did you mean `{home}.{name}`?"),
            );
        }
        let remedy = match names::nearest(&namespace.key, mapped) {
            Some(near) => format!("Did you mean `{ATTRIBUTES}.{}`?", names::shown(near)),
            None => format!("Use `{ATTRIBUTES}.custom` or `{CUSTOM_DATA}`, or map the namespace in the deployment."),
        };
        Fault::unknown_option(format!("The deployment does not map the namespace `{ATTRIBUTES}.{name}`."), remedy)
    }

    /// The page command of the field's own messenger.
    fn messaging(&mut self, json: &str) -> Result<(), Box<Refused>> {
        let form = self.surface.form(Form::GuestCustomAttributes);
        for mut member in container(self.policy, MESSAGING, form, json)? {
            let path = format!("{MESSAGING}.{}", member.key);
            if member.key == CUSTOM_ATTRIBUTES && !member.twice {
                self.map(&path, Form::GuestCustomAttributes, member.json)?;
                continue;
            }
            let fault = if member.twice {
                Fault::duplicate_key()
            } else {
                nowhere(&path, MESSAGING, &member.key, &[CUSTOM_ATTRIBUTES])
            };
            member.key = path;
            self.misplaced(member, form, fault);
        }
        Ok(())
    }

    /// Null says that there is no customer to speak of.
    fn customer(&mut self, member: Member<'_>) {
        if Kind::of(member.json) == Kind::Null {
            return;
        }
        let Ok(fields) = super::raw::members(member.json) else {
            let fault = wrong_option(CUSTOMER, Kind::of(member.json), "an object {id, name, email}");
            return self.misplaced(member, Form::Customer, fault);
        };
        for mut field in fields {
            if let Some(known) = CustomerField::named(&field.key) {
                self.push(Given::new(field, Form::Customer, Place::Customer(known)));
                continue;
            }
            let path = format!("{CUSTOMER}.{}", field.key);
            let fault = nowhere(&path, CUSTOMER, &field.key, &CustomerField::ALL.map(CustomerField::as_str));
            field.key = path;
            self.misplaced(field, Form::Customer, fault);
        }
    }

    fn message(&mut self, member: Member<'_>) {
        match (Kind::of(member.json), serde_json::from_str::<String>(member.json)) {
            (Kind::Null, _) => {}
            (_, Ok(text)) => self.options.message = Some(text),
            (Kind::Text, Err(_)) => self.misplaced(member, self.surface.own_form(), Fault::half_character()),
            (kind, Err(_)) => self.misplaced(member, self.surface.own_form(), wrong_option(MESSAGE, kind, "text")),
        }
    }

    fn start_new(&mut self, member: Member<'_>) {
        match (Kind::of(member.json), member.json) {
            (Kind::Null, _) => {}
            (Kind::Bool, json) => self.options.start_new = json == "true",
            (kind, _) => {
                self.misplaced(member, self.surface.own_form(), wrong_option(START_NEW, kind, "true or false"))
            }
        }
    }

    fn routing(&mut self, member: Member<'_>) {
        match Kind::of(member.json) {
            Kind::Null => {}
            Kind::Object if Value::read(member.json) != Value::TooDeep => {
                self.options.routing = Some(member.json.to_owned());
            }
            kind => self.misplaced(member, self.surface.own_form(), wrong_option(ROUTING, kind, "an object")),
        }
    }

    fn unknown(&mut self, member: Member<'_>) {
        let name = names::shown(&member.key);
        let near = names::nearest(&member.key, self.surface.known().iter().copied());
        let fault = if let Some(near) = near {
            Fault::unknown_option(format!("There is no option `{name}`."), format!("Did you mean `{near}`?"))
        } else if matches!(Kind::of(member.json), Kind::Object | Kind::Array) {
            let remedy = format!("Put keys and values into `{CUSTOM_DATA}`.");
            Fault::unknown_option(format!("There is no option `{name}`."), remedy)
        } else {
            let remedy = format!("Did you mean `{CUSTOM_DATA}.{name}`?");
            Fault::unknown_option(format!("There is no option `{name}`; context belongs into a container."), remedy)
        };
        self.misplaced(member, self.surface.own_form(), fault);
    }

    fn misplaced(&mut self, member: Member<'_>, form: Form, fault: Fault) {
        self.push(Given::new(member, form, Place::Misplaced(Box::new(fault))));
    }

    fn push(&mut self, given: Given) {
        self.options.handed.given.push(given);
    }
}

/// A member that a container of fixed members does not have.
fn nowhere(path: &str, container: &str, name: &str, known: &[&str]) -> Fault {
    let remedy = match names::nearest(name, known.iter().copied()) {
        Some(near) => format!("Did you mean `{container}.{near}`?"),
        None => format!("`{container}` has {}; other values belong into `{CUSTOM_DATA}`.", known.join(", ")),
    };
    Fault::unknown_option(format!("There is no `{}`.", names::shown(path)), remedy)
}

fn wrong_option(option: &str, kind: Kind, wanted: &str) -> Fault {
    let reason = format!("`{option}` is {}; it has to be {wanted}.", kind.article());
    Fault::new(Rule::WrongType, Severity::Malformed, reason, "Correct the option, or leave it out.")
}
