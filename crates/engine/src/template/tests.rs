//! The language as its authors see it: a table for each rule, and properties over arbitrary values.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use waybill_model::{
    Actor, Attribute, Context, ContextPolicy, Customer, EffectId, Form, Mode, Scalar, Time, Trust, conversation::Source,
};

use super::*;
use crate::attributes::{CompiledPolicy, WhyAbsent};

const MARKER: u128 = 0x5a5a_0001_7000_8000_0000_0000_dead_beef;

/// A conversation to render in.
struct World {
    policy: CompiledPolicy,
    context: Context,
    customer: Customer,
    source: Source,
    variables: BTreeMap<String, Value>,
    env: BTreeMap<String, String>,
    secrets: BTreeSet<String>,
    message: Option<String>,
}

impl World {
    fn new() -> Self {
        let mut policy = ContextPolicy::standard();
        policy.containers.insert("shop".to_owned(), "shop_".to_owned());
        let mut world = Self {
            policy: CompiledPolicy::new(policy).expect("the policy is usable"),
            context: Context::default(),
            customer: Customer {
                id: None,
                name: Some("Zoë \"Z\"".to_owned()),
                email: Some("zoe@example.com".to_owned()),
                trust: BTreeMap::from([("email".to_owned(), Trust::Signed)]),
            },
            source: Source { page: Some("/cart".to_owned()), ..Source::default() },
            variables: BTreeMap::from([
                ("tier".to_owned(), json!("gold")),
                ("orders".to_owned(), json!([{"id": 7, "note": null}, {"id": 8}])),
                ("reply".to_owned(), json!({"name": {"first": "Zoë"}, "odd-key": 1, "nothing": null})),
                ("nothing".to_owned(), json!(null)),
                ("amount".to_owned(), json!(3)),
            ]),
            env: BTreeMap::from([("CRM_URL".to_owned(), "https://crm.example:8443/v1".to_owned())]),
            secrets: BTreeSet::from(["crmToken".to_owned()]),
            message: Some("Hi {{ tier }}".to_owned()),
        };
        for (key, value, trust) in [
            ("crmCustomerId", Scalar::from("CRM-1"), Trust::Signed),
            ("odd-key", Scalar::from("odd"), Trust::Page),
            ("empty", Scalar::from(""), Trust::Page),
            ("vip", Scalar::Bool(false), Trust::Server),
            ("count", Scalar::Number(12.into()), Trust::Page),
            ("zeros", Scalar::from("007"), Trust::Page),
            ("nix", Scalar::Null, Trust::Page),
            ("shop_basket", Scalar::from("B-9"), Trust::Flow),
        ] {
            world.store(key, value, trust);
        }
        world
    }

    fn store(&mut self, key: &str, value: Scalar, trust: Trust) {
        let attribute = Attribute {
            value,
            trust,
            forms: vec![Form::CustomData],
            sent_as: key.to_owned(),
            declared: false,
            coerced: false,
            revision: 1,
            at: Time::from_millis(0),
            by: Actor::Guest,
            late: false,
        };
        self.context.stored.insert(key.to_owned(), attribute);
    }

    fn names(&self) -> Names<'_> {
        Names {
            policy: &self.policy,
            context: &self.context,
            customer: &self.customer,
            conversation: ConversationFacts {
                id: waybill_model::ConversationId::new(Uuid::from_u128(1)),
                deployment_id: waybill_model::DeploymentId::new(Uuid::from_u128(2)),
                started_at: Time::from_millis(1_795_198_135_031),
                source: &self.source,
            },
            variables: &self.variables,
            env: &self.env,
            secrets: Secrets { allowed: &self.secrets, marker: EffectId::new(Uuid::from_u128(MARKER)) },
            message: self.message.as_deref(),
            now: Time::from_millis(1_795_198_135_031),
        }
    }
}

/// What a template becomes, or its fault in words.
fn text(source: &str) -> Result<String, String> {
    let template = Template::compile(source, Landing::Text).map_err(|fault| fault.to_string())?;
    template.render(&World::new().names()).map(|rendered| rendered.value).map_err(|fault| fault.to_string())
}

fn check(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(text(source), Ok((*expected).to_owned()), "{source}");
    }
}

/// Faults must have all these words in them.
fn check_faults(cases: &[(&str, &[&str])]) {
    for (source, words) in cases {
        let fault = text(source).expect_err(source);
        for word in *words {
            assert!(fault.contains(word), "{source}: `{word}` is missing in: {fault}");
        }
    }
}

fn value(source: &str) -> Result<Value, RenderFault> {
    let expression = Expression::compile(source).unwrap_or_else(|fault| panic!("{source}: {fault}"));
    expression.evaluate(&World::new().names()).map(|rendered| rendered.value)
}

fn request(url: &str, headers: &[(&str, &str)], body: Option<BodySource>) -> RequestSource {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    RequestSource { method: "POST".to_owned(), url: url.to_owned(), headers, body }
}

#[test]
fn flow1_a_placeholder_is_filled_once() {
    check(&[
        ("", ""),
        ("plain } text { with % braces", "plain } text { with % braces"),
        ("Hello {{ customer.name }}, about your {{tier}} account…", "Hello Zoë \"Z\", about your gold account…"),
        ("{{ message.text }}", "Hi {{ tier }}"),
        ("{{ '{{' }} and {{ \"}}\" }}", "{{ and }}"),
        ("{{ 'Gold' if tier == 'gold' else 'Support' }}", "Gold"),
        ("{{ {'gold': 'Gold'}[tier] }}", "Gold"),
        ("{{ tier | upper }}-{{ tier | capitalize }}-{{ tier | replace('o', '0') }}", "GOLD-Gold-g0ld"),
        ("{{ orders | length }}: {{ orders | tojson }}", r#"2: [{"id":7,"note":null},{"id":8}]"#),
    ]);
    check_faults(&[
        ("{% for x in y %}{{ x }}{% endfor %}", &["`{%` statements"]),
        ("a {{ tier", &["not closed", "{{ tier"]),
        ("{{ }}", &["it is empty"]),
        ("{{ tier | uper }}", &["`uper` is not known", "did you mean `upper`"]),
        ("{{ tier | default }}{{ tier | d() }}", &["needs a value"]),
        ("{{ tier | default(boolean=true) }}", &["needs a value"]),
        ("{{ tier is definedd }}", &["did you mean `defined`"]),
        ("{{ range(9) }}", &["functions are not known"]),
        ("{{ tier.upper() }}", &["functions are not known"]),
        ("{{ (tier }}", &["`)` is missing"]),
        ("{{ tier) }}", &["closes nothing"]),
        ("{{ tier ~ }}", &["joins two values"]),
        ("{{ 'open }}", &["not closed"]),
        ("{{ tier § }}", &["means nothing here"]),
    ]);
}

#[test]
fn flow2_all_names_of_a_key_lead_to_it() {
    for name in [
        "customData.crmCustomerId",
        "customData.customer_id",
        "customData.crmId",
        "customData[\"crmCustomerId\"]",
        "customData['customerId']",
        "Context.crmCustomerId",
        "Context.crm_customer_id",
        "conversation:attributes:custom:crm_customer_id",
        "conversation:attributes:custom:crmCustomerId",
    ] {
        assert_eq!(text(&format!("<{{{{ {name} }}}}>")), Ok("<CRM-1>".to_owned()), "{name}");
        assert_eq!(value(&format!("{name} == 'CRM-1'")), Ok(json!(true)), "{name}");
        let template = Template::compile(&format!("{{{{{name}}}}}"), Landing::Text).expect(name);
        let world = World::new();
        let written = template.uses().needed.first().expect("a name is read").clone();
        assert_eq!(canonical_name(&world.policy, &written).as_deref(), Some("crmCustomerId"), "{name}");
        let reads = template.render(&world.names()).expect(name).reads;
        let read =
            waybill_model::ContextRead { key: "crmCustomerId".to_owned(), trust: Some(Trust::Signed), absent: None };
        assert_eq!(reads, [read], "{name}");
    }
    check(&[
        ("{{ customData[\"odd-key\"] }}", "odd"),
        ("{{ conversation:attributes:custom:odd-key }}", "odd"),
        ("{{ conversation:attributes:shop:basket }}", "B-9"),
        ("{{ conversation.id }}", "00000000-0000-0000-0000-000000000001"),
        ("{{ conversation.deploymentId }}", "00000000-0000-0000-0000-000000000002"),
        ("{{ conversation.startedAt }} {{ now }}", "2026-11-20T18:08:55.031Z 2026-11-20T18:08:55.031Z"),
        ("{{ conversation.source.page }}", "/cart"),
        ("{{ customer.email }}", "zoe@example.com"),
        ("{{ trust.crmCustomerId }} {{ trust.crmId }} {{ trust.vip }} {{ trust.gone }}", "signed signed server absent"),
        ("{{ trust.shop_basket }} {{ trust.count }}", "flow page"),
        ("{{ env.CRM_URL }}", "https://crm.example:8443/v1"),
        ("{{ tier }} {{ flow.tier }} {{ flow[\"tier\"] }}", "gold gold gold"),
        ("{{ reply.name.first }} {{ orders[1].id }} {{ reply[\"odd-key\"] }}", "Zoë 8 1"),
        ("{{ orders[amount - 3].id }}", "7"),
        ("{{ customData.count-1 }} {{ customData.count - amount }}", "11 9"),
    ]);
    check_faults(&[
        ("{{ customData.crm-customer-id }}", &["reads as a subtraction", "`customData[\"crm-customer-id\"]`"]),
        ("{{ customData[tier] }}", &["write out which"]),
        ("{{ customData }}", &["write out which", "customData.name"]),
        ("{{ customData.crm.id }}", &["no fields", "customData[\"crm.…\"]"]),
        ("{{ customer.mail }}", &["there is", "customer.email"]),
        ("{{ conversation.sorce.page }}", &["conversation.sorce", "conversation.source.page"]),
        ("{{ conversation:attribute:custom:a }}", &["conversation:attributes:<namespace>:<key>"]),
        ("{{ conversation:attributes:other:a }}", &["has no value", "conversation:attributes:custom:a"]),
    ]);
    for (name, fits) in [("tier", true), ("customData", false), ("now", false), ("else", false), ("a-b", false)] {
        assert_eq!(is_variable_name(name), fits, "{name}");
    }
}

#[test]
fn flow3_absence_is_an_error_that_says_why() {
    check_faults(&[
        ("{{ customData.plan }}", &["`customData.plan` is absent", "never_sent", "Nobody handed", "`crmCustomerId`"]),
        ("{{ Context.plan | upper }}", &["`customData.plan` is absent"]),
        ("{{ 'Gold' if customData.plan == 'gold' else 'Support' }}", &["`customData.plan` is absent"]),
        ("{{ customData.a | default(customData.b) }}", &["`customData.b` is absent"]),
        ("{{ customData.a | default(customData.b) | upper }}", &["`customData.b` is absent"]),
        ("{{ tiers }}", &["`tiers` has no value: did you mean `tier`?", "`orders`"]),
        ("{{ reply.nam.first }}", &["`reply.nam` has no value", "did you mean `reply.name`"]),
        ("{{ reply.name.first.x }}", &["`reply.name.first.x` has no value", "There is: `reply.name.first`"]),
        ("{{ orders[9].id }}", &["`orders[9]` has no value"]),
        ("{{ env.CRM_URI }}", &["`env.CRM_URI`", "did you mean `env.CRM_URL`"]),
        ("{{ customer.id }}", &["`customer.id` is absent", "`customer.email`"]),
        ("{{ conversation.source.sdk }}", &["`conversation.source.sdk` has no value"]),
    ]);
    check(&[
        ("{{ customData.plan | default(\"-\") }}", "-"),
        ("{{ customData.plan | d('-') | upper }}", "-"),
        ("{{ customData.a | default(customData.b) | default('c') }}", "c"),
        ("{{ customData.a | default(customData.count) }}", "12"),
        ("{{ customData.count | default(customData.b) }}", "12"),
        ("{{ 'yes' if customData.plan is defined else 'no' }}", "no"),
        ("{{ 'yes' if customData.plan is not defined else 'no' }}", "yes"),
        ("{{ 'yes' if customData.plan is defined and customData.plan == 'gold' else 'no' }}", "no"),
        ("{{ 'set' if tiers is undefined else 'x' }}", "set"),
        ("{{ 'a' if tier == 'gold' else customData.plan }}", "a"),
        ("<{{ customData.empty }}><{{ customData.empty | default('x') }}>", "<><>"),
        ("{{ customData.empty | default('x', boolean=true) }}", "x"),
        ("{{ orders[9].id | default('none') }}", "none"),
    ]);
}

#[test]
fn flow3_p6_the_reason_for_an_absence_is_the_one_that_reading_gives() {
    let mut world = World::new();
    world.context.deleted.insert("crmCustomerId".to_owned(), 4);
    world.context.stored.remove("crmCustomerId");
    let template = Template::compile("{{ customData.customerId }}", Landing::Text).expect("it is a template");
    let fault = template.render(&world.names()).expect_err("the key is not there");
    assert!(
        matches!(&fault, RenderFault::Absent { key, why: WhyAbsent::Deleted, .. } if key == "crmCustomerId"),
        "{fault:?}"
    );
    assert!(fault.to_string().contains("It was deleted by revision 4."), "{fault}");
    let lenient = Template::compile("{{ customData.customerId | default('-') }}", Landing::Text).expect("a template");
    assert!(lenient.uses().needed.is_empty() && lenient.uses().context.contains("customerId"));
    for (source, needed) in [
        ("customData.a is defined and customData.a == 1", &[][..]),
        ("customData.a | default(customData.b) | default(customData.c ~ 'x')", &["c"]),
        ("conversation:attributes:custom:a == trust.b", &["conversation:attributes:custom:a"]),
    ] {
        let expression = Expression::compile(source).expect(source);
        assert!(expression.uses().needed.iter().eq(needed), "{source}: {:?}", expression.uses());
    }
    let reads = lenient.render(&world.names()).expect("it has a default").reads;
    assert_eq!((reads[0].key.as_str(), reads[0].absent.as_deref()), ("crmCustomerId", Some("deleted")));

    let mut strict = ContextPolicy::standard();
    strict.mode = Mode::Strict;
    world.policy = CompiledPolicy::new(strict).expect("the policy is usable");
    let template = Template::compile("{{ customData.crmCustomerID2 }}", Landing::Text).expect("it is a template");
    let fault = template.render(&world.names()).expect_err("the key is not there");
    assert!(matches!(&fault, RenderFault::Absent { why: WhyAbsent::NotDeclared, .. }), "{fault:?}");
}

#[test]
fn flow4_null_is_no_word_and_values_are_written_as_they_are() {
    check(&[
        ("{{ customData.vip }} {{ not customData.vip }} {{ true ~ false }}", "false true truefalse"),
        ("{{ customData.zeros }} {{ customData.count }}", "007 12"),
        ("{{ 10 / 2 }} {{ 7 / 2 }} {{ amount * 2 ~ 'x' }} {{ -amount ~ '' }}", "5 3.5 6x -3"),
        ("{{ 'a' ~ (1 + 1) ~ ('b' ~ customData.vip) ~ tier | upper }}", "a2bfalseGOLD"),
        ("{{ 'x' ~ amount == 'x3' and tier in ['gold'] }}", "true"),
        ("{{ [1, true, 'a'] | join('-') }}", "1-true-a"),
        ("{{ customData.nix | default('-') }} {{ nothing | default(7) }}", "- 7"),
        ("{{ 'null' if customData.nix is none else 'x' }} {{ customData.nix == null }}", "null true"),
    ]);
    check_faults(&[
        ("{{ customData.nix }}", &["`customData.nix` is null", "default"]),
        ("{{ nothing }}", &["is null"]),
        ("{{ 'x' ~ customData.nix }}", &["is null"]),
        ("{{ customData.nix | upper }}", &["is null"]),
        ("{{ customData.nix if true else 1 }}", &["is null"]),
        ("{{ [1, customData.nix] | join('-') }}", &["is null"]),
        ("{{ orders[0].note ~ 'x' }}", &["is null"]),
        ("{{ (orders | first).note ~ 'x' }}", &["is null"]),
        ("{{ none | string }}", &["is null"]),
        ("{{ orders }}", &["`orders` can't be used here", "tojson"]),
        ("{{ tier * tier }}", &["does not fit"]),
        ("{{ 1 / 0 }}", &["can't be used"]),
    ]);
    for (source, expected) in [
        ("customData.nix", json!(null)),
        ("customData.count", json!(12)),
        ("{{ customData.vip }}", json!(false)),
        ("10 if tier == 'gold' else 0", json!(10)),
        ("orders", json!([{"id": 7, "note": null}, {"id": 8}])),
        ("{'a': [tier, nothing, 1.5]}", json!({"a": ["gold", null, 1.5]})),
    ] {
        assert_eq!(value(source), Ok(expected), "{source}");
    }
    let mut world = World::new();
    for number in ["9007199254740993", "-1", "18446744073709551615", "0.1", "1e-7"] {
        world.variables.insert("n".to_owned(), serde_json::from_str(number).expect("a number"));
        let template = Template::compile("{{ n }} {{ n if true else 0 }}", Landing::Text).expect("it is a template");
        let rendered = template.render(&world.names()).expect(number).value;
        assert_eq!(rendered, format!("{number} {number}"));
    }
}

#[test]
fn flow5_the_tutorials_body_is_a_template_as_it_is_pasted() {
    let pasted = r#"{
"customerId": "{{customData.crmCustomerId}}",
"conversationId": "{{conversation.id}}"
}"#;
    let mut world = World::new();
    world.store("crmCustomerId", Scalar::from("CRM-\"\\\n{{tier}}\u{2028}ü"), Trust::Page);
    let body = JsonTemplate::compile(pasted).expect("it is the tutorial's body");
    assert_eq!(
        body.render(&world.names()).expect("both are there").value,
        json!({"customerId": "CRM-\"\\\n{{tier}}\u{2028}ü", "conversationId": "00000000-0000-0000-0000-000000000001"})
    );
    assert_eq!(body.uses().needed, BTreeSet::from(["crmCustomerId".to_owned()]));
}

#[test]
fn flow5_json_is_rendered_leaf_by_leaf() {
    let render = |text: &str| {
        let template = JsonTemplate::compile(text).map_err(|fault| fault.to_string())?;
        template.render(&World::new().names()).map(|rendered| rendered.value).map_err(|fault| fault.to_string())
    };
    for (text, expected) in [
        (r#"{"n": {{ customData.count }}, "t": "{{ customData.count }}"}"#, json!({"n": 12, "t": "12"})),
        (r#"{"v":{{customData.vip}},"x":{{nothing}}}"#, json!({"v": false, "x": null})),
        (r#"{"a":{"b":{{tier}}}}"#, json!({"a": {"b": "gold"}})),
        (r#"[{{ orders }}, {{ {"k": tier} }}]"#, json!([[{"id": 7, "note": null}, {"id": 8}], {"k": "gold"}])),
        (r#"{"{{ tier }}-x": "a {{ amount }} b"}"#, json!({"gold-x": "a 3 b"})),
        (r#""{{ customData["odd-key"] }} {{ customData[\"odd-key\"] }}""#, json!("odd odd")),
        (r#"{{ reply }}"#, json!({"name": {"first": "Zoë"}, "odd-key": 1, "nothing": null})),
        (r#"{"plain": "\"{ }\"", "n": [1.50, null]}"#, json!({"plain": "\"{ }\"", "n": [1.5, null]})),
    ] {
        assert_eq!(render(text), Ok(expected), "{text}");
    }
    for (text, word) in [
        (r#"{"a": {{ tier }"#, "not closed"),
        (r#"{"a": "{{ tier }}""#, "no JSON"),
        (r#"{ {{ tier }}: 1 }"#, "put quotes around"),
        (r#"{"a": "{{ nothing }}"}"#, "is null"),
        (r#"{"a": "{{ customData.plan }}"}"#, "`customData.plan` is absent"),
        (r#"{"a": {{ secret.crmToken }}}"#, "headers and the body of a request only"),
        (r#"{"{{ tier }}": 1, "gold": 2}"#, "the same name"),
        (r#"{"a": "\u0000"}"#, "U+0000"),
    ] {
        let fault = render(text).expect_err(text);
        assert!(fault.contains(word), "{text}: {fault}");
    }
    let document = json!({"n": "{{ customData.count }}", "t": "{{ customData.count }}!", "k": [true, "x"]});
    let template = JsonTemplate::of(&document).expect("it is a template");
    let rendered = template.render(&World::new().names()).expect("all is there").value;
    assert_eq!(rendered, json!({"n": 12, "t": "12!", "k": [true, "x"]}));
}

#[test]
fn flow6_values_are_encoded_in_urls_and_lead_nowhere_else() {
    let url = |url: &str, id: &str| {
        let mut world = World::new();
        world.store("crmCustomerId", Scalar::from(id), Trust::Page);
        let template = RequestTemplate::compile(&request(url, &[], None)).map_err(|fault| fault.to_string())?;
        template.render(&world.names()).map(|rendered| rendered.value.url).map_err(|fault| fault.to_string())
    };
    let look_up = "{{ env.CRM_URL }}/customers/{{ customData.crmCustomerId }}";
    for (source, id, expected) in [
        (look_up, "CRM-1_a.b~c", "https://crm.example:8443/v1/customers/CRM-1_a.b~c"),
        (
            look_up,
            "a/../b?c#d&e=f g%é",
            "https://crm.example:8443/v1/customers/a%2F..%2Fb%3Fc%23d%26e%3Df%20g%25%C3%A9",
        ),
        (look_up, "...", "https://crm.example:8443/v1/customers/..."),
        ("https://a.example/x?id={{ customData.crmId }}", "..", "https://a.example/x?id=.."),
        ("https://{{ env.CRM_URL | default('x') }}/", "", "its scheme and host"),
        ("{{ customData.crmId }}", "https://evil.example", "its scheme and host"),
        ("https://{{ customData.crmId }}.example/", "evil", "its scheme and host"),
        ("https://crm.example{{ customData.crmId }}/", ".evil.example", "its scheme and host"),
        ("{{ env.CRM_URL }}{{ customData.crmId }}", ".evil.example", "its scheme and host"),
        ("https:///{{ customData.crmId }}", "evil.example", "its scheme and host"),
        ("ftp://a.example/", "", "it begins with"),
        ("https://a.example/{{ secret.crmToken }}", "", "URLs are logged"),
        ("https://a.example/a b", "", "it has a space"),
        (look_up, "..", "a segment of its path"),
        (look_up, ".", "a segment of its path"),
        ("https://a.example/%2e{{ customData.crmId }}/x", ".", "a segment of its path"),
    ] {
        match url(source, id) {
            Ok(url) => assert_eq!(url, expected, "{source} {id}"),
            Err(fault) => assert!(fault.contains(expected), "{source} {id}: {fault}"),
        }
    }
}

#[test]
fn flow7_headers_carry_visible_characters_only() {
    let header = |name: &str, value: &str, id: &str| {
        let mut world = World::new();
        world.store("crmCustomerId", Scalar::from(id), Trust::Page);
        let source = request("https://a.example/", &[(name, value)], None);
        let template = RequestTemplate::compile(&source).map_err(|fault| fault.to_string())?;
        let rendered = template.render(&world.names()).map_err(|fault| fault.to_string())?;
        Ok::<_, String>(rendered.value.headers)
    };
    let id = "id={{ customData.crmCustomerId }}";
    assert_eq!(header("X-Id", id, "a b\tc"), Ok(vec![("x-id".to_owned(), "id=a b\tc".to_owned())]));
    for (name, value, given, word) in [
        ("x-id", id, "a\r\nx-evil: 1", "can't carry"),
        ("x-id", id, "a\0", "can't carry"),
        ("x-id", id, "é", "can't carry"),
        ("x-id", "a\nb", "", "can't carry"),
        ("x id", "a", "", "letters, digits and hyphens"),
        ("", "a", "", "letters, digits and hyphens"),
        ("Host", "a", "", "the server sets it"),
        ("Idempotency-Key", "a", "", "the server sets it"),
    ] {
        let fault = header(name, value, given).expect_err(value);
        assert!(fault.contains(word), "{name}: {value}: {fault}");
    }
    let twice = request("https://a.example/", &[("X-A", "1"), ("x-a", "2")], None);
    assert!(RequestTemplate::compile(&twice).is_err_and(|fault| fault.to_string().contains("twice")));
    let method = RequestSource { method: "BREW".to_owned(), ..request("https://a.example/", &[], None) };
    assert!(RequestTemplate::compile(&method).is_err_and(|fault| fault.to_string().contains("GET, POST")));
}

#[test]
fn flow8_secrets_are_places_until_the_request_is_sent() {
    let body =
        BodySource::JsonText(r#"{"key": {{ secret.crmToken }}, "by": "{{ customData.crmCustomerId }}"}"#.to_owned());
    let source = request("https://a.example/", &[("authorization", "Bearer {{ secret.crmToken }}")], Some(body));
    let template = RequestTemplate::compile(&source).expect("it is a request");
    let mut world = World::new();
    // What stands in another conversation's place for a secret means nothing here.
    let forged = format!("{{secret:{}:crmToken}}", Uuid::from_u128(7));
    world.store("crmCustomerId", Scalar::from(forged.as_str()), Trust::Page);
    let prepared = template.render(&world.names()).expect("all is there").value;
    assert_eq!(prepared.secrets, BTreeSet::from(["crmToken".to_owned()]));
    let kept = serde_json::to_string(&prepared).expect("it can be kept");
    assert!(!kept.contains("s3cr"), "{kept}");
    let prepared: PreparedRequest = serde_json::from_str(&kept).expect("it can be read back");

    let ready =
        prepared.with_secrets(&|name| (name == "crmToken").then(|| "s3cr\"et".to_owned())).expect("it is there");
    assert_eq!(
        ready.headers,
        [
            ("authorization".to_owned(), "Bearer s3cr\"et".to_owned()),
            ("content-type".to_owned(), "application/json".to_owned())
        ]
    );
    let sent: Value = serde_json::from_str(&ready.body.clone().expect("it has a body")).expect("it is JSON");
    assert_eq!(sent, json!({"key": "s3cr\"et", "by": forged}));
    assert!(!format!("{ready:?}").contains("s3cr"));

    assert_eq!(prepared.with_secrets(&|_| None), Err(SecretFault::Missing { name: "crmToken".to_owned() }));
    let unfit = prepared.with_secrets(&|_| Some("a\r\nb".to_owned())).expect_err("a header can't carry it");
    assert!(unfit.to_string().contains("`authorization`") && !unfit.to_string().contains("a\r"), "{unfit}");

    world.secrets.clear();
    let fault = template.render(&world.names()).expect_err("the flow may not use it");
    assert!(fault.to_string().contains("`secret.crmToken` has no value"), "{fault}");
    check_faults(&[
        ("{{ secret.crmToken }}", &["headers and the body of a request only"]),
        ("{{ secret.crmToken | upper }}", &["stands alone"]),
        ("{{ 'Bearer ' ~ secret.crmToken }}", &["stands alone"]),
    ]);

    let form = BodySource::Form(BTreeMap::from([
        ("client_secret".to_owned(), "{{ secret.crmToken }}".to_owned()),
        ("scope".to_owned(), "a b&{{ tier }}".to_owned()),
    ]));
    let template = RequestTemplate::compile(&request("https://a.example/", &[], Some(form))).expect("it is a request");
    let prepared = template.render(&World::new().names()).expect("all is there").value;
    let ready = prepared.with_secrets(&|_| Some("s=1&t".to_owned())).expect("it is there");
    assert_eq!(ready.body.as_deref(), Some("client_secret=s%3D1%26t&scope=a%20b%26gold"));
    assert_eq!(ready.headers[0].1, "application/x-www-form-urlencoded");
}

#[test]
fn flow9_work_and_size_have_bounds() {
    check_faults(&[
        ("{{ 'x' * 100000000 }}", &["more than a template may do"]),
        ("{{ ('x' * 30000) | replace('x', 'y' * 30000) }}", &["more than a template may do"]),
        ("{{ 'a,b' | split(',') | join('x' * 65535) | length }}", &["more than 65536 bytes"]),
        ("{{ orders * 100000 | length }}", &["can't be used"]),
        ("{{ (orders * 100000000) | length }}", &["can't be used"]),
        ("{{ (orders * 3000) | tojson | length }}", &["more than"]),
        ("{{ [[[1] * 90] * 90] * 90 }}", &["can't stand in one expression"]),
        ("{{ 9 ** 999999 }}", &["can't be used"]),
        ("{{ 'x' * 65000 }}{{ 'x' * 65000 }}", &["more than 65536 bytes"]),
        (&"{{ 1 }}".repeat(300), &["300 placeholders"]),
        (&"x".repeat(MAX_SOURCE_BYTES + 1), &["65537 bytes"]),
        (&format!("{{{{ {}1 }}}}", "1+".repeat(150)), &["set variables first"]),
        (&format!("{{{{ {}1{} }}}}", "(".repeat(60), ")".repeat(60)), &["deeper than 32"]),
        (&format!("{{{{ {}1 }}}}", "-".repeat(60)), &["means nothing"]),
        (&format!("{{{{ {}1 }}}}", "not ".repeat(60)), &["means nothing"]),
    ]);
    let long = JsonTemplate::compile(r#"["{{ 'x' * 40000 }}", "{{ 'x' * 40000 }}"]"#).expect("it is a template");
    let fault = long.render(&World::new().names()).expect_err("it becomes too long");
    assert!(matches!(fault, RenderFault::Budget { .. }), "{fault:?}");
    assert!(matches!(value("'x' * 70000"), Err(RenderFault::Budget { .. })));
}

#[test]
fn flow9_no_error_holds_a_value() {
    let mut world = World::new();
    world.store("crmCustomerId", Scalar::from("CANARY"), Trust::Page);
    world.variables.insert("v".to_owned(), json!({"x": "CANARY", "list": ["CANARY"]}));
    world.env.insert("CANARY_ENV".to_owned(), "ftp://CANARY".to_owned());
    for source in [
        "customData.crmId | int",
        "customData.crmId | round",
        "customData.crmId * 2.5",
        "customData.crmId + 1",
        "-customData.crmId",
        "customData.crmId < 1 * v",
        "customData.crmId is startingwith(1, 2, 3)",
        "{'a': 1}[customData.crmId] ~ ''",
        "v.list[v.x]",
        "v.x.y.z",
        "v.list | sum",
        "v.x | sort(v.x)",
        "v | join(1, 2, 3)",
        "v.list ~ 'x'",
        "customData.crmId in 1",
    ] {
        let template = Template::compile(&format!("{{{{ {source} }}}}"), Landing::Text).expect(source);
        let fault = template.render(&world.names()).expect_err(source);
        let words = format!("{fault} {fault:?}");
        assert!(!words.contains("CANARY"), "{source}: {words}");
    }
    let template = RequestTemplate::compile(&request("{{ env.CANARY_ENV }}/x", &[], None)).expect("it is a request");
    let fault = template.render(&world.names()).expect_err("it is no HTTP").to_string();
    assert!(fault.contains("begins with neither") && !fault.contains("CANARY"), "{fault}");
}

/// Any JSON that is not nested deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Text out of the signs of the language.
fn any_source() -> impl Strategy<Value = String> {
    let words = [
        "{{",
        "}}",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "'",
        "\"",
        "\\",
        "|",
        "~",
        ".",
        ",",
        ":",
        "=",
        "==",
        "-",
        "+",
        "*",
        "/",
        "%",
        " ",
        "customData",
        "crmId",
        "tier",
        "orders",
        "reply",
        "nothing",
        "secret",
        "env",
        "conversation",
        "attributes",
        "is",
        "not",
        "defined",
        "default",
        "join",
        "tojson",
        "first",
        "if",
        "else",
        "and",
        "in",
        "1",
        "9e9",
        "true",
        "none",
        "{%",
        "é",
        "\u{0}",
        "\n",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..40).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn flow5_any_value_stands_in_json_as_it_is(given in any::<String>(), variable in any_json()) {
        let mut world = World::new();
        world.store("crmCustomerId", Scalar::from(given.as_str()), Trust::Page);
        world.variables.insert("v".to_owned(), variable.clone());
        let body = r#"{"a": "{{ customData.crmId }}", "b": "<{{ customData.crmId }}>", "c": {{ v }}, "d": [{{ v if true else 0 }}]}"#;
        let template = JsonTemplate::compile(body).expect("it is a template");
        let rendered = template.render(&world.names()).expect("all is there").value;
        let expected = json!({"a": given, "b": format!("<{given}>"), "c": variable, "d": [variable]});
        prop_assert_eq!(&rendered, &expected);
        prop_assert_eq!(serde_json::from_str::<Value>(&rendered.to_string()).expect("it is JSON"), expected);
    }

    #[test]
    fn flow1_braces_in_values_stay_what_they_are(given in "[{}% a-z.|'\"]{0,40}") {
        let mut world = World::new();
        world.store("crmCustomerId", Scalar::from(given.as_str()), Trust::Page);
        let template = Template::compile("{{ customData.crmId }}{{ customData.crmId ~ '' }}", Landing::Text).expect("a template");
        prop_assert_eq!(template.render(&world.names()).expect("it is there").value, format!("{given}{given}"));
    }

    #[test]
    fn flow6_any_value_comes_back_out_of_a_url(given in any::<String>()) {
        let mut world = World::new();
        world.store("crmCustomerId", Scalar::from(given.as_str()), Trust::Page);
        let template = Template::compile("https://a.example/x?q={{ customData.crmId }}", Landing::UrlPart).expect("a template");
        let url = template.render(&world.names()).expect("it is there").value;
        let encoded = url.strip_prefix("https://a.example/x?q=").expect("the rest is as written");
        prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
        let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8().expect("it is text");
        prop_assert_eq!(decoded.as_ref(), given.as_str());
    }

    #[test]
    fn flow7_no_value_ends_a_header(given in any::<String>(), tail in "[\r\n\0a-z]{0,6}") {
        let mut world = World::new();
        world.store("crmCustomerId", Scalar::from(format!("{given}{tail}").as_str()), Trust::Page);
        let template = Template::compile("a {{ customData.crmId }}", Landing::Header).expect("a template");
        match template.render(&world.names()) {
            Ok(rendered) => prop_assert!(rendered.value.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte))),
            Err(fault) => {
                let is_unsendable = matches!(&fault, RenderFault::Unsendable { .. });
                prop_assert!(is_unsendable);
                prop_assert!(given.len() < 12 || !fault.to_string().contains(&given), "the value stands in the fault");
            }
        }
    }

    #[test]
    fn flow8_a_prepared_request_holds_no_secret(given in any::<String>(), secret in "[A-Z0-9]{16,24}") {
        let mut world = World::new();
        world.store("crmCustomerId", Scalar::from(given.as_str()), Trust::Page);
        let body = BodySource::JsonText(r#"["{{ secret.crmToken }}{{ customData.crmId }}"]"#.to_owned());
        let source = request("https://a.example/", &[("authorization", "Bearer {{ secret.crmToken }}")], Some(body));
        let prepared = RequestTemplate::compile(&source).expect("a request").render(&world.names()).expect("all is there").value;
        prop_assert!(!serde_json::to_string(&prepared).expect("it can be kept").contains(&secret));
        let ready = prepared.with_secrets(&|_| Some(secret.clone())).expect("it is there");
        let expected = json!([format!("{secret}{given}")]).to_string();
        prop_assert_eq!(ready.body, Some(expected));
        prop_assert_eq!(&ready.headers[0].1, &format!("Bearer {secret}"));
    }

    #[test]
    fn flow9_arbitrary_templates_end(source in any_source(), inside in any_source()) {
        let world = World::new();
        for source in [source.clone(), format!("{{{{ {inside} }}}}"), format!("{{{{ {source}{inside} }}}}")] {
            if let Ok(template) = Template::compile(&source, Landing::Text)
                && let Ok(rendered) = template.render(&world.names())
            {
                prop_assert!(rendered.value.len() <= MAX_OUTPUT_BYTES);
            }
            if let Ok(expression) = Expression::compile(&source) {
                drop(expression.evaluate(&world.names()));
            }
            if let Ok(json) = JsonTemplate::compile(&format!("[{source}, \"{inside}\"]")) {
                drop(json.render(&world.names()));
            }
        }
    }
}
