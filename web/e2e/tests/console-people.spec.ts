/** Who may do what, where, and what routing gives them: roles, divisions, skills, one person's page. */

import { Person, expectAccessible, picture, signIn } from "../src/console.js";
import { complaintsOf } from "../src/example-page.js";
import { Integrator, type JsonObject } from "../src/integrator.js";
import { expect, test } from "../src/test.js";

interface Named {
  id: string;
  name: string;
}
interface Entities<T = Named> {
  entities: T[];
}

test("acc1_acc2_a_role_that_is_given_in_a_division_lets_a_person_see_that_division_alone", async ({ startDemo, page }) => {
  const demo = await startDemo();
  const complaints = complaintsOf(page);
  const admin = await Person.logIn(demo, "admin");
  const integrator = await Integrator.login(demo.file);
  const { deployments } = demo.file;
  const begin = async (deploymentId: string) => {
    const init = { method: "POST", headers: { Authorization: `Bearer ${integrator.token}`, "Content-Type": "application/json" }, body: JSON.stringify({ deploymentId, customData: { crmCustomerId: "CRM-DIVIDED" } }) };
    return ((await (await fetch(`${demo.file.baseUrl}/api/v2/conversations/webchat`, init)).json()) as Named).id;
  };
  await signIn(page, demo, "admin", "/console/admin/divisions");

  await page.getByRole("button", { name: "New division" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Returns");
  await page.getByRole("button", { name: "Make the division" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Returns" })).toBeVisible();
  await page.getByRole("button", { name: "Rename Returns" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Parcels back");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(page.getByRole("row").filter({ hasText: "Parcels back" })).toBeVisible();
  await expectAccessible(page, "divisions");
  const division = (await admin.send<Entities>("GET", "/api/v2/authorization/divisions")).entities.find(({ name }) => name === "Parcels back")?.id ?? "";
  const quarantine = `/api/v2/webdeployments/deployments/${deployments.quarantine}`;
  await admin.send("PUT", quarantine, { ...(await admin.send<JsonObject>("GET", quarantine)), division: { id: division } });
  const inside = await begin(deployments.quarantine);
  const outside = await begin(deployments.open);
  await page.reload();
  await expect(page.getByRole("row").filter({ hasText: "Parcels back" })).toContainText("quarantine");
  await picture(page, "admin-divisions");

  // The server's own roles stay as they are.
  await page.goto(`${demo.file.baseUrl}/console/admin/roles`);
  await page.getByRole("link", { name: "agent" }).click();
  await expect(page.getByText("It is on every server and can't be changed.")).toBeVisible();
  await expect(page.getByRole("checkbox", { name: "conversation:message:create" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "conversation:message:create" })).toBeDisabled();
  await expect(page.getByRole("region", { name: "Who has it" }).getByRole("link", { name: "Adam Agent" })).toBeVisible();
  await page.getByRole("link", { name: "Roles" }).last().click();

  // By keyboard alone.
  await page.getByRole("button", { name: "New role" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Name").focus();
  await page.keyboard.type("Reader");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nobody yet. Roles are given on a person's page.")).toBeVisible();
  await page.getByLabel("Search").focus();
  await page.keyboard.type("communication view");
  await expect(page.getByRole("checkbox")).toHaveCount(1);
  await page.getByRole("checkbox", { name: "conversation:communication:view" }).focus();
  await page.keyboard.press("Space");
  await page.getByLabel("Search").fill("");
  await expectAccessible(page, "a role");
  await picture(page, "admin-role");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The role was saved")).toBeVisible();
  const role = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  expect(await admin.send("GET", `/api/v2/authorization/roles/${role}`)).toMatchObject({ name: "Reader", permissions: ["conversation:communication:view"] });
  // Permissions for single keys stay through a change of others.
  const limited = { domain: "conversation", entityName: "personalAttributes", actionSet: ["view"], keys: ["orderId"] };
  const before = await admin.send("GET", `/api/v2/authorization/roles/${role}`);
  await admin.send("PUT", `/api/v2/authorization/roles/${role}`, { name: "Reader", permissionPolicies: [...(before["permissionPolicies"] as JsonObject[]), limited] });
  await page.reload();
  await expect(page.getByText("only orderId")).toBeVisible();
  // A slip of the hand, and back: the limit is there again.
  await page.getByRole("checkbox", { name: "conversation:personalAttributes:view" }).uncheck();
  await page.getByRole("checkbox", { name: "conversation:personalAttributes:view" }).check();
  await expect(page.getByText("only orderId")).toBeVisible();
  await page.getByRole("checkbox", { name: "conversation:note:view" }).check();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The role was saved")).toBeVisible();
  const { permissionPolicies } = await admin.send<{ permissionPolicies: JsonObject[] }>("GET", `/api/v2/authorization/roles/${role}`);
  expect(permissionPolicies).toContainEqual(limited);
  expect(permissionPolicies).toContainEqual({ domain: "conversation", entityName: "note", actionSet: ["view"] });

  // Somebody gets it in the division, and sees that division alone.
  const password = "a-long-enough-word-for-rita";
  const { id: rita } = await admin.send<Named>("POST", "/api/v2/users", { name: "Rita Reader", email: "rita@demo.example", password, roleDivisions: [] });
  await page.goto(`${demo.file.baseUrl}/console/admin/people`);
  await page.getByRole("link", { name: "Rita Reader" }).click();
  await page.getByRole("tab", { name: "Roles" }).click();
  await expect(page.getByText("No role: the person can sign in and see nothing.")).toBeVisible();
  await page.getByRole("button", { name: "Give a role" }).click();
  await page.getByLabel("Role", { exact: true }).selectOption("Reader");
  await page.getByLabel("Where").selectOption("Parcels back");
  await expectAccessible(page, "roles of a person");
  await picture(page, "admin-person-roles");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The roles hold for the next request")).toBeVisible();
  expect(await admin.send("GET", `/api/v2/users/${rita}/roles`)).toMatchObject({ roleDivisions: [{ roleId: role, divisionId: division }] });
  const reader = await Person.logInAs(demo.file.baseUrl, "rita@demo.example", password);
  const seen = (await reader.send<Entities>("GET", "/api/v2/conversations?everyone=true")).entities.map(({ id }) => id);
  expect(seen).toContain(inside);
  expect(seen).not.toContain(outside);
  expect(complaints).toEqual([]);
});

test("rout1_acc5_a_persons_capacity_skills_queues_and_state_are_set_on_one_page", async ({ startDemo, page }) => {
  const demo = await startDemo();
  const complaints = complaintsOf(page);
  const admin = await Person.logIn(demo, "admin");
  const agent = await Person.logIn(demo, "agent");
  await signIn(page, demo, "admin", "/console/admin/skills");
  for (const [tab, label, name] of [["Skills", "A new skill", "refunds"], ["Languages", "A new language", "de"]] as const) {
    await page.getByRole("tab", { name: tab }).click();
    await page.getByLabel(label).fill(name);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expect(page.getByRole("button", { name: `Delete ${name}` })).toBeVisible();
  }
  await expectAccessible(page, "languages");
  await picture(page, "admin-skills");

  await page.goto(`${demo.file.baseUrl}/console/admin/people/${agent.id}?tab=routing`);
  const user = `/api/v2/users/${agent.id}`;
  await page.getByLabel("Chats at once").fill("7");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await expect(page.getByText("7 chats at once from now on")).toBeVisible();
  expect(await admin.send("GET", `/api/v2/routing/users/${agent.id}/utilization`)).toMatchObject({ utilization: { message: { maximumCapacity: 7 } } });
  await page.getByLabel("Presence").selectOption("Training");
  await expect(page.getByText("Training from now on")).toBeVisible();
  expect(await agent.send("GET", `${user}/presences/purecloud`)).toMatchObject({ presenceDefinition: { systemPresence: "Training" } });
  // What the server refuses is not shown as if it held.
  await page.route("**/routingskills/bulk", (route) => route.fulfill({ status: 409, json: { message: "Somebody else was faster", code: "conflict", status: 409 } }));
  await page.getByLabel("Level of the skill refunds").selectOption("2");
  await expect(page.getByText("refunds was not changed")).toBeVisible();
  await expect(page.getByLabel("Level of the skill refunds")).toHaveValue("");
  await page.unroute("**/routingskills/bulk");
  await page.getByLabel("Level of the skill refunds").selectOption("4");
  await page.getByLabel("Level of the language de").selectOption("5: best");
  const levels = async (what: string) => (await admin.send<Entities<Named & { proficiency: number }>>("GET", `${user}/${what}`)).entities.map(({ name, proficiency }) => [name, proficiency]);
  await expect.poll(() => levels("routingskills")).toEqual([["refunds", 4]]);
  await expect.poll(() => levels("routinglanguages")).toEqual([["de", 5]]);
  await page.getByRole("checkbox", { name: "Gold" }).uncheck();
  const joined = async () => (await admin.send<Entities<Named & { joined: boolean }>>("GET", `${user}/queues`)).entities.filter((one) => one.joined).map(({ name }) => name);
  await expect.poll(joined).toEqual(["Support"]);
  await expectAccessible(page, "routing of a person");
  await picture(page, "admin-person-routing");
  await page.getByLabel("Level of the skill refunds").selectOption("No");
  await expect.poll(() => levels("routingskills")).toEqual([]);
  await page.goto(`${demo.file.baseUrl}/console/admin/skills?tab=languages`);
  await page.getByRole("button", { name: "Delete de" }).click();
  await page.getByRole("button", { name: "Delete the language" }).click();
  await expect(page.getByText("No languages yet")).toBeVisible();
  expect(await levels("routinglanguages")).toEqual([]);

  await page.goto(`${demo.file.baseUrl}/console/admin/people/${agent.id}`);
  await page.getByLabel("Name").fill("Adam Away");
  await page.getByLabel(/May sign in/).uncheck();
  await expectAccessible(page, "a person");
  await picture(page, "admin-person");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The person was saved")).toBeVisible();
  expect(await admin.send("GET", user)).toMatchObject({ name: "Adam Away", state: "inactive" });
  await expect(agent.send("GET", "/api/v2/users/me")).rejects.toThrow(/401/);
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete the person" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "People" })).toBeVisible();
  await expect(page.getByText("Ada Admin")).toBeVisible();
  await expect(page.getByText("Adam Away")).toHaveCount(0);
  // The browser notes the refusal that was asked for.
  expect(complaints.filter((one) => !/status of 409/.test(one))).toEqual([]);
});
