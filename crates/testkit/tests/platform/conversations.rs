//! Conversations: list, read, end.

use reqwest::Method;
use serde_json::json;
use waybill_testkit::TestServer;

use crate::support::{UNKNOWN, assert_no_null, ids, ok, patch, read, refused, send, start};

#[tokio::test]
async fn plat1_a_conversation_has_the_field_s_shape() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let body = json!({"customData": {"crmCustomerId": "CRM-1", "vip": true, "none": null}, "message": "Hello"});
    let chat = start(&server, &client, "open", body).await;
    let answered = ok(client.post(&chat.answers(), &json!({"textBody": "Hi"})).await.unwrap());
    let conversation = read(&client, &chat.path("")).await;
    assert_no_null(&conversation);
    assert_eq!((&conversation["state"], &conversation["recordingState"]), (&json!("connected"), &json!("NONE")));
    assert_eq!(conversation["selfUri"], json!(chat.path("")));
    assert_eq!(conversation["divisions"][0]["division"]["id"], json!(server.organization_id()));
    let [customer, agent] = conversation["participants"].as_array().unwrap().as_slice() else {
        panic!("two take part")
    };
    assert_eq!((&customer["purpose"], &agent["purpose"]), (&json!("customer"), &json!("agent")));
    assert_eq!(customer["attributes"], json!({"crmCustomerId": "CRM-1", "vip": "true"}));
    let leg = &customer["messages"][0];
    assert_eq!((&leg["id"], &leg["type"]), (&json!(chat.communication), &json!("webmessaging")));
    let said = &leg["messages"][0];
    assert_eq!((&said["messageStatus"], &said["messageSegmentCount"]), (&json!("received"), &json!(1)));
    let message = read(&client, said["messageURI"].as_str().unwrap()).await;
    assert_eq!((&message["id"], &message["textBody"]), (&said["messageId"], &json!("Hello")));
    let answer = &agent["messages"][0]["messages"][0];
    assert_eq!((&answer["messageId"], &answer["messageStatus"]), (&answered["id"], &json!("sent")));

    let messages = read(&client, &chat.messages("")).await;
    assert_no_null(&messages);
    let flat = &messages["participants"][0];
    assert_eq!((&flat["purpose"], &flat["state"]), (&json!("customer"), &json!("connected")));
    assert_eq!((&flat["attributes"], &flat["messages"][0]), (&customer["attributes"], said));
    assert_eq!(messages["selfUri"], json!(chat.messages("")));
    refused(&client.get(&format!("/api/v2/conversations/{UNKNOWN}")).await.unwrap(), 404, "not.found");
    refused(&client.get("/api/v2/conversations/messages/nothing").await.unwrap(), 404, "not.found");
}

#[tokio::test]
async fn plat1_lists_are_newest_first_and_their_next_uri_leads_on() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let mut chats = Vec::new();
    for number in 0..5 {
        let body = json!({"customData": {"crmId": format!("CRM-{}", number % 2)}});
        chats.insert(0, start(&server, &client, "open", body).await.id);
    }
    for path in ["/api/v2/conversations", "/api/v2/conversations/messages"] {
        let whole = read(&client, path).await;
        assert_eq!((ids(&whole["entities"], "id"), &whole["total"]), (chats.clone(), &json!(5)));
        assert_no_null(&whole);
        let (mut found, mut next) = (Vec::new(), format!("{path}?pageSize=2"));
        for _ in 0..3 {
            let page = read(&client, &next).await;
            found.extend(ids(&page["entities"], "id"));
            next = page["nextUri"].as_str().unwrap_or_default().to_owned();
        }
        assert_eq!((found, next.as_str()), (chats.clone(), ""), "pages of {path} join");
        let filtered = read(&client, &format!("{path}?attributeKey=customer_id&attributeValue=CRM-1&pageSize=1")).await;
        assert_eq!(ids(&filtered["entities"], "id"), [chats[1].clone()]);
        let second = read(&client, filtered["nextUri"].as_str().unwrap()).await;
        assert_eq!(ids(&second["entities"], "id"), [chats[3].clone()], "the next page keeps the conditions");
    }
    for path in [
        "/api/v2/conversations?communicationType=call,email",
        "/api/v2/conversations?pageSize=0&from=2100-01-01T00:00:00Z",
    ] {
        assert_eq!(read(&client, path).await["entities"], json!([]), "{path}");
    }
    let both = read(&client, "/api/v2/conversations?communicationType=call%2Cmessage&pageSize=0").await;
    assert_eq!(ids(&both["entities"], "id").len(), 5);
    refused(&client.get("/api/v2/conversations?pageNumber=2").await.unwrap(), 400, "bad.request");
}

#[tokio::test]
async fn plat2_a_conversation_is_ended_once_by_each_of_the_ways() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    for body in ["", "null"] {
        let chat = start(&server, &client, "open", json!({})).await;
        for _ in 0..2 {
            let answer = send(&client, Method::POST, &chat.path("/disconnect"), body, &[]).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "\"disconnected\""));
        }
        assert_eq!(read(&client, &chat.path("")).await["state"], "disconnected");
    }
    let chat = start(&server, &client, "open", json!({})).await;
    let ended = ok(patch(&client, &chat.messages(""), json!({"state": "disconnected"})).await);
    assert_eq!((&ended["id"], &ended["state"]), (&json!(chat.id), &json!("disconnected")));
    assert!(ended["endTime"].is_string(), "{ended}");
    let again = ok(patch(&client, &chat.messages(""), ended.clone()).await);
    assert_eq!(again["endTime"], ended["endTime"], "it ended once");
    let other = patch(&client, &chat.messages(""), json!({"state": "parked"})).await;
    assert_eq!(refused(&other, 400, "bad.request")["details"][0]["fieldName"], "state");
    for body in ["", "null", "{}"] {
        let answer = send(&client, Method::PATCH, &chat.messages(""), body, &[]).await;
        assert_eq!(refused(&answer, 400, "bad.request")["details"][0]["fieldName"], "state", "{body}");
    }
}

#[tokio::test]
async fn plat2_a_participant_leaves_and_the_customer_s_leaving_ends_the_conversation() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    ok(client.post(&chat.answers(), &json!({"textBody": "Hi"})).await.unwrap());
    let agent = read(&client, &chat.path("")).await["participants"][1]["id"].as_str().unwrap().to_owned();
    let leave = json!({"state": "disconnected", "wrapup": null, "held": false});
    for path in [chat.path(&format!("/participants/{agent}")), chat.messages(&format!("/participants/{agent}"))] {
        let answer = patch(&client, &path, leave.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (202, ""), "{path}");
    }
    let conversation = read(&client, &chat.path("")).await;
    assert_eq!(
        (&conversation["state"], &conversation["participants"][0]["messages"][0]["state"]),
        (&json!("connected"), &json!("connected"))
    );
    assert_eq!(conversation["participants"][1]["messages"][0]["state"], "disconnected");
    // Whoever left and answers again joins anew.
    ok(client.post(&chat.answers(), &json!({"textBody": "One more thing"})).await.unwrap());
    let conversation = read(&client, &chat.path("")).await;
    assert_eq!(conversation["participants"].as_array().unwrap().len(), 3);

    let customer = chat.path(&format!("/participants/{}", chat.customer));
    for (body, field) in [
        (json!({"state": "alerting"}), "state"),
        (json!({"state": "disconnected", "resumeTime": "2026-11-20T18:08:55Z"}), "resumeTime"),
        (json!({"held": true}), "held"),
        (json!({"status": "disconnected"}), "status"),
    ] {
        let error = refused(&patch(&client, &customer, body.clone()).await, 400, "bad.request");
        assert_eq!(error["details"][0]["fieldName"], field, "{body}");
    }
    for body in ["", "null", r#"{"state":"CONNECTED"}"#] {
        assert_eq!(send(&client, Method::PATCH, &customer, body, &[]).await.status, 202, "{body}");
    }
    assert_eq!(read(&client, &chat.path("")).await["state"], "connected", "nothing was asked");
    assert_eq!(patch(&client, &customer, json!({"state": "disconnected"})).await.status, 202);
    assert_eq!(read(&client, &chat.path("")).await["state"], "disconnected");
    let nobody = chat.path(&format!("/participants/{UNKNOWN}"));
    refused(&patch(&client, &nobody, json!({})).await, 404, "not.found");
}
