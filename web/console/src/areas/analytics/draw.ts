/** Draws with chart.js, in the colours of the page. The only file that knows the library. */

import { BarController, BarElement, CategoryScale, Chart, Legend, LineController, LineElement, LinearScale, type Plugin, PointElement, Tooltip } from "chart.js";
import { COLOURS, DASHES, type Band, type Mark, type Picture } from "./picture";

Chart.register(BarController, BarElement, CategoryScale, Legend, LineController, LineElement, LinearScale, PointElement, Tooltip);

/** Draws; the returned function takes it away. */
export function draw(canvas: HTMLCanvasElement, { type, labels, series, stacked = false, write, most, whole = false, bands = [], marks = [] }: Picture): () => void {
  const style = getComputedStyle(canvas);
  const colour = (token: string) => style.getPropertyValue(token).trim();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const common = (index: number) => {
    const paint = colour(series[index]?.colour ?? COLOURS[index % COLOURS.length] ?? "--accent");
    return { label: series[index]?.name ?? "", data: (series[index]?.values ?? []).map((value) => value ?? null), backgroundColor: paint, borderColor: paint };
  };
  const options = {
    responsive: true,
    maintainAspectRatio: false,
    animation: still ? (false as const) : { duration: 120 },
    interaction: { mode: "index" as const, intersect: false },
    font: { family: style.fontFamily, size: 12 },
    scales: {
      // Lines stand above bars of the same stretches: both leave the same room at their sides.
      x: { stacked, offset: true, grid: { display: false }, ticks: { color: colour("--text-3"), maxRotation: 0, autoSkipPadding: 16 }, border: { color: colour("--line-2") } },
      y: { stacked, beginAtZero: true, afterFit: (axis: { width: number }) => void (axis.width = Math.max(axis.width, 52)), ...(most === undefined ? {} : { max: most }), grid: { color: colour("--line") }, border: { display: false }, ticks: { color: colour("--text-3"), maxTicksLimit: 6, ...(whole ? { precision: 0 } : {}), callback: (value: number | string) => write(Number(value)) } },
    },
    plugins: {
      legend: { display: series.length > 1, position: "bottom" as const, labels: { color: colour("--text-2"), boxWidth: type === "line" ? 24 : 14, boxHeight: 8, ...(type === "line" ? { usePointStyle: true, pointStyle: "line" as const, pointStyleWidth: 28 } : {}) } },
      tooltip: { callbacks: { label: ({ dataset, parsed }: { dataset: { label?: string }; parsed: { y: number | null } }) => `${dataset.label ?? ""}: ${parsed.y === null ? "no data" : write(parsed.y)}` } },
    },
  };
  const plugins = [bandsOf(bands, colour("--danger-fill"), colour("--danger"), style.fontFamily), marksOf(marks, colour("--text-2"), colour("--bg"), style.fontFamily)];
  const chart =
    type === "line"
      ? new Chart(canvas, { type, data: { labels: [...labels], datasets: series.map((_, index) => ({ ...common(index), borderWidth: 2, clip: 6, borderDash: [...(DASHES[index % DASHES.length] ?? [])], pointRadius: labels.length > 40 ? 0 : 2.5, tension: 0, spanGaps: false })) }, options, plugins: plugins as Plugin<"line">[] })
      : new Chart(canvas, { type, data: { labels: [...labels], datasets: series.map((_, index) => ({ ...common(index), maxBarThickness: 36, borderRadius: 2 })) }, options, plugins: plugins as Plugin<"bar">[] });
  return () => chart.destroy();
}

function bandsOf(bands: readonly Band[], fill: string, text: string, family: string): Plugin {
  return {
    id: "bands",
    beforeDatasetsDraw({ ctx, chartArea: { top, bottom, left, right }, scales: { x } }) {
      if (!x) return;
      const half = x.ticks.length > 1 || bands.length > 0 ? Math.abs(x.getPixelForValue(1) - x.getPixelForValue(0)) / 2 || (right - left) / 2 : 0;
      ctx.save();
      for (const band of bands) {
        const from = Math.max(left, x.getPixelForValue(band.from) - half);
        const to = Math.min(right, x.getPixelForValue(band.to) + half);
        ctx.fillStyle = fill;
        ctx.fillRect(from, top, to - from, bottom - top);
        ctx.fillStyle = text;
        ctx.font = `500 11px ${family}`;
        ctx.textAlign = from > (left + right) / 2 ? "right" : "left";
        ctx.fillText(band.text, from > (left + right) / 2 ? to - 4 : from + 4, top + 12);
      }
      ctx.restore();
    },
  };
}

/** A dashed line where something changed, with its number at the foot; several of one stretch stand above each other. */
function marksOf(marks: readonly Mark[], line: string, ground: string, family: string): Plugin {
  const RADIUS = 8;
  return {
    id: "marks",
    afterDatasetsDraw({ ctx, chartArea: { top, bottom }, scales: { x } }) {
      if (!x) return;
      const stacked = new Map<number, number>();
      ctx.save();
      ctx.font = `600 10px ${family}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      for (const { at, number } of marks) {
        const before = stacked.get(at) ?? 0;
        stacked.set(at, before + 1);
        const left = x.getPixelForValue(at);
        const middle = bottom - RADIUS - 2 - before * (2 * RADIUS + 2);
        ctx.strokeStyle = line;
        ctx.setLineDash([3, 3]);
        ctx.beginPath();
        ctx.moveTo(left, top);
        ctx.lineTo(left, bottom);
        ctx.stroke();
        ctx.beginPath();
        ctx.arc(left, middle, RADIUS, 0, 2 * Math.PI);
        ctx.fillStyle = line;
        ctx.fill();
        ctx.fillStyle = ground;
        ctx.fillText(String(number), left, middle);
      }
      ctx.restore();
    },
  };
}
