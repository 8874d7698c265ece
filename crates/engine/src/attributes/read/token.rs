//! Reads what a signed token says about the customer (SIG3): every claim has a verdict, or is about the token itself.

use waybill_model::{Form, Trust};

use super::{
    super::{
        admission::Refused,
        fault::Fault,
        handed::{CustomerField, Given, Handed, Place},
        names,
        policy::CompiledPolicy,
        raw::{self, Member},
    },
    container, misplaced, not_a_map,
    surface::{CUSTOM_DATA, CUSTOMER},
};

/// The customer's id at the site, in the word of JWT.
const SUBJECT: &str = "sub";
/// Claims about the token and the log-in behind it, which identity providers add by themselves: nobody hands them over.
const ABOUT_THE_TOKEN: [&str; 19] = [
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "typ",
    "azp",
    "scope",
    "nonce",
    "sid",
    "client_id",
    "auth_time",
    "acr",
    "amr",
    "at_hash",
    "c_hash",
    "ver",
    "gty",
];

/// Reads the claims of a token whose signature was verified; all of them are believed as signed.
///
/// # Errors
/// `Refused` when a container is no map.
pub fn read_token(claims: &str, policy: &CompiledPolicy) -> Result<Handed, Box<Refused>> {
    let mut given = Vec::new();
    let members = raw::members(claims).map_err(|error| not_a_map(policy, "token", Form::Token, error))?;
    for mut member in members {
        match member.key.as_str() {
            CUSTOM_DATA => {
                let values = container(policy, "token.customData", Form::Token, member.json)?;
                given.extend(values.into_iter().map(|value| signed(value, Place::Attribute)));
            }
            CUSTOMER => {
                for mut field in container(policy, "token.customer", Form::Token, member.json)? {
                    let known = CustomerField::named(&field.key);
                    let path = format!("{CUSTOMER}.{}", field.key);
                    let place = known.map_or_else(|| no_such_field(&path, &field), Place::Customer);
                    field.key = path;
                    given.push(signed(field, place));
                }
            }
            SUBJECT => given.push(signed(member, Place::Customer(CustomerField::Id))),
            name if ABOUT_THE_TOKEN.contains(&name) => {}
            name => {
                let place = no_such_claim(name);
                member.key = format!("token.{name}");
                given.push(signed(member, place));
            }
        }
    }
    Ok(Handed { given })
}

fn signed(member: Member<'_>, place: Place) -> Given {
    Given { trust: Some(Trust::Signed), ..Given::new(member, Form::Token, place) }
}

fn no_such_field(path: &str, field: &Member<'_>) -> Place {
    let known = CustomerField::ALL.map(CustomerField::as_str);
    Place::Misplaced(Box::new(misplaced::member(path, CUSTOMER, &field.key, &known)))
}

fn no_such_claim(name: &str) -> Place {
    let reason = format!("The token has a claim `{}` that nobody reads.", names::shown(name));
    let remedy = match names::nearest(name, [CUSTOM_DATA, CUSTOMER]) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("Put it into `{CUSTOM_DATA}`, or leave it out."),
    };
    Place::Misplaced(Box::new(Fault::unknown_option(reason, remedy)))
}
