/** Permissions as a list to tick, and as a role holds them. Pure. */

import type { components } from "../../../generated/api";

type Schemas = components["schemas"];
export type Policy = Schemas["PermissionPolicy"];

/** Keys of the context that a permission is limited to; `undefined`: it is not limited. */
export type Held = ReadonlyMap<string, readonly string[] | undefined>;

export interface Permission {
  /** `domain:entity:action`. */
  label: string;
  action: string;
  /** A role that is given in a division has it there alone. */
  divisionAware: boolean;
}

/** Permissions about one thing, such as `routing:queue`. */
export interface Subject {
  domain: string;
  entity: string;
  permissions: readonly Permission[];
}

interface Listed {
  domain: string;
  permissionMap: Record<string, readonly { action: string; label: string; divisionAware: boolean }[]>;
}

export function subjectsOf(listed: readonly Listed[]): Subject[] {
  return listed.flatMap(({ domain, permissionMap }) => Object.entries(permissionMap).map(([entity, all]) => ({ domain, entity, permissions: all.map(({ label, action, divisionAware }) => ({ label, action, divisionAware })) })));
}

/** Those whose name has every word in it. */
export function found(subjects: readonly Subject[], words: string): Subject[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return subjects
    .map((subject) => ({ ...subject, permissions: subject.permissions.filter(({ label }) => wanted.every((word) => label.toLowerCase().includes(word))) }))
    .filter(({ permissions }) => permissions.length > 0);
}

export function heldOf(policies: readonly Policy[]): Held {
  const held = new Map<string, readonly string[] | undefined>();
  for (const { domain, entityName, actionSet, keys } of policies) {
    for (const action of actionSet) {
      const label = `${domain}:${entityName}:${action}`;
      const before = held.get(label);
      // Without keys it holds for every key, whatever else says less.
      if (!keys || (held.has(label) && before === undefined)) held.set(label, undefined);
      else held.set(label, [...new Set([...(before ?? []), ...keys])]);
    }
  }
  return held;
}

/** What a role is written with: what has the same limits stands together. */
export function policiesOf(held: Held): Policy[] {
  const policies = new Map<string, Policy>();
  for (const [label, keys] of held) {
    const [domain = "", entityName = "", action = ""] = label.split(":");
    const group = JSON.stringify([domain, entityName, keys ?? null]);
    const policy = policies.get(group) ?? { domain, entityName, actionSet: [], ...(keys && { keys: [...keys] }) };
    policy.actionSet.push(action);
    policies.set(group, policy);
  }
  return [...policies.values()];
}

export const sameHeld = (one: Held, other: Held): boolean => one.size === other.size && [...one].every(([label, keys]) => other.has(label) && JSON.stringify(keys) === JSON.stringify(other.get(label)));

/** `conversation` → `Conversation`, `webDeployments` → `Web deployments`. */
export function wordsOf(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
