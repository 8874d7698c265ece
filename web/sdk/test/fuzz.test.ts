/** Random disconnects, silence, slow and lost frames: in the end every message stands exactly once, in order. */

import { expect, test } from "vitest";
import type { WaybillError } from "../src/core/errors.js";
import { seeded, Sim } from "./sim.js";

const SEEDS = Number(process.env["FUZZ_SEEDS"] ?? 300);

test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
  "start7_start8_no_message_is_lost_or_doubled_whatever_the_network_does (seed %i)",
  (seed) => {
    const random = seeded(seed);
    // A page that is loaded again, or an endpoint of the history that fails: with both, the new page may show a message again.
    const reloads = random() < 0.5;
    const sim = new Sim({ lazy: !reloads && random() < 0.5 }, random);
    sim.latency = () => 1 + random() * 400;
    sim.put({ type: "connect" });
    const start = sim.start({ customData: { crmCustomerId: "CRM-1" }, message: "Hello" });
    sim.run(random() * 500);

    const calls: string[] = [];
    const said: string[] = [];
    for (let turn = 0; turn < 40; turn += 1) {
      const dice = random();
      if (dice < 0.3) calls.push(sim.send(`guest ${turn}`));
      else if (dice < 0.6 && sim.server.sessions.get(sim.token)?.conversationId) {
        said.push(`agent ${turn}`);
        sim.server.say(sim.token, `agent ${turn}`);
      } else if (dice < 0.7) sim.cut();
      else if (dice < 0.75) sim.freeze();
      else if (dice < 0.8) sim.isUp = !sim.isUp;
      else if (dice < 0.85) sim.put({ type: random() < 0.5 ? "offline" : "awake" });
      else if (dice < 0.9 && reloads) sim.reload();
      else if (dice < 0.9) sim.server.historyStatus.push(503);
      else calls.push(sim.setContext({ customData: { step: turn } }));
      sim.run(random() * 3_000);
    }
    sim.isUp = true;
    sim.server.historyStatus.length = 0;
    sim.put({ type: "awake" });
    sim.run(200_000);

    // When the history could not be read the page was told, and what was missing came later than its turn.
    const wasTold = sim.events.some(({ data }) => (data as WaybillError | undefined)?.code === "history_unavailable");
    expect(wasTold ? sim.texts().sort() : sim.texts()).toEqual(wasTold ? [...said].sort() : said);
    if (!reloads) expect([start, ...calls].filter((id) => !sim.settled.has(id)), "every call settles").toEqual([]);
    const messages = sim.server.sessions.get(sim.token)?.messages ?? [];
    const stored = messages.flatMap(({ direction, text }) => (direction === "Inbound" ? [text ?? ""] : []));
    expect(new Set(stored).size, "the server stored nothing twice").toBe(stored.length);
    const resolved = calls.flatMap((id) => {
      const value = sim.value(id) as { text?: string } | undefined;
      return value?.text ? [value.text] : [];
    });
    expect(stored.filter((text) => resolved.includes(text)), "what resolved is stored, in the order of the calls").toEqual(resolved);
    expect(sim.server.conversations).toBeLessThanOrEqual(1);
  },
);
