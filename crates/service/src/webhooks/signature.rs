//! Signatures after Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, so that a receiver knows who speaks and when.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac;

use crate::Ambient;

/// How a secret's text begins.
const PREFIX: &str = "whsec_";

/// The bytes of a secret.
pub(crate) type Secret = Vec<u8>;

/// Draws a secret.
pub(super) fn draw(ambient: &Ambient) -> Secret {
    ambient.bytes::<32>().to_vec()
}

/// A secret as receivers configure it.
pub(super) fn text(secret: &[u8]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(secret))
}

/// The header's value: one signature per secret, newest first.
pub(super) fn sign(secrets: &[Secret], id: &str, timestamp: i64, body: &str) -> String {
    let signed = format!("{id}.{timestamp}.{body}");
    let signature = |secret: &Secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        format!("v1,{}", STANDARD.encode(hmac::sign(&key, signed.as_bytes())))
    };
    secrets.iter().map(signature).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        STANDARD.decode(text.strip_prefix(PREFIX).unwrap()).unwrap()
    }

    /// The example of the convention's own libraries.
    #[test]
    fn wh3_the_published_example_is_signed_as_published() {
        let key = secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let (id, timestamp) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330);
        let signed = sign(&[key], id, timestamp, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn wh3_two_secrets_make_two_signatures() {
        let (first, second) = (vec![1; 32], vec![2; 32]);
        let both = sign(&[first.clone(), second.clone()], "id", 1, "body");
        let alone = [sign(std::slice::from_ref(&first), "id", 1, "body"), sign(&[second], "id", 1, "body")];
        assert_eq!(both, alone.join(" "));
        assert_eq!(secret(&text(&first)), first);
    }
}
