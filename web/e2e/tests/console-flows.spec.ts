/** Flows and data actions as an admin makes them, against the running server: what is built in the picture is what the next conversation does. */

import type { Page } from "@playwright/test";
import type { Demo } from "../src/demo.js";
import { Person, expectAccessible, picture, signIn } from "../src/console.js";
import { complaintsOf, log, status } from "../src/example-page.js";
import type { JsonObject } from "../src/integrator.js";
import { expect, test } from "../src/test.js";

interface Flow {
  id: string;
  document: string;
  version: number;
}

const node = (page: Page, name: string) => page.locator(".svelte-flow__node").filter({ has: page.getByText(name, { exact: true }) });
const form = (page: Page, name: string) => page.getByRole("complementary", { name: `Action ${name}` });
const view = (page: Page, name: string) => page.getByRole("tab", { name, exact: true }).click();
const yaml = (page: Page) => page.getByRole("textbox", { name: "The flow's YAML" });
const verb = (page: Page, name: RegExp) => page.getByRole("dialog", { name: "Add an action" }).getByRole("button", { name });
const read = (admin: Person, id: string) => admin.send<Flow>("GET", `/api/v2/flows/${id}`);

async function makeFlow(admin: Person, name: string, document: string): Promise<string> {
  return (await admin.send<Flow>("POST", "/api/v2/flows", { name, document })).id;
}

async function open(page: Page, demo: Demo, id: string, query = ""): Promise<void> {
  await signIn(page, demo, "admin", `/console/admin/flows/${id}${query}`);
}

const COMMENTED = (name: string, key = "crmCustomerId") => `# Whoever reads this later: it greets.
flow: ${name}
kind: inboundMessage
uses: { customData: [crmCustomerId?] }
start: is-signed
actions:
  # Only a signed id is believed.
  is-signed:
    decision: trust.${key} == "signed"
    then: greet
    else: welcome
  greet:
    sendMessage: "Welcome back" # short on purpose
    next: done
  welcome:
    sendMessage: "Welcome"
    next: done
  done:
    end: {}
`;

test("flow20_flow34_flow35_an_admin_builds_a_flow_in_the_picture_simulates_publishes_and_binds_it_and_the_next_chat_follows_it", async ({ startDemo, page, context }) => {
  const demo = await startDemo();
  const admin = await Person.logIn(demo, "admin");
  const complaints = complaintsOf(page);
  await signIn(page, demo, "admin", "/console/admin/flows");
  await expect(page.getByRole("row", { name: /greet-known-customer/ })).toContainText("signed");
  await expect(page.getByRole("row", { name: /greet-known-customer/ })).toContainText("1 warning");
  await expectAccessible(page, "flows");
  await picture(page, "flows");
  await page.getByRole("button", { name: "New flow" }).click();
  const dialog = page.getByRole("dialog", { name: "New flow" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("three-steps");
  await expectAccessible(page, "new flow");
  await picture(page, "flow-new");
  await dialog.getByRole("button", { name: "Create the flow" }).click();
  await expect(page).toHaveURL(/\/console\/admin\/flows\/[0-9a-f-]{36}$/);
  const id = page.url().split("/").at(-1) ?? "";

  // Said, asked, said: three steps, the last one drawn by hand.
  await node(page, "say-hello").click();
  await expect(page).toHaveURL(/action=say-hello/);
  await form(page, "say-hello").getByLabel("Message").fill("Hello from the picture");
  await page.getByRole("button", { name: "Add action", exact: true }).click();
  await expectAccessible(page, "add an action");
  await picture(page, "flow-add");
  await verb(page, /^Ask /).click();
  await form(page, "ask").getByLabel("Question").fill("Which parcel?");
  await form(page, "ask").getByLabel("Keep the answer as").fill("parcel");
  await page.getByRole("button", { name: "Close the action" }).click();
  await page.getByRole("button", { name: "Add action", exact: true }).click();
  await verb(page, /^Send message/).click();
  await form(page, "send-message").getByLabel("Name", { exact: true }).fill("say-thanks");
  await page.keyboard.press("Enter");
  await form(page, "say-thanks").getByLabel("Message").fill("Looking for {{ parcel }}");
  const port = page.locator('[data-nodeid="ask"][data-handleid="next"]');
  const into = page.locator('[data-nodeid="say-thanks"].target');
  await port.hover();
  await page.mouse.down();
  await into.hover();
  await page.mouse.up();
  await expect(page.getByText("nothing leads to")).toHaveCount(0);
  // The other way out by its list.
  await node(page, "ask").click();
  await form(page, "ask").getByLabel("Nobody answered in time (noAnswer)").selectOption("say-thanks");
  await expect(page.getByRole("button", { name: "Nothing found" })).toBeVisible();
  await expectAccessible(page, "graph");
  await picture(page, "flow-graph");

  await page.getByRole("button", { name: "Simulate" }).click();
  const simulation = page.getByRole("region", { name: "Simulation" });
  await simulation.getByRole("button", { name: "Simulate" }).click();
  await expect(simulation.getByText("It waits for an answer.")).toBeVisible();
  await simulation.getByLabel("What the customer says").fill("Number 7");
  await simulation.getByRole("button", { name: "Go on" }).click();
  await expect(simulation.getByText("Looking for Number 7")).toBeVisible();
  await expect(simulation.getByText("The flow is over: finished")).toBeVisible();
  await expect(node(page, "say-thanks").locator(".node.lit")).toBeVisible();
  // A policy that refuses the context says so before anything begins.
  await simulation.getByRole("button", { name: "Add a key" }).click();
  await simulation.getByLabel("Key 1", { exact: true }).fill("unheardOf");
  await simulation.getByLabel("Value of unheardOf").fill("x");
  await simulation.getByLabel("Judged by the context policy of").selectOption("strict");
  await simulation.getByRole("button", { name: "Start over" }).click();
  await expect(simulation.getByRole("alert")).toContainText("the policy refuses the start with `unheardOf`");
  await simulation.getByLabel("Judged by the context policy of").selectOption("open");
  await simulation.getByRole("button", { name: "Start over" }).click();
  await expect(simulation.getByRole("alert")).toHaveCount(0);
  await simulation.getByLabel("What the customer says").fill("Number 7");
  await simulation.getByRole("button", { name: "Go on" }).click();
  await expect(simulation.getByText("The flow is over: finished")).toBeVisible();
  await expectAccessible(page, "simulation");
  await picture(page, "flow-simulation");

  await page.getByRole("button", { name: "Publish…" }).click();
  const publish = page.getByRole("dialog", { name: "Publish three-steps" });
  await expect(publish).toContainText("The check found nothing.");
  await expectAccessible(page, "publish");
  await picture(page, "flow-publish");
  await publish.getByRole("button", { name: "Save and publish" }).click();
  await expect(page.getByText("Version 1 is published")).toBeVisible();
  expect((await admin.send("GET", `/api/v2/flows/${id}/versions/1`))["document"]).toContain("ask: Which parcel?");

  await page.keyboard.press("Escape");
  await page.goto(`${demo.file.baseUrl}/console/admin/flows/${id}`);
  await page.getByLabel("Bind a deployment").selectOption({ label: "open" });
  await page.getByRole("button", { name: "Bind", exact: true }).click();
  await expect(page.getByRole("region", { name: "Bound deployments" }).getByRole("link", { name: "open" })).toBeVisible();
  const deployment = await admin.send<JsonObject>("GET", `/api/v2/webdeployments/deployments/${demo.file.deployments.open}`);
  expect(deployment["flow"]).toMatchObject({ id });
  expect(deployment["allowAllDomains"]).toBe(true);

  const visitor = await context.newPage();
  await visitor.goto(`${demo.file.baseUrl}/examples/tutorial.html`);
  await expect(status(visitor)).toHaveText("Connected. Ready to chat.");
  await visitor.getByRole("button", { name: "Start Chat with CRM ID" }).click();
  await expect(log(visitor)).toContainText("Hello from the picture");
  // What it said first was the page's own message: it may not be the answer.
  await expect(log(visitor)).toContainText("Which parcel?");

  await page.bringToFront();
  // And what really happened can be walked through again with another draft.
  await view(page, "Replay");
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await expect(page.getByText("1 conversation would have gone the same way.")).toBeVisible();
  await view(page, "Graph");
  await node(page, "say-hello").click();
  await form(page, "say-hello").getByLabel("Then (next)").selectOption("say-thanks");
  await view(page, "Replay");
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await expect(page.getByRole("region", { name: /^Conversation / })).toContainText("As written here");
  await expectAccessible(page, "replay");
  await picture(page, "flow-replay");

  // A flow that is bound stays; one that is not goes, and the empty list teaches the next step.
  const remove = async () => {
    await page.getByRole("button", { name: "More about the flow" }).click();
    await page.getByRole("menuitem", { name: "Delete the flow…" }).click();
    await page.getByRole("dialog", { name: "Delete three-steps?" }).getByRole("button", { name: "Delete the flow" }).click();
  };
  await remove();
  await expect(page.getByRole("alert")).toContainText("The flow was not deleted");
  await view(page, "Graph");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Close the action" }).click();
  await page.getByRole("button", { name: "Unbind open" }).click();
  await expect(page.getByText("No conversation begins with this flow yet.")).toBeVisible();
  await remove();
  await expect(page).toHaveURL(/\/console\/admin\/flows$/);
  await expect(page.getByRole("row", { name: /greet-known-customer/ })).toContainText("1 warning");
  const signed = await admin.send<JsonObject>("GET", `/api/v2/webdeployments/deployments/${demo.file.deployments.signed}`);
  const { flow: _, ...unbound } = signed;
  await admin.send("PUT", `/api/v2/webdeployments/deployments/${demo.file.deployments.signed}`, unbound);
  await admin.send("DELETE", `/api/v2/flows/${(signed["flow"] as { id: string }).id}`);
  await page.reload();
  await expect(page.getByRole("heading", { name: "No flows yet" })).toBeVisible();
  await expectAccessible(page, "no flows");
  await picture(page, "flows-empty");
  // The browser tells of each refusal; nothing else was complained about.
  complaints.splice(0, complaints.length, ...complaints.filter((one) => !/status of (400|409)/.test(one)));
  expect(complaints).toEqual([]);
});

test("flow16_flow30_a_misspelt_key_is_marked_in_its_place_and_the_mark_goes_when_it_is_mended", async ({ demo, page }) => {
  const admin = await Person.logIn(demo, "admin");
  const id = await makeFlow(admin, "misspelt", COMMENTED("misspelt", "crmCustmerId"));
  await open(page, demo, id);
  await expect(node(page, "is-signed").locator(".mark")).toBeVisible();
  await expect(page.getByRole("button", { name: "1 error" })).toBeVisible();
  await page.getByRole("button", { name: "1 error" }).click();
  await page.getByRole("region", { name: "Check" }).getByRole("button", { name: /crmCustmerId/ }).click();
  await expect(form(page, "is-signed").getByRole("list", { name: "Found in is-signed" })).toContainText("crmCustomerId");
  await expectAccessible(page, "marks");
  await picture(page, "flow-marks");
  // It can't be published like that.
  await page.getByRole("button", { name: "Publish…" }).click();
  await expect(page.getByRole("dialog")).toContainText("It can't be published yet");
  await expect(page.getByRole("dialog").getByRole("button", { name: "Publish", exact: true })).toBeDisabled();
  await expectAccessible(page, "publish with errors");
  await picture(page, "flow-publish-blocked");
  await page.keyboard.press("Escape");
  // In the text the mark is at its line.
  await view(page, "YAML");
  await expect(page.locator(".cm-lint-marker-error")).toBeVisible();
  await expectAccessible(page, "yaml");
  await picture(page, "flow-yaml");
  await form(page, "is-signed").getByLabel("Condition").fill('trust.crmCustomerId == "signed"');
  await expect(page.locator(".cm-lint-marker-error")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Nothing found" })).toBeVisible();
  await view(page, "Graph");
  await expect(node(page, "is-signed").locator(".mark")).toHaveCount(0);
});

test("flow10_flow31_picture_form_and_yaml_are_one_document_whose_comments_stay", async ({ demo, page }) => {
  const admin = await Person.logIn(demo, "admin");
  const document = COMMENTED("one-document");
  const id = await makeFlow(admin, "one-document", document);
  await open(page, demo, id, "?action=greet");
  await form(page, "greet").getByLabel("Message").fill("Welcome back, dear");
  await form(page, "greet").getByLabel("Then (next)").selectOption("welcome");
  await view(page, "YAML");
  await expect(yaml(page)).toContainText('sendMessage: "Welcome back, dear" # short on purpose');
  await expect(yaml(page)).toContainText("# Whoever reads this later: it greets.");
  // Typed here, seen there; single letters are text and no shortcuts.
  await yaml(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("  jkr: { end: {} } # really?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await view(page, "List");
  await expect(page.getByRole("list", { name: "Actions in order" })).toContainText("jkr");
  await expect(page).toHaveURL(new RegExp(id));
  await expectAccessible(page, "list");
  await picture(page, "flow-list");
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("The draft is saved")).toBeVisible();
  const saved = (await read(admin, id)).document;
  expect(saved).toBe(document.replace('"Welcome back" #', '"Welcome back, dear" #').replace("next: done\n  welcome", "next: welcome\n  welcome") + "  jkr: { end: {} } # really?");

  // Taken back in the field it was typed into.
  await page.getByRole("list", { name: "Actions in order" }).getByRole("button", { name: /^welcome/ }).first().click();
  await form(page, "welcome").getByLabel("Message").fill("A slip");
  await page.keyboard.press("Control+z");
  await expect(form(page, "welcome").getByLabel("Message")).toHaveValue("Welcome");
  // Somebody else saves in between: neither draft is lost without a word.
  await admin.send("PUT", `/api/v2/flows/${id}`, { document: saved.replace("Welcome\"", "Their welcome\"") });
  await page.getByRole("list", { name: "Actions in order" }).getByRole("button", { name: /^welcome/ }).first().click();
  await form(page, "welcome").getByLabel("Message").fill("My welcome");
  await page.keyboard.press("Control+s");
  const conflict = page.getByRole("dialog", { name: "Somebody else has saved this flow" });
  await expect(conflict).toContainText("Their welcome");
  await expectAccessible(page, "conflict");
  await picture(page, "flow-conflict");
  await conflict.getByRole("button", { name: "Replace theirs by mine" }).click();
  await expect.poll(async () => (await read(admin, id)).document).toContain('sendMessage: "My welcome"');

  // Everything is taken back, wherever it was done.
  await page.getByRole("list", { name: "Actions in order" }).getByRole("button", { name: /^greet/ }).first().click();
  for (let presses = 0; presses < 12; presses++) await page.keyboard.press("Control+z");
  await view(page, "YAML");
  await expect(yaml(page)).not.toContainText("jkr");
  await expect(yaml(page)).toContainText('sendMessage: "Welcome back" # short on purpose');
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(yaml(page)).toContainText("dear");
  // What can't be read is told where one works; the picture keeps what was.
  await yaml(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("flow: [\n");
  await view(page, "Graph");
  await expect(page.getByRole("alert")).toContainText("The YAML can't be read");
  await expect(node(page, "greet")).toBeVisible();
  await expectAccessible(page, "broken yaml");
  await picture(page, "flow-broken");
  // Unsaved work is asked for.
  page.once("dialog", (dialog) => void dialog.dismiss());
  await page.getByRole("link", { name: "Data actions" }).click();
  await expect(page).toHaveURL(new RegExp(id));
});

test("flow31_versions_are_compared_and_rolled_back", async ({ demo, page }) => {
  const admin = await Person.logIn(demo, "admin");
  const id = await makeFlow(admin, "versions", COMMENTED("versions"));
  await open(page, demo, id, "?tab=versions");
  await expect(page.getByRole("heading", { name: "Nothing was published yet" })).toBeVisible();
  await expectAccessible(page, "no versions");
  await picture(page, "flow-versions-none");
  for (const text of ["Welcome", "Good day", "Grüezi"]) {
    const { document } = await read(admin, id);
    await admin.send("PUT", `/api/v2/flows/${id}`, { document: document.replace(/(welcome:\n {4}sendMessage: )".*"/, `$1"${text}"`) });
    await admin.send("POST", `/api/v2/flows/${id}/publish`, {});
  }
  await page.goto(`${demo.file.baseUrl}/console/admin/flows/${id}?tab=versions&from=1&to=2`);
  const differs = page.getByRole("region", { name: "What differs", exact: true });
  await expect(differs).toContainText("1 line added, 1 line taken out");
  await expect(differs.getByRole("row", { name: /Good day/ })).toContainText("added");
  await expectAccessible(page, "versions");
  await picture(page, "flow-versions");
  await page.getByRole("button", { name: "Roll back to version 1" }).click();
  const dialog = page.getByRole("dialog", { name: "Roll back to version 1?" });
  await expectAccessible(page, "roll back");
  await picture(page, "flow-roll-back");
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await expect(page.getByText("Conversations begin with version 1 again")).toBeVisible();
  // What somebody else has changed is not published unseen.
  await admin.send("PUT", `/api/v2/flows/${id}`, { document: COMMENTED("versions").replace("Welcome back", "Changed elsewhere") });
  await page.getByRole("button", { name: "Publish…" }).click();
  await page.getByRole("dialog", { name: "Publish versions" }).getByRole("button", { name: "Publish", exact: true }).click();
  const theirs = page.getByRole("dialog", { name: "Somebody else has saved this flow" });
  await expect(theirs).toContainText("Changed elsewhere");
  await theirs.getByRole("button", { name: "Take theirs" }).click();
  await expect(theirs).toBeHidden();
  expect(await admin.send("GET", `/api/v2/flows/${id}`)).toMatchObject({ publishedVersion: { id: "1" }, savedVersion: { id: "3" } });
  await expect(page.getByRole("region", { name: "Published versions" }).getByRole("listitem").filter({ hasText: "Version 1" })).toContainText("Conversations begin with it");
});

test("an_action_is_found_changed_and_led_on_by_keyboard_alone", async ({ demo, page }) => {
  const admin = await Person.logIn(demo, "admin");
  const id = await makeFlow(admin, "keyboard", COMMENTED("keyboard"));
  await open(page, demo, id);
  await node(page, "welcome").focus();
  await page.keyboard.press("Enter");
  await expect(form(page, "welcome")).toBeVisible();
  await expect(page).toHaveURL(/action=welcome/);
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.labels?.[0]?.textContent ?? "")) === name) return;
    }
    throw new Error(`the focus never came to ${name}`);
  };
  await tabTo("Message");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Typed by keyboard");
  await tabTo("Then (next)");
  await page.keyboard.press("ArrowUp");
  await expect(form(page, "welcome").getByLabel("Then (next)")).not.toHaveValue("done");
  await page.keyboard.press("ArrowDown");
  await expect(form(page, "welcome").getByLabel("Then (next)")).toHaveValue("done");
  await page.keyboard.press("Control+s");
  await expect(page.getByText("The draft is saved")).toBeVisible();
  expect((await read(admin, id)).document).toContain('sendMessage: "Typed by keyboard"');
  // Taken out, and back.
  await node(page, "welcome").focus();
  await page.keyboard.press("Delete");
  await expect(node(page, "welcome")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).first().press("Enter");
  await expect(node(page, "welcome")).toBeVisible();
});

test("flow33_a_data_action_is_written_tried_out_against_the_crm_and_published", async ({ demo, page }) => {
  const admin = await Person.logIn(demo, "admin");
  const { crm } = demo.file as unknown as { crm: { url: string; token: string } };
  await admin.send("POST", "/api/v2/integrations/credentials", { name: "crmBearer", type: "bearer", secret: crm.token });
  await signIn(page, demo, "admin", "/console/admin/actions");
  await expect(page.getByRole("heading", { name: "No data actions yet" })).toBeVisible();
  await expectAccessible(page, "no data actions");
  await picture(page, "actions-empty");
  await page.getByRole("link", { name: "New data action" }).first().click();
  await page.getByLabel("Name (required)").fill("Find customer");
  await page.getByLabel("URL").fill(`${crm.url}/customers/\${input.id}`);
  await page.getByRole("button", { name: "Add to Taken from the answer" }).click();
  await page.getByLabel("Taken from the answer: name 1").fill("tier");
  await page.getByLabel("Taken from the answer: JSONPath 1").fill("$.tier");
  await expect(page.getByRole("button", { name: "Test" })).toBeDisabled();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page).toHaveURL(/\/console\/admin\/actions\/[0-9a-f-]{36}$/);
  const id = page.url().split("/").at(-1) ?? "";

  const result = page.getByRole("log", { name: "What came of it" });
  await page.getByLabel("id (required)").fill("CRM-882910");
  await page.getByRole("button", { name: "Test" }).click();
  await expect(result).toContainText("It did not work");
  await expect(result).toContainText("401");
  await expectAccessible(page, "a test that failed");
  await picture(page, "action-failed");
  await page.getByLabel("Credential").selectOption("crmBearer");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("region", { name: "Unsaved changes" })).toHaveCount(0);
  await page.getByRole("button", { name: "Test" }).click();
  await expect(result).toContainText("It worked");
  await expect(result).toContainText(`GET ${crm.url}/customers/CRM-882910`);
  await expect(result).toContainText("200");
  await expect(result.getByText(/"tier":/).last()).toBeVisible();
  await expect(page.locator("body")).not.toContainText(crm.token);
  await expectAccessible(page, "a test that worked");
  await picture(page, "action");
  await page.getByLabel("Schema of the input").fill("{");
  await expect(page.getByText("A schema is not JSON yet")).toBeVisible();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Published: flows use it from now on")).toBeVisible();
  expect(await admin.send("GET", `/api/v2/integrations/actions/${id}`)).toMatchObject({ version: 1, hasDraft: false, config: { response: { translationMap: { tier: "$.tier" } } } });
  await page.getByRole("link", { name: "Data actions" }).last().click();
  await expect(page.getByRole("row", { name: /Find customer/ })).toContainText("Published");
  await expectAccessible(page, "data actions");
  await picture(page, "actions");
});

const EVERYTHING = `flow: everything
kind: inboundMessage
uses: { customData: [crmCustomerId?, plan?] }
start: ask-plan
onFailure: { queue: Support }
variables: { tries: 1 }
actions:
  ask-plan: { ask: { text: "Which plan?", quickReplies: [Gold, { text: Basic, payload: basic }] }, set: plan, oneOf: [gold, basic], retries: 1, timeout: 5m, next: by-plan, noAnswer: to-support, invalid: to-support }
  by-plan: { switch: { on: plan, cases: [{ is: gold, next: look-up }, { is: basic, next: hours }] }, else: hours }
  look-up: { apiRequest: { url: "{{ env.CRM_URL }}/customers", headers: { authorization: "Bearer {{ secret.crmToken }}" }, body: { id: "{{ customData.crmCustomerId }}" }, set: { tier: $.tier }, timeout: 2s, retry: { attempts: 2 } }, success: note, failure: note, missing: note, timeout: note, error: to-support }
  note: { setVariable: { tries: 2, greeting: "{{ tier }} and {{ greeting }}" }, default: { tier: none, greeting: none }, next: write }
  write: { setAttributes: { tier: "{{ tier }}" }, default: { tier: none }, next: named }
  named: { dataAction: { name: "Find it", input: { id: "{{ customData.crmCustomerId }}" }, set: { tier: $.tier } }, success: card, failure: card }
  card: { sendMessage: { card: { title: Offer, text: "See {{ tier }}", buttons: [{ text: Yes }] } }, default: { tier: none }, next: hours }
  hours: { schedule: { timeZone: Europe/Berlin, hours: { mon: ["09:00-17:00"] }, holidays: [12-25] }, open: known, closed: pause, holiday: pause }
  pause: { wait: 10s, next: known }
  known: { decision: { when: 'trust.crmCustomerId == "signed"' }, then: sub, else: to-support }
  sub: { subFlow: { flow: greet-known-customer, input: { a: 1 }, set: { tier: $.tier } }, next: wrap, failure: wrap }
  wrap: { wrapUp: { code: Solved, notes: "By itself" }, next: over }
  over: { end: { conversation: true } }
  to-support: { transferToQueue: { queue: Support, priority: 5, skills: [{ name: Billing, level: 2 }], language: German, timeout: 2m }, timedOut: other }
  other: { transferToFlow: greet-known-customer }
`;

test("every_kind_of_action_has_a_form_that_shows_all_of_it_and_changes_nothing_by_itself", async ({ demo, page }) => {
  const complaints = complaintsOf(page);
  const admin = await Person.logIn(demo, "admin");
  const id = await makeFlow(admin, "everything", EVERYTHING);
  await open(page, demo, id, "?tab=list");
  const list = page.getByRole("list", { name: "Actions in order" });
  for (const [name, label, value] of [
    ["ask-plan", "Quick replies: payload 2", "basic"],
    ["by-plan", "Case 2 is", "basic"],
    ["look-up", "Body", 'id: "{{ customData.crmCustomerId }}"'],
    ["note", "Variables: value 1", "2"],
    ["write", "Attributes: value 1", "{{ tier }}"],
    ["named", "Data action", "Find it"],
    ["card", "Card", /title: Offer/],
    ["hours", "Schedule", /timeZone: Europe\/Berlin/],
    ["pause", "For", "10s"],
    ["known", "Condition", 'trust.crmCustomerId == "signed"'],
    ["sub", "Flow", "greet-known-customer"],
    ["wrap", "Notes", "By itself"],
    ["to-support", "Skills", '{"name":"Billing","level":2}'],
    ["other", "Flow", "greet-known-customer"],
  ] as const) {
    await list.getByRole("button", { name: new RegExp(`^${name} `) }).click();
    await expect(form(page, name).getByLabel(label, { exact: true })).toHaveValue(value);
    if (name === "by-plan" || name === "look-up") await picture(page, `flow-form-${name}`);
  }
  await expectAccessible(page, "form");
  await list.getByRole("button", { name: /^over / }).click();
  await expect(form(page, "over").getByRole("checkbox", { name: "The conversation ends as well" })).toBeChecked();
  await expect(page.getByRole("button", { name: "Undo", exact: true })).toBeDisabled();
  // One more case, led on; then the whole of it in the picture.
  await list.getByRole("button", { name: /^by-plan / }).click();
  await form(page, "by-plan").getByRole("button", { name: "Add a case" }).click();
  await form(page, "by-plan").getByLabel("Case 3 is").fill("silver");
  await form(page, "by-plan").getByLabel("Case 3 (silver)").selectOption("pause");
  await view(page, "Graph");
  await expect(node(page, "by-plan").locator(".port").filter({ hasText: "silver" })).toBeVisible();
  await page.getByRole("button", { name: "Fit View" }).click();
  // A way that is let go where nothing is asks what comes there.
  const { x, y } = (await page.locator('[data-nodeid="named"][data-handleid="missing"]').boundingBox()) ?? { x: 0, y: 0 };
  await page.mouse.move(x + 2, y + 2);
  await page.mouse.down();
  await page.mouse.move(x + 150, y + 4, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByRole("dialog", { name: "Add an action" })).toContainText("Where named goes on by “missing”");
  await page.keyboard.press("Escape");
  await picture(page, "flow-everything");
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("The draft is saved")).toBeVisible();
  expect((await read(admin, id)).document).toBe(EVERYTHING.replace("{ is: basic, next: hours }]", "{ is: basic, next: hours }, { is: silver, next: pause } ]").replace("cases: [{", "cases: [ {"));
  expect(complaints).toEqual([]);
});

test("flow28_credentials_and_schedules_are_set_up_and_never_tell_a_secret", async ({ demo, page }) => {
  const admin = await Person.logIn(demo, "admin");
  await signIn(page, demo, "admin", "/console/admin/credentials");
  await page.getByRole("button", { name: "New credential" }).click();
  const dialog = page.getByRole("dialog", { name: "New credential" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("billing");
  await dialog.getByLabel("Kind").selectOption("basic");
  await dialog.getByLabel("User name").fill("waybill");
  await dialog.getByLabel("Password").fill("very-secret-indeed");
  await expectAccessible(page, "new credential");
  await picture(page, "credential-new");
  await dialog.getByRole("button", { name: "Create the credential" }).click();
  await expect(page.getByRole("row", { name: /billing/ })).toContainText("User name and password · waybill");
  await expect(page.locator("body")).not.toContainText("very-secret-indeed");
  await expectAccessible(page, "credentials");
  await picture(page, "credentials");
  await page.getByRole("button", { name: "Delete billing" }).click();
  await page.getByRole("button", { name: "Delete the credential" }).click();
  await expect(page.getByRole("row", { name: /billing/ })).toHaveCount(0);

  await page.getByRole("link", { name: "Schedules" }).click();
  await expect(page.getByRole("heading", { name: "No schedules yet" })).toBeVisible();
  await expectAccessible(page, "no schedules");
  await page.getByRole("button", { name: "New schedule" }).first().click();
  const hours = page.getByRole("dialog", { name: "New schedule" });
  await hours.getByRole("textbox", { name: "Name" }).fill("Office");
  await hours.getByLabel("Time zone").fill("Europe/Berlin");
  await hours.getByLabel("Saturday").fill("10-12");
  await expect(hours.getByText("“10-12” is no range such as 09:00-17:30.")).toBeVisible();
  await expect(hours.getByRole("button", { name: "Create the schedule" })).toBeDisabled();
  await expectAccessible(page, "new schedule");
  await picture(page, "schedule-new");
  await hours.getByLabel("Saturday").fill("10:00-12:00");
  await hours.getByLabel("Holidays").fill("12-25");
  await hours.getByRole("button", { name: "Create the schedule" }).click();
  await expect(page.getByRole("row", { name: /Office/ })).toContainText("Mon–Fri 09:00-17:00, Sat 10:00-12:00");
  await expectAccessible(page, "schedules");
  await picture(page, "schedules");
  const { entities } = await admin.send<{ entities: JsonObject[] }>("GET", "/api/v2/architect/schedules");
  expect(entities[0]).toMatchObject({ name: "Office", timeZone: "Europe/Berlin", holidays: ["12-25"] });
});

const HOSTILE = ["<img src=x onerror=window.hacked=1>", "<script>window.hacked=1</script>", "\"><svg onload=window.hacked=1>", "{{constructor.constructor('window.hacked=1')()}}", "\u202Etxt.exe"];

test("hostile_text_in_flows_is_text", async ({ demo, page }) => {
  const complaints = complaintsOf(page);
  const requests: string[] = [];
  page.on("request", (request) => !request.url().startsWith(demo.file.baseUrl) && !request.url().startsWith("data:") && requests.push(request.url()));
  const admin = await Person.logIn(demo, "admin");
  const actions = HOSTILE.map((text, index) => `  ${JSON.stringify(text)}:\n    sendMessage: ${JSON.stringify(text)}\n    description: ${JSON.stringify(text)}\n    next: ${JSON.stringify(HOSTILE[index + 1] ?? "done")}\n`).join("");
  const id = await makeFlow(admin, HOSTILE[0] ?? "", `flow: ${JSON.stringify(HOSTILE[1])}\nkind: inboundMessage\nstart: ${JSON.stringify(HOSTILE[0])}\nactions:\n${actions}  done:\n    end: {}\n`);
  await signIn(page, demo, "admin", "/console/admin/flows");
  await expect(page.getByRole("link", { name: HOSTILE[0] ?? "" })).toBeVisible();
  await page.getByRole("link", { name: HOSTILE[0] ?? "" }).click();
  await expect(page.getByRole("heading", { name: HOSTILE[0] ?? "", level: 1 })).toBeVisible();
  await node(page, HOSTILE[2] ?? "").first().click();
  await expect(form(page, HOSTILE[2] ?? "").getByLabel("Message", { exact: true })).toHaveValue(HOSTILE[2] ?? "");
  for (const name of ["List", "YAML"]) {
    await view(page, name);
    await expect(page.getByRole("tabpanel")).toContainText(HOSTILE[0] ?? "");
  }
  // Such names keep a flow from running; such messages do not.
  const said = HOSTILE.map((text, index) => `  a${index}:\n    sendMessage: ${JSON.stringify(text.replaceAll(/[{}]/g, "_"))}\n    next: a${index + 1}\n`).join("");
  const other = await makeFlow(admin, HOSTILE[2] ?? "", `flow: x\nkind: inboundMessage\nstart: a0\nactions:\n${said}  a${HOSTILE.length}:\n    end: {}\n`);
  await page.goto(`${demo.file.baseUrl}/console/admin/flows/${other}?dock=simulate`);
  await page.getByRole("region", { name: "Simulation" }).getByRole("button", { name: "Simulate" }).click();
  for (const text of HOSTILE) await expect(page.getByRole("log", { name: "What happens" })).toContainText(text.replaceAll(/[{}]/g, "_"));
  await picture(page, "flow-hostile");
  expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();
  expect(requests).toEqual([]);
  expect(complaints).toEqual([]);
  for (const made of [id, other]) await admin.send("DELETE", `/api/v2/flows/${made}`);
});

test("an_agent_looks_at_a_flow_and_changes_nothing_and_a_flow_that_is_gone_says_so", async ({ demo, page }) => {
  const admin = await Person.logIn(demo, "admin");
  const id = await makeFlow(admin, "looked-at", COMMENTED("looked-at"));
  await signIn(page, demo, "agent", "/console/admin/flows");
  await expect(page.getByRole("link", { name: "looked-at" })).toBeVisible();
  await expect(page.getByRole("button", { name: "New flow" })).toHaveCount(0);
  await page.getByRole("link", { name: "looked-at" }).click();
  await node(page, "greet").click();
  await expect(form(page, "greet").getByLabel("Message")).toBeDisabled();
  for (const name of ["Save draft", "Publish…", "Add action"]) await expect(page.getByRole("button", { name, exact: true })).toHaveCount(0);
  await page.keyboard.press("Delete");
  await expect(node(page, "greet")).toBeVisible();
  await expectAccessible(page, "read only");
  await picture(page, "flow-read-only");
  await page.goto(`${demo.file.baseUrl}/console/admin/flows/00000000-0000-7000-8000-000000000000`);
  await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
  await expectAccessible(page, "no such flow");
  await picture(page, "flow-not-found");
  expect((await read(admin, id)).version).toBe(1);
  // A server that is not well says so, and can be asked again.
  await page.route("**/api/v2/flows?*", (route) => route.fulfill({ status: 503, json: { message: "the store does not answer", code: "service.unavailable", status: 503, contextId: "c0ffee" } }));
  await page.goto(`${demo.file.baseUrl}/console/admin/flows`);
  await expect(page.getByRole("heading", { name: "This could not be loaded" })).toBeVisible();
  await expectAccessible(page, "failed");
  await picture(page, "flows-failed");
  await page.unroute("**/api/v2/flows?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("link", { name: "looked-at" })).toBeVisible();
});
