//! `waybill flow` and `waybill deployment bind`, in a folder and against a running server.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use waybill_testkit::{ConnectOptions, Demo, GuestClient, NewMessage, ServerProcess};

use crate::start;

/// What a command did.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    #[track_caller]
    fn well(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    /// It ended with 1, and its output and its complaint hold all of this.
    #[track_caller]
    fn badly(self, words: &[&str]) {
        let said = [self.out, self.err].concat();
        assert_eq!(self.code, Some(1), "{said}");
        for word in words {
            assert!(said.contains(word), "`{word}` is missing in {said}");
        }
    }
}

/// A command of the binary that needs no server.
async fn run(arguments: &[&str]) -> Said {
    let output = ServerProcess::run(arguments).await;
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A demo that runs, and files beside its data.
struct Shop {
    folder: tempfile::TempDir,
    demo: Demo,
    _server: ServerProcess,
}

impl Shop {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = ServerProcess::demo(&folder.path().join("data"), &[]).await;
        let demo = server.demo_file().await;
        Self { folder, demo, _server: server }
    }

    /// Runs a command as the demo's administration.
    async fn run(&self, arguments: &[&str]) -> Said {
        let data = self.folder.path().join("data");
        run(&[arguments, &["--demo", data.to_str().unwrap()]].concat()).await
    }

    async fn json(&self, arguments: &[&str]) -> Value {
        let out = self.run(&[arguments, &["--json"]].concat()).await.well();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {out}"))
    }

    fn file(&self, name: &str, text: &str) -> String {
        write(self.folder.path(), name, text)
    }

    async fn chat(&self, custom_data: Value) -> GuestClient {
        let options = ConnectOptions {
            base_url: self.demo.base_url.clone(),
            deployment_id: self.demo.deployments.open.to_string(),
            token: format!(
                "{:-<40}",
                custom_data.to_string().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
            ),
            ..ConnectOptions::default()
        };
        let mut guest = GuestClient::connect(options).await.unwrap();
        guest.start_chat(start(&json!({ "customData": custom_data }))).await.unwrap();
        guest
    }
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

async fn hears(guest: &mut GuestClient) -> String {
    guest.next_outbound().await.unwrap().text.unwrap_or_default()
}

const GREET: &str = "
flow: greet
kind: inboundMessage
uses: { customData: [crmCustomerId?, plan?] }
start: plan
actions:
  plan:
    decision: customData.plan is defined and customData.plan == 'gold'
    then: gold
    else: which
  gold: { sendMessage: Hello gold }
  which: { ask: 'Which plan?', timeout: 10m, set: said, next: thanks, noAnswer: thanks }
  thanks: { sendMessage: 'Thanks, {{ said | default(\"silent one\") }}' }
";

#[tokio::test]
async fn flow16_flow30_check_says_where_what_is_wrong_and_what_to_do() {
    let shop = Shop::open().await;
    let (open, strict) = (shop.demo.deployments.open.to_string(), shop.demo.deployments.strict.to_string());
    let good = shop.file("good.yaml", GREET);
    assert_eq!(shop.run(&["flow", "check", &good, "--deployment", &open]).await.well(), "nothing found\n");

    // A key that the deployment does not let through, by a slip of the pen.
    let misspelt = GREET.replace("crmCustomerId?, plan?", "crmCustomerIdd?, plan?");
    let misspelt = shop.file("misspelt.yaml", &misspelt);
    let found = shop.run(&["flow", "check", &misspelt, "--deployment", &strict]).await;
    found.badly(&["line 4", "error [unknownKey]", "crmCustomerIdd", "crmCustomerId"]);
    let found = shop.run(&["flow", "check", &misspelt, "--deployment", &strict, "--json"]).await;
    assert_eq!(found.code, Some(1));
    let answer: Value = serde_json::from_str(&found.out).unwrap();
    let finding = &answer["findings"][0];
    assert_eq!((&answer["valid"], &finding["severity"], &finding["line"]), (&json!(false), &json!("error"), &json!(4)));
    assert!(finding["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()), "{finding}");

    let nowhere = shop.file("nowhere.yaml", &GREET.replace("else: which", "else: wich"));
    shop.run(&["flow", "check", &nowhere])
        .await
        .badly(&["line 10, column 11 (actions.plan.else)", "`wich`: did you mean `which`?"]);
    let unreadable = shop.file("unreadable.yaml", "flow: [");
    shop.run(&["flow", "check", &unreadable]).await.badly(&["error [syntax]", "line "]);
    shop.run(&["flow", "check", "/nowhere.yaml"]).await.badly(&["`/nowhere.yaml` can't be read"]);
    let unknown = shop.run(&["flow", "check", &good, "--deployment", "98765432-1234-5678-90ab-cdef12345678"]).await;
    unknown.badly(&["deployment", "not found"]);
}

#[tokio::test]
async fn flow31_flow32_flows_are_published_bound_and_taken_back_by_command() {
    let shop = Shop::open().await;
    let open = shop.demo.deployments.open.to_string();
    let file = shop.file("greet.yaml", GREET);
    let first = shop.json(&["flow", "publish", &file]).await;
    let id = first["flow"]["id"].as_str().unwrap_or_else(|| panic!("{first}"));
    assert_eq!(first["version"]["commitVersion"], "1");
    let second = GREET.replace("Hello gold", "Welcome gold");
    let file = shop.file("greet.yaml", &second);
    let said = shop.run(&["flow", "publish", &file]).await.well();
    assert!(said.contains(id) && said.contains("version  2"), "{said}");
    let listed = shop.run(&["flow", "list"]).await.well();
    assert!(listed.lines().any(|line| line.starts_with(id) && line.ends_with("  2  greet")), "{listed}");
    assert_eq!(shop.run(&["flow", "export", "greet", "--version", "1"]).await.well().trim(), GREET.trim());
    assert_eq!(shop.run(&["flow", "export", id]).await.well().trim(), second.trim());

    let broken = shop.file("broken.yaml", &GREET.replace("then: gold", "then: golden"));
    shop.run(&["flow", "publish", &broken]).await.badly(&["line 9, column 11 (actions.plan.then)", "golden"]);
    assert_eq!(shop.json(&["flow", "export", "greet"]).await["document"], second, "nothing of it was kept");
    let no_queue = shop.file(
        "queue.yaml",
        "flow: queue\nkind: inboundMessage\nstart: a\nactions: { a: { transferToQueue: Suport } }\n",
    );
    shop.run(&["flow", "publish", &no_queue]).await.badly(&[
        "line 4",
        "unknownQueue",
        "`Suport`: did you mean `support`?",
    ]);
    shop.run(&["flow", "export", "nobody"]).await.badly(&["there is no flow `nobody`", "waybill flow list"]);
    shop.run(&["flow", "export", "greet", "--version", "9"]).await.badly(&["not found"]);

    // Bound, its conversations begin with it; taken back, new ones begin with the earlier version.
    shop.run(&["deployment", "bind", &open, "nobody"]).await.badly(&["there is no flow `nobody`"]);
    let said = shop.run(&["deployment", "bind", &open, "greet"]).await.well();
    assert_eq!(said, format!("conversations of {open} begin with greet\n"));
    assert_eq!(hears(&mut shop.chat(json!({"plan": "gold", "n": 1})).await).await, "Welcome gold");
    let said = shop.run(&["flow", "rollback", "greet", "1"]).await.well();
    assert_eq!(said, "new conversations begin with version 1 of greet\n");
    assert_eq!(hears(&mut shop.chat(json!({"plan": "gold", "n": 2})).await).await, "Hello gold");
    shop.run(&["flow", "rollback", "greet", "9"]).await.badly(&["version", "9"]);

    // A flow that reads what the deployment does not let through is not bound.
    let strict = shop.demo.deployments.strict.to_string();
    let other = GREET.replace("flow: greet", "flow: shoes").replace("[crmCustomerId?", "[shoeSize?");
    let other = shop.file("shoes.yaml", &other);
    shop.run(&["flow", "publish", &other]).await.well();
    shop.run(&["deployment", "bind", &strict, "shoes"]).await.badly(&["shoeSize"]);

    let unbound = shop.json(&["deployment", "unbind", &open]).await;
    assert!(unbound.get("flow").is_none(), "{unbound}");
    let listed = shop.json(&["deployment", "list"]).await;
    let found = listed["entities"].as_array().unwrap().iter().find(|one| one["id"] == open.as_str()).unwrap();
    assert!(found.get("flow").is_none() && found["status"] == "Active", "{found}");
    shop.run(&["deployment", "bind", "98765432-1234-5678-90ab-cdef12345678", "greet"]).await.badly(&["not found"]);
}

#[tokio::test]
async fn flow35_replay_shows_the_conversations_that_another_version_would_lead_elsewhere() {
    let shop = Shop::open().await;
    let open = shop.demo.deployments.open.to_string();
    let file = shop.file("greet.yaml", GREET);
    shop.run(&["flow", "publish", &file]).await.well();
    shop.run(&["deployment", "bind", &open, "greet"]).await.well();
    assert_eq!(hears(&mut shop.chat(json!({"plan": "gold"})).await).await, "Hello gold");
    let mut silver = shop.chat(json!({"plan": "a-secret-plan"})).await;
    assert_eq!(hears(&mut silver).await, "Which plan?");
    silver.send_message(NewMessage { text: "silver".to_owned(), ..NewMessage::default() }).await.unwrap();
    assert_eq!(hears(&mut silver).await, "Thanks, silver");

    let same = shop.run(&["flow", "replay", "greet", "--deployment", &open]).await.well();
    assert_eq!(same, "2 conversations, 2 the same, 0 different, 0 without this flow\n");
    let other = shop.file("other.yaml", &GREET.replace("== 'gold'", "== 'a-secret-plan'"));
    let replayed = shop.run(&["flow", "replay", "greet", "--deployment", &open, "--file", &other]).await.well();
    assert!(replayed.starts_with("2 conversations, 0 the same, 2 different, 0 without this flow\n"), "{replayed}");
    for line in ["- plan: then", "+ plan: else", "- plan: else", "+ plan: then"] {
        assert!(replayed.lines().any(|one| one == line), "`{line}` is missing in {replayed}");
    }
    assert!(!replayed.contains("a-secret-plan") && !replayed.contains("silver"), "{replayed}");
    let one =
        shop.run(&["flow", "replay", "greet", "--deployment", &open, "--file", &other, "--last", "1"]).await.well();
    assert!(one.starts_with("1 conversations, 0 the same, 1 different"), "{one}");
    let unreadable = shop.file("unreadable.yaml", &GREET.replace("then: gold", "then: golden"));
    let refused = shop.run(&["flow", "replay", "greet", "--deployment", &open, "--file", &unreadable]).await;
    refused.badly(&["golden"]);
    shop.run(&["flow", "replay", "nobody", "--deployment", &open]).await.badly(&["there is no flow `nobody`"]);
}

#[tokio::test]
async fn flow34_run_prints_the_path_and_its_status_says_whether_the_script_was_met() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| write(folder.path(), name, text);
    let look_up = file(
        "look-up.yaml",
        "
flow: look-up
kind: inboundMessage
uses: { customData: [crmCustomerId?] }
start: look-up
actions:
  look-up:
    apiRequest: { url: \"{{ env.CRM_URL }}/customers/{{ customData.crmCustomerId }}\", set: { tier: $.tier } }
    success: keep
    failure: sorry
    missing: who
  keep: { setAttributes: { tier: \"{{ tier }}\" }, next: hello }
  hello: { sendMessage: Hello }
  sorry: { sendMessage: Sorry }
  who: { sendMessage: Who are you? }
",
    );
    // What the other system answers is written down: nobody is asked.
    let met = "context: { crmCustomerId: CRM-1 }
env: { CRM_URL: \"https://crm.example\" }
script: [{ reply: { body: { tier: gold } } }]
expect: |
  > started
  look-up: waits reads crmCustomerId (page)
    request GET https://crm.example/customers/CRM-1
  > reply 200
  look-up: success sets tier
  keep: next sets customData.tier
  hello: next
    attributes tier = \"gold\"
    say \"Hello\"
  = finished
";
    let script = file("met.yaml", met);
    let said = run(&["flow", "run", &look_up, "--script", &script]).await.well();
    assert!(said.contains("look-up: success sets tier") && said.ends_with("= finished\n"), "{said}");
    let script = file("missed.yaml", &met.replace("{ body: { tier: gold } }", "{ status: 500 }"));
    run(&["flow", "run", &look_up, "--script", &script]).await.badly(&[
        "look-up: failure",
        "say \"Sorry\"",
        "The script expects something else:",
    ]);
    let script = file("failed.yaml", "env: { CRM_URL: \"https://crm.example\" }\nscript: [{ reply: timedOut }]\n");
    let context = file("context.yaml", "crmCustomerId: { value: CRM-9, trust: signed }\n");
    let said = run(&["flow", "run", &look_up, "--script", &script, "--context", &context]).await.well();
    assert!(said.contains("reads crmCustomerId (signed)") && said.contains("say \"Sorry\""), "{said}");
    let said = run(&["flow", "run", &look_up]).await.well();
    assert!(said.contains("look-up: failure – `env.CRM_URL` has no value"), "{said}");
    let script = file("nobody.yaml", "env: { CRM_URL: \"https://crm.example\" }\n");
    let said = run(&["flow", "run", &look_up, "--script", &script]).await.well();
    assert!(said.contains("look-up: missing reads crmCustomerId (never_sent)"), "{said}");

    let script = file("unreadable-script.yaml", "contxt: {}\n");
    run(&["flow", "run", &look_up, "--script", &script]).await.badly(&["is no script", "contxt", "context"]);
    let broken = file("broken.yaml", "flow: x\nkind: inboundMessage\nstart: a\nactions: { b: { end: } }\n");
    run(&["flow", "run", &broken]).await.badly(&["broken.yaml: line 3", "`a`"]);
    run(&["flow", "run", "/nowhere.yaml"]).await.badly(&["`/nowhere.yaml` can't be read"]);
}

/// The fixtures of the engine are the files that the command reads: every script goes as it expects.
#[tokio::test]
async fn flow34_run_reads_the_fixtures_of_every_action() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/tests/flows");
    let list = |folder: &Path| {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
        files.sort();
        files
    };
    let organization = fixtures.join("organization.yaml");
    let flows: Vec<PathBuf> = list(&fixtures).into_iter().filter(|file| *file != organization).collect();
    let flows: Vec<&str> = flows.iter().map(|file| file.to_str().unwrap()).collect();
    let scripts = list(&fixtures.join("scripts"));
    assert!(scripts.len() >= 30, "{scripts:?}");
    for script in scripts {
        let script = script.to_str().unwrap();
        let more = ["--organization", organization.to_str().unwrap(), "--script", script];
        let said = run(&[&["flow", "run"], &flows[..], &more].concat()).await;
        assert_eq!(said.code, Some(0), "{script}: {}{}", said.out, said.err);
    }
}
