//! Public keys as sites hand them over, PEM or JSON Web Key, and what verifies with them (SIG1).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Value, json};
use spki::der::{Decode as _, Document, oid::ObjectIdentifier};
use waybill_model::SigningAlgorithm;

/// Object identifiers of RFC 8017, 5480 and 8410.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// Sizes of an RSA modulus in bytes: below it is breakable, above it is a burden to verify.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=1_024;

/// Why a text is not the public key of an algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum KeyFault {
    #[error("is neither a public key in PEM (`-----BEGIN PUBLIC KEY-----`) nor a JSON Web Key")]
    Unreadable,
    #[error("is a private key, or has private members")]
    Private,
    #[error("is of another kind than the algorithm needs")]
    Kind,
    #[error("is an RSA key outside of 2048 to 8192 bits")]
    RsaSize,
}

/// A public key of one algorithm as JSON Web Key, without members that nobody needs.
pub(super) fn read_public(text: &str, algorithm: SigningAlgorithm) -> Result<Value, KeyFault> {
    let text = text.trim();
    let jwk = if text.starts_with('{') {
        serde_json::from_str(text).map_err(|_| KeyFault::Unreadable)?
    } else {
        from_pem(text)?
    };
    public_members(&jwk, algorithm)
}

/// The public members of a JSON Web Key that fits the algorithm.
pub(super) fn public_members(jwk: &Value, algorithm: SigningAlgorithm) -> Result<Value, KeyFault> {
    if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].into_iter().any(|member| jwk.get(member).is_some()) {
        return Err(KeyFault::Private);
    }
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    if text("alg").is_some_and(|alg| alg != algorithm.as_str()) || text("use").is_some_and(|purpose| purpose != "sig") {
        return Err(KeyFault::Kind);
    }
    let bytes = |name: &str| {
        let member = text(name).ok_or(KeyFault::Unreadable)?;
        URL_SAFE_NO_PAD.decode(member).map_err(|_| KeyFault::Unreadable)
    };
    match (algorithm, text("kty"), text("crv")) {
        (SigningAlgorithm::RS256 | SigningAlgorithm::PS256, Some("RSA"), _) => {
            let (modulus, exponent) = (bytes("n")?, bytes("e")?);
            let modulus: Vec<u8> = modulus.into_iter().skip_while(|byte| *byte == 0).collect();
            if !RSA_BYTES.contains(&modulus.len()) {
                return Err(KeyFault::RsaSize);
            }
            // An exponent of 1 makes every text its own signature.
            let exponent: Vec<u8> = exponent.into_iter().skip_while(|byte| *byte == 0).collect();
            let is_sound = exponent.len() <= 4 && exponent.last().is_some_and(|byte| byte % 2 == 1) && exponent != [1];
            if !is_sound {
                return Err(KeyFault::Unreadable);
            }
            Ok(json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(modulus), "e": URL_SAFE_NO_PAD.encode(exponent)}))
        }
        (SigningAlgorithm::ES256, Some("EC"), Some("P-256")) => {
            let (x, y) = (bytes("x")?, bytes("y")?);
            if (x.len(), y.len()) != (32, 32) {
                return Err(KeyFault::Unreadable);
            }
            Ok(json!({"kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y)}))
        }
        (SigningAlgorithm::EdDSA, Some("OKP"), Some("Ed25519")) => {
            let x = bytes("x")?;
            // The verifier takes the first 32 bytes of what it is given.
            if x.len() != 32 {
                return Err(KeyFault::Unreadable);
            }
            Ok(json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(x)}))
        }
        (_, Some(_), _) => Err(KeyFault::Kind),
        (_, None, _) => Err(KeyFault::Unreadable),
    }
}

/// What verifies with the public members of a key.
pub(super) fn verifier(members: &Value) -> Result<DecodingKey, KeyFault> {
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
    let key = match text("kty") {
        "RSA" => DecodingKey::from_rsa_components(text("n"), text("e")),
        "EC" => DecodingKey::from_ec_components(text("x"), text("y")),
        "OKP" => DecodingKey::from_ed_components(text("x")),
        _ => return Err(KeyFault::Kind),
    };
    key.map_err(|_| KeyFault::Unreadable)
}

/// The library's word for an algorithm.
pub(super) const fn algorithm(algorithm: SigningAlgorithm) -> Algorithm {
    match algorithm {
        SigningAlgorithm::HS256 => Algorithm::HS256,
        SigningAlgorithm::RS256 => Algorithm::RS256,
        SigningAlgorithm::PS256 => Algorithm::PS256,
        SigningAlgorithm::ES256 => Algorithm::ES256,
        SigningAlgorithm::EdDSA => Algorithm::EdDSA,
    }
}

fn from_pem(text: &str) -> Result<Value, KeyFault> {
    let (label, document) = Document::from_pem(text).map_err(|_| KeyFault::Unreadable)?;
    if label.contains("PRIVATE") {
        return Err(KeyFault::Private);
    }
    if label != "PUBLIC KEY" {
        return Err(KeyFault::Unreadable);
    }
    let info = spki::SubjectPublicKeyInfoRef::from_der(document.as_bytes()).map_err(|_| KeyFault::Unreadable)?;
    let key = info.subject_public_key.as_bytes().ok_or(KeyFault::Unreadable)?;
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    match info.algorithm.oid {
        RSA => {
            let key = pkcs1::RsaPublicKey::from_der(key).map_err(|_| KeyFault::Unreadable)?;
            let (modulus, exponent) = (key.modulus.as_bytes(), key.public_exponent.as_bytes());
            Ok(json!({"kty": "RSA", "n": encode(modulus), "e": encode(exponent)}))
        }
        // A point that is not compressed: 4, x, y.
        EC if info.algorithm.parameters_oid() == Ok(P256) => match key.split_first() {
            Some((4, point)) if point.len() == 64 => {
                Ok(json!({"kty": "EC", "crv": "P-256", "x": encode(&point[..32]), "y": encode(&point[32..])}))
            }
            Some(_) | None => Err(KeyFault::Unreadable),
        },
        ED25519 => Ok(json!({"kty": "OKP", "crv": "Ed25519", "x": encode(key)})),
        _ => Err(KeyFault::Kind),
    }
}
