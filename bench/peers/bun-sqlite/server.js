// A chat server on Bun and SQLite that acknowledges only what is on disk: the fastest honest one that we could write.
//
// Everything that arrives in one turn of the event loop is stored in one transaction and acknowledged after its commit.
// Environment: PORT (default 7101), DATA (database file, default ./peer.db).

import { Database } from "bun:sqlite";

const port = Number(process.env.PORT ?? 7101);
const database = new Database(process.env.DATA ?? "peer.db", { create: true });
database.run("pragma journal_mode = wal");
database.run("pragma synchronous = full"); // a sync for every commit
database.run("pragma wal_autocheckpoint = 4000"); // a third to a half more starts than with the default of 1,000
database.run("pragma cache_size = -65536");
database.run("pragma temp_store = memory");
database.run(`
  create table if not exists conversations (
    id text primary key, started_at integer not null, custom_data text not null
  ) without rowid`);
database.run(`
  create table if not exists events (
    conversation_id text not null, seq integer not null, kind text not null, at integer not null, payload text not null,
    primary key (conversation_id, seq)
  ) without rowid`);

const begin = database.prepare("begin immediate");
const commit = database.prepare("commit");
const insertConversation = database.prepare("insert into conversations values (?, ?, ?)");
const insertEvent = database.prepare("insert into events values (?, ?, ?, ?, ?)");
const selectConversation = database.prepare("select id, started_at, custom_data from conversations where id = ?");
const selectLastSeq = database.prepare("select max(seq) as seq from events where conversation_id = ?");

/** The last sequence number of conversations that were active since the start of this process. */
const lastSeq = new Map();

/** Writes that wait for the end of this turn: `{ socket, frame }`. */
let waiting = [];

function store(socket, frame) {
  if (waiting.push({ socket, frame }) === 1) setImmediate(flush);
}

/** One transaction for all that waits, then all acknowledgements. */
function flush() {
  const batch = waiting;
  waiting = [];
  const at = Date.now();
  const answers = [];
  const pushes = [];
  begin.run();
  for (const { socket, frame } of batch) {
    const answer = frame.op === "start" ? start(frame, at) : message(frame, at, pushes);
    answers.push([socket, answer]);
  }
  // A failure here ends the process: nothing of this batch has been acknowledged.
  commit.run();
  for (const [socket, answer] of answers) socket.send(JSON.stringify(answer));
  for (const [conversationId, event] of pushes) server.publish(conversationId, JSON.stringify(event));
}

function start({ id, customData, message }, at) {
  const conversationId = Bun.randomUUIDv7();
  const context = JSON.stringify(customData ?? {});
  insertConversation.run(conversationId, at, context);
  insertEvent.run(conversationId, 1, "start", at, context);
  insertEvent.run(conversationId, 2, "message", at, JSON.stringify({ text: message ?? "" }));
  lastSeq.set(conversationId, 2);
  return { op: "started", id, conversationId };
}

function message({ id, conversationId, text }, at, pushes) {
  const last = lastSeq.get(conversationId) ?? selectLastSeq.get(conversationId).seq;
  if (last === null) return { op: "error", id, error: `conversation \`${conversationId}\` not found` };
  const seq = last + 1;
  insertEvent.run(conversationId, seq, "message", at, JSON.stringify({ text }));
  lastSeq.set(conversationId, seq);
  if (server.subscriberCount(conversationId) > 0) pushes.push([conversationId, { op: "event", conversationId, seq, text }]);
  return { op: "stored", id, seq };
}

function conversation(id) {
  const row = selectConversation.get(id);
  if (row === null) return Response.json({ message: `conversation \`${id}\` not found` }, { status: 404 });
  return Response.json({ id: row.id, startedAt: row.started_at, customData: JSON.parse(row.custom_data) });
}

const server = Bun.serve({
  hostname: "127.0.0.1",
  port,
  routes: { "/conversations/:id": (request) => conversation(request.params.id) },
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response("a WebSocket, or /conversations/<id>", { status: 404 });
  },
  websocket: {
    idleTimeout: 120,
    message(socket, text) {
      let frame;
      try {
        frame = JSON.parse(text);
      } catch (error) {
        socket.send(JSON.stringify({ op: "error", error: String(error) }));
        return;
      }
      switch (frame.op) {
        case "start":
        case "message":
          store(socket, frame);
          return;
        case "subscribe":
          socket.subscribe(frame.conversationId);
          socket.send(JSON.stringify({ op: "subscribed", id: frame.id, conversationId: frame.conversationId }));
          return;
        default:
          socket.send(JSON.stringify({ op: "error", id: frame.id, error: `unknown op \`${frame.op}\`` }));
      }
    },
  },
});

console.log(`bun-sqlite listens on http://127.0.0.1:${server.port}`);
