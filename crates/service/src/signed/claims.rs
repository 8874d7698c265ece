//! What stands in a token: its parts, its header, and the claims about the token itself (SIG2).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;
use waybill_model::{DeploymentId, SpentToken, Time};

use super::{TokenFault, json::is_unambiguous_object};
use crate::ambient::hash_parts;

/// Largest token in bytes.
pub(super) const MAX_BYTES: usize = 8 * 1024;
/// Longest time between `iat` and `exp`, in seconds.
const MAX_LIFETIME: i64 = 600;
/// How far the clocks of two servers may be apart, in seconds.
const SKEW: i64 = 60;
/// Longest `jti` and `kid` in bytes.
const MAX_NAME_BYTES: usize = 128;
/// Header members that change what a token means, or bring a key along.
const REFUSED_MEMBERS: [&str; 8] = ["crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "enc"];

/// A token, taken apart; nothing of it is believed yet.
pub(super) struct Parts<'a> {
    /// What was signed.
    pub(super) message: &'a str,
    /// The signature as it was sent.
    pub(super) signature: &'a str,
    /// The key that it names.
    pub(super) kid: Option<String>,
    /// The algorithm that it names: compared with the key's, never followed.
    pub(super) alg: String,
    payload: &'a str,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    typ: Option<String>,
}

/// The claims about the token itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) issuer: Option<String>,
    pub(super) spent: SpentToken,
}

/// Takes a token apart.
pub(super) fn take_apart(token: &str) -> Result<Parts<'_>, TokenFault> {
    if token.len() > MAX_BYTES {
        return Err(TokenFault::TooLarge(MAX_BYTES));
    }
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(TokenFault::Malformed("it has not three parts"));
    };
    let text = read_part(header)?;
    let members: Value = serde_json::from_str(&text).map_err(|_| TokenFault::Malformed("its header is not JSON"))?;
    if let Some(member) = REFUSED_MEMBERS.into_iter().find(|member| members.get(member).is_some()) {
        return Err(TokenFault::Header(member));
    }
    let Header { alg, kid, typ } = serde_json::from_value(members)
        .map_err(|_| TokenFault::Malformed("its header lacks `alg`, or has it wrong"))?;
    if typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(TokenFault::Header("typ"));
    }
    if kid.as_ref().is_some_and(|kid| kid.is_empty() || kid.len() > MAX_NAME_BYTES) {
        return Err(TokenFault::UnknownKey);
    }
    let message = &token[..header.len() + 1 + payload.len()];
    Ok(Parts { message, signature, kid, alg, payload })
}

/// One part as JSON text. Base64 has one spelling here: a token has no second form.
fn read_part(part: &str) -> Result<String, TokenFault> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenFault::Malformed("a part is not base64url"))?;
    let text = String::from_utf8(bytes).map_err(|_| TokenFault::Malformed("a part is not UTF-8"))?;
    if is_unambiguous_object(&text) {
        Ok(text)
    } else {
        Err(TokenFault::Malformed("a part is no JSON object, or has a key twice"))
    }
}

impl Parts<'_> {
    /// The claims as JSON text: for who has verified the signature.
    pub(super) fn claims(&self) -> Result<String, TokenFault> {
        read_part(self.payload)
    }
}

/// Checks the claims about the token itself.
pub(super) fn check(claims: &str, deployment: DeploymentId, now: Time) -> Result<Standing, TokenFault> {
    let claims: Value = serde_json::from_str(claims).map_err(|_| TokenFault::Malformed("its claims are not JSON"))?;
    let audience = deployment.to_string();
    let is_for_us = match claims.get("aud") {
        Some(Value::String(one)) => *one == audience,
        Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some(&audience)),
        Some(_) | None => return Err(claim("aud", "has to be the deployment's id")),
    };
    if !is_for_us {
        return Err(TokenFault::Audience);
    }
    let now = now.seconds();
    let missing_time = "is required: whole seconds since 1970, as a number";
    let issued = seconds(&claims, "iat")?.ok_or(claim("iat", missing_time))?;
    let ends = seconds(&claims, "exp")?.ok_or(claim("exp", missing_time))?;
    if now >= ends + SKEW {
        return Err(TokenFault::Expired);
    }
    if ends - issued > MAX_LIFETIME {
        return Err(TokenFault::Lifetime);
    }
    if ends < issued {
        return Err(claim("exp", "lies before `iat`"));
    }
    let begins = seconds(&claims, "nbf")?.unwrap_or(issued).max(issued);
    if begins > now + SKEW {
        return Err(TokenFault::NotYetValid);
    }
    let issuer = text(&claims, "iss", "has to be text")?;
    if text(&claims, "sub", "has to be text that is not empty")?.is_some_and(|sub| sub.is_empty()) {
        return Err(claim("sub", "has to be text that is not empty"));
    }
    let jti_rule = "is required: text of 1 to 128 bytes, another one for each token";
    let jti = text(&claims, "jti", jti_rule)?.ok_or(claim("jti", jti_rule))?;
    if jti.is_empty() || jti.len() > MAX_NAME_BYTES {
        return Err(claim("jti", jti_rule));
    }
    for container in ["customData", "customer"] {
        if claims.get(container).is_some_and(|value| !value.is_object()) {
            return Err(claim(container, "has to be an object"));
        }
    }
    let jti_hash = hash_parts(&[b"jti", jti.as_bytes()]);
    Ok(Standing { issuer, spent: SpentToken { jti_hash, expires_at: Time::from_millis((ends + SKEW) * 1_000) } })
}

const fn claim(claim: &'static str, rule: &'static str) -> TokenFault {
    TokenFault::Claim { claim, rule }
}

/// A time as JWT writes it. Fractions are allowed there, and cut here.
fn seconds(claims: &Value, name: &'static str) -> Result<Option<i64>, TokenFault> {
    let wrong = claim(name, "has to be a time: seconds since 1970, as a number");
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_f64().ok_or(wrong)?;
    // The year 9999.
    if !(0.0..253_402_300_800.0).contains(&seconds) {
        return Err(wrong);
    }
    #[expect(clippy::cast_possible_truncation, reason = "it was compared with its bounds, and fractions are cut")]
    Ok(Some(seconds as i64))
}

fn text(claims: &Value, name: &'static str, rule: &'static str) -> Result<Option<String>, TokenFault> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(claim(name, rule)),
    }
}
