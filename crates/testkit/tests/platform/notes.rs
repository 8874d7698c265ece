//! Notes of the staff, transcripts, and how far agents have read.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_model::Permission;
use waybill_testkit::TestServer;

use crate::support::{UNKNOWN, assert_no_null, ok, person, read, refused, send, start};

#[tokio::test]
async fn desk1_a_note_is_kept_in_order_and_says_who_wrote_it_when() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let agent = person(&server, "agent").await;
    let chat = start(&server, &client, "open", json!({"message": "Hello"})).await;
    let path = chat.path("/notes");
    assert_eq!(read(&client, &path).await["total"], 0);
    let body = json!({"text": "<b>Waits</b> for the warehouse", "mentions": [agent.id, agent.id]});
    let first = ok(agent.client.post(&path, &body).await.unwrap());
    assert_no_null(&first);
    assert_eq!(first["by"], json!(format!("user {}", agent.id)));
    assert_eq!((&first["text"], &first["mentions"]), (&body["text"], &json!([agent.id])));
    ok(client.post(&chat.path("/disconnect"), &json!({})).await.unwrap());
    let second = ok(client.post(&path, &json!({"text": "Called back."})).await.unwrap());
    let all = read(&client, &path).await;
    assert_eq!((&all["entities"], &all["total"]), (&json!([first, second]), &json!(2)), "also after the end");
    let page = read(&client, &format!("{path}?pageSize=1&pageNumber=2")).await;
    assert_eq!((&page["entities"], &page["pageCount"]), (&json!([second]), &json!(2)));
    for (body, part) in [
        (json!({}), "text"),
        (json!({"text": "  "}), "empty"),
        (json!({"text": "x", "mentions": [UNKNOWN]}), "mentions"),
        (json!({"text": "x", "mentions": ["nobody"]}), "mentions"),
        (json!({"text": "x", "colour": "red"}), "colour"),
        (json!({"text": "x".repeat(4_097)}), "4097"),
    ] {
        let answer = client.post(&path, &body).await.unwrap();
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
        assert!(answer.text.contains(part), "{part}: {}", answer.text);
    }
    refused(
        &client.post(&format!("/api/v2/conversations/{UNKNOWN}/notes"), &json!({"text": "x"})).await.unwrap(),
        404,
        "not.found",
    );
}

#[tokio::test]
async fn desk1_the_stream_tells_a_note_and_hides_its_text_from_whoever_may_not_read_notes() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({})).await;
    ok(client.post(&chat.path("/notes"), &json!({"text": "SECRET"})).await.unwrap());
    let told = |client: waybill_testkit::RestClient| {
        let path = chat.path("/events?cursor=beginning");
        async move {
            let mut events = client.events(&path, None).await.unwrap();
            loop {
                let event = events.next().await.unwrap().unwrap();
                if event.event.as_deref() == Some("conversation:note") {
                    return serde_json::from_str::<Value>(&event.data).unwrap();
                }
            }
        }
    };
    let whole = told(client.clone()).await;
    assert_eq!(whole["data"]["text"], "SECRET");
    let others: Vec<&str> = Permission::ALL
        .iter()
        .filter(|permission| **permission != Permission::NoteView)
        .map(|permission| permission.as_str())
        .collect();
    let admin = server.admin().await;
    let role = ok(admin
        .post("/api/v2/authorization/roles", &json!({"name": "no notes", "permissions": others}))
        .await
        .unwrap());
    let made = json!({
        "name": "blind", "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{"roleId": role["id"], "divisionId": "*"}],
    });
    let made = ok(admin.post("/api/v2/oauth/clients", &made).await.unwrap());
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let blind = waybill_testkit::RestClient::log_in(server.base_url(), id, secret).await.unwrap();
    let masked = told(blind).await;
    assert_eq!(masked["data"]["text"], "***");
    assert_eq!(masked["conversationSeq"], whole["conversationSeq"], "it is told, so that nothing seems to be missing");
}

#[tokio::test]
async fn desk5_a_transcript_has_what_was_said_in_three_forms_and_no_note() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat =
        start(&server, &client, "open", json!({"message": "Is <b>it</b> there?", "customer": {"name": "Jane Doe"}}))
            .await;
    ok(client.post(&chat.answers(), &json!({"textBody": "Tomorrow & on time"})).await.unwrap());
    ok(client.post(&chat.path("/notes"), &json!({"text": "SECRET"})).await.unwrap());
    let path = chat.path("/transcript");
    let get = |accept: &'static str| {
        let (client, path) = (client.clone(), path.clone());
        async move { send(&client, Method::GET, &path, "", &[("Accept", accept)]).await }
    };
    let whole = ok(get("application/json").await);
    assert_no_null(&whole);
    assert_eq!((&whole["conversationId"], &whole["complete"]), (&json!(chat.id), &json!(true)));
    let said: Vec<_> =
        whole["messages"].as_array().unwrap().iter().map(|one| (&one["purpose"], &one["text"])).collect();
    assert_eq!(
        said,
        [(&json!("customer"), &json!("Is <b>it</b> there?")), (&json!("agent"), &json!("Tomorrow & on time"))]
    );
    assert_eq!(whole["messages"][0]["name"], "Jane Doe");
    let html = get("text/html").await;
    assert!(
        html.text.contains("Is &lt;b&gt;it&lt;/b&gt; there?") && html.text.contains("Tomorrow &amp; on time"),
        "{}",
        html.text
    );
    assert_eq!(html.headers["content-security-policy"], "default-src 'none'; sandbox");
    let text = get("text/plain").await;
    assert!(text.text.contains("Jane Doe (customer): Is <b>it</b> there?"), "{}", text.text);
    for answer in [&html, &text] {
        assert!(!answer.text.contains("SECRET"), "{}", answer.text);
    }
    refused(&get("image/png").await, 406, "not.acceptable");
}

#[tokio::test]
async fn wire16_agents_say_how_far_they_have_read_and_it_never_goes_back() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"message": "Hello"})).await;
    let said = |view: &Value| view["participants"][0]["messages"][0]["messages"][0].clone();
    let first = said(&read(&client, &chat.path("")).await);
    assert_eq!((&first["delivered"], &first["read"]), (&json!(true), &json!(false)));
    let path = chat.path("/read");
    let one = ok(client.post(&path, &json!({"messageId": first["messageId"]})).await.unwrap());
    assert_eq!(one["business"]["readUpTo"], first["messageTime"]);
    for body in [json!({}), json!({"time": "2020-01-01T00:00:00Z"}), json!({"time": "2999-01-01T00:00:00Z"})] {
        assert_eq!(ok(client.post(&path, &body).await.unwrap()), one, "{body}");
    }
    let id = first["messageId"].as_str().unwrap();
    assert_eq!(said(&read(&client, &chat.path("")).await)["read"], true);
    assert_eq!(read(&client, &chat.messages(&format!("/messages/{id}"))).await["read"], true);
    refused(&client.post(&path, &json!({"messageId": UNKNOWN})).await.unwrap(), 404, "not.found");
    refused(
        &client.post(&path, &json!({"messageId": id, "time": "2020-01-01T00:00:00Z"})).await.unwrap(),
        400,
        "bad.request",
    );
}
