//! A configuration is drafted and published; what is published is what pages see (DEP2).

use reqwest::Method;
use serde_json::{Value, json};
use waybill_testkit::TestServer;

use crate::support::{CONFIGURATIONS, admin, ask, assert_no_nulls, get, of, post, put, refused};

fn settings(name: &str, color: &str) -> Value {
    json!({
        "name": name, "languages": ["de", "en-us"], "defaultLanguage": "de", "position": {"alignment": "Left"},
        "customI18nLabels": [{"language": "de", "localizedLabels": [{"key": "MessengerHomeHeaderTitle", "value": "Hallo"}]}],
        "messenger": {
            "enabled": true, "styles": {"primaryColor": color}, "launcherButton": {"visibility": "OnDemand"},
            "fileUpload": {"enableAttachments": true}, "homeScreen": null,
            "apps": {"conversations": {"enabled": true, "markdown": {"enabled": true}, "sessionDurationSeconds": 3600}}
        }
    })
}

#[tokio::test]
async fn dep2_pages_see_what_was_published_and_nothing_before() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let draft = post(&client, CONFIGURATIONS, settings("looks", "#111111")).await;
    assert_no_nulls(&draft);
    assert_eq!((&draft["version"], &draft["status"]), (&json!("DRAFT"), &json!("Inactive")));
    let id = draft["id"].as_str().unwrap().to_owned();
    let at = |rest: &str| format!("{CONFIGURATIONS}/{id}{rest}");
    let deployment = server.deployment("open");
    let bind = |version: Option<&str>| {
        let mut configuration = json!({"id": id});
        if let Some(version) = version {
            configuration["version"] = json!(version);
        }
        json!({"name": "open", "allowAllDomains": true, "configuration": configuration})
    };
    let body = refused(&client, Method::PUT, &of(deployment, ""), Some(bind(None)), 400, "bad.request").await;
    assert!(body["message"].as_str().unwrap().contains("publish"), "{body}");
    let config = |server: &TestServer| {
        let client = server.anonymous();
        async move { get(&client, &format!("/webdeployments/v1/deployments/{deployment}/config.json")).await }
    };
    let before = config(&server).await;
    assert_eq!(before["messenger"]["styles"]["primaryColor"], "#0165A7");

    // Python sends the word null where there is no body.
    let published = post(&client, &at("/versions/draft/publish"), Value::Null).await;
    assert_eq!((&published["version"], &published["status"]), (&json!("1"), &json!("Active")));
    let bound = put(&client, &of(deployment, ""), bind(None)).await;
    assert_eq!(bound["configuration"]["version"], "1");
    let first = config(&server).await;
    assert_no_nulls(&first);
    assert_eq!((&first["languages"], &first["defaultLanguage"]), (&json!(["de", "en-us"]), &json!("de")));
    assert_eq!(first["messenger"]["launcherButton"]["visibility"], "OnDemand");
    assert_eq!(first["messenger"]["apps"]["conversations"]["sessionDurationSeconds"], 3600);
    assert_eq!(first["messenger"]["fileUpload"]["enableAttachments"], false, "nobody takes files");
    assert_eq!((&first["position"]["alignment"], &first["version"]), (&json!("Left"), &json!("1.1")));

    put(&client, &at("/versions/draft"), settings("looks", "#222222")).await;
    assert_eq!(config(&server).await, first, "a draft shows nowhere");
    post(&client, &at("/versions/draft/publish"), json!({})).await;
    assert_eq!(config(&server).await["messenger"]["styles"]["primaryColor"], "#222222");
    put(&client, &of(deployment, ""), bind(Some("1"))).await;
    assert_eq!(config(&server).await["messenger"]["styles"]["primaryColor"], "#111111");

    let versions = get(&client, &at("/versions")).await;
    let numbers: Vec<_> = versions["entities"].as_array().unwrap().iter().map(|one| one["version"].clone()).collect();
    assert_eq!((numbers, &versions["total"]), (vec![json!("2"), json!("1")], &json!(2)));
    let earlier = get(&client, &at("/versions/1")).await;
    assert_eq!(earlier["messenger"]["styles"]["primaryColor"], "#111111");
    assert_eq!(earlier["customI18nLabels"], draft["customI18nLabels"], "what nobody acts on is kept");
    refused(&client, Method::GET, &at("/versions/3"), None, 404, "not.found").await;

    let active = get(&client, &of(deployment, "/configurations")).await;
    assert_no_nulls(&active);
    let shown = &active["configurationVersion"]["messenger"]["apps"]["conversations"];
    assert_eq!((&shown["customData"]["mode"], &shown["customData"]["version"]), (&json!("open"), &json!(1)));
    let expanded = get(&client, &of(deployment, "?expand=Configuration")).await;
    assert_eq!(expanded["configuration"]["messenger"]["styles"]["primaryColor"], "#111111");

    refused(&client, Method::DELETE, &at(""), None, 409, "wrong.state").await;
    ask(&client, Method::DELETE, &of(deployment, ""), None).await;
    ask(&client, Method::DELETE, &at(""), None).await;
    refused(&client, Method::GET, &at("/versions/draft"), None, 404, "not.found").await;
}

#[tokio::test]
async fn dep2_a_form_is_shown_to_pages_and_checked_before_anybody_is_asked() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    let with = |form: Value| json!({"name": "asks", "messenger": {"apps": {"conversations": {"form": form}}}});
    let fields = json!([
        {"key": "name", "in": "customer", "label": "Your name", "required": true},
        {"key": "topic", "type": "select", "options": ["order", "other"]},
        {"key": "order", "label": "Order", "pattern": "[0-9]+", "maxLength": 9, "when": {"key": "topic", "is": "order"}}
    ]);
    let draft = post(&client, CONFIGURATIONS, with(json!({"enabled": true, "fields": fields}))).await;
    let id = draft["id"].as_str().unwrap();
    let publish = format!("{CONFIGURATIONS}/{id}/versions/draft/publish");
    post(&client, &publish, json!({})).await;
    let deployment = server.deployment("open");
    let bound = json!({"name": "open", "allowAllDomains": true, "configuration": {"id": id}});
    put(&client, &of(deployment, ""), bound).await;
    let config = format!("/webdeployments/v1/deployments/{deployment}/config.json");
    let shown = get(&server.anonymous(), &config).await;
    assert_no_nulls(&shown);
    assert_eq!(shown["waybill"]["form"], json!({"enabled": true, "fields": fields}));
    // What the policy knows of a key comes along: under none of its names is it asked again (L3).
    let asks_id = with(json!({"enabled": true, "fields": [{"key": "customer_id", "label": "Number"}]}));
    put(&client, &format!("{CONFIGURATIONS}/{id}/versions/draft"), asks_id).await;
    post(&client, &publish, json!({})).await;
    let aliases = json!(["crmCustomerId", "customerId", "crm_customer_id", "crmId"]);
    let known = json!({"key": "customer_id", "label": "Number", "aliases": aliases, "maxLength": 256});
    assert_eq!(get(&server.anonymous(), &config).await["waybill"]["form"]["fields"], json!([known]));
    // Switched off it is kept, and shown to nobody.
    let off = with(json!({"enabled": false, "fields": fields}));
    put(&client, &format!("{CONFIGURATIONS}/{id}/versions/draft"), off).await;
    post(&client, &publish, json!({})).await;
    assert_eq!(get(&server.anonymous(), &config).await["waybill"].get("form"), None);

    let long = "x".repeat(300);
    for (field, member) in [
        (json!({"key": ""}), "fields[0].key"),
        (json!({"key": "phone", "in": "customer"}), "fields[0].key"),
        (json!({"key": "a", "label": long}), "fields[0].label"),
        (json!({"key": "a", "autocomplete": long}), "fields[0].autocomplete"),
        (json!({"key": "a", "type": "select"}), "fields[0].options"),
        (json!({"key": "a", "options": ["b"]}), "fields[0].options"),
        (json!({"key": "a", "pattern": "x".repeat(501)}), "fields[0].pattern"),
        (json!({"key": "a", "maxLength": 0}), "fields[0].maxLength"),
        (json!({"key": "a", "aliases": [""]}), "fields[0].aliases"),
        (json!({"key": "a", "when": {"key": "", "is": 1}}), "fields[0].when"),
        (json!({"key": "a", "type": "password"}), "messenger"),
        (json!({"key": "a", "lable": "typing error"}), "messenger"),
    ] {
        let body = with(json!({"enabled": true, "fields": [field]}));
        let body = refused(&client, Method::POST, CONFIGURATIONS, Some(body), 400, "bad.request").await;
        assert!(body["details"][0]["fieldName"].as_str().unwrap().ends_with(member), "{member}: {body}");
    }
    let twice = with(json!({"enabled": true, "fields": [{"key": "a"}, {"key": "a", "label": "again"}]}));
    let body = refused(&client, Method::POST, CONFIGURATIONS, Some(twice), 400, "bad.request").await;
    assert!(body["message"].as_str().unwrap().contains("asked twice"), "{body}");
    let many: Vec<_> = (0..21).map(|number| json!({"key": format!("k{number}")})).collect();
    let many = with(json!({"enabled": true, "fields": many}));
    refused(&client, Method::POST, CONFIGURATIONS, Some(many), 400, "bad.request").await;
}

#[tokio::test]
async fn dep2_what_a_configuration_cannot_say_is_refused() {
    let server = TestServer::start().await;
    let client = admin(&server).await;
    for (body, part) in [
        (json!({}), "name"),
        (json!({"name": "a", "languages": []}), "languages"),
        (json!({"name": "a", "languages": ["de"], "defaultLanguage": "fr"}), "defaultLanguage"),
        (json!({"name": "a", "messenger": {"styles": {"primaryColor": "red;}"}}}), "primaryColor"),
        (json!({"name": "a", "messenger": {"launcherButton": {"visibility": "Always"}}}), "visibility"),
        (
            json!({"name": "a", "messenger": {"apps": {"conversations": {"sessionDurationSeconds": 5}}}}),
            "sessionDuration",
        ),
        (json!({"name": "a", "messenger": {"apps": {"conversations": {"enabled": "SECRET"}}}}), "messenger"),
        (
            json!({"name": "a", "messenger": {"apps": {"conversations": {"customData": {"mode": "strict"}}}}}),
            "contextpolicy",
        ),
        (json!({"name": "a", "more": "x".repeat(40_000)}), "bytes"),
    ] {
        let body = refused(&client, Method::POST, CONFIGURATIONS, Some(body), 400, "bad.request").await;
        assert!(body.to_string().contains(part) && !body.to_string().contains("SECRET"), "{part}: {body}");
    }
    let listed = get(&client, CONFIGURATIONS).await;
    assert_eq!(listed["entities"], json!([]));
    for name in ["b", "a", "c"] {
        post(&client, CONFIGURATIONS, json!({"name": name})).await;
    }
    let page = get(&client, &format!("{CONFIGURATIONS}?pageSize=2")).await;
    assert_eq!((&page["total"], &page["entities"][0]["name"]), (&json!(3), &json!("a")));
    assert_eq!(get(&client, page["nextUri"].as_str().unwrap()).await["entities"][0]["name"], "c");
    assert_eq!(get(&client, &format!("{CONFIGURATIONS}?showOnlyPublished=true")).await["total"], 0);
}
