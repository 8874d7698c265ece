//! CTX3 and L10: values keep their type and their bytes.

use waybill_model::{Mode, Scalar};

use crate::support::{compiled, custom_data, outcome};

/// The value as it stands in the state, as JSON text.
#[track_caller]
fn check(value: &str, expected: &str) {
    let admission = custom_data(&compiled(Mode::Open), &format!(r#"{{"k":{value}}}"#)).unwrap();
    assert_eq!(outcome(&Ok(admission.clone())), "k:stored");
    assert_eq!(serde_json::to_string(&admission.context.stored["k"].value).unwrap(), expected, "{value}");
}

#[test]
fn l10_ctx3_false_zero_empty_and_null_are_kept() {
    for value in ["false", "true", "0", r#""""#, "null"] {
        check(value, value);
    }
}

#[test]
fn ctx3_numbers_keep_their_decimal_value() {
    for value in [
        "0.1",
        "-1",
        "42",
        "1.5",
        "9007199254740992",
        "-9007199254740992",
        "1e+21",
        "10000000000000000000",
        "0.30000000000000004",
    ] {
        check(value, value);
    }
}

#[test]
fn ctx3_numbers_that_a_double_changes_are_refused_with_the_remedy() {
    for value in ["9007199254740993", "-9007199254740993", "12345678901234567890", "0.1000000000000000055", "1e400"] {
        let refused = custom_data(&compiled(Mode::Open), &format!(r#"{{"k":{value}}}"#)).unwrap_err();
        assert_eq!(refused.receipt.entries[0].remedy.as_deref(), Some("Send it as a string."), "{value}");
        let kept = custom_data(&compiled(Mode::Quarantine), &format!(r#"{{"k":{value}}}"#)).unwrap();
        assert_eq!(kept.context.quarantined["k"].json, value);
    }
}

#[test]
fn ctx3_text_never_becomes_a_number_so_leading_zeros_live() {
    for text in ["007", "0123456789", "1e3", "true", "null", "12345678901234567890"] {
        check(&format!(r#""{text}""#), &format!(r#""{text}""#));
    }
    let admission = custom_data(&compiled(Mode::Strict), r#"{"crmCustomerId":"000123"}"#).unwrap();
    assert_eq!(admission.context.stored["crmCustomerId"].value, "000123".into());
}

#[test]
fn ctx3_text_is_not_normalized() {
    // One letter, and letter with accent; a ligature; an emoji of several scalars; half-width forms.
    for text in ["\u{e9}", "e\u{301}", "\u{fb01}", "👩\u{200d}👩\u{200d}👧", "\u{ff76}", " padded ", "\u{feff}x"]
    {
        check(&format!(r#""{text}""#), &format!(r#""{text}""#));
    }
}

#[test]
fn ctx3_escapes_in_json_are_read_as_the_characters_they_are() {
    let admission = custom_data(&compiled(Mode::Open), r#"{"\u006b":"\u00e9\ud83d\ude00\/\"\\"}"#).unwrap();
    assert_eq!(admission.context.stored["k"].value, Scalar::Text("é😀/\"\\".to_owned()));
}
