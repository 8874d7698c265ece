//! A server that dies in the middle of an erasure goes on with it when it comes back (PRIV4).

use serde_json::{Value, json};
use waybill_testkit::{RestClient, ServerProcess};

use crate::support::{body_of, done, found_in};

const CANARY: &str = "CRM-CANARY-RESUMED-77";
const CONVERSATIONS: usize = 60;

#[tokio::test]
async fn priv4_an_erasure_that_was_killed_is_finished_after_the_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut process = ServerProcess::demo(&data, &[]).await;
    let demo = process.demo_file().await;
    let log_in = async |base_url: &str| {
        let client = demo.login_client.id.to_string();
        let admin = &demo.users.admin;
        let token = waybill_testkit::login::log_in(base_url, &client, &admin.email, &admin.password).await;
        RestClient::anonymous(base_url).unwrap().with_token(token["access_token"].as_str().unwrap())
    };
    let admin = log_in(&demo.base_url).await;
    for _ in 0..CONVERSATIONS {
        let body = json!({"deploymentId": demo.deployments.open, "customData": {"crmCustomerId": CANARY}});
        let started = admin.post("/api/v2/conversations/webchat", &body).await.unwrap();
        assert_eq!(started.status, 200, "{}", started.text);
    }
    let body = json!({"requestType": "GDPR_DELETE", "subject": {"attributeValue": CANARY}});
    let asked: Value = body_of(&admin.post("/api/v2/gdpr/requests", &body).await.unwrap());
    process.kill_9().await;
    let process = ServerProcess::serve(&data, &[]).await;
    let admin = log_in(process.base_url()).await;
    let request = done(&admin, asked["id"].as_str().unwrap()).await;
    assert_eq!(request["totals"]["conversations"], CONVERSATIONS, "each once, before or after: {request}");
    assert_eq!(found_in(&data, &[CANARY]), Vec::<String>::new());
}
