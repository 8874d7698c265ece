import { describe, expect, test } from "vitest";
import { type Configuration, documentOf, faultOf, languagesOf, read, textOf, write } from "../src/areas/admin/messenger/configuration";
import { bodyOf, draftOf, placeholders, withPlaceholder, type Reply } from "../src/areas/admin/replies/reply";
import { type Policy, found, heldOf, policiesOf, sameHeld, subjectsOf, wordsOf } from "../src/areas/admin/roles/permissions";
import { listAll, listOn } from "../src/lib/list-all";

describe("a configuration of the messenger", () => {
  const stored = { id: "c", name: "Shop", version: "2", status: "Active", selfUri: "/", dateCreated: "", dateModified: "", messenger: { homeScreen: { enabled: true }, styles: { primaryColor: "#0165A7" } } } as Configuration;

  test("is edited in part: what is not known stays, what the server alone says goes", () => {
    const document = write(write(documentOf(stored), "satisfaction", true), "color", "#000000");
    expect(document).toEqual({ name: "Shop", messenger: { homeScreen: { enabled: true }, styles: { primaryColor: "#000000" }, apps: { conversations: { satisfaction: { enabled: true } } } } });
    expect(read(document, "satisfaction")).toBe(true);
    expect(textOf(write(document, "color", undefined), "color")).toBe("");
  });

  test("says what keeps it from being saved", () => {
    expect(faultOf(documentOf(stored))).toBeUndefined();
    expect(faultOf({ name: " " })).toBe("A configuration needs a name.");
    expect(faultOf(write({ name: "x" }, "color", "red"))).toContain("six digits");
    expect(faultOf(write({ name: "x" }, "session", 1.5))).toBe("A session: write a whole number.");
    expect(faultOf(write({ name: "x" }, "sideSpace", Number.NaN))).toContain("From the side");
  });

  test("has languages as codes with commas between them", () => {
    expect(languagesOf(" DE, en-US ,,")).toEqual(["de", "en-us"]);
    expect(languagesOf(" , ")).toBeUndefined();
  });
});

describe("a canned reply", () => {
  const reply = { id: "r", name: "Hi", version: 3, libraries: [{ id: "a" }, { id: "b" }], texts: [{ content: "<b>Hi</b>", contentType: "text/html" }, { content: "Hi", contentType: "text/plain" }] } as unknown as Reply;

  test("keeps its other texts and libraries", () => {
    expect(draftOf(reply)).toEqual({ name: "Hi", libraryId: "a", text: "Hi" });
    expect(bodyOf({ name: " Hello ", libraryId: "c", text: "Hello" }, reply)).toEqual({ name: "Hello", libraries: [{ id: "c" }, { id: "b" }], texts: [{ content: "<b>Hi</b>", contentType: "text/html" }, { content: "Hello", contentType: "text/plain" }], version: 3 });
    expect(bodyOf({ name: "x", libraryId: "b", text: "y" }, reply).libraries).toEqual([{ id: "b" }]);
    expect(bodyOf({ name: "New", libraryId: "a", text: "Text" })).toEqual({ name: "New", libraries: [{ id: "a" }], texts: [{ content: "Text", contentType: "text/plain" }] });
  });

  test("takes a placeholder where the cursor is, or instead of what is marked", () => {
    expect(withPlaceholder("Hello !", 6, 6, "customer.name")).toEqual({ text: "Hello {{ customer.name }}!", cursor: 25 });
    expect(withPlaceholder("Hello you", 6, 9, "x")).toEqual({ text: "Hello {{ x }}", cursor: 13 });
    expect(placeholders(["plan", "age", "plan"])).toEqual(["customer.name", "conversation.id", "customData.age", "customData.plan"]);
  });
});

describe("permissions of a role", () => {
  const policies: Policy[] = [
    { domain: "conversation", entityName: "note", actionSet: ["view", "create"] },
    { domain: "conversation", entityName: "personalAttributes", actionSet: ["view"], keys: ["orderId"] },
  ];

  test("come back as they were", () => {
    expect(policiesOf(heldOf(policies))).toEqual(policies);
    expect(sameHeld(heldOf(policies), heldOf([...policies].reverse()))).toBe(true);
    expect(sameHeld(heldOf(policies), heldOf(policies.slice(1)))).toBe(false);
  });

  test("for every key win over some; some and others are both", () => {
    const [, some] = policies as [Policy, Policy];
    expect(heldOf([some, { ...some, keys: ["plan"] }]).get("conversation:personalAttributes:view")).toEqual(["orderId", "plan"]);
    for (const order of [[some, { ...some, keys: undefined }], [{ ...some, keys: undefined }, some]]) expect(heldOf(order as Policy[]).get("conversation:personalAttributes:view")).toBeUndefined();
  });

  test("are found by words", () => {
    const subjects = subjectsOf([{ domain: "routing", permissionMap: { queue: [{ action: "view", label: "routing:queue:view", divisionAware: true }, { action: "edit", label: "routing:queue:edit", divisionAware: true }] } }]);
    expect(found(subjects, "view QUEUE")[0]?.permissions.map(({ label }) => label)).toEqual(["routing:queue:view"]);
    expect(found(subjects, "skill")).toEqual([]);
    expect(found(subjects, " ")[0]?.permissions).toHaveLength(2);
    expect(wordsOf("webDeployments")).toBe("Web deployments");
  });
});

describe("lists that are shown whole", () => {
  test("go on by number", async () => {
    expect(await listAll((page) => Promise.resolve({ entities: [page], pageCount: 3 }))).toEqual([1, 2, 3]);
  });
  test("go on after an entry", async () => {
    const asked: (string | undefined)[] = [];
    const all = await listOn((after) => {
      asked.push(after);
      return Promise.resolve({ entities: [after ?? "first"], nextUri: after === "b&c" ? null : `/x?pageSize=2&after=${encodeURIComponent("b&c")}` });
    });
    expect(asked).toEqual([undefined, "b&c"]);
    expect(all).toEqual(["first", "b&c"]);
  });
});
