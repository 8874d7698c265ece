//! Details jobs.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use waybill_model::Time;
use waybill_testkit::{FixedClock, RestClient, TestServer};

use crate::support::{JOBS, ask, body_of, ids, is, read, refused, start};

const YEAR: &str = "2026-01-01T00:00:00.000Z/2026-12-31T00:00:00.000Z";

fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::at("2026-11-20T18:00:00Z".parse::<Time>().unwrap()))
}

/// Asks for a job until it stands so.
async fn until(client: &RestClient, job: &str, state: &str) -> Value {
    loop {
        let status = read(client, &format!("{JOBS}/{job}")).await;
        if status["state"] == state {
            return status;
        }
        assert!(["QUEUED", "PENDING"].contains(&status["state"].as_str().unwrap()), "{status}");
        tokio::task::yield_now().await;
    }
}

async fn create(client: &RestClient, question: Value) -> String {
    ask(client, JOBS, question).await["jobId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn ana6_a_job_finds_what_its_question_describes_and_its_pages_join() {
    let clock = clock();
    let server = TestServer::builder().without_rate_limits().clock(Arc::clone(&clock) as _).start().await;
    let client = server.integrator().await;
    let mut expected = Vec::new();
    for number in 0..7 {
        // On several days, so that the job takes several steps.
        clock.advance_millis(3_600_000 * 20);
        let client = server.integrator().await;
        let plan = if number % 3 == 0 { "silver" } else { "gold" };
        let chat = start(&server, &client, "open", json!({"plan": plan})).await;
        if plan == "gold" {
            expected.push(chat.id);
        }
    }
    let client_now = server.integrator().await;
    let job =
        create(&client_now, json!({"interval": YEAR, "conversationFilters": [is("attribute:plan", "gold")]})).await;
    let status = until(&client_now, &job, "FULFILLED").await;
    assert_eq!(status["found"], 4);
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = read(&client_now, &format!("{JOBS}/{job}/results?pageSize=3{cursor}")).await;
        assert_eq!(page["conversations"][0]["participants"][0]["attributes"]["plan"], "gold");
        found.extend(ids(&page).into_iter().map(str::to_owned));
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found, expected);
    let few = create(&client_now, json!({"interval": YEAR, "limit": 2})).await;
    assert_eq!(until(&client_now, &few, "FULFILLED").await["found"], 2);
    let wrong = client_now.get(&format!("{JOBS}/{job}/results?cursor=nonsense")).await.unwrap();
    assert_eq!(wrong.status, 400, "{}", wrong.text);
    drop(client);
}

#[tokio::test]
async fn ana6_jobs_survive_a_restart_and_expire() {
    let clock = clock();
    let mut server = TestServer::builder().without_rate_limits().clock(Arc::clone(&clock) as _).start().await;
    let client = server.integrator().await;
    let chat = start(&server, &client, "open", json!({"plan": "gold"})).await;
    let job = create(&client, json!({"interval": YEAR})).await;
    server.restart().await;
    let client = server.integrator().await;
    until(&client, &job, "FULFILLED").await;
    server.restart().await;
    let client = server.integrator().await;
    let page = read(&client, &format!("{JOBS}/{job}/results")).await;
    assert_eq!(ids(&page), [&chat.id]);
    clock.advance_millis(86_400_000);
    let client = server.integrator().await;
    assert_eq!(read(&client, &format!("{JOBS}/{job}")).await["state"], "EXPIRED");
    let gone = client.get(&format!("{JOBS}/{job}/results")).await.unwrap();
    assert_eq!(gone.status, 409, "{}", gone.text);
}

#[tokio::test]
async fn ana6_jobs_are_called_off_and_are_their_owners_alone() {
    let server = TestServer::builder().without_rate_limits().start().await;
    let client = server.integrator().await;
    let job = create(&client, json!({"interval": YEAR})).await;
    until(&client, &job, "FULFILLED").await;
    let admin = server.admin().await;
    for path in [format!("{JOBS}/{job}"), format!("{JOBS}/{job}/results"), format!("{JOBS}/nonsense")] {
        assert_eq!(admin.get(&path).await.unwrap().status, 404, "{path}");
    }
    let gone = client.request(Method::DELETE, &format!("{JOBS}/{job}")).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(client.get(&format!("{JOBS}/{job}")).await.unwrap().status, 404);
    for (question, field) in [
        (json!({"interval": "2020-01-01T00:00:00Z/2026-01-01T00:00:00Z"}), "interval"),
        (json!({"interval": YEAR, "limit": 0}), "limit"),
        (json!({"interval": YEAR, "conversationFilters": [is("SECRET", "SECRET")]}), "conversationFilters"),
    ] {
        refused(&client, JOBS, question, field).await;
    }
    // So many are kept and no more.
    let full = loop {
        let answer = client.post(JOBS, &json!({"interval": YEAR})).await.unwrap();
        if answer.status != 202 {
            break answer;
        }
    };
    assert!([409, 429].contains(&full.status.as_u16()), "{}", full.text);
    assert!(body_of(&full)["message"].is_string());
}
