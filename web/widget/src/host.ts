/** What launcher and body know of each other. They are loaded apart, perhaps in different versions: keep it small. */

import type { DeploymentConfig } from "./config.js";
import type { WaybillMessenger } from "./element.js";
import type { WaybillEventName, WaybillEvents } from "./events.js";
import type { ChatSession, ContextResult, SentMessage, SignedContextOptions, StartOptions } from "./sdk.js";

export type IdentityToken = string | (() => string | Promise<string>);

/** The launcher, as the body sees it. */
export interface Host {
  readonly element: WaybillMessenger;
  readonly root: ShadowRoot;
  readonly button: HTMLButtonElement;
  readonly badge: HTMLElement;
  readonly endpoint: string;
  /** Context that the page gave before the body was there. */
  readonly contexts: readonly SignedContextOptions[];
  config(): Promise<DeploymentConfig | null>;
  /** Where something is kept in the browser. */
  key(what: string): string;
  sessionKey: string;
  emit<Name extends WaybillEventName>(name: Name, detail: WaybillEvents[Name]): boolean;
  adopt(css: string): CSSStyleSheet | HTMLStyleElement;
}

/** The body, as the launcher sees it. */
export interface Body {
  open(how: "focus" | "quiet"): void;
  close(): void;
  consented(): void;
  changed(): void;
  setContext(options: SignedContextOptions): Promise<ContextResult>;
  startChat(options: StartOptions): Promise<ChatSession>;
  sendMessage(text: string): Promise<SentMessage>;
  end(): Promise<void>;
  logout(): Promise<void>;
  destroy(): void;
}
