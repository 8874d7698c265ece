/** The server's operations as functions, typed by its API document: `api.get("/api/v2/conversations/{conversationId}", { path: { conversationId } })`. */

import type { paths } from "../generated/api";
import { type ErrorBody, Failure } from "./failure";

type Method = "get" | "post" | "put" | "patch" | "delete";
type PathsWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, unknown> ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;

type Json<C> = C extends { "application/json": infer J } ? J : C extends Record<string, infer J> ? J : never;
type AnswerOf<R> = { [S in keyof R]: R[S] extends { content: infer C } ? Json<C> : undefined }[keyof R];

/** What an operation answers. */
export type Answer<P extends keyof paths, M extends Method> = Operation<P, M> extends { responses: infer R } ? AnswerOf<R> : never;
type Part<O, K extends string> = O extends { parameters: { [N in K]: infer V } } ? { [N in K]: V } : O extends { parameters: { [N in K]?: infer V } } ? { [N in K]?: V } : unknown;
type BodyPart<O> = O extends { requestBody: { content: infer C } } ? { body: Json<C> } : O extends { requestBody?: { content: infer C } } ? { body?: Json<C> } : unknown;
type Options<O> = Part<O, "path"> & Part<O, "query"> & BodyPart<O> & { headers?: Record<string, string>; signal?: AbortSignal };
type Arguments<O> = object extends Options<O> ? [options?: Options<O>] : [options: Options<O>];

interface Loose {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Where requests get their token, and what happens when it does not hold any more. */
export interface Tokens {
  /** A token to send. Rejects with `Failure.signedOut()`. */
  access(): Promise<string>;
  /** The server did not take this one: another, or a rejection. */
  renew(refused: string): Promise<string>;
}

type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export class Api {
  readonly #tokens: Tokens;
  readonly #fetch: Fetch;

  constructor(tokens: Tokens, fetcher: Fetch = (input, init) => fetch(input, init)) {
    this.#tokens = tokens;
    this.#fetch = fetcher;
  }

  get<P extends PathsWith<"get">>(path: P, ...[options]: Arguments<Operation<P, "get">>): Promise<Answer<P, "get">> {
    return this.#json("GET", path, options as Loose | undefined) as Promise<Answer<P, "get">>;
  }
  post<P extends PathsWith<"post">>(path: P, ...[options]: Arguments<Operation<P, "post">>): Promise<Answer<P, "post">> {
    return this.#json("POST", path, options as Loose | undefined) as Promise<Answer<P, "post">>;
  }
  put<P extends PathsWith<"put">>(path: P, ...[options]: Arguments<Operation<P, "put">>): Promise<Answer<P, "put">> {
    return this.#json("PUT", path, options as Loose | undefined) as Promise<Answer<P, "put">>;
  }
  patch<P extends PathsWith<"patch">>(path: P, ...[options]: Arguments<Operation<P, "patch">>): Promise<Answer<P, "patch">> {
    return this.#json("PATCH", path, options as Loose | undefined) as Promise<Answer<P, "patch">>;
  }
  delete<P extends PathsWith<"delete">>(path: P, ...[options]: Arguments<Operation<P, "delete">>): Promise<Answer<P, "delete">> {
    return this.#json("DELETE", path, options as Loose | undefined) as Promise<Answer<P, "delete">>;
  }

  /** The answer as it comes: streams, downloads, headers. Rejects with a `Failure` unless the status is 2xx. */
  async raw(method: string, path: string, options: Loose = {}): Promise<Response> {
    const token = await this.#tokens.access();
    const first = await this.#send(method, path, options, token);
    const answer = first.status === 401 ? await this.#send(method, path, options, await this.#tokens.renew(token)) : first;
    if (answer.ok) return answer;
    if (answer.status === 401) throw Failure.signedOut();
    throw Failure.ofAnswer(answer.status, await errorBody(answer));
  }

  async #json(method: string, path: string, options: Loose = {}): Promise<unknown> {
    const answer = await this.raw(method, path, options);
    if (answer.status === 204) return undefined;
    const text = await answer.text();
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  }

  async #send(method: string, path: string, options: Loose, token: string): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${token}`, ...options.headers };
    const init: RequestInit = { method, headers, credentials: "omit", cache: "no-store" };
    if (options.signal) init.signal = options.signal;
    if (options.body !== undefined) {
      headers["Content-Type"] ??= "application/json";
      init.body = typeof options.body === "string" ? options.body : JSON.stringify(options.body);
    }
    try {
      return await this.#fetch(address(path, options.path, options.query), init);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw Failure.offline();
    }
  }
}

async function errorBody(answer: Response): Promise<ErrorBody | undefined> {
  try {
    const body: unknown = await answer.json();
    return typeof body === "object" && body !== null && "message" in body ? (body as ErrorBody) : undefined;
  } catch {
    // A proxy's page instead of the server's answer: the status has to do.
    return undefined;
  }
}

/** The path with its parameters filled in and encoded, and the query; lists become repeated parameters. */
export function address(path: string, values: Record<string, unknown> = {}, query: Record<string, unknown> = {}): string {
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== null) parameters.append(name, String(one));
  }
  const text = parameters.toString();
  return text === "" ? filled : `${filled}?${text}`;
}
