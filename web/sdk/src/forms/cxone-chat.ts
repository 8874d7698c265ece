/** `cxoneChat.startChat({customerId, name, email})`, configured by `cxoneChat.init(…)` or the attributes of the script tag. */

import type { ChatSession, ContextResult, Events, SentMessage } from "../core/state.js";
import type { Customer, Scalar, Scalars } from "../protocol.js";
import { attempt, print } from "../transport/answer.js";
import { Client, type ClientOptions, type ContextOptions } from "../transport/client.js";
import { getScriptTag } from "../transport/endpoint.js";

/** Flat options: `customerId`, the customer's `name` and `email`, and any other attribute. */
export interface CxoneStartOptions extends ContextOptions {
  customerId?: string;
  name?: string;
  email?: string;
  message?: string;
  [attribute: string]: Scalar | Scalars | Customer | ContextOptions["attributes"];
}

export interface CxoneChat {
  /** Configures and connects. A second call replaces the first. */
  init(options: ClientOptions): void;
  startChat(options?: CxoneStartOptions): Promise<ChatSession>;
  setContext(options: CxoneStartOptions): Promise<ContextResult>;
  sendMessage(message: string | { text: string }): Promise<SentMessage>;
  sendTyping(): void;
  end(): Promise<void>;
  logout(): Promise<void>;
  close(): void;
  on<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): () => void;
  off<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): void;
}

type FlatClient = Client<CxoneStartOptions, CxoneStartOptions>;

function createCxoneChat(): CxoneChat {
  let client: FlatClient | undefined;
  /** Kept here, because a page may listen before it configures. */
  const listeners = new Set<{ event: keyof Events; listener: (data: never) => void }>();

  const init = (options: ClientOptions): void => {
    client?.close();
    client = new Client(options, "cxoneChat", "cxoneChat.init()");
    for (const { event, listener } of listeners) client.on(event, listener as (data: unknown) => void);
  };
  const configured = (): FlatClient => {
    const { orgId, region, deploymentId } = getScriptTag();
    if (!client) init({ ...(orgId && { orgId }), ...(region && { region }), ...(deploymentId && { deploymentId }) });
    return client as FlatClient;
  };
  const call = <T>(make: (client: FlatClient) => Promise<T>): Promise<T> => attempt(() => make(configured()), print);
  const off: CxoneChat["off"] = (event, listener) => {
    for (const one of listeners) if (one.event === event && one.listener === listener) listeners.delete(one);
    client?.off(event, listener);
  };
  return {
    init,
    startChat: (options) => call((client) => client.startChat(options)),
    setContext: (options) => call((client) => client.setContext(options)),
    sendMessage: (message) => call((client) => client.sendMessage(message)),
    sendTyping: () => client?.sendTyping(),
    end: () => call((client) => client.end()),
    logout: () => call((client) => client.logout()),
    close: () => client?.close(),
    on: (event, listener) => {
      listeners.add({ event, listener });
      client?.on(event, listener);
      return () => off(event, listener);
    },
    off,
  };
}

export const cxoneChat: CxoneChat = createCxoneChat();
