//! SIG7: keys that the site publishes are fetched, kept, and asked for anew – but not as often as a stranger likes.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use waybill_model::Time;
use waybill_testkit::{FixedClock, TestServer};

use crate::{
    algorithms::{Pair, ed25519, name},
    support::{Guest, admin, body, claims, done, keys_path, refused, sign_text},
};

/// The site's own server, on this machine: it publishes what it is told to.
struct Site {
    url: String,
    says: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Site {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/.well-known/jwks.json", listener.local_addr().unwrap());
        let (says, asked) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicUsize::new(0)));
        let (text, count) = (Arc::clone(&says), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let answer = text.lock().clone();
                let mut request = [0; 4096];
                if stream.read(&mut request).await.is_ok() {
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            }
        });
        let site = Self { url, says, asked };
        site.publish(&[]);
        site
    }

    fn publish(&self, keys: &[(&str, &Pair)]) {
        let keys: Vec<Value> = keys
            .iter()
            .map(|(kid, pair)| {
                let mut key = pair.public.clone();
                key["kid"] = json!(kid);
                key
            })
            .collect();
        let body = json!({ "keys": keys }).to_string();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
        *self.says.lock() = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    }

    fn fail(&self) {
        *self.says.lock() = "HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned();
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn sig7_published_keys_are_kept_asked_for_anew_and_believed_while_the_site_is_away() {
    let start = crate::support::now() * 1_000;
    let clock = Arc::new(FixedClock::at(Time::from_millis(start)));
    let server = TestServer::builder()
        .without_rate_limits()
        .clock(clock.clone())
        .config(|config| config.outbound.allow_this_machine())
        .start()
        .await;
    let site = Site::new().await;
    let new = json!({"name": "shop", "algorithm": "EdDSA", "jwksUrl": site.url});
    let path = keys_path(&server, "signed");
    let key = body(&admin(&server).await.post(&path, &new).await.unwrap(), 200);
    assert_eq!((&key["jwksUrl"], key.get("publicKey")), (&json!(site.url), None));
    assert_eq!(site.asked(), 0, "nobody asks before there is a token");

    let (first, second, unpublished) = (ed25519(), ed25519(), ed25519());
    let seconds = std::cell::Cell::new(start / 1_000);
    let vouch = |kid: Option<&str>, pair: &Pair| {
        let mut header = json!({"alg": name(pair.algorithm)});
        if let Some(kid) = kid {
            header["kid"] = json!(kid);
        }
        let mut claims = claims(&server, "signed", json!({"crmCustomerId": "CRM-1"}));
        (claims["iat"], claims["exp"]) = (json!(seconds.get()), json!(seconds.get() + 60));
        sign_text(&header.to_string(), &claims.to_string(), &pair.private, pair.algorithm)
    };
    let wait = |by: i64| {
        clock.advance_millis(by * 1_000);
        seconds.set(seconds.get() + by);
    };
    let try_it = async |token: &str| Guest::of(&server, "signed").await.start(token, json!({})).await;

    site.publish(&[("one", &first)]);
    done(&try_it(&vouch(Some("one"), &first)).await);
    done(&try_it(&vouch(Some("one"), &first)).await);
    assert_eq!(site.asked(), 1, "the keys are kept");
    let forged = vouch(Some("one"), &unpublished);
    assert_eq!(refused(&try_it(&forged).await, &forged), "identity_token_signature");

    // A key that nobody knows is asked for, but not again and again.
    wait(31);
    for _ in 0..20 {
        let unknown = vouch(Some("nine"), &unpublished);
        assert_eq!(refused(&try_it(&unknown).await, &unknown), "identity_token_unknown_key");
    }
    assert_eq!(site.asked(), 2);

    // The site rotates: the new key is found by its name, the one that it took away is refused.
    wait(31);
    site.publish(&[("two", &second)]);
    done(&try_it(&vouch(Some("two"), &second)).await);
    let gone = vouch(Some("one"), &first);
    assert_eq!(refused(&try_it(&gone).await, &gone), "identity_token_unknown_key");
    let nameless = vouch(None, &second);
    // The demo's key is there too; without a name the deployment's own keys are meant.
    assert_eq!(refused(&try_it(&nameless).await, &nameless), "identity_token_algorithm");

    // The site is away: what it said last holds for a day.
    site.fail();
    wait(3_600);
    done(&try_it(&vouch(Some("two"), &second)).await);
    wait(21 * 3_600);
    done(&try_it(&vouch(Some("two"), &second)).await);
    wait(3 * 3_600);
    let answer = try_it(&vouch(Some("two"), &second)).await;
    assert_eq!((&answer["code"], &answer["body"]["retryAfter"]), (&json!(503), &json!(5)), "{answer}");
    wait(31);
    site.publish(&[("two", &second)]);
    done(&try_it(&vouch(Some("two"), &second)).await);
}
