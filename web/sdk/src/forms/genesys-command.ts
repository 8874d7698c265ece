/** `Genesys("command", "Database.set", …)` and `Genesys("subscribe", "MessagingService.messagesReceived", …)`: the messenger's call form. */

import { WaybillError } from "../core/errors.js";
import { carried, isPlain, merge } from "../core/json.js";
import type { ChatSession } from "../core/state.js";
import type { Scalars, StructuredMessage } from "../protocol.js";
import { Answer, attempt, print } from "../transport/answer.js";
import { Client, type ClientOptions } from "../transport/client.js";
import { Emitter } from "../transport/emitter.js";
import { getScriptTag } from "../transport/endpoint.js";

/** What the loader snippet gives, beside the options of a client. */
export interface GenesysConfig extends ClientOptions {
  /** An address counts as `endpoint`; a vendor's region name says nothing to this server. */
  environment?: string;
}

/** What a subscriber is called with. */
export interface GenesysEvent {
  time: number;
  publisher: string;
  event: string;
  data: unknown;
}

type Callback = (value?: unknown) => void;

export interface GenesysFunction {
  (action: "command", name: string, options?: object, resolved?: Callback, rejected?: (error: unknown) => void): void;
  (action: "subscribe", event: string, listener: (event: GenesysEvent) => void): void;
  /** Configuration and queue of the loader snippet. */
  c?: GenesysConfig;
  q?: ArrayLike<unknown>[];
}

interface Database {
  messaging?: { customAttributes?: Scalars };
}

/** The attributes travel in the container that the page put them in. */
type CommandClient = Client<Database & { message?: string }, Database>;

const READY = ["Database.ready", "Messenger.ready", "MessagingService.ready", "Conversations.ready", "Launcher.ready"];

/** Makes the function that takes the place of the loader's, and does what waits in the loader's queue. */
export function createGenesysCommand(loader: Pick<GenesysFunction, "c" | "q"> = {}): GenesysFunction {
  const emitter = new Emitter<Record<string, GenesysEvent>>();
  let client: CommandClient | undefined;
  let database: Database = {};
  let isOpen = false;
  let startsUnderWay = 0;

  const genesys = (action: string, name: string, ...rest: unknown[]): void => {
    switch (action) {
      case "command":
        return command(name, rest[0], rest[1] as Callback | undefined, rest[2] as Callback | undefined);
      case "subscribe":
        return subscribe(name, rest[0] as (event: GenesysEvent) => void);
      default:
        print(new WaybillError(400, "unknown_action", `Genesys("${action}") is not served; served are command and subscribe`));
    }
  };

  const commands: { [name: string]: (options: never) => unknown } = {
    "Database.set": (data: Database) => write({ ...database, ...data, messaging: withAttributes({ ...attributes(), ...given(data) }) }, data),
    "Database.update": (data: Database) => write(merge(database, data), data),
    "Database.get": ({ name }: { name?: string }) => (name ? valueAt(database, name) : database),
    "Database.remove": ({ name }: { name: string }) => remove(name),
    "Messenger.open": () => openMessenger(),
    "Messenger.openConversation": () => openMessenger(),
    "Messenger.close": () => closeMessenger(),
    "MessagingService.startConversation": () => start(),
    "MessagingService.configureConversation": () => session().connect(),
    "MessagingService.joinConversation": () => start(),
    "MessagingService.sendMessage": (options: { message?: string; type?: string }) => sendMessage(options),
    "MessagingService.sendTyping": () => session().sendTyping(),
    "MessagingService.clearConversation": () => session().end(),
    "Auth.logout": () => session().logout(),
    "GenesysJS.configuration": () => ({ ...(genesys as GenesysFunction).c }),
  };

  function command(name: string, options: unknown, resolved: Callback = () => undefined, rejected?: Callback): void {
    const run = Object.prototype.hasOwnProperty.call(commands, name) ? commands[name] : undefined;
    attempt(() => {
      if (!run) throw new WaybillError(400, "unknown_command", `${name} is not served; served are ${Object.keys(commands).join(", ")}`);
      return Answer.resolve(run((options ?? {}) as never));
    }, print).then(resolved, rejected);
  }

  function subscribe(name: string, listener: (event: GenesysEvent) => void): void {
    emitter.on(name, listener);
    // A page may subscribe after everything is ready.
    if (READY.includes(name)) void Promise.resolve().then(() => listener(eventOf(name, undefined)));
    if (name.startsWith("MessagingService.")) resume();
  }

  function publish(name: string, data?: unknown): void {
    emitter.emit(name, eventOf(name, data));
  }

  /** The attributes travel with the start; in a running conversation they are sent at once. */
  function write(next: Database, data: Database): unknown {
    const customAttributes = given(data);
    database = next;
    publish("Database.updated", database);
    if (!client?.conversationId && !startsUnderWay) return database;
    return session()
      .setContext({ messaging: { customAttributes } })
      .then(() => database);
  }

  function remove(name: string): Database {
    database = without(database as Record<string, unknown>, name.split("."));
    publish("Database.removed", database);
    return database;
  }

  function openMessenger(): void {
    if (isOpen) throw new WaybillError(409, "already_open", "the messenger is open already");
    isOpen = true;
    session().connect();
    publish("Messenger.opened");
  }

  function closeMessenger(): void {
    if (!isOpen) throw new WaybillError(409, "already_closed", "the messenger is closed already");
    isOpen = false;
    publish("Messenger.closed");
  }

  function start(message?: string): Promise<ChatSession> {
    startsUnderWay += 1;
    const started = session().startChat({
      ...(Object.keys(attributes()).length && { messaging: { customAttributes: attributes() } }),
      ...(message !== undefined && { message }),
    });
    started.then(
      ({ sessionId, conversationId, resumed }) => {
        startsUnderWay -= 1;
        publish("MessagingService.started", { newSession: !resumed, sessionId, conversationId });
        publish("Conversations.started");
      },
      () => (startsUnderWay -= 1),
    );
    return started;
  }

  function sendMessage({ message, type }: { message?: string; type?: string }): unknown {
    if (type) throw new WaybillError(400, "unknown_option", "sendMessage takes a message; rich types are not served");
    if (!message?.trim()) throw new WaybillError(400, "empty_message", "the message is empty");
    return session().conversationId || startsUnderWay ? session().sendMessage(message) : start(message);
  }

  function session(): CommandClient {
    client ??= connectClient(clientOptions((genesys as GenesysFunction).c ?? {}), publish);
    return client;
  }

  /** A conversation that was open before the page was loaded goes on. */
  function resume(): void {
    if ((genesys as GenesysFunction).c?.deploymentId ?? getScriptTag().deploymentId) {
      if (session().conversationId) session().connect();
    }
  }

  const attributes = (): Scalars => database.messaging?.customAttributes ?? {};
  const withAttributes = (customAttributes: Scalars) => ({ ...database.messaging, customAttributes });

  if (loader.c) (genesys as GenesysFunction).c = loader.c;
  for (const args of loader.q ?? []) (genesys as (...args: unknown[]) => void)(...Array.from(args));
  return genesys as GenesysFunction;
}

/** The attributes of a write. Anywhere else in the database nobody would ever read them. */
function given(data: Database): Scalars {
  const { messaging } = carried(data, "Database");
  if (!isPlain(messaging?.customAttributes)) {
    throw new WaybillError(400, "unknown_option", "attributes go to {messaging: {customAttributes: {…}}}");
  }
  return messaging.customAttributes as Scalars;
}

function clientOptions({ environment, ...config }: GenesysConfig): ClientOptions {
  const { orgId, region, deploymentId } = getScriptTag();
  return {
    ...(orgId && { orgId }),
    ...(region && { region }),
    ...(deploymentId && { deploymentId }),
    ...(environment && /^https?:/.test(environment) && { endpoint: environment }),
    ...config,
    connect: "lazy",
  };
}

function connectClient(options: ClientOptions, publish: (name: string, data?: unknown) => void): CommandClient {
  const client: CommandClient = new Client(options, "genesysCommand", "Genesys", false);
  const received = (raw: StructuredMessage) => publish("MessagingService.messagesReceived", { messages: [raw] });
  client.on("message", ({ raw }) => received(raw));
  client.on("sent", ({ raw }) => received(raw));
  client.on("typing", ({ durationMs }) => publish("MessagingService.typingReceived", { typing: { type: "On", duration: durationMs } }));
  client.on("disconnected", () => {
    publish("MessagingService.offline");
    publish("MessagingService.reconnecting");
  });
  client.on("reconnected", () => publish("MessagingService.reconnected"));
  client.on("ended", ({ readOnly }) => {
    publish("MessagingService.conversationDisconnected", { readOnly });
    if (readOnly) publish("MessagingService.readOnlyConversation");
  });
  client.on("error", (error) => {
    publish("MessagingService.error", { error: error.message, status: error.status, code: error.code });
    publish("Conversations.error", { error: error.message });
  });
  return client;
}

const eventOf = (event: string, data: unknown): GenesysEvent => ({
  time: Date.now(),
  publisher: event.split(".", 1)[0] ?? event,
  event,
  data,
});

const valueAt = (tree: object, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (isPlain(value) ? value[key] : undefined), tree);

function without(tree: Record<string, unknown>, [key = "", ...deeper]: string[]): Record<string, unknown> {
  const { [key]: value, ...others } = tree;
  return deeper.length && isPlain(value) ? { ...others, [key]: without(value, deeper) } : others;
}
