//! Believing a token, or not (SIG2): the key first, then the signature, then the claims, then whether it was spent.

use jsonwebtoken::DecodingKey;
use waybill_engine::attributes::{CompiledPolicy, Handed, Refused, read_token};
use waybill_model::{SigningKey, SpentToken, Time};

use super::{
    TokenFault,
    claims::{self, Parts},
    key,
    keys::{ReadyKey, Verifies},
};
use crate::{Service, ServiceError, deployments::Ready};

/// A token that is believed, once it is spent.
#[derive(Debug, Clone)]
pub(crate) struct Vouched {
    claims: String,
    spent: SpentToken,
}

impl Vouched {
    /// What it says of the customer.
    pub(crate) fn handed(&self, policy: &CompiledPolicy) -> Result<Handed, Box<Refused>> {
        read_token(&self.claims, policy)
    }

    /// What spends it.
    pub(crate) fn spent(&self) -> SpentToken {
        self.spent.clone()
    }
}

/// A key that may have signed a token.
pub(super) struct Candidate {
    pub(super) key: SigningKey,
    pub(super) verifier: DecodingKey,
}

impl Service {
    /// Verifies a token for a deployment.
    ///
    /// # Errors
    /// `IdentityToken` with the reason; `Unavailable` while published keys can't be had.
    pub(crate) async fn vouched(&self, ready: &Ready, token: &str) -> Result<Vouched, ServiceError> {
        let vouched = self.verify(ready, token).await;
        let outcome = match &vouched {
            Ok(_) => "believed",
            Err(ServiceError::IdentityToken(fault)) => fault.code(),
            Err(_) => "not_decided",
        };
        metrics::counter!("waybill_identity_tokens_total", "outcome" => outcome).increment(1);
        vouched
    }

    async fn verify(&self, ready: &Ready, token: &str) -> Result<Vouched, ServiceError> {
        let (organization, deployment) = (ready.deployment.organization_id, ready.deployment.id);
        let parts = claims::take_apart(token)?;
        let now = self.inner.ambient.now();
        let candidates = self.candidates(ready, &parts, now).await?;
        let signer = candidates.iter().find(|candidate| has_signed(candidate, &parts));
        let Candidate { key, verifier: _ } = signer.ok_or(TokenFault::Signature)?;
        let claims = parts.claims()?;
        let standing = claims::check(&claims, deployment, now)?;
        if key.issuer.is_some() && key.issuer != standing.issuer {
            return Err(TokenFault::Issuer.into());
        }
        if self.inner.store.token_is_spent(organization, deployment, standing.spent.jti_hash).await? {
            return Err(TokenFault::Spent.into());
        }
        Ok(Vouched { claims, spent: standing.spent })
    }

    /// The keys that may have signed a token: the one that it names, or every one of the deployment's own. Their
    /// algorithm is theirs; a token that names another one has none.
    async fn candidates(&self, ready: &Ready, parts: &Parts<'_>, now: Time) -> Result<Vec<Candidate>, ServiceError> {
        let keys = self.ready_keys(ready.deployment.organization_id, ready.deployment.id).await?;
        let good: Vec<&ReadyKey> = keys.iter().filter(|one| one.key.is_good(now)).collect();
        if keys.is_empty() {
            return Err(TokenFault::NoKey.into());
        }
        let mut named = Vec::new();
        for one in &good {
            match &one.verifies {
                Verifies::Key(verifier) => {
                    let is_named = parts.kid.as_ref().is_none_or(|kid| *kid == one.key.id.to_string());
                    if is_named {
                        named.push((*one, verifier.clone()));
                    }
                }
                Verifies::PublishedAt(_) => {}
            }
        }
        if named.is_empty() {
            for one in &good {
                if let Verifies::PublishedAt(url) = &one.verifies
                    && let Some(verifier) = self.published_key(one, url, parts.kid.as_deref()).await?
                {
                    named.push((*one, verifier));
                }
            }
        }
        if named.is_empty() {
            return Err(TokenFault::UnknownKey.into());
        }
        named.retain(|(one, _)| one.has_algorithm(&parts.alg));
        if named.is_empty() {
            return Err(TokenFault::Algorithm.into());
        }
        Ok(named.into_iter().map(|(one, verifier)| Candidate { key: one.key.clone(), verifier }).collect())
    }
}

fn has_signed(candidate: &Candidate, parts: &Parts<'_>) -> bool {
    let algorithm = key::algorithm(candidate.key.algorithm);
    let verified =
        jsonwebtoken::crypto::verify(parts.signature, parts.message.as_bytes(), &candidate.verifier, algorithm);
    // An error is a signature that can't be one.
    verified.unwrap_or(false)
}
