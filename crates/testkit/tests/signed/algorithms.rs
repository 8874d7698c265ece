//! SIG1: one token of each algorithm is believed, and only by the key that has the algorithm.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
};
use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{Guest, admin, body, claims, done, entries, keys_path, refused, sign_text};

/// A key of the site's server: what it signs with, and what it hands over.
pub(crate) struct Pair {
    pub(crate) algorithm: Algorithm,
    pub(crate) private: EncodingKey,
    pub(crate) public: Value,
}

/// The test's RSA key; drawing one takes too long.
pub(crate) fn rsa_private() -> EncodingKey {
    let pem = include_str!("rsa-test-key.pem");
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    EncodingKey::from_rsa_der(&STANDARD.decode(base64).unwrap())
}

pub(crate) fn ed25519() -> Pair {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
    let x = URL_SAFE_NO_PAD.encode(pair.public_key());
    let public = json!({"kty": "OKP", "crv": "Ed25519", "x": x});
    // The library reads the older form, without the public key in it.
    let seed = ed25519_seed(pkcs8.as_ref());
    Pair { algorithm: Algorithm::EdDSA, private: EncodingKey::from_ed_der(&seed), public }
}

/// PKCS #8 version 1 (RFC 8410) of the seed inside of version 2.
fn ed25519_seed(pkcs8: &[u8]) -> Vec<u8> {
    let prefix = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    [&prefix[..], &pkcs8[16..48]].concat()
}

pub(crate) fn p256() -> Pair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
    let point = pair.public_key().as_ref();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    let public = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
    Pair { algorithm: Algorithm::ES256, private: EncodingKey::from_ec_der(pkcs8.as_ref()), public }
}

pub(crate) fn name(algorithm: Algorithm) -> String {
    format!("{algorithm:?}")
}

#[tokio::test]
async fn sig1_a_token_of_each_algorithm_is_believed() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let admin = admin(&server).await;
    let pem = json!(include_str!("rsa-test-key.pub.pem"));
    let pairs = [
        Pair { algorithm: Algorithm::RS256, private: rsa_private(), public: pem.clone() },
        Pair { algorithm: Algorithm::PS256, private: rsa_private(), public: pem },
        p256(),
        ed25519(),
    ];
    let path = keys_path(&server, "signed");
    for Pair { algorithm, private, public } in &pairs {
        let new = json!({"name": "shop", "algorithm": name(*algorithm), "publicKey": public});
        let key = body(&admin.post(&path, &new).await.unwrap(), 200);
        assert_eq!((&key["algorithm"], key.get("secret")), (&json!(name(*algorithm)), None), "{key}");
        // With the key's name, and without: the signature tells.
        for header in [json!({"alg": name(*algorithm), "kid": key["id"]}), json!({"alg": name(*algorithm)})] {
            let claims = claims(&server, "signed", json!({"customer_id": "CRM-1", "vip": true}));
            let token = sign_text(&header.to_string(), &claims.to_string(), private, *algorithm);
            let answer = Guest::of(&server, "signed").await.start(&token, json!({})).await;
            let started = done(&answer);
            assert_eq!(started["customData"], json!({"crmCustomerId": "CRM-1", "vip": true}));
            let expected = ["customer_id token signed stored", "vip token signed stored"];
            assert_eq!(entries(&started["receipt"]), expected, "{algorithm:?}");
        }
        // The key is pinned: the same key material under another algorithm's name is refused.
        let other = if *algorithm == Algorithm::RS256 { Algorithm::PS256 } else { Algorithm::RS256 };
        let signer = if matches!(algorithm, Algorithm::RS256 | Algorithm::PS256) { private } else { &pairs[0].private };
        let header = json!({"alg": name(other), "kid": key["id"]}).to_string();
        let claims = claims(&server, "signed", json!({"crmCustomerId": "CRM-1"})).to_string();
        let token = sign_text(&header, &claims, signer, other);
        let answer = Guest::of(&server, "signed").await.start(&token, json!({})).await;
        assert_eq!(refused(&answer, &token), "identity_token_algorithm");
    }
}

#[tokio::test]
async fn sig1_rest_believes_a_token_as_the_socket_does() {
    let server = TestServer::start().await;
    let integrator = server.integrator().await;
    let claims = claims(&server, "signed", json!({"crmCustomerId": "CRM-1"}));
    let token = crate::support::token(&server, &claims);
    let deployment = server.deployment("signed");
    let start = json!({"deploymentId": deployment, "identityToken": token, "customData": {"plan": "gold"}});
    let started = body(&integrator.post("/api/v2/conversations/webchat", &start).await.unwrap(), 200);
    assert_eq!(entries(&started["receipt"]), ["crmCustomerId token signed stored", "plan rest.webchat server stored"],);
}
