//! Who works on a conversation.

use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{UNKNOWN, ok, patch, person, read, refused, start};

#[tokio::test]
async fn plat3_an_agent_takes_a_conversation_and_answers_as_that_participant() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let agent = person(&server, "agent").await;
    let chat = start(&server, &client, "open", json!({"customData": {"crmId": "CRM-1"}})).await;
    let me = json!({"id": agent.id});
    let assigned = ok(agent.client.post(&chat.path("/assign"), &me).await.unwrap());
    assert_eq!((&assigned["conversationId"], &assigned["userId"]), (&json!(chat.id), &json!(agent.id)));
    let again = ok(agent.client.post(&chat.path("/assign"), &me).await.unwrap());
    assert_eq!(again, assigned, "twice is once");
    let conversation = read(&agent.client, &chat.path("")).await;
    let participants = conversation["participants"].as_array().unwrap();
    assert_eq!(participants.len(), 2);
    assert_eq!((&participants[1]["id"], &participants[1]["userId"]), (&assigned["participantId"], &json!(agent.id)));
    assert_eq!(participants[1]["purpose"], "agent");
    // On whichever leg the agent answers, it is the one who speaks.
    for communication in [chat.communication.as_str(), assigned["communicationId"].as_str().unwrap()] {
        let path = chat.messages(&format!("/communications/{communication}/messages"));
        ok(agent.client.post(&path, &json!({"textBody": "Hi"})).await.unwrap());
    }
    let conversation = read(&client, &chat.path("")).await;
    assert_eq!(conversation["participants"].as_array().unwrap().len(), 2);
    assert_eq!(conversation["participants"][1]["messages"][0]["messages"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn plat3_p7_reading_by_the_assigned_agent_is_marked_as_shown() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let agent = person(&server, "agent").await;
    let chat = start(&server, &client, "open", json!({"customData": {"crmId": "CRM-1"}})).await;
    read(&agent.client, &chat.path("")).await;
    ok(agent.client.post(&chat.path("/assign"), &json!({"id": agent.id})).await.unwrap());
    read(&agent.client, &chat.path("")).await;
    let shown = |trace: &Value| {
        let hops = trace["hops"].as_array().unwrap();
        hops.iter().filter(|hop| hop["stage"] == "shown").map(|hop| hop["who"].clone()).collect::<Vec<_>>()
    };
    // Marks are written beside the answer: await them.
    let found = loop {
        let trace = read(&client, &chat.path("/trace?key=crmId")).await;
        let found = shown(&trace);
        if !found.is_empty() {
            break found;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(found, [json!(format!("user {}", agent.id))], "the read before the assignment was none");
}

#[tokio::test]
async fn plat3_giving_it_to_somebody_else_takes_its_own_right() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let agent = person(&server, "agent").await;
    let supervisor = person(&server, "supervisor").await;
    let chat = start(&server, &client, "open", json!({})).await;
    let other = json!({"id": supervisor.id});
    refused(&agent.client.post(&chat.path("/assign"), &other).await.unwrap(), 403, "missing.permissions");
    ok(supervisor.client.post(&chat.path("/assign"), &json!({"id": agent.id})).await.unwrap());
    // An API client with the right may as well.
    ok(client.post(&chat.path("/assign"), &other).await.unwrap());
    let purposes = |conversation: &Value| conversation["participants"].as_array().unwrap().len();
    assert_eq!(purposes(&read(&client, &chat.path("")).await), 3);
    for (body, status) in
        [(json!({"id": UNKNOWN}), 404), (json!({"id": "nobody"}), 404), (json!({}), 400), (Value::Null, 400)]
    {
        assert_eq!(client.post(&chat.path("/assign"), &body).await.unwrap().status.as_u16(), status, "{body}");
    }
    ok(client.post(&chat.path("/disconnect"), &Value::Null).await.unwrap());
    refused(&client.post(&chat.path("/assign"), &other).await.unwrap(), 409, "wrong.state");
}

#[tokio::test]
async fn ctx7_an_agent_does_not_overwrite_the_site_s_server_and_the_rest_is_written() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    let agent = person(&server, "agent").await.client;
    let chat = start(&server, &client, "open", json!({"customData": {"crmId": "CRM-1"}})).await;
    let path = chat.messages(&format!("/participants/{}/attributes", chat.customer));
    let answer = patch(&agent, &path, json!({"attributes": {"crmId": "CRM-2", "note": "called"}})).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(crate::support::header(&answer, "waybill-receipt"), "stored=1, quarantined=0, refused=1");
    let written = crate::support::body_of(&answer);
    assert_eq!(written["attributes"], json!({"crmCustomerId": "CRM-1", "note": "called"}));
    let entries = written["receipt"]["entries"].as_array().unwrap();
    let refused = entries.iter().find(|entry| entry["key"] == "crmId").unwrap();
    assert_eq!((&refused["verdict"], &refused["rule"]), (&json!("refused"), &json!("lower_trust")));
    let same = patch(&agent, &path, json!({"attributes": {"crmId": "CRM-1"}})).await;
    assert_eq!(crate::support::body_of(&same)["revision"], written["revision"], "the same value is nothing new");
}
