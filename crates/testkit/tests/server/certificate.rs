//! A certificate for `localhost`, made on the spot: no private key lies in the repository.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};

/// Certificate and private key, each in PEM.
pub(crate) struct Certificate {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT: u8 = 0x06;
const UTF8: u8 = 0x0c;
const GENERALIZED_TIME: u8 = 0x18;

const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

impl Certificate {
    /// Draws a key and signs a certificate for `localhost` with it, good from 2020 to 2099.
    pub(crate) fn for_localhost() -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random).unwrap();
        let algorithm = tag(SEQUENCE, &tag(OBJECT, ECDSA_WITH_SHA256));
        let name = {
            let common_name = [tag(OBJECT, COMMON_NAME), tag(UTF8, b"waybill test")].concat();
            tag(SEQUENCE, &tag(SET, &tag(SEQUENCE, &common_name)))
        };
        let validity = [tag(GENERALIZED_TIME, b"20200101000000Z"), tag(GENERALIZED_TIME, b"20991231235959Z")].concat();
        let public_key = {
            let algorithm = tag(SEQUENCE, &[tag(OBJECT, EC_PUBLIC_KEY), tag(OBJECT, P256)].concat());
            tag(SEQUENCE, &[algorithm, bits(pair.public_key().as_ref())].concat())
        };
        let extensions = {
            let dns_name = tag(0x82, b"localhost");
            let names = tag(OCTET_STRING, &tag(SEQUENCE, &dns_name));
            tag(0xa3, &tag(SEQUENCE, &tag(SEQUENCE, &[tag(OBJECT, SUBJECT_ALT_NAME), names].concat())))
        };
        let version_3 = tag(0xa0, &tag(INTEGER, &[2]));
        let serial = tag(INTEGER, &[1]);
        let parts = [
            version_3,
            serial,
            algorithm.clone(),
            name.clone(),
            tag(SEQUENCE, &validity),
            name,
            public_key,
            extensions,
        ];
        let signed = tag(SEQUENCE, &parts.concat());
        let signature = pair.sign(&random, &signed).unwrap();
        let certificate = tag(SEQUENCE, &[signed, algorithm, bits(signature.as_ref())].concat());
        Self { certificate: pem("CERTIFICATE", &certificate), key: pem("PRIVATE KEY", key.as_ref()) }
    }
}

/// DER: a tag, the length, the content.
fn tag(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let mut der = vec![tag];
    match length {
        0..0x80 => der.push(length.to_be_bytes()[1]),
        0x80..0x100 => der.extend([0x81, length.to_be_bytes()[1]]),
        0x100.. => {
            der.push(0x82);
            der.extend(length.to_be_bytes());
        }
    }
    der.extend(content);
    der
}

/// A bit string without unused bits.
fn bits(content: &[u8]) -> Vec<u8> {
    tag(BIT_STRING, &[&[0], content].concat())
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}
