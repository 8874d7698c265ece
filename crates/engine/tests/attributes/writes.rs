//! Later writes: null, merging, replacing, late ones (CTX3, CTX12, P5, L14).

use waybill_engine::attributes::{Admission, Write, admit};
use waybill_model::{Mode, Trust};

use crate::support::{compiled, custom_data, later, maps, outcome, page};

fn values(admission: &Admission) -> Vec<(&str, String)> {
    let stored = admission.context.stored.iter();
    stored.map(|(key, attribute)| (key.as_str(), serde_json::to_string(&attribute.value).unwrap())).collect()
}

#[test]
fn ctx3_null_is_a_value_at_the_start_and_deletes_later() {
    let policy = compiled(Mode::Open);
    let standing = custom_data(&policy, r#"{"a":null,"b":1}"#).unwrap();
    assert_eq!(values(&standing), [("a", "null".to_owned()), ("b", "1".to_owned())]);
    let after = later(&policy, &standing, Trust::Page, r#"{"a":null,"b":null,"c":null}"#).unwrap();
    assert_eq!(outcome(&Ok(after.clone())), "a:stored b:stored c:stored");
    assert_eq!((values(&after), after.revision), (vec![], 2));
    let gone: Vec<(&str, bool)> = after
        .changes
        .iter()
        .map(|change| (change.key.as_str(), change.old.is_some() && change.new.is_none()))
        .collect();
    assert_eq!(gone, [("a", true), ("b", true)]);
    assert_eq!(after.context.deleted.keys().collect::<Vec<_>>(), ["a", "b"]);
    let back = later(&policy, &after, Trust::Page, r#"{"a":2}"#).unwrap();
    assert_eq!((values(&back), back.context.deleted.len()), (vec![("a", "2".to_owned())], 1));
}

#[test]
fn ctx3_deleting_what_is_not_there_changes_nothing() {
    let policy = compiled(Mode::Open);
    let standing = custom_data(&policy, r#"{"a":1}"#).unwrap();
    let after = later(&policy, &standing, Trust::Page, r#"{"b":null}"#).unwrap();
    assert_eq!((after.context, after.revision, after.changes), (standing.context, standing.revision, vec![]));
}

#[test]
fn l14_p5_a_write_merges_and_records_old_and_new() {
    let policy = compiled(Mode::Open);
    let standing = custom_data(&policy, r#"{"a":1,"b":1}"#).unwrap();
    let after = later(&policy, &standing, Trust::Server, r#"{"b":2}"#).unwrap();
    assert_eq!(values(&after), [("a", "1".to_owned()), ("b", "2".to_owned())]);
    let [change] = after.changes.as_slice() else { panic!("{:?}", after.changes) };
    let new = change.new.as_ref().unwrap();
    assert_eq!(
        (change.key.as_str(), change.old.clone(), &new.value),
        ("b", Some(serde_json::from_str("1").unwrap()), &serde_json::from_str("2").unwrap())
    );
    assert_eq!((new.revision, new.trust, new.at.millis(), after.revision), (2, Trust::Server, 2_000, 2));
    assert_eq!(after.context.stored["a"].revision, 1);
}

#[test]
fn l14_replacing_takes_the_flag_and_spares_values_of_higher_trust() {
    let policy = compiled(Mode::Open);
    let nothing = custom_data(&policy, "{}").unwrap();
    let server = later(&policy, &nothing, Trust::Server, r#"{"crmId":"1"}"#).unwrap();
    let standing = later(&policy, &server, Trust::Page, r#"{"a":1,"b":1,"vip":true}"#).unwrap();
    let replace = |trust, map: &str| {
        let write = Write {
            revision: standing.revision,
            trust,
            at_start: false,
            replace: true,
            ..page(&standing.context, &standing.customer)
        };
        admit(&policy, &maps(&policy, &[map]), &write).unwrap()
    };
    let by_page = replace(Trust::Page, r#"{"b":2,"vip":"x"}"#);
    let expected = [("b", "2".to_owned()), ("crmCustomerId", "\"1\"".to_owned()), ("vip", "true".to_owned())];
    assert_eq!(values(&by_page), expected, "a key that was sent, and set aside, is not one that was left out");
    assert_eq!(by_page.context.deleted.keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(outcome(&Ok(by_page)), "b:stored vip:quarantined(wrong_type)");
    assert_eq!(values(&replace(Trust::Server, "{}")), []);
}

#[test]
fn ctx12_late_writes_are_stored_and_marked() {
    let policy = compiled(Mode::Open);
    let standing = custom_data(&policy, r#"{"a":1}"#).unwrap();
    let write = Write { revision: 1, late: true, at_start: false, ..page(&standing.context, &standing.customer) };
    let after = admit(&policy, &maps(&policy, &[r#"{"a":1,"b":2}"#]), &write).unwrap();
    assert_eq!(after.context.stored.values().map(|attribute| attribute.late).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn p5_a_stored_value_answers_what_was_set_aside_under_its_name() {
    let policy = compiled(Mode::Open);
    let standing = custom_data(&policy, r#"{"vip":"yes"}"#).unwrap();
    let again = later(&policy, &standing, Trust::Page, r#"{"vip":"yes"}"#).unwrap();
    assert_eq!((&again.context, again.quarantined.len()), (&standing.context, 0), "the same again is nothing new");
    let stored = later(&policy, &standing, Trust::Page, r#"{"vip":true}"#).unwrap();
    assert!(stored.context.quarantined.is_empty() && stored.context.stored.contains_key("vip"));
    let long = format!(r#"{{"crmId":"{}"}}"#, "x".repeat(300));
    let standing = custom_data(&policy, &long).unwrap();
    let stored = later(&policy, &standing, Trust::Page, r#"{"customerId":"1"}"#).unwrap();
    assert!(stored.context.quarantined.is_empty(), "aliases are names of the same key");
}
