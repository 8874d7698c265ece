// Receives webhooks and checks their signatures. Run: WEBHOOK_SECRET=whsec_… node receiver.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const TOLERANCE_SECONDS = 300;
const LARGEST_BODY = 1024 * 1024;

/** Whether a body came from who knows the secret, and came now. `headers` have names in lower case. */
export function isGenuine(secret, headers, body, nowSeconds) {
  const id = headers["webhook-id"];
  const timestamp = headers["webhook-timestamp"];
  const signatures = headers["webhook-signature"];
  if (!id || !timestamp || !signatures) return false;
  if (!(Math.abs(nowSeconds - Number(timestamp)) <= TOLERANCE_SECONDS)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const wanted = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  return signatures.split(" ").some((one) => {
    if (!one.startsWith("v1,")) return false;
    const given = Buffer.from(one.slice(3), "base64");
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

function serve(secret, port) {
  // A real receiver keeps these for longer than a process lives.
  const seen = new Set();
  createServer((request, response) => {
    const chunks = [];
    let size = 0;
    request.on("data", (chunk) => {
      size += chunk.length;
      if (size > LARGEST_BODY) request.destroy();
      else chunks.push(chunk);
    });
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      if (!isGenuine(secret, request.headers, body, Date.now() / 1000)) {
        response.writeHead(401).end();
        return;
      }
      // Answered first: the sender waits for 15 seconds at most.
      response.writeHead(204).end();
      const id = request.headers["webhook-id"];
      if (seen.has(id)) return;
      seen.add(id);
      const event = JSON.parse(body.toString("utf8"));
      console.log(event.type, event.conversationId ?? "", event.data?.customData?.crmCustomerId ?? "");
    });
  }).listen(port, () => console.log(`listening on ${port}`));
}

if (process.env.WEBHOOK_SECRET) serve(process.env.WEBHOOK_SECRET, Number(process.env.PORT ?? 9000));
