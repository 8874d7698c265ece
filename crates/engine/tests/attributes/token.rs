//! SIG3 and SIG4: what a signed token says, beside what its bearer says.

use waybill_engine::attributes::{Admission, CompiledPolicy, Refused, admit, read_token};
use waybill_model::{Context, Customer, Form, Mode, Trust};

use crate::support::{MODES, compiled, maps, outcome, page};

/// A start with a token and a page's map.
fn start(policy: &CompiledPolicy, claims: &str, map: &str) -> Result<Admission, Box<Refused>> {
    let (context, customer) = (Context::default(), Customer::default());
    let handed = read_token(claims, policy)?.beside(maps(policy, &[map]));
    admit(policy, &handed, &page(&context, &customer))
}

#[test]
fn sig4_every_key_of_token_and_page_has_one_verdict() {
    for (mode, claims, map, expected) in [
        (Mode::Open, r#"{"customData":{"signedId":"A"}}"#, r#"{"signedId":"A"}"#, "signedId:stored signedId:stored"),
        (
            Mode::Open,
            r#"{"customData":{"signedId":"A"}}"#,
            r#"{"signedId":"B"}"#,
            "signedId:stored signedId:refused(lower_trust)",
        ),
        (
            Mode::Strict,
            r#"{"customData":{"crmId":"A"}}"#,
            r#"{"crmCustomerId":"B"}"#,
            "crmId:stored crmCustomerId:refused(lower_trust)",
        ),
        (Mode::Quarantine, r#"{"customData":{"vip":true}}"#, r#"{"vip":false}"#, "vip:stored vip:refused(lower_trust)"),
        // The page disagrees with itself as well: that is a conflict, whatever the token says.
        (
            Mode::Open,
            r#"{"customData":{"crmId":"A"}}"#,
            r#"{"crmId":"B","customerId":"C"}"#,
            "400 crmId:refused crmId:refused(conflict) customerId:refused(conflict)",
        ),
        // So does the token.
        (
            Mode::Open,
            r#"{"customData":{"crmId":"A","customerId":"B"}}"#,
            "{}",
            "400 crmId:refused(conflict) customerId:refused(conflict)",
        ),
        (
            Mode::Open,
            r#"{"sub":"1","customer":{"id":"2"}}"#,
            "{}",
            "400 sub:refused(conflict) customer.id:refused(conflict)",
        ),
        // A signed value that does not fit lifts no floor.
        (
            Mode::Open,
            r#"{"customData":{"signedId":7e400}}"#,
            r#"{"signedId":"B"}"#,
            "400 signedId:refused(number_precision) signedId:refused",
        ),
        (Mode::Quarantine, r#"{"nonsense":1}"#, "{}", "token.nonsense:quarantined(unknown_option)"),
        (Mode::Open, r#"{"iss":"x","aud":"y","exp":1,"jti":"z","azp":"a"}"#, "{}", ""),
    ] {
        assert_eq!(outcome(&start(&compiled(mode), claims, map)), expected, "{claims} beside {map} in {mode:?}");
    }
}

#[test]
fn sig4_what_both_say_names_both_sources_and_keeps_the_higher_trust() {
    for mode in MODES {
        let admission = start(&compiled(mode), r#"{"customData":{"crmId":"A"}}"#, r#"{"customerId":"A"}"#).unwrap();
        let attribute = &admission.context.stored["crmCustomerId"];
        assert_eq!(
            (attribute.trust, attribute.forms.as_slice()),
            (Trust::Signed, &[Form::Token, Form::GuestCustomAttributes][..])
        );
        assert_eq!(admission.changes.len(), 1, "one attribute");
    }
}

#[test]
fn sig3_the_customer_keeps_the_trust_of_who_said_it() {
    let policy = compiled(Mode::Open);
    let claims = r#"{"sub":"C-1","customer":{"name":"Zoë"}}"#;
    let signed = start(&policy, claims, "{}").unwrap();
    assert_eq!(outcome(&Ok(signed.clone())), "sub:stored customer.name:stored");
    assert_eq!((signed.customer.id.as_deref(), signed.customer.trust["id"]), (Some("C-1"), Trust::Signed));
    let again = read_token(claims, &policy).unwrap();
    let write =
        waybill_engine::attributes::Write { revision: 1, at_start: false, ..page(&signed.context, &signed.customer) };
    let again = admit(&policy, &again, &write).unwrap();
    assert_eq!((again.revision, again.customer_changed), (1, false), "the same again changes nothing");
}

#[test]
fn ctx7_a_correction_overcomes_trust_and_floor_and_says_why() {
    let policy = compiled(Mode::Strict);
    let signed = start(&policy, r#"{"customData":{"signedId":"A","vip":true}}"#, "{}").unwrap();
    let write = waybill_engine::attributes::Write {
        revision: 1,
        at_start: false,
        trust: Trust::Agent,
        correction: Some("a typing error"),
        ..page(&signed.context, &signed.customer)
    };
    let corrected = admit(&policy, &maps(&policy, &[r#"{"signedId":"B","vip":null,"score":1}"#]), &write).unwrap();
    assert_eq!(outcome(&Ok(corrected.clone())), "signedId:stored vip:stored score:stored");
    let reasons: Vec<_> = corrected.changes.iter().map(|change| change.reason.as_deref()).collect();
    assert_eq!(reasons, [Some("a typing error"), Some("a typing error"), None]);
    assert_eq!(corrected.context.stored["signedId"].trust, Trust::Agent);
    assert!(!corrected.context.stored.contains_key("vip"));
}
