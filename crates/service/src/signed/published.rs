//! Keys that a site publishes (JWKS): fetched through the one door, kept, and asked for anew when a token names an
//! unknown one – not more often than the site can bear (SIG7).

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jsonwebtoken::DecodingKey;
use moka::sync::Cache;
use serde_json::Value;
use tokio::sync::Mutex;
use waybill_model::{SigningAlgorithm, Time};
use waybill_outbound::{Method, Request, header};

use super::{key, keys::ReadyKey};
use crate::{Service, ServiceError};

/// After this time the keys are asked for again.
const MAX_AGE: i64 = 10 * 60 * 1_000;
/// Between two questions at least, whatever tokens name.
const PAUSE: i64 = 30 * 1_000;
/// While the site does not answer, its last keys are believed for so long.
const STALE: i64 = 24 * 3_600 * 1_000;
/// Most keys of one set.
const MAX_KEYS: usize = 32;
const MAX_BYTES: usize = 64 * 1024;
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait when there is no key at all.
const RETRY_AFTER: Duration = Duration::from_secs(5);

type Set = Arc<BTreeMap<String, DecodingKey>>;

/// What is known of one address.
#[derive(Default)]
struct Known {
    set: Option<(Set, Time)>,
    asked_at: Option<Time>,
}

pub(crate) struct PublishedCache(Cache<(String, SigningAlgorithm), Arc<Mutex<Known>>>);

impl PublishedCache {
    pub(crate) fn new() -> Self {
        Self(Cache::builder().max_capacity(1_000).build())
    }
}

impl Service {
    /// The published key that a token names; without a name the one that is alone in its set.
    pub(super) async fn published_key(
        &self,
        key: &ReadyKey,
        url: &str,
        kid: Option<&str>,
    ) -> Result<Option<DecodingKey>, ServiceError> {
        let algorithm = key.key.algorithm;
        let cache = &self.inner.published_keys.0;
        let known = cache.get_with((url.to_owned(), algorithm), || Arc::new(Mutex::new(Known::default())));
        // One question at a time: who comes meanwhile waits for its answer.
        let mut known = known.lock().await;
        let now = self.inner.ambient.now();
        let age = |since: Option<Time>| since.map_or(i64::MAX, |since| now.millis().saturating_sub(since.millis()));
        let is_known = known.set.as_ref().is_some_and(|(set, _)| find(set, kid).is_some());
        let is_old = age(known.set.as_ref().map(|(_, at)| *at)) >= MAX_AGE;
        if (!is_known || is_old) && age(known.asked_at) >= PAUSE {
            known.asked_at = Some(now);
            match self.fetch_keys(url, algorithm).await {
                Ok(set) => known.set = Some((Arc::new(set), now)),
                Err(reason) => tracing::warn!(key = %key.key.id, reason, "published signing keys can't be had"),
            }
        }
        match &known.set {
            Some((set, at)) if age(Some(*at)) < STALE => Ok(find(set, kid)),
            Some(_) | None => Err(ServiceError::Unavailable {
                cause: format!("no published keys for signing key {}", key.key.id),
                retry_after: RETRY_AFTER,
            }),
        }
    }

    async fn fetch_keys(
        &self,
        url: &str,
        algorithm: SigningAlgorithm,
    ) -> Result<BTreeMap<String, DecodingKey>, String> {
        let mut headers = header::HeaderMap::new();
        headers.insert(header::ACCEPT, header::HeaderValue::from_static("application/json"));
        let request = Request {
            method: Method::GET,
            url: url.to_owned(),
            headers,
            body: waybill_outbound::Bytes::new(),
            timeout: TIMEOUT,
            max_response: MAX_BYTES,
        };
        let outbound = self.inner.webhooks.outbound().map_err(|error| error.to_string())?;
        let response = outbound.send(request).await.map_err(|error| error.to_string())?;
        if response.status != 200 {
            return Err(format!("the answer was {}", response.status));
        }
        read_set(&response.body, algorithm)
    }
}

fn find(set: &BTreeMap<String, DecodingKey>, kid: Option<&str>) -> Option<DecodingKey> {
    match kid {
        Some(kid) => set.get(kid).cloned(),
        None if set.len() == 1 => set.values().next().cloned(),
        None => None,
    }
}

/// The keys of a set that fit the algorithm; others are there for other purposes.
fn read_set(body: &[u8], algorithm: SigningAlgorithm) -> Result<BTreeMap<String, DecodingKey>, String> {
    let set: Value = serde_json::from_slice(body).map_err(|_| "the answer is not JSON".to_owned())?;
    let keys = set.get("keys").and_then(Value::as_array).ok_or("the answer has no `keys`")?;
    if keys.len() > MAX_KEYS {
        return Err(format!("the set has more than {MAX_KEYS} keys"));
    }
    let mut found = BTreeMap::new();
    for jwk in keys {
        let Ok(members) = key::public_members(jwk, algorithm) else { continue };
        let Ok(verifier) = key::verifier(&members) else { continue };
        let kid = jwk.get("kid").and_then(Value::as_str).unwrap_or_default().to_owned();
        if found.insert(kid, verifier).is_some() {
            return Err("two keys of the set have one `kid`".to_owned());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sig7_a_set_gives_the_keys_that_fit_the_algorithm() {
        let ed = |kid: &str| json!({"kty": "OKP", "crv": "Ed25519", "x": "A".repeat(43), "kid": kid});
        let set = |keys: Vec<Value>| read_set(json!({ "keys": keys }).to_string().as_bytes(), SigningAlgorithm::EdDSA);
        let names = |keys| set(keys).unwrap().into_keys().collect::<Vec<_>>();
        assert_eq!(names(vec![ed("a"), ed("b")]), ["a", "b"]);
        let mut encrypts = ed("c");
        encrypts["use"] = json!("enc");
        let mut other = ed("d");
        other["alg"] = json!("ES256");
        let mut short = ed("e");
        short["x"] = json!("AAAA");
        let mut private = ed("f");
        private["d"] = json!("AAAA");
        let secret = json!({"kty": "oct", "k": "AAAA", "kid": "g"});
        assert_eq!(names(vec![ed("a"), encrypts, other, short, private, secret]), ["a"]);
        assert!(set(vec![ed("a"), ed("a")]).is_err(), "one name, two keys");
        assert!(set(vec![ed("a"); 33]).is_err(), "too many");
        assert!(
            read_set(b"[]", SigningAlgorithm::EdDSA).is_err() && read_set(b"<html>", SigningAlgorithm::EdDSA).is_err()
        );
    }
}
