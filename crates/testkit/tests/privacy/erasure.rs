//! Erasing by the CRM id, and by conversation (PRIV1–PRIV4).

use serde_json::json;
use waybill_testkit::StartChat;

use crate::support::{CANARIES, CRM, ask, assert_without, body_of, found_in, patch, read, server, talk};

#[tokio::test]
async fn priv1_an_erased_value_is_in_no_answer_and_in_no_byte() {
    let mut server = server().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    let id = talk(&server, &client, CRM).await;
    let other = talk(&server, &client, "CRM-SOMEBODY-ELSE").await;
    let all = [CANARIES.as_slice(), &["start of CRM-CANARY"]].concat();
    for canary in &all {
        assert!(!found_in(server.data(), &[canary]).is_empty(), "{canary} is there to be erased");
    }
    // The other one says the same but for the id: it goes first, so that what is found is ours.
    let erased = ask(&admin, "GDPR_DELETE", json!({"conversationId": other})).await;
    assert_eq!(erased["totals"]["conversations"], 1, "{erased}");
    assert!(!found_in(server.data(), &[CRM]).is_empty(), "somebody else's erasure leaves ours alone");

    let erased = ask(&admin, "GDPR_DELETE", json!({"attributeKey": "crmId", "attributeValue": CRM})).await;
    assert_eq!(erased["totals"]["conversations"], 1, "{erased}");
    assert_eq!(erased["totals"]["messages"], 2, "{erased}");
    assert_eq!(found_in(server.data(), &all), Vec::<String>::new());
    for path in [
        format!("/api/v2/conversations/{id}"),
        format!("/api/v2/conversations/webchat/{id}"),
        format!("/api/v2/conversations/{id}/context"),
        format!("/api/v2/conversations/{id}/context?asOf=1"),
        format!("/api/v2/conversations/{id}/context/history"),
        format!("/api/v2/conversations/{id}/trace"),
        "/api/v2/exports/conversations".to_owned(),
        "/api/v2/exports/attributes".to_owned(),
        "/api/v2/exports/messages".to_owned(),
        "/api/v2/exports/events".to_owned(),
        "/api/v2/gdpr/requests".to_owned(),
        "/api/v2/audits".to_owned(),
    ] {
        let answer = admin.get(&path).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert_without(&answer.text, &path);
    }
    // What is declared and not personal stays, and the rest of the conversation with it.
    let webchat = read(&client, &format!("/api/v2/conversations/webchat/{id}")).await;
    assert_eq!(webchat["customData"], json!({"plan": "gold"}));
    server.restart().await;
    assert_eq!(found_in(server.data(), &all), Vec::<String>::new(), "after a restart");
    server.stop().await;
    assert_eq!(found_in(server.data(), &all), Vec::<String>::new(), "after the end");
}

#[tokio::test]
async fn priv2_an_erased_key_says_so_and_the_past_does_not_bring_it_back() {
    let server = server().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    let id = talk(&server, &client, CRM).await;
    let erased = ask(&admin, "GDPR_DELETE", json!({"attributeValue": CRM})).await;
    let certificate = erased["id"].as_str().unwrap();
    for path in [
        format!("/api/v2/conversations/{id}/context/crmId"),
        format!("/api/v2/conversations/{id}/context/crmId?asOf=1"),
        format!("/api/v2/conversations/{id}/context/score"),
        format!("/api/v2/conversations/{id}/context/score?asOf=1"),
    ] {
        let key = read(&client, &path).await;
        assert_eq!(key["why"], "erased", "{path}: {key}");
        assert!(key["reason"].as_str().unwrap().contains(certificate), "{key}");
    }
    let history = read(&client, &format!("/api/v2/conversations/{id}/context/history")).await;
    let changes = history["entries"].as_array().unwrap().iter().flat_map(|entry| entry["changes"].as_array().unwrap());
    let of_key: Vec<_> = changes.filter(|change| change["key"] == "crmCustomerId").collect();
    assert_eq!(of_key.len(), 1, "{history}");
    assert_eq!((&of_key[0]["action"], &of_key[0]["erasedBy"]), (&json!("erased"), &json!(certificate)));
    assert!(of_key[0].get("new").is_none() && of_key[0].get("old").is_none(), "{history}");
    let trace = read(&client, &format!("/api/v2/conversations/{id}/trace?key=crmId")).await;
    let stages: Vec<_> = trace["hops"].as_array().unwrap().iter().map(|hop| hop["stage"].as_str().unwrap()).collect();
    assert!(stages.contains(&"erased") && stages.contains(&"admitted"), "{trace}");
    assert_eq!(trace["absence"]["why"], "erased", "{trace}");
}

#[tokio::test]
async fn priv3_nobody_finds_what_was_erased_and_counts_stay() {
    let server = server().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    let id = talk(&server, &client, CRM).await;
    let ended = client.post(&format!("/api/v2/conversations/{id}/disconnect"), &json!({})).await.unwrap();
    assert_eq!(ended.status, 200, "{}", ended.text);
    let before = events_of(&client, &id).await;
    ask(&admin, "GDPR_DELETE", json!({"attributeKey": "crmCustomerId", "attributeValue": CRM})).await;
    let listed = read(&client, &format!("/api/v2/conversations/webchat?attributeKey=crmId&attributeValue={CRM}")).await;
    assert_eq!(listed["entities"], json!([]), "{listed}");
    let search = json!({"query": [{"type": "EXACT", "fields": ["crmId"], "value": CRM}]});
    let found = client.post("/api/v2/conversations/participants/attributes/search", &search).await.unwrap();
    assert_eq!(body_of(&found)["results"], json!([]), "{}", found.text);
    let listed = read(&client, "/api/v2/conversations/webchat?attributeKey=crmId").await;
    assert_eq!(listed["entities"], json!([]), "the key alone finds nothing, too: {listed}");
    // A stream that begins before it tells the same events, without the values.
    let after = events_of(&client, &id).await;
    assert_eq!(after.len(), before.len());
    for ((old_id, old), (new_id, new)) in before.iter().zip(&after) {
        assert_eq!((old_id, old["type"].as_str()), (new_id, new["type"].as_str()));
        assert_without(&new.to_string(), "the stream");
    }
    let view = read(&client, &format!("/api/v2/conversations/{id}")).await;
    let messages = view["participants"][0]["messages"][0]["messages"].as_array().unwrap().len();
    assert_eq!(messages, 1, "{view}");
}

/// The events of a conversation up to its end.
async fn events_of(client: &waybill_testkit::RestClient, id: &str) -> Vec<(String, serde_json::Value)> {
    let mut stream = client.events(&format!("/api/v2/conversations/{id}/events?cursor=beginning"), None).await.unwrap();
    let mut events = Vec::new();
    loop {
        let event = stream.next().await.unwrap().unwrap();
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        let is_last = data["type"] == "conversation:end";
        events.push((event.id.unwrap_or_default(), data));
        if is_last {
            return events;
        }
    }
}

#[tokio::test]
async fn priv4_a_conversation_that_runs_goes_on_after_its_erasure() {
    let server = server().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    let mut guest = server.guest("open").await;
    let options = json!({"customData": {"crmCustomerId": CRM}, "message": "canary said hello 5512"});
    let options = Some(serde_json::value::to_raw_value(&options).unwrap());
    let start = StartChat { options, start_token: Some("t-1".to_owned()), ..StartChat::default() };
    let id = guest.start_chat(start.clone()).await.unwrap().conversation_id.to_string();
    let erased = ask(&admin, "GDPR_DELETE", json!({"conversationId": id})).await;
    assert_eq!((&erased["totals"]["keys"], &erased["totals"]["startTokens"]), (&json!(1), &json!(1)), "{erased}");
    assert_eq!(found_in(server.data(), &[CRM]), Vec::<String>::new());
    // The same start is answered as before, but for the value (START1).
    let again = guest.start_chat(start).await.unwrap();
    assert_eq!(again.conversation_id.to_string(), id);
    assert!(!serde_json::to_string(&again.custom_data).unwrap().contains(CRM));
    // The next value is stored again, and says nothing of the erasure any more.
    patch(&client, &id, json!({"crmId": "CRM-NEW"})).await;
    let key = read(&client, &format!("/api/v2/conversations/{id}/context/crmCustomerId")).await;
    assert_eq!(key["value"], "CRM-NEW", "{key}");
    assert_eq!(found_in(server.data(), &[CRM]), Vec::<String>::new());
}

#[tokio::test]
async fn priv1_no_page_of_a_worn_file_keeps_a_remnant() {
    let server = server().await;
    let (admin, client) = (server.admin().await, server.integrator().await);
    // Rows grow, move between pages, spill over, and shrink again: what SQLite copies on its way must go, too.
    let mut ids = Vec::new();
    for number in 0..40 {
        let id = talk(&server, &client, CRM).await;
        talk(&server, &client, &format!("CRM-OTHER-{number}")).await;
        ids.push(id);
    }
    for round in 0..4 {
        for (number, id) in ids.iter().enumerate() {
            let filling = "x".repeat(1 + (number * 37 + round * 411) % 800);
            patch(&client, id, json!({"note": format!("undeclared-canary-4471 {filling}"), "crmId": CRM})).await;
            let leg =
                read(&client, &format!("/api/v2/conversations/{id}")).await["participants"][0]["messages"][0]["id"]
                    .clone();
            let path = format!("/api/v2/conversations/messages/{id}/communications/{}/messages", leg.as_str().unwrap());
            let text = format!("canary heard hello 5513 {}", "y".repeat((number * 211 + round * 977) % 3_900));
            assert!(client.post(&path, &json!({"textBody": text})).await.unwrap().status.is_success());
        }
    }
    let erased = ask(&admin, "GDPR_DELETE", json!({"attributeValue": CRM})).await;
    assert_eq!(erased["totals"]["conversations"], 40, "{erased}");
    assert_eq!(found_in(server.data(), &[CRM]), Vec::<String>::new());
    let list = read(&client, "/api/v2/conversations/webchat?attributeKey=crmId&pageSize=200").await;
    for one in list["entities"].as_array().unwrap() {
        ask(&admin, "GDPR_DELETE", json!({"conversationId": one["id"]})).await;
    }
    assert_eq!(found_in(server.data(), &CANARIES), Vec::<String>::new());
}
