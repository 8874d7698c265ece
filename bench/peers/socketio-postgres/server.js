// A chat server on Socket.IO and PostgreSQL, as many teams deploy it, tuned: one round trip per write, prepared statements,
// a pool, WebSocket only, no compression. PostgreSQL groups the commits of the pool's connections itself.
//
// Environment: PORT (default 7102), DATABASE_URL (default postgres://127.0.0.1:5432/peer), POOL (connections, default 32).

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

import pg from "pg";
import { Server } from "socket.io";

const port = Number(process.env.PORT ?? 7102);
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL ?? "postgres://127.0.0.1:5432/peer",
  max: Number(process.env.POOL ?? 32),
});

await pool.query(`
  create table if not exists conversations (
    id uuid primary key, started_at timestamptz not null, custom_data text not null
  );
  create table if not exists events (
    conversation_id uuid not null, seq bigint not null, kind text not null, at timestamptz not null, payload text not null,
    primary key (conversation_id, seq)
  )`);

/** The conversation and its two events in one statement: one round trip, one transaction. */
const START = {
  name: "start",
  text: `
    with conversation as (
      insert into conversations values ($1, now(), $2)
    )
    insert into events values ($1, 1, 'start', now(), $2), ($1, 2, 'message', now(), $3)`,
};
const MESSAGE = { name: "message", text: "insert into events values ($1, $2, 'message', now(), $3)" };
const LAST_SEQ = { name: "last-seq", text: "select max(seq)::int as seq from events where conversation_id = $1" };
const CONVERSATION = { name: "conversation", text: "select id, started_at, custom_data from conversations where id = $1" };

/** The last sequence number of conversations that were active since the start of this process. */
const lastSeq = new Map();

async function start({ customData, message }) {
  const conversationId = randomUUID();
  const context = JSON.stringify(customData ?? {});
  await pool.query({ ...START, values: [conversationId, context, JSON.stringify({ text: message ?? "" })] });
  lastSeq.set(conversationId, 2);
  return { conversationId };
}

async function message({ conversationId, text }) {
  if (!lastSeq.has(conversationId)) {
    const { rows } = await pool.query({ ...LAST_SEQ, values: [conversationId] });
    if (rows[0].seq === null) throw new Error(`conversation \`${conversationId}\` not found`);
    // Two messages may have asked at once: the first answer counts.
    if (!lastSeq.has(conversationId)) lastSeq.set(conversationId, rows[0].seq);
  }
  const seq = lastSeq.get(conversationId) + 1;
  lastSeq.set(conversationId, seq);
  await pool.query({ ...MESSAGE, values: [conversationId, seq, JSON.stringify({ text })] });
  io.to(conversationId).emit("event", { conversationId, seq, text });
  return { seq };
}

async function conversation(id, response) {
  const { rows } = await pool.query({ ...CONVERSATION, values: [id] });
  const [status, body] = rows.length === 0
    ? [404, { message: `conversation \`${id}\` not found` }]
    : [200, { id: rows[0].id, startedAt: rows[0].started_at, customData: JSON.parse(rows[0].custom_data) }];
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function fail(response, status, error) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ message: String(error) }));
}

const http = createServer((request, response) => {
  const id = /^\/conversations\/([0-9a-f-]{36})$/.exec(request.url ?? "")?.[1];
  if (id === undefined) return fail(response, 404, "/socket.io/ or /conversations/<id>");
  conversation(id, response).catch((error) => fail(response, 500, error));
});

const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, httpCompression: false, serveClient: false });

io.on("connection", (socket) => {
  const answer = (work) => (frame, acknowledge) => {
    work(frame).then(acknowledge, (error) => acknowledge({ error: String(error) }));
  };
  socket.on("start", answer(start));
  socket.on("message", answer(message));
  socket.on("subscribe", ({ conversationId }, acknowledge) => {
    socket.join(conversationId);
    acknowledge({ conversationId });
  });
});

http.listen(port, "127.0.0.1", () => console.log(`socketio-postgres listens on http://127.0.0.1:${port}`));
