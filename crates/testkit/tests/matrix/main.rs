//! The rights matrix (REST5): every operation × {no token, a wrong one, one that is over, another organization, another
//! division, every permission but its own}. It is made from the OpenAPI document: an operation without a row fails.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod operations;
mod strangers;

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use waybill_model::Permission;
use waybill_testkit::{FixedClock, RestClient, TestServer};

use crate::{
    operations::{Operation, list_operations},
    strangers::{Samples, client_with, log_in, role_with},
};

/// What an operation answers; a stream's body has no end and is not read.
struct Reply {
    status: StatusCode,
    body: String,
}

async fn ask(client: &RestClient, operation: &Operation, samples: &Samples) -> Reply {
    let path = samples.fill(&operation.path);
    let mut request = client.request(operation.method.clone(), &path);
    if operation.has_body {
        request = request.header("content-type", "application/json").body(operation.example.clone());
    }
    let response = request.send().await.unwrap();
    let status = response.status();
    let streams = response.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/event"));
    let body = if streams { String::new() } else { response.text().await.unwrap() };
    Reply { status, body }
}

fn expect(operation: &Operation, who: &str, reply: &Reply, status: u16, code: &str) {
    let Operation { method, path, .. } = operation;
    let said = serde_json::from_str::<serde_json::Value>(&reply.body).unwrap_or_default();
    assert!(
        reply.status == status && (method == Method::HEAD || said["code"] == code),
        "{method} {path}, {who}: {} {}, expected {status} {code}",
        reply.status,
        reply.body
    );
}

async fn server_with_clock() -> (TestServer, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::at("2026-11-20T18:08:55Z".parse().unwrap()));
    let server = TestServer::builder().without_rate_limits().clock(clock.clone()).start().await;
    (server, clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rest5_no_operation_opens_without_a_good_token() {
    let (server, clock) = server_with_clock().await;
    let operations = list_operations(&server).await;
    let samples = Samples::make(&server).await;
    let over = server.integrator().await;
    clock.advance_millis(25 * 3_600_000);
    for operation in &operations {
        let nobody = ask(&server.anonymous(), operation, &samples).await;
        expect(operation, "no token", &nobody, 401, "authentication.required");
        let wrong = ask(&server.anonymous().with_token("wrong"), operation, &samples).await;
        expect(operation, "a wrong token", &wrong, 401, "bad.credentials");
        let ended = ask(&over, operation, &samples).await;
        expect(operation, "a token that is over", &ended, 401, "bad.credentials");
    }
    assert!(operations.len() > 100, "the document lists {} operations", operations.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rest5_no_operation_opens_with_every_permission_but_its_own() {
    let (server, _) = server_with_clock().await;
    let operations = list_operations(&server).await;
    let samples = Samples::make(&server).await;
    let admin = server.admin().await;
    let mut sets: Vec<Vec<Permission>> = operations.iter().map(|operation| operation.permissions.clone()).collect();
    sets.sort();
    sets.dedup();
    for set in sets.into_iter().filter(|set| !set.is_empty()) {
        let others: Vec<Permission> =
            Permission::ALL.iter().copied().filter(|permission| !set.contains(permission)).collect();
        let name = format!("all but {set:?}");
        let role = role_with(&admin, &name, &others).await;
        let client = log_in(&server, &client_with(&admin, &name, &role, None).await).await;
        for operation in operations.iter().filter(|operation| operation.permissions == set) {
            let reply = ask(&client, operation, &samples).await;
            expect(operation, &name, &reply, 403, "missing.permissions");
        }
        // The other way round: with one of its own and nothing else, an operation is not closed for want of a right.
        for own in &set {
            let name = format!("only {own} of {set:?}");
            let role = role_with(&admin, &name, &[*own]).await;
            let client = log_in(&server, &client_with(&admin, &name, &role, None).await).await;
            // Reading is enough to show it, and disturbs nothing.
            let readers = operations.iter().filter(|one| one.permissions == set && one.method == Method::GET);
            for operation in readers {
                let reply = ask(&client, operation, &samples).await;
                assert!(
                    reply.status != StatusCode::FORBIDDEN && reply.status != StatusCode::UNAUTHORIZED,
                    "{} {} with {name}: {} {}",
                    operation.method,
                    operation.path,
                    reply.status,
                    reply.body
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rest5_another_organization_sees_and_moves_nothing() {
    let (server, _) = server_with_clock().await;
    let operations = list_operations(&server).await;
    let samples = Samples::make(&server).await;
    let stranger = strangers::administrator_elsewhere(&server).await;
    refuse_everything(&operations, &samples, &stranger, "another organization").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rest5_another_division_sees_and_moves_nothing() {
    let (server, _) = server_with_clock().await;
    let operations = list_operations(&server).await;
    let samples = Samples::make(&server).await;
    let admin = server.admin().await;
    let division = strangers::division(&admin, "Elsewhere").await;
    let role = role_with(&admin, "everything", Permission::ALL).await;
    let client = client_with(&admin, "of another division", &role, Some(&division)).await;
    let stranger = log_in(&server, &client).await;
    // What belongs to the organization as a whole is not another division's.
    let divided: Vec<_> = operations.into_iter().filter(Operation::is_about_something_divided).collect();
    refuse_everything(&divided, &samples, &stranger, "another division").await;
}

/// Whatever a stranger asks for by id is not there for it, and nothing that it lists contains anything of ours.
async fn refuse_everything(operations: &[Operation], samples: &Samples, stranger: &RestClient, who: &str) {
    // Whoever ends its own token ends what it may do here.
    for operation in operations.iter().filter(|one| one.path != "/api/v2/tokens/me") {
        let reply = ask(stranger, operation, samples).await;
        let Operation { method, path, .. } = operation;
        for ours in samples.ids().filter(|id| !samples.fill(path).contains(*id)) {
            assert!(!reply.body.contains(ours), "{method} {path}, {who}: the answer names {ours}: {}", reply.body);
        }
        assert!(!reply.body.contains("CRM-4711"), "{method} {path}, {who}: {}", reply.body);
        assert!(!reply.status.is_server_error(), "{method} {path}, {who}: {} {}", reply.status, reply.body);
        if samples.names_something(path) {
            let denied = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN, StatusCode::BAD_REQUEST, StatusCode::CONFLICT];
            assert!(denied.contains(&reply.status), "{method} {path}, {who}: {} {}", reply.status, reply.body);
            if method == Method::GET || method == Method::HEAD {
                assert_eq!(reply.status, StatusCode::NOT_FOUND, "{method} {path}, {who}: {}", reply.body);
            }
        }
    }
}
