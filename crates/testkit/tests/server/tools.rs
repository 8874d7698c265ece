//! The tools that ask a running server: exit statuses and what they print.

use std::path::Path;

use serde_json::{Value, json};
use waybill_testkit::{ConnectOptions, Demo, GuestClient, ServerProcess};

use crate::start;

struct Asked {
    code: Option<i32>,
    out: String,
    err: String,
}

async fn ask(folder: &Path, arguments: &[&str]) -> Asked {
    let demo = ["--demo", folder.to_str().unwrap()];
    let output = ServerProcess::run(arguments.iter().chain(&demo)).await;
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Asked { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

async fn start_as_guest(demo: &Demo, deployment: String, options: &Value) -> Option<String> {
    let connect = ConnectOptions {
        base_url: demo.base_url.clone(),
        deployment_id: deployment,
        token: "a-token-of-a-guest-0123456789012345678901234".to_owned(),
        ..ConnectOptions::default()
    };
    let mut guest = GuestClient::connect(connect).await.unwrap();
    guest.start_chat(start(options)).await.ok().map(|answer| answer.conversation_id.to_string())
}

#[tokio::test]
async fn log10_the_tools_answer_from_the_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut process = ServerProcess::demo(folder, &[]).await;
    let demo = process.demo_file().await;
    let open = demo.deployments.open.to_string();
    let strict = demo.deployments.strict.to_string();
    let options = json!({"customData": {"customerId": "CRM-882910", "shoeSize": "forty-three"}});
    let conversation = start_as_guest(&demo, open, &options).await.unwrap();
    assert_eq!(start_as_guest(&demo, strict.clone(), &options).await, None, "strict refuses `shoeSize`");

    // P7: every hop, by any name of the key; absence has its own status.
    let whole = ask(folder, &["trace", &conversation]).await;
    assert_eq!(whole.code, Some(0), "{}", whole.err);
    let key = ask(folder, &["trace", &conversation, "crm_customer_id"]).await;
    assert_eq!(key.code, Some(0), "{}", key.err);
    assert!(key.out.starts_with("crmCustomerId   conversation"), "{}", key.out);
    for hop in ["received", "stored as crmCustomerId", "log position", "answered"] {
        assert!(key.out.contains(hop), "`{hop}` is missing in {}", key.out);
    }
    assert!(!key.out.contains("shoeSize") && !key.out.contains("CRM-882910"), "{}", key.out);
    let absent = ask(folder, &["trace", &conversation, "campaignId"]).await;
    assert!(absent.code == Some(1) && absent.out.contains("not there (never_sent)"), "{}{}", absent.out, absent.err);
    let json = ask(folder, &["trace", &conversation, "crmCustomerId", "--json"]).await;
    assert_eq!(serde_json::from_str::<Value>(&json.out).unwrap()["conversationId"], conversation.as_str());
    let nobody = ask(folder, &["trace", "98765432-1234-5678-90ab-cdef12345678"]).await;
    assert!(nobody.code == Some(1) && nobody.err.contains("not found"), "{}", nobody.err);

    // CTX11: the refused start left a record.
    let refusals = loop {
        let refusals = ask(folder, &["refusals", "--deployment", &strict]).await;
        assert_eq!(refusals.code, Some(0), "{}", refusals.err);
        // Records are written behind the answer.
        if refusals.out != "nothing was refused\n" {
            break refusals.out;
        }
    };
    assert!(refusals.contains("shoeSize   undeclared   (customData)"), "{refusals}");
    assert!(!refusals.contains("forty-three"), "{refusals}");

    let types = ask(folder, &["types", "--deployment", &strict]).await;
    assert_eq!(types.code, Some(0), "{}", types.err);
    assert!(types.out.contains("crmCustomerId") && types.out.contains("\"gold\""), "{}", types.out);

    // A server that is named wins over demo.json, and nothing that listens there is an error, not an empty answer.
    let elsewhere = ask(folder, &["types", "--deployment", &strict, "--server", "http://127.0.0.1:9"]).await;
    assert!(
        elsewhere.code == Some(1) && elsewhere.err.contains("can't log in at http://127.0.0.1:9"),
        "{}",
        elsewhere.err
    );
    let nowhere = ask(Path::new("/nowhere"), &["refusals"]).await;
    assert!(nowhere.code == Some(1) && nowhere.err.contains("waybill demo"), "{}", nowhere.err);
}

#[tokio::test]
async fn ctx1_lint_says_what_a_start_would_be_answered_and_its_status_is_for_ci() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut process = ServerProcess::demo(folder, &[]).await;
    let demo = process.demo_file().await;
    let file = folder.join("start.json");
    let lint = async |deployment: &dyn ToString, text: &str, more: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let arguments = ["lint", "--deployment", &deployment.to_string(), file.to_str().unwrap()];
        ask(folder, &arguments.iter().chain(more).copied().collect::<Vec<_>>()).await
    };
    let deployments = &demo.deployments;

    let good = lint(&deployments.strict, r#"{"customData":{"crmId":"CRM-1","plan":"gold"}}"#, &[]).await;
    assert_eq!(good.code, Some(0), "{}{}", good.out, good.err);
    assert!(good.out.contains("stored      crmId as crmCustomerId"), "{}", good.out);

    let bad = lint(&deployments.strict, r#"{"customData":{"crm-customer-id":"CRM-1"},"cusomData":{}}"#, &[]).await;
    assert_eq!(bad.code, Some(1), "{}", bad.err);
    assert!(bad.out.contains("crmCustomerId") && bad.out.contains("the chat would not start"), "{}", bad.out);
    assert!(bad.out.contains("customData") && bad.out.contains("unknown_option"), "{}", bad.out);

    let doubled = lint(&deployments.open, r#"{"customData":{"a":1,"a":2}}"#, &[]).await;
    assert!(doubled.code == Some(1) && doubled.out.contains("duplicate"), "{}{}", doubled.out, doubled.err);

    let aside = lint(&deployments.quarantine, r#"{"customData":{"shoeSize":43}}"#, &[]).await;
    assert!(aside.code == Some(1) && aside.out.contains("quarantined shoeSize"), "{}{}", aside.out, aside.err);
    let allowed = lint(&deployments.quarantine, r#"{"customData":{"shoeSize":43}}"#, &["--allow-quarantined"]).await;
    assert_eq!(allowed.code, Some(0), "{}", allowed.err);

    let flat =
        lint(&deployments.strict, r#"{"customerId":"CRM-882910","name":"John Doe"}"#, &["--api", "cxoneChat"]).await;
    assert_eq!(flat.code, Some(0), "{}{}", flat.out, flat.err);
    let unjudged = lint(&"98765432-1234-5678-90ab-cdef12345678", "{}", &[]).await;
    assert!(unjudged.code == Some(2) && unjudged.err.contains("not found"), "{}", unjudged.err);
}
