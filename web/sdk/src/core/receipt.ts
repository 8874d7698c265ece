/** Holds the receipt against what the page gave (START4): the last chance to notice a loss. */

import type { Customer, Receipt, ReceiptEntry, Scalars } from "../protocol.js";
import { contextMismatch, type WaybillError } from "./errors.js";
import { isPlain } from "./json.js";

interface Stored {
  customData: Scalars;
  customer: Customer;
  receipt: Receipt;
}

interface Given {
  key: string;
  /** With the containers that it was in. */
  path: string;
  value: unknown;
}

/** `undefined` when every key that was sent is accounted for; otherwise the error that names those that are not. */
export function compare(sent: object, stored: Stored): WaybillError | undefined {
  const given = givenKeys(sent);
  const { entries } = stored.receipt;
  const faults = given.flatMap((one) => {
    const entry = entryOf(one, entries);
    if (entry) return faultOf(one, entry, stored);
    // Two names of one attribute with the same value share an entry (CTX6).
    const twin = given.some((other) => other !== one && other.value === one.value && entryOf(other, entries));
    return twin ? [] : [`${one.key}: the receipt says nothing about it`];
  });
  return faults.length ? contextMismatch(faults, stored.receipt) : undefined;
}

/** A receipt names a key as it was sent, or with its path; what has no place is named once, for all that it holds. */
function entryOf(given: Given, entries: ReceiptEntry[]): ReceiptEntry | undefined {
  // What a signed token says is another's word, perhaps about the same key.
  const named = entries.filter(({ key, form }) => form !== "token" && (key === given.key || key === given.path));
  return (
    named.find(({ form }) => (form === "customer") === isOfCustomer(given)) ??
    named[0] ??
    entries.find(({ key, verdict }) => verdict !== "stored" && given.path.startsWith(`${key}.`))
  );
}

function faultOf(given: Given, entry: ReceiptEntry, { customData, customer }: Stored): string[] {
  if (entry.verdict !== "stored") return [];
  const { key, value } = given;
  const name = entry.storedAs ?? key;
  const isPerson = isOfCustomer(given) || entry.form === "customer" || !hasOwn(customData, name);
  const place: { [key: string]: unknown } = isPerson ? { ...customer } : customData;
  const found = hasOwn(place, name) ? place[name] : undefined;
  // In a running conversation null deletes, so nothing is there.
  if (value === null) return found === null || found === undefined ? [] : [`${key}: still there after null`];
  if (found === undefined) return [`${key}: stored, says the receipt, but not among what is stored`];
  const equal = entry.coerced ? String(found) === String(value) || Number(found) === Number(value) : found === value;
  return equal ? [] : [`${key}: the stored value is another one`];
}

/** Every scalar that was sent, whatever containers it was in. Which containers exist is the server's business. */
function givenKeys(container: object, path = ""): Given[] {
  return Object.entries(container).flatMap(([key, value]): Given[] => {
    const inner = `${path}${key}`;
    if (isPlain(value)) return givenKeys(value, `${inner}.`);
    return Array.isArray(value) || NO_CONTEXT.includes(inner) ? [] : [{ key, path: inner, value }];
  });
}

/** Options of a start that are no context; `customer` is none when it is null. */
const NO_CONTEXT = ["message", "startNew", "customer"];

const isOfCustomer = ({ path }: Given): boolean => path.startsWith("customer.");

const hasOwn = (object: object, key: string): boolean => Object.prototype.hasOwnProperty.call(object, key);
