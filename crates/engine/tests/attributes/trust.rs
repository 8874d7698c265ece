//! CTX7: who may overwrite whom.

use waybill_model::{Mode, Trust};

use crate::support::{MODES, compiled, custom_data, later, outcome};

const ALL: [Trust; 5] = [Trust::Page, Trust::Flow, Trust::Agent, Trust::Server, Trust::Signed];

#[test]
fn ctx7_a_lower_trust_changes_nothing_and_the_rest_applies() {
    for mode in MODES {
        let policy = compiled(mode);
        let nothing = custom_data(&policy, "{}").unwrap();
        for standing_trust in ALL {
            let standing = later(&policy, &nothing, standing_trust, r#"{"crmCustomerId":"1"}"#).unwrap();
            for trust in ALL {
                for map in [r#"{"crmId":"2","vip":true}"#, r#"{"crmId":null,"vip":true}"#] {
                    let after = later(&policy, &standing, trust, map).unwrap();
                    let is_lower = trust.rank() < standing_trust.rank();
                    let expected =
                        if is_lower { "crmId:refused(lower_trust) vip:stored" } else { "crmId:stored vip:stored" };
                    assert_eq!(outcome(&Ok(after.clone())), expected, "{map}: {trust:?} over {standing_trust:?}");
                    let kept =
                        after.context.stored.get("crmCustomerId") == standing.context.stored.get("crmCustomerId");
                    assert_eq!(kept, is_lower);
                    assert_eq!(after.context.refused.contains_key("crmCustomerId"), is_lower);
                }
            }
        }
    }
}

#[test]
fn ctx7_the_same_value_moves_no_revision_unless_it_is_believed_more() {
    let policy = compiled(Mode::Open);
    let nothing = custom_data(&policy, "{}").unwrap();
    let map = r#"{"crmId":"1","score":1}"#;
    for standing_trust in ALL {
        let standing = later(&policy, &nothing, standing_trust, map).unwrap();
        for trust in ALL {
            let after = later(&policy, &standing, trust, r#"{"crmCustomerId":"1","score":1.0}"#).unwrap();
            assert_eq!(outcome(&Ok(after.clone())), "crmCustomerId:stored score:stored");
            let is_higher = trust.rank() > standing_trust.rank();
            assert_eq!(after.changes.len(), if is_higher { 2 } else { 0 });
            assert_eq!(after.revision, standing.revision + u64::from(is_higher));
            let believed = if is_higher { trust } else { standing_trust };
            assert_eq!(after.context.stored["crmCustomerId"].trust, believed);
            assert!(after.receipt.entries.iter().all(|entry| entry.trust == believed));
        }
    }
}

#[test]
fn ctx7_a_key_that_is_stored_at_last_is_no_longer_refused() {
    let policy = compiled(Mode::Open);
    let nothing = custom_data(&policy, "{}").unwrap();
    let server = later(&policy, &nothing, Trust::Server, r#"{"crmId":"1"}"#).unwrap();
    let refused = later(&policy, &server, Trust::Page, r#"{"crmId":"2"}"#).unwrap();
    let stored = later(&policy, &refused, Trust::Server, r#"{"crmId":"3"}"#).unwrap();
    assert!(refused.context.refused.contains_key("crmCustomerId") && stored.context.refused.is_empty());
}

#[test]
fn ctx1_the_trust_floor_holds_at_the_start_and_later() {
    let policy = compiled(Mode::Open);
    let nothing = custom_data(&policy, "{}").unwrap();
    for trust in ALL {
        let expected =
            if trust == Trust::Signed { "signedId:stored" } else { "signedId:quarantined(below_trust_floor)" };
        assert_eq!(outcome(&later(&policy, &nothing, trust, r#"{"signedId":"x"}"#)), expected, "{trust:?}");
    }
    let signed = later(&policy, &nothing, Trust::Signed, r#"{"signedId":"x"}"#).unwrap();
    for (map, expected) in [
        (r#"{"signedId":"x"}"#, "signedId:stored"),
        (r#"{"signedId":"y"}"#, "signedId:quarantined(below_trust_floor)"),
        (r#"{"signedId":null}"#, "signedId:refused(lower_trust)"),
    ] {
        let after = later(&policy, &signed, Trust::Server, map);
        assert_eq!(outcome(&after), expected);
        assert_eq!(after.unwrap().context.stored, signed.context.stored);
    }
    let remedy = |map| custom_data(&policy, map).unwrap().receipt.entries[0].remedy.clone().unwrap();
    assert!(remedy(r#"{"signedId":"x"}"#).contains("signs"));
}
