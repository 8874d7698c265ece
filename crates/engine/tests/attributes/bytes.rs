//! CTX2, L8, L9: how bytes are counted, and what a limit does.

use waybill_engine::attributes::{Admission, CompiledPolicy, Write, admit};
use waybill_model::{ContextPolicy, Mode, Trust};

use crate::support::{MODES, compiled, custom_data, later, maps, outcome, page, policy, start};

fn map_of(key: &str, bytes: usize) -> String {
    format!(r#"{{"{key}":"{}"}}"#, "x".repeat(bytes))
}

#[test]
fn ctx2_bytes_are_names_as_given_and_values_unescaped() {
    for (map, bytes) in [
        ("{}", 0),
        (r#"{"a":"b"}"#, 2),
        (r#"{"a":""}"#, 1),
        (r#"{"a":null}"#, 5),
        (r#"{"a":false,"b":1.50}"#, 11),
        (r#"{"\u00e9":"\u00e9\n"}"#, 5),
        (r#"{"crmId":"1"}"#, 6),
        (r#"{ "a" : "b" }"#, 2),
    ] {
        assert_eq!(custom_data(&compiled(Mode::Open), map).unwrap().receipt.bytes, bytes, "{map}");
    }
    let mixed =
        r#"{"customData":{"a":"b"},"attributes":{"custom":{"c":"d"}},"customer":{"name":"Zoë"},"message":"Hello"}"#;
    let receipt = start(&compiled(Mode::Open), mixed).unwrap().receipt;
    assert_eq!((receipt.bytes, receipt.max_bytes), (4, 1_024), "customer and message are not custom data");
}

#[test]
fn ctx2_one_byte_under_at_and_over_the_limit() {
    for mode in MODES {
        for (bytes, fits) in [(1_014, true), (1_015, true), (1_016, false)] {
            let policy = {
                let mut policy = policy(mode);
                policy.attributes[0].max_length = None;
                policy.attributes[0].aliases.push("crmNumber".to_owned());
                CompiledPolicy::new(policy).unwrap()
            };
            let expected = match (fits, mode) {
                (true, _) => "crmNumber:stored",
                (false, Mode::Quarantine) => "crmNumber:quarantined(max_bytes)",
                (false, Mode::Open | Mode::Strict) => "400 crmNumber:refused(max_bytes)",
            };
            assert_eq!(outcome(&custom_data(&policy, &map_of("crmNumber", bytes))), expected, "{bytes} in {mode:?}");
        }
    }
}

#[test]
fn l9_ctx2_the_largest_undeclared_key_is_to_blame_and_the_rest_is_named() {
    let map = format!(r#"{{"crmCustomerId":"CRM-1","a":"small","blob":"{}"}}"#, "x".repeat(1_100));
    let open = custom_data(&compiled(Mode::Open), &map);
    assert_eq!(outcome(&open), "400 crmCustomerId:refused a:refused blob:refused(max_bytes)");
    let reason = open.unwrap_err().receipt.entries[2].reason.clone().unwrap();
    assert!(reason.contains("1128") && reason.contains("1024"), "{reason}");
    let map = map.replace(r#""a":"small","#, "");
    let kept = outcome(&custom_data(&compiled(Mode::Quarantine), &map));
    assert_eq!(kept, "crmCustomerId:stored blob:quarantined(max_bytes)");
    // A declared key is the last to go, even where it is the largest.
    let map = format!(r#"{{"account":"{}","blob":"{}"}}"#, "x".repeat(600), "x".repeat(500));
    let declared_first = "400 account:refused blob:refused(max_bytes)";
    assert_eq!(outcome(&custom_data(&compiled(Mode::Open), &map)), declared_first);
}

#[test]
fn ctx2_over_32_kib_is_refused_in_every_mode() {
    for mode in MODES {
        for (bytes, fits) in [(32 * 1_024 - 1, true), (32 * 1_024, false)] {
            let result = custom_data(&compiled(mode), &map_of("a", bytes));
            assert_eq!(result.is_ok(), fits && mode == Mode::Quarantine, "{bytes} in {mode:?}");
            assert!(outcome(&result).ends_with("(max_bytes)"));
        }
    }
}

#[test]
fn ctx2_the_whole_context_has_a_limit_and_deleting_is_always_possible() {
    let policy = CompiledPolicy::new(ContextPolicy { max_bytes: 32 * 1_024, ..policy(Mode::Open) }).unwrap();
    let write = |standing: &Admission, map: &str| {
        let write = Write {
            revision: standing.revision,
            at_start: false,
            max_bytes: 32 * 1_024,
            ..page(&standing.context, &standing.customer)
        };
        admit(&policy, &maps(&policy, &[map]), &write)
    };
    let first = custom_data(&policy, &map_of("a", 20_000)).unwrap();
    let second = write(&first, &map_of("b", 32 * 1_024 - 20_002)).unwrap();
    assert_eq!(outcome(&write(&second, r#"{"c":1}"#)), "400 c:refused(context_bytes)");
    assert_eq!(outcome(&write(&second, r#"{"a":null}"#)), "a:stored");
    // Exchanging a value for a smaller one makes room as well.
    assert_eq!(outcome(&write(&second, r#"{"b":1,"c":1}"#)), "b:stored c:stored");
}

#[test]
fn ctx2_names_of_deleted_keys_are_remembered_and_counted() {
    let policy = compiled(Mode::Open);
    let mut standing = custom_data(&policy, "{}").unwrap();
    let round = |n: usize, value: &str| {
        let members = (0..7).map(|m| format!(r#""{}{n:03}{m}":{value}"#, "n".repeat(120)));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    };
    let refused_in = (0..60).find(|n| match later(&policy, &standing, Trust::Page, &round(*n, "1")) {
        Ok(written) => {
            standing = later(&policy, &written, Trust::Page, &round(*n, "null")).unwrap();
            assert!(standing.context.stored.is_empty());
            false
        }
        refused @ Err(_) => outcome(&refused).ends_with("(context_bytes)"),
    });
    // 7 names of 124 bytes in each round, 32 KiB in all.
    assert_eq!(refused_in, Some(37));
}

#[test]
fn ctx2_a_context_that_is_too_large_already_can_still_shrink() {
    let policy = compiled(Mode::Open);
    let mut standing = custom_data(&policy, r#"{"a":"some","b":"more"}"#).unwrap();
    let mut blob = custom_data(&policy, r#"{"vip":"aside"}"#).unwrap().context.quarantined["vip"].clone();
    blob.json = format!("\"{}\"", "x".repeat(40_000));
    standing.context.quarantined.insert("blob".to_owned(), blob);
    assert_eq!(outcome(&later(&policy, &standing, Trust::Page, r#"{"a":null}"#)), "a:stored");
    assert_eq!(outcome(&later(&policy, &standing, Trust::Page, r#"{"c":1}"#)), "400 c:refused(context_bytes)");
}

#[test]
fn l8_a_hand_over_that_is_too_large_changes_nothing_that_stands() {
    let policy = compiled(Mode::Open);
    let standing = custom_data(&policy, r#"{"crmCustomerId":"CRM-1"}"#).unwrap();
    let refused = later(&policy, &standing, Trust::Page, &map_of("blob", 2_000)).unwrap_err();
    assert_eq!(refused.receipt.revision, standing.revision);
    let again = later(&policy, &standing, Trust::Page, r#"{"plan":"pro"}"#).unwrap();
    assert_eq!(again.context.stored.keys().collect::<Vec<_>>(), ["crmCustomerId", "plan"]);
}
