//! A site's server vouches for the customer who is logged in: one token for each start of a chat.
//!
//! Crates: `jsonwebtoken` with `rust_crypto`, `serde_json`; any source of unique texts for `jti`, such as `uuid`.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;

/// What the site's server knows of its signing key.
pub struct Shop {
    /// The key's id.
    pub key_id: String,
    /// The secret; its text is the key, it is not decoded.
    pub secret: String,
    /// The deployment.
    pub deployment_id: String,
}

impl Shop {
    /// Call it for the customer of the session that your own server knows, never for an id that the page sends.
    ///
    /// # Errors
    /// When the token can't be signed.
    pub fn vouch(
        &self,
        crm_customer_id: &str,
        name: &str,
        token_id: &str,
    ) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        #[expect(clippy::disallowed_methods, reason = "a site's server reads its own clock")]
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let claims = json!({
            "aud": self.deployment_id,
            "iat": now,
            "exp": now + 120,
            "jti": token_id,
            "customData": { "crmCustomerId": crm_customer_id },
            "customer": { "name": name },
        });
        let header = Header { kid: Some(self.key_id.clone()), ..Header::new(Algorithm::HS256) };
        Ok(jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(self.secret.as_bytes()))?)
    }
}
