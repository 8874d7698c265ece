//! Lists of conversations by canonical key, deployment and time.

use std::sync::Arc;

use waybill_model::{ConversationId, Scalar};

use super::{
    Sample,
    commits::commit,
    sample::{conversation_id, deployment_id, organization_id, time},
};
use crate::{ConversationFilter, ListOrder, PagePosition, Store};

/// Every conversation of a list in pages of this size, as numbers of samples.
async fn list(store: &Arc<dyn Store>, filter: &ConversationFilter, page: u32) -> Vec<u64> {
    let (mut ids, mut after) = (Vec::<ConversationId>::new(), None);
    loop {
        let found = store.list_conversations(organization_id(1), filter.clone(), after, page).await.expect("a page");
        assert!(found.len() <= page as usize);
        let Some(last) = found.last() else { break };
        after = Some(PagePosition { started_at: last.started_at, id: last.id });
        ids.extend(found.iter().map(|conversation| conversation.id));
    }
    ids.iter().map(|id| (1..100).find(|number| conversation_id(*number) == *id).expect("a sample")).collect()
}

fn by(key: &str, value: Option<&str>) -> ConversationFilter {
    ConversationFilter { attribute: Some((key.to_owned(), value.map(str::to_owned))), ..Default::default() }
}

/// CTX5: newest first; pages join, also where several started at the same moment.
pub async fn ctx5_lists_are_newest_first_and_pages_join(store: &Arc<dyn Store>) {
    for number in 1..=9 {
        let mut sample = Sample::new(number, &[("crmCustomerId", "CRM-1".into())]);
        if number > 6 {
            sample.conversation.started_at = time(7);
        }
        commit(store, organization_id(1), sample.start()).await;
    }
    for filter in [ConversationFilter::default(), by("crmCustomerId", Some("CRM-1")), by("crmCustomerId", None)] {
        let whole = list(store, &filter, 200).await;
        let mut together = whole[..3].to_vec();
        together.sort_unstable();
        assert_eq!(together, [7, 8, 9], "{filter:?}");
        assert_eq!(whole[3..], [6, 5, 4, 3, 2, 1], "{filter:?}");
        for page in [1, 2, 4, 9] {
            assert_eq!(list(store, &filter, page).await, whole, "pages of {page}, {filter:?}");
        }
        let upward = ConversationFilter { order: ListOrder::OldestFirst, ..filter };
        for page in [1, 2, 4, 9, 200] {
            let mut found = list(store, &upward, page).await;
            found.reverse();
            assert_eq!(found, whole, "pages of {page}, {upward:?}");
        }
    }
    let none = store.list_conversations(organization_id(1), ConversationFilter::default(), None, 0).await;
    assert!(none.expect("a read").is_empty());
}

/// CTX5: by the canonical key, with or without a value.
pub async fn ctx5_lists_filter_by_key_and_value(store: &Arc<dyn Store>) {
    let contexts: [&[(&str, Scalar)]; 5] = [
        &[("crmCustomerId", "CRM-1".into())],
        &[("crmCustomerId", "CRM-2".into()), ("crm", "CRM-1".into())],
        &[("crmCustomerId", "CRM-1".into()), ("vip", Scalar::Bool(true))],
        &[],
        &[("crmCustomerId", "crm-1".into())],
    ];
    for (number, context) in (1..).zip(contexts) {
        let mut sample = Sample::new(number, context);
        commit(store, organization_id(1), sample.start()).await;
    }
    let cases: [(&str, Option<&str>, &[u64]); 8] = [
        ("crmCustomerId", Some("CRM-1"), &[3, 1]),
        ("crmCustomerId", Some("CRM-2"), &[2]),
        ("crmCustomerId", Some("crm-1"), &[5]),
        ("crmCustomerId", Some("CRM-"), &[]),
        ("crmCustomerId", Some(""), &[]),
        ("crmCustomerId", None, &[5, 3, 2, 1]),
        ("vip", Some("true"), &[3]),
        ("nobody", None, &[]),
    ];
    for (key, value, expected) in cases {
        assert_eq!(list(store, &by(key, value), 2).await, expected, "{key} {value:?}");
    }
}

/// CTX3: filters compare the text form; null has none, and is found by its key alone.
pub async fn ctx3_lists_compare_the_text_of_a_value(store: &Arc<dyn Store>) {
    let number = |text: &str| Scalar::Number(text.parse().expect("a number"));
    let values =
        [number("42"), number("0.1"), Scalar::Bool(false), Scalar::Null, "".into(), "0042".into(), "née ☃".into()];
    for (sample, value) in (1..).zip(&values) {
        let mut sample = Sample::new(sample, &[("key", value.clone())]);
        commit(store, organization_id(1), sample.start()).await;
    }
    let cases: [(&str, &[u64]); 8] = [
        ("42", &[1]),
        ("0.1", &[2]),
        ("false", &[3]),
        ("null", &[]),
        ("", &[5]),
        ("0042", &[6]),
        ("née ☃", &[7]),
        ("042", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(list(store, &by("key", Some(text)), 10).await, expected, "{text:?}");
    }
    assert_eq!(list(store, &by("key", None), 10).await, [7, 6, 5, 4, 3, 2, 1]);
}

/// CTX5: deployment and time narrow further, alone and together.
pub async fn ctx5_lists_filter_by_deployment_and_time(store: &Arc<dyn Store>) {
    for number in 1..=8 {
        let mut sample = Sample::new(number, &[("key", "same".into())]).at(1, 1 + number % 2);
        commit(store, organization_id(1), sample.start()).await;
    }
    let filter = |deployment: Option<u64>, from: Option<i64>, to: Option<i64>| ConversationFilter {
        attribute: None,
        from: from.map(time),
        to: to.map(time),
        deployment: deployment.map(deployment_id),
        queue: None,
        order: ListOrder::NewestFirst,
    };
    let cases: [(ConversationFilter, &[u64]); 6] = [
        (filter(Some(2), None, None), &[7, 5, 3, 1]),
        (filter(None, Some(3), Some(6)), &[5, 4, 3]),
        (filter(Some(1), Some(4), None), &[8, 6, 4]),
        (filter(Some(2), None, Some(7)), &[5, 3, 1]),
        (filter(Some(3), None, None), &[]),
        (filter(None, Some(6), Some(6)), &[]),
    ];
    for (filter, expected) in cases {
        for page in [1, 3, 200] {
            assert_eq!(list(store, &filter, page).await, expected, "{filter:?}");
            let with_key =
                ConversationFilter { attribute: Some(("key".to_owned(), Some("same".to_owned()))), ..filter.clone() };
            assert_eq!(list(store, &with_key, page).await, expected, "{with_key:?}");
            let upward = ConversationFilter { order: ListOrder::OldestFirst, ..with_key };
            let mut found = list(store, &upward, page).await;
            found.reverse();
            assert_eq!(found, expected, "{upward:?}");
        }
    }
}

/// CTX5, P5: a changed value is found by what it is now, a deleted one not at all.
pub async fn ctx5_lists_follow_changes_of_a_value(store: &Arc<dyn Store>) {
    let organization = organization_id(1);
    let mut sample = Sample::new(1, &[("a", "1".into()), ("b", "1".into())]);
    commit(store, organization, sample.start()).await;
    commit(store, organization, sample.set("a", Some("2".into()))).await;
    commit(store, organization, sample.set("b", None)).await;
    commit(store, organization, sample.set("c", Some("3".into()))).await;
    commit(store, organization, sample.message("nothing of the context")).await;
    let cases: [(&str, Option<&str>, &[u64]); 7] = [
        ("a", Some("1"), &[]),
        ("a", Some("2"), &[1]),
        ("a", None, &[1]),
        ("b", Some("1"), &[]),
        ("b", None, &[]),
        ("c", Some("3"), &[1]),
        ("c", None, &[1]),
    ];
    for (key, value, expected) in cases {
        assert_eq!(list(store, &by(key, value), 10).await, expected, "{key} {value:?}");
    }
}
