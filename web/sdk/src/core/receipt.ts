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
  value: unknown;
  ofCustomer: boolean;
}

/** `undefined` when every key that was sent is accounted for; otherwise the error that names those that are not. */
export function compare(sent: object, stored: Stored): WaybillError | undefined {
  const given = givenKeys(sent);
  const entryOf = ({ key, ofCustomer }: Given) =>
    stored.receipt.entries.find((entry) => names(entry, key) && (entry.form === "customer") === ofCustomer) ??
    stored.receipt.entries.find((entry) => names(entry, key));
  const faults = given.flatMap((one) => {
    const entry = entryOf(one);
    if (entry) return faultOf(one, entry, stored);
    // Two names of one attribute with the same value share an entry (CTX6).
    const twin = given.some((other) => other !== one && other.value === one.value && entryOf(other));
    return twin ? [] : [`${one.key}: the receipt says nothing about it`];
  });
  return faults.length ? contextMismatch(faults, stored.receipt) : undefined;
}

function faultOf({ key, value, ofCustomer }: Given, entry: ReceiptEntry, { customData, customer }: Stored): string[] {
  if (entry.verdict !== "stored") return [];
  const name = entry.storedAs ?? lastPart(entry.key, key);
  const isPerson = ofCustomer || entry.form === "customer" || !hasOwn(customData, name);
  const place: { [key: string]: unknown } = isPerson ? { ...customer } : customData;
  const found = hasOwn(place, name) ? place[name] : undefined;
  // In a running conversation null deletes, so nothing is there.
  if (value === null) return found === null || found === undefined ? [] : [`${key}: still there after null`];
  if (found === undefined) return [`${key}: stored, says the receipt, but not among what is stored`];
  const equal = entry.coerced ? String(found) === String(value) || Number(found) === Number(value) : found === value;
  return equal ? [] : [`${key}: the stored value is another one`];
}

/** Every scalar that was sent, whatever container it was in. Which containers exist is the server's business. */
function givenKeys(sent: object): Given[] {
  return Object.entries(sent).flatMap(([key, value]): Given[] => {
    if (key === "message" || key === "startNew") return [];
    if (!isPlain(value)) return [{ key, value, ofCustomer: false }];
    if (key === "attributes") {
      return Object.values(value).flatMap((namespace) => (isPlain(namespace) ? scalars(namespace, false) : []));
    }
    return scalars(value, key === "customer");
  });
}

const scalars = (container: Record<string, unknown>, ofCustomer: boolean): Given[] =>
  Object.entries(container)
    .filter(([, value]) => !isPlain(value) && !Array.isArray(value))
    .map(([key, value]) => ({ key, value, ofCustomer }));

/** A receipt names a key as it was sent, or with its path. */
const names = (entry: ReceiptEntry, key: string): boolean => entry.key === key || entry.key.endsWith(`.${key}`);
const lastPart = (path: string, key: string): string => (path.endsWith(`.${key}`) ? key : path);
const hasOwn = (object: object, key: string): boolean => Object.prototype.hasOwnProperty.call(object, key);
