/** The classic script: one line on the page puts the messenger there. */

import { define, type WaybillMessenger } from "./element.js";

type Waiting = (messenger: WaybillMessenger) => void;

declare global {
  interface Window {
    /** What the page wants to do with the messenger, also before the script has run: `push((messenger) => …)`. */
    waybillMessenger?: Waiting[] | { push(...waiting: Waiting[]): void };
  }
}

/** The body's file; the build puts it here. */
declare const BODY: string;

const script = document.currentScript;
const origin = script instanceof HTMLScriptElement ? script.src : location.href;

function place(): void {
  const attributes = script instanceof HTMLScriptElement ? [...script.attributes] : [];
  const messenger = document.createElement("waybill-messenger") as WaybillMessenger;
  for (const { name, value } of attributes) if (name.startsWith("data-")) messenger.setAttribute(name.slice(5), value);
  if (script instanceof HTMLScriptElement) {
    if (!messenger.hasAttribute("endpoint")) messenger.setAttribute("endpoint", new URL(script.src).origin);
    if (script.nonce) messenger.nonce = script.nonce;
  }
  // On the page first: a start that was asked for early needs the rest of it.
  document.body.append(messenger);
  const run = (...waiting: Waiting[]) => waiting.forEach((call) => call(messenger));
  const { waybillMessenger: before } = window;
  window.waybillMessenger = { push: run };
  if (Array.isArray(before)) run(...before);
}

// A classic script of another origin has no address of its own in the eyes of `import()`.
define(() => import(new URL(BODY, origin).href) as Promise<typeof import("./body.js")>);
// Without a deployment the page brings its own element.
if (script?.hasAttribute("data-deployment-id")) {
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place, { once: true });
}
