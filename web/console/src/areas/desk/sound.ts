/** A short tone for an alert. Off until somebody switches it on: that click is also what browsers ask for. */

const KEPT = "waybill:sound";
let context: AudioContext | undefined;

export const isSoundOn = (): boolean => localStorage.getItem(KEPT) === "on";

export function switchSound(on: boolean): void {
  if (on) localStorage.setItem(KEPT, "on");
  else localStorage.removeItem(KEPT);
  if (on) ring();
}

export function ring(): void {
  if (!isSoundOn()) return;
  context ??= new AudioContext();
  const { currentTime: now, destination } = context;
  for (const [index, pitch] of [659, 880].entries()) {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    const from = now + index * 0.14;
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(0.12, from + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, from + 0.3);
    tone.connect(loudness).connect(destination);
    tone.start(from);
    tone.stop(from + 0.32);
  }
}
