/** Two documents line by line, with what did not change left out but for its surroundings. */

import { diffLines } from "diff";

export type Row = { kind: "same" | "added" | "removed"; before: number | undefined; after: number | undefined; text: string } | { kind: "gap"; lines: number };

const AROUND = 3;

export function diffRows(before: string, after: string): Row[] {
  const rows: Row[] = [];
  let one = 1;
  let other = 1;
  for (const { added, removed, value } of diffLines(before, after)) {
    for (const text of value.replace(/\n$/, "").split("\n")) {
      rows.push({ kind: added ? "added" : removed ? "removed" : "same", before: added ? undefined : one++, after: removed ? undefined : other++, text });
    }
  }
  const isNear = rows.map((_, index) => rows.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ kind }) => kind !== "same"));
  const shown: Row[] = [];
  for (const [index, row] of rows.entries()) {
    const last = shown.at(-1);
    if (isNear[index]) shown.push(row);
    else if (last?.kind === "gap") last.lines++;
    else shown.push({ kind: "gap", lines: 1 });
  }
  return shown;
}

export function counted(rows: readonly Row[]): { added: number; removed: number } {
  return { added: rows.filter(({ kind }) => kind === "added").length, removed: rows.filter(({ kind }) => kind === "removed").length };
}
