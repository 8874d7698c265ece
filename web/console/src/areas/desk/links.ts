/** Links from a key's value into another system: `https://crm.example/customers/{value}`. Kept in this browser. */

export interface LinkTemplate {
  key: string;
  /** What the link says. */
  name: string;
  template: string;
}

const KEPT = "waybill:crm-links";

/** Why a template can't be used. */
export function templateFault(template: string): string | undefined {
  if (!template.includes("{value}")) return "Put {value} where the value belongs.";
  if (!/^https:\/\//i.test(template) && !/^http:\/\/(localhost|127\.0\.0\.1)[:/]/i.test(template)) return "The address has to begin with https://.";
  const host = /^https?:\/\/([^/?#]*)/i.exec(template)?.[1] ?? "";
  if (host === "" || host.includes("{")) return "The value may not choose the host.";
  return URL.canParse(template.replaceAll("{value}", "x")) ? undefined : "This is not an address.";
}

/** The address for a value; the value can't leave its place in it. */
export function linkFor({ template }: LinkTemplate, value: string): string | undefined {
  return templateFault(template) === undefined && value !== "" ? template.replaceAll("{value}", () => encodeURIComponent(value)) : undefined;
}

export function readLinks(storage: Pick<Storage, "getItem">): LinkTemplate[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isTemplate) : [];
  } catch {
    // Somebody else's text under our name: as if there were none.
    return [];
  }
}

export function keepLinks(storage: Pick<Storage, "setItem">, links: readonly LinkTemplate[]): void {
  storage.setItem(KEPT, JSON.stringify(links));
}

function isTemplate(value: unknown): value is LinkTemplate {
  const { key, name, template } = (value ?? {}) as Record<string, unknown>;
  return typeof key === "string" && typeof name === "string" && typeof template === "string" && templateFault(template) === undefined;
}
