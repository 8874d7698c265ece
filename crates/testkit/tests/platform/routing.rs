//! Queues and wrap-up codes.

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{UNKNOWN, assert_no_null, body_of, ids, ok, person, read, refused, send, start};

const QUEUES: &str = "/api/v2/routing/queues";
const CODES: &str = "/api/v2/routing/wrapupcodes";

#[tokio::test]
async fn plat7_queues_are_administered_in_the_field_s_shape() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await;
    let client = admin.client;
    let queue = ok(client.post(QUEUES, &json!({"name": " Orders ", "division": null})).await.unwrap());
    assert_no_null(&queue);
    assert_eq!((&queue["name"], &queue["memberCount"]), (&json!("Orders"), &json!(0)));
    assert_eq!(queue["division"]["id"], json!(server.organization_id()));
    let path = queue["selfUri"].as_str().unwrap().to_owned();
    assert_eq!(read(&client, &path).await, queue);
    refused(&client.post(QUEUES, &json!({"name": "ORDERS"})).await.unwrap(), 409, "already.exists");
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": "  "}), "name"),
        (json!({"name": "x".repeat(257)}), "name"),
        (json!({"name": "x", "bullseye": {}}), "bullseye"),
        (json!({"name": "x", "division": {"id": "y"}}), "division"),
    ] {
        let error = refused(&client.post(QUEUES, &body).await.unwrap(), 400, "bad.request");
        assert_eq!(error["details"][0]["fieldName"], field, "{body}");
    }
    let nowhere = client.post(QUEUES, &json!({"name": "x", "division": {"id": UNKNOWN}})).await.unwrap();
    refused(&nowhere, 404, "not.found");
    // A client sends back what it read.
    let mut changed = queue.clone();
    changed["description"] = json!("Questions about orders");
    assert_eq!(ok(client.put(&path, &changed).await.unwrap())["description"], changed["description"]);
    let renamed = ok(client.put(&path, &json!({"name": "Orders 2"})).await.unwrap());
    assert_eq!((&renamed["name"], &renamed["description"]), (&json!("Orders 2"), &changed["description"]));

    let members = format!("{path}/members");
    let answer = client.post(&members, &json!([{"id": admin.id}])).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""), "{}", answer.text);
    let listed = read(&client, &members).await;
    assert_no_null(&listed);
    assert_eq!((ids(&listed["entities"], "id"), &listed["total"]), (vec![admin.id.clone()], &json!(1)));
    assert_eq!(read(&client, &path).await["memberCount"], 1);
    refused(&client.post(&members, &json!([{"id": UNKNOWN}])).await.unwrap(), 404, "not.found");
    client.post(&format!("{members}?delete=true"), &json!([{"id": admin.id}])).await.unwrap();
    assert_eq!(read(&client, &members).await["entities"], json!([]));

    assert_eq!(send(&client, Method::DELETE, &path, "", &[]).await.status, 204);
    refused(&client.get(&path).await.unwrap(), 404, "not.found");
}

#[tokio::test]
async fn plat7_pages_of_queues_are_numbered_and_filtered() {
    let server = TestServer::start().await;
    let client = person(&server, "admin").await.client;
    let mut queues = Vec::new();
    for name in ["Alpha", "Beta", "Gamma"] {
        queues
            .push(ok(client.post(QUEUES, &json!({ "name": name })).await.unwrap())["id"].as_str().unwrap().to_owned());
    }
    let first = read(&client, &format!("{QUEUES}?pageSize=2")).await;
    assert_eq!((ids(&first["entities"], "id"), &first["total"]), (queues[..2].to_vec(), &json!(3)));
    assert_eq!((&first["pageCount"], &first["pageNumber"]), (&json!(2), &json!(1)));
    let second = read(&client, first["nextUri"].as_str().unwrap()).await;
    assert_eq!((ids(&second["entities"], "id"), second.get("nextUri")), (queues[2..].to_vec(), None));
    for (query, expected) in [
        ("name=ET", vec![queues[1].clone()]),
        ("name=gam*", vec![queues[2].clone()]),
        ("pageSize=0&sortBy=name&sortOrder=ASC", queues.clone()),
    ] {
        assert_eq!(ids(&read(&client, &format!("{QUEUES}?{query}")).await["entities"], "id"), expected, "{query}");
    }
    for joined in [format!("{},{}", queues[0], queues[2]), format!("{}%2C{}", queues[0], queues[2])] {
        let found = read(&client, &format!("{QUEUES}?id={joined}")).await;
        assert_eq!(ids(&found["entities"], "id"), [queues[0].clone(), queues[2].clone()], "{joined}");
    }
    assert_eq!(read(&client, &format!("{QUEUES}?divisionId={UNKNOWN}")).await["total"], 0);
    let home =
        read(&client, &format!("{QUEUES}?divisionId={}&pageSize=1&pageNumber=2", server.organization_id())).await;
    assert_eq!((ids(&home["entities"], "id"), &home["total"]), (vec![queues[1].clone()], &json!(3)));
    refused(&client.get(&format!("{QUEUES}?sortOrder=desc")).await.unwrap(), 400, "bad.request");
}

#[tokio::test]
async fn plat7_wrap_up_codes_belong_to_queues_and_reach_participants() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await.client;
    let client = server.integrator().await;
    let code = ok(admin.post(CODES, &json!({"name": "Order changed"})).await.unwrap());
    assert_no_null(&code);
    let path = code["selfUri"].as_str().unwrap().to_owned();
    refused(&admin.post(CODES, &json!({"name": "order changed"})).await.unwrap(), 409, "already.exists");
    let renamed = ok(admin.put(&path, &json!({"id": code["id"], "name": "Order changed twice"})).await.unwrap());
    assert_eq!(read(&admin, &path).await, renamed);
    assert_eq!(ids(&read(&client, CODES).await["entities"], "id"), [code["id"].as_str().unwrap()]);
    let queue = ok(admin.post(QUEUES, &json!({"name": "Orders"})).await.unwrap());
    let of_queue = format!("{}/wrapupcodes", queue["selfUri"].as_str().unwrap());
    let given = ok(admin.post(&of_queue, &json!([{"id": code["id"]}])).await.unwrap());
    assert_eq!(given, json!([renamed]));
    assert_eq!(read(&client, &of_queue).await["entities"], json!([renamed]));
    refused(&admin.post(&of_queue, &json!([{"id": UNKNOWN}])).await.unwrap(), 404, "not.found");
    let one = format!("{of_queue}/{}", code["id"].as_str().unwrap());
    assert_eq!(send(&admin, Method::DELETE, &one, "", &[]).await.status, 204);
    assert_eq!(read(&client, &of_queue).await["entities"], json!([]));

    let chat = start(&server, &client, "open", json!({})).await;
    for path in [chat.path(""), chat.messages("")] {
        let codes = read(&client, &format!("{path}/participants/{}/wrapupcodes", chat.customer)).await;
        assert_eq!(codes, json!([renamed]), "without a queue all of them");
    }
    assert_eq!(send(&admin, Method::DELETE, &path, "", &[]).await.status, 204);
    assert_eq!(read(&client, CODES).await["entities"], json!([]));
    refused(&client.post(CODES, &json!({"name": "x"})).await.unwrap(), 403, "missing.permissions");
}

#[tokio::test]
async fn plat7_every_change_leaves_a_row_in_the_audit_log() {
    let server = TestServer::start().await;
    let admin = person(&server, "admin").await.client;
    let queue = ok(admin.post(QUEUES, &json!({"name": "Orders"})).await.unwrap());
    send(&admin, Method::DELETE, queue["selfUri"].as_str().unwrap(), "", &[]).await;
    let rows: Value = body_of(&admin.get("/api/v2/audits").await.unwrap());
    let text = rows.to_string();
    assert!(text.contains("queue.created") && text.contains("queue.deleted"), "{text}");
}
