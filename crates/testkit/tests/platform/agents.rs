//! What people at work are doing, can do, and take at once.

use serde_json::json;
use waybill_testkit::TestServer;

use crate::support::{UNKNOWN, assert_no_null, delete, ids, ok, patch, person, read, refused};

#[tokio::test]
async fn plat11_presence_and_routing_status_are_ones_own_to_set() {
    let server = TestServer::start().await;
    let agent = person(&server, "agent").await;
    let supervisor = person(&server, "supervisor").await;
    let presence = format!("/api/v2/users/{}/presences/purecloud", agent.id);
    let status = format!("/api/v2/users/{}/routingstatus", agent.id);
    let before = read(&agent.client, &presence).await;
    assert_no_null(&before);
    assert_eq!(
        (&before["presenceDefinition"]["systemPresence"], &before["source"]),
        (&json!("Offline"), &json!("PURECLOUD"))
    );
    assert_eq!(read(&agent.client, &status).await["status"], "OFF_QUEUE");

    let definitions = read(&agent.client, "/api/v2/presence/definitions").await;
    assert_eq!(read(&agent.client, "/api/v2/presencedefinitions").await, definitions);
    let on_queue = definitions["entities"].as_array().unwrap().iter().find(|one| one["systemPresence"] == "On Queue");
    let id = &on_queue.unwrap()["id"];
    let set = ok(patch(&agent.client, &presence, json!({"presenceDefinition": {"id": id}})).await);
    assert_eq!(&set["presenceDefinition"]["id"], id);
    assert_eq!(read(&agent.client, &status).await["status"], "IDLE");
    let off = ok(agent.client.put(&status, &json!({"status": "OFF_QUEUE"})).await.unwrap());
    assert_eq!((&off["status"], &off["userId"]), (&json!("OFF_QUEUE"), &json!(agent.id)));
    // What was read may be sent back.
    ok(patch(&agent.client, &presence, read(&agent.client, &presence).await).await);

    let others = format!("/api/v2/users/{}/presences/purecloud", supervisor.id);
    let busy = json!({"presenceDefinition": {"systemPresence": "BUSY"}});
    refused(&patch(&agent.client, &others, busy.clone()).await, 403, "missing.permissions");
    ok(patch(&supervisor.client, &presence, busy).await);
    for (body, member) in [(json!({"status": "INTERACTING"}), "status"), (json!({}), "status")] {
        let failure = refused(&agent.client.put(&status, &body).await.unwrap(), 400, "bad.request");
        assert_eq!(failure["details"][0]["fieldName"], member);
    }
    refused(&supervisor.client.get(&format!("/api/v2/users/{UNKNOWN}/routingstatus")).await.unwrap(), 404, "not.found");
}

#[tokio::test]
async fn plat11_skills_and_languages_have_levels_and_leave_with_their_end() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await.client;
    let agent = person(&server, "agent").await;
    for (kind, name, uri) in [("skills", "Refunds", "skillUri"), ("languages", "German", "languageUri")] {
        let (all, own) = (format!("/api/v2/routing/{kind}"), format!("/api/v2/users/{}/routing{kind}", agent.id));
        let made = ok(admin.post(&all, &json!({"name": name})).await.unwrap());
        assert_no_null(&made);
        assert_eq!((&made["name"], &made["state"]), (&json!(name), &json!("active")));
        refused(&admin.post(&all, &json!({"name": name.to_uppercase()})).await.unwrap(), 409, "already.exists");
        let id = made["id"].as_str().unwrap();
        let given = ok(admin.post(&own, &json!({"id": id, "proficiency": 3.0})).await.unwrap());
        assert_eq!((&given["proficiency"], &given[uri]), (&json!(3.0), &made["selfUri"]));
        let raised = ok(admin.put(&format!("{own}/{id}"), &json!({"proficiency": 5})).await.unwrap());
        assert_eq!(raised["proficiency"], 5.0);
        let bulk = ok(patch(&admin, &format!("{own}/bulk"), json!([{"id": id, "proficiency": 4}])).await);
        assert_eq!(bulk["entities"][0]["proficiency"], 4.0);
        // One's own takes no right but a token; to change it takes one.
        assert_eq!(ids(&read(&agent.client, &own).await["entities"], "id"), [id.to_owned()]);
        refused(
            &agent.client.post(&own, &json!({"id": id, "proficiency": 5})).await.unwrap(),
            403,
            "missing.permissions",
        );
        for wrong in [json!({"id": id, "proficiency": 6}), json!({"id": id, "proficiency": 2.5}), json!({"id": id})] {
            refused(&admin.post(&own, &wrong).await.unwrap(), 400, "bad.request");
        }
        refused(&admin.post(&own, &json!({"id": UNKNOWN, "proficiency": 1})).await.unwrap(), 404, "not.found");
        assert_eq!(delete(&admin, &format!("{own}/{id}")).await.status, 204);
        assert_eq!(read(&agent.client, &own).await["total"], 0);
        assert_eq!(delete(&admin, &format!("{all}/{id}")).await.status, 204);
        refused(&admin.get(&format!("{all}/{id}")).await.unwrap(), 404, "not.found");
    }
    let utilization = format!("/api/v2/routing/users/{}/utilization", agent.id);
    let usual = read(&agent.client, &utilization).await;
    assert_eq!(
        (&usual["utilization"]["message"]["maximumCapacity"], &usual["level"]),
        (&json!(4), &json!("Organization"))
    );
    let wish = json!({"utilization": {"message": {"maximumCapacity": 2}}});
    assert_eq!(ok(admin.put(&utilization, &wish).await.unwrap())["level"], "Agent");
}

#[tokio::test]
async fn plat7_a_queue_s_rules_are_read_and_written_in_both_languages() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await.client;
    let agent = person(&server, "agent").await;
    let rules = json!({"method": "bestSkill", "alertingSeconds": 12, "contextRules": [{"when": "customData.plan == 'gold'", "priority": 10}]});
    let body =
        json!({"name": "Orders", "acwSettings": {"wrapupPrompt": "MANDATORY", "timeoutMs": 60_000}, "rules": rules});
    let queue = ok(admin.post("/api/v2/routing/queues", &body).await.unwrap());
    assert_no_null(&queue);
    assert_eq!((&queue["skillEvaluationMethod"], &queue["rules"]["wrapup"]), (&json!("BEST"), &json!("mandatory")));
    assert_eq!(queue["mediaSettings"]["message"]["alertingTimeoutSeconds"], 12);
    let path = queue["selfUri"].as_str().unwrap();
    // Sent back with one member changed, as a client of the field does.
    let mut sent = queue.clone();
    sent["mediaSettings"]["message"]["alertingTimeoutSeconds"] = json!(20);
    let changed = ok(admin.put(path, &sent).await.unwrap());
    assert_eq!((&changed["rules"]["alertingSeconds"], &changed["rules"]["wrapupSeconds"]), (&json!(20), &json!(60)));
    assert_eq!(changed["rules"]["contextRules"], queue["rules"]["contextRules"]);
    refused(
        &admin.put(path, &json!({"name": "Orders", "rules": {"alertingSeconds": 1}})).await.unwrap(),
        400,
        "bad.request",
    );

    let members = format!("{path}/members");
    let joined = ok(patch(&admin, &members, json!([{"id": agent.id, "joined": true}])).await);
    assert_eq!(ids(&joined["entities"], "id"), std::slice::from_ref(&agent.id));
    let seen = read(&admin, &format!("{members}?expand=routingStatus,presence,utilization")).await;
    assert_eq!(seen["entities"][0]["routingStatus"]["status"], "OFF_QUEUE");
    assert_eq!(seen["entities"][0]["utilization"]["taken"], 0);
    assert_eq!(seen["entities"][0]["utilization"]["utilization"]["message"]["maximumCapacity"], 4);
    let own = format!("/api/v2/users/{}/queues", agent.id);
    assert_eq!(ids(&read(&agent.client, &own).await["entities"], "id"), [queue["id"].as_str().unwrap().to_owned()]);
    let left = ok(patch(&admin, &own, json!([{"id": queue["id"], "joined": false}])).await);
    assert_eq!((&left["total"], &read(&admin, &members).await["total"]), (&json!(0), &json!(0)));
}
