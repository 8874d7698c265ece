/** The page that breaks things on purpose: status, rule and remedy are on the screen. */

import { log, receiptRows, status } from "../src/example-page.js";
import { expect, test } from "../src/test.js";

interface Case {
  button: string;
  /** Status and code, as the log shows them. */
  refused: string;
  /** Words of the explanation. */
  says: RegExp;
  /** Key, rule and words of the remedy in the table. */
  row?: [key: string, rule: string, remedy: RegExp];
}

const CASES: { [title: string]: Case } = {
  "edge1_edge2_a_wrong_organization": { button: "Wrong organization", refused: "401, ", says: /organization/ },
  "edge1_edge2_a_wrong_deployment": { button: "Wrong deployment", refused: "401, unknown_deployment", says: /deployment/ },
  "edge1_a_wrong_region": { button: "Wrong region", refused: "400, region_mismatch", says: /region/ },
  "ctx1_custom_data_switched_off": { button: "Custom data switched off", refused: "400, custom_data_disabled", says: /custom data/i },
  "edge1_edge2_an_inactive_deployment": { button: "Inactive deployment", refused: "401, ", says: /inactive/ },
  "ctx1_ctx2_too_large": { button: "Too large", refused: "400, context_refused", says: /note/, row: ["note", "max_bytes", /Send less/] },
  "ctx1_nested": {
    button: "Nested",
    refused: "400, context_refused",
    says: /crm/,
    row: ["crm", "not_scalar", /own key/],
  },
  "l12_ctx1_a_misspelt_container": {
    button: "Misspelt container",
    refused: "400, context_refused",
    says: /cusomData/,
    row: ["cusomData", "unknown_option", /customData/],
  },
  "ctx1_a_hyphen_in_strict_mode": {
    button: "Hyphen, strict",
    refused: "400, context_refused",
    says: /crm-customer-id/,
    row: ["crm-customer-id", "key_name", /crmCustomerId/],
  },
};

for (const [title, { button, refused, says, row }] of Object.entries(CASES)) {
  test(`${title}_is_explained_on_the_page`, async ({ page, demo, integrator }) => {
    const before = await integrator.list();
    await page.goto(`${demo.file.baseUrl}/examples/refusals.html`);
    await page.getByRole("button", { name: button, exact: true }).click();
    await expect(log(page)).toContainText(`Refused (${refused}`);
    await expect(log(page)).toContainText(says);
    await expect(status(page)).toHaveText("The chat did not start.");
    if (row) {
      const [key, rule, remedy] = row;
      const found = (await receiptRows(page)).find((one) => one["Key"] === key);
      expect(found).toMatchObject({ Verdict: "refused", Rule: rule, "What to do": expect.stringMatching(remedy) });
    }
    expect((await integrator.list()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });
}

test("edge6_start3_too_fast_is_429_with_the_time_to_wait", async ({ page, startDemo }) => {
  const demo = await startDemo();
  await page.goto(`${demo.file.baseUrl}/examples/refusals.html`);
  await page.getByRole("button", { name: "Too fast" }).click();
  await expect(log(page)).toContainText("Refused (429, too_many_requests)");
  await expect(log(page)).toContainText(/Try again after \d+(\.\d+)? s\./);
});
