//! Reads options member by member; what has no place is kept with the reason why.

use waybill_model::Form;

use super::{
    super::{
        admission::Refused,
        fault::Fault,
        handed::{CustomerField, Given, Handed, Place, Value},
        policy::CompiledPolicy,
        raw::{self, Kind, Member},
    },
    container, misplaced,
    surface::{
        ATTRIBUTES, CUSTOM_ATTRIBUTES, CUSTOM_DATA, CUSTOMER, CUSTOMER_ID, DEPLOYMENT_ID, IDENTITY_TOKEN, MESSAGE,
        MESSAGING, ROUTING, START_NEW, Surface,
    },
};

/// What options hold.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) handed: Handed,
    pub(super) message: Option<String>,
    pub(super) start_new: bool,
    pub(super) routing: Option<String>,
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
        if member.twice && is_known {
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
            DEPLOYMENT_ID | IDENTITY_TOKEN if is_known => {}
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
                let fault = misplaced::namespace(policy, &namespace);
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
                misplaced::member(&path, MESSAGING, &member.key, &[CUSTOM_ATTRIBUTES])
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
        let Ok(fields) = raw::members(member.json) else {
            let fault = misplaced::wrong_type(CUSTOMER, Kind::of(member.json), "an object {id, name, email}");
            return self.misplaced(member, Form::Customer, fault);
        };
        for mut field in fields {
            if let Some(known) = CustomerField::named(&field.key) {
                self.push(Given::new(field, Form::Customer, Place::Customer(known)));
                continue;
            }
            let path = format!("{CUSTOMER}.{}", field.key);
            let fault = misplaced::member(&path, CUSTOMER, &field.key, &CustomerField::ALL.map(CustomerField::as_str));
            field.key = path;
            self.misplaced(field, Form::Customer, fault);
        }
    }

    fn message(&mut self, member: Member<'_>) {
        match (Kind::of(member.json), serde_json::from_str::<String>(member.json)) {
            (Kind::Null, _) => {}
            (_, Ok(text)) => self.options.message = Some(text),
            (Kind::Text, Err(_)) => self.misplaced(member, self.surface.own_form(), Fault::half_character()),
            (kind, Err(_)) => {
                self.misplaced(member, self.surface.own_form(), misplaced::wrong_type(MESSAGE, kind, "text"))
            }
        }
    }

    fn start_new(&mut self, member: Member<'_>) {
        match (Kind::of(member.json), member.json) {
            (Kind::Null, _) => {}
            (Kind::Bool, json) => self.options.start_new = json == "true",
            (kind, _) => {
                self.misplaced(member, self.surface.own_form(), misplaced::wrong_type(START_NEW, kind, "true or false"))
            }
        }
    }

    fn routing(&mut self, member: Member<'_>) {
        match Kind::of(member.json) {
            Kind::Null => {}
            Kind::Object if Value::read(member.json) != Value::TooDeep => {
                self.options.routing = Some(member.json.to_owned());
            }
            kind => self.misplaced(member, self.surface.own_form(), misplaced::wrong_type(ROUTING, kind, "an object")),
        }
    }

    fn unknown(&mut self, member: Member<'_>) {
        let fault = misplaced::option(self.surface, &member);
        self.misplaced(member, self.surface.own_form(), fault);
    }

    fn misplaced(&mut self, member: Member<'_>, form: Form, fault: Fault) {
        self.push(Given::new(member, form, Place::Misplaced(Box::new(fault))));
    }

    fn push(&mut self, given: Given) {
        self.options.handed.given.push(given);
    }
}
