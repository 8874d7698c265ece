/** What a chart shows, without knowing who draws it. */

export interface Series {
  name: string;
  values: readonly (number | undefined)[];
  /** A colour of the tokens; without one the next of the row. */
  colour?: string;
}

/** A stretch of the axis that stands out, with a word. */
export interface Band {
  from: number;
  to: number;
  text: string;
}

/** A moment at the axis, with a number that a list beneath explains. */
export interface Mark {
  /** The stretch in which it was. */
  at: number;
  number: number;
}

export interface Picture {
  type: "line" | "bar";
  labels: readonly string[];
  series: readonly Series[];
  stacked?: boolean;
  /** How values are written at the axis and on hover. */
  write: (value: number) => string;
  most?: number;
  /** There is nothing between 1 and 2. */
  whole?: boolean;
  bands?: readonly Band[];
  marks?: readonly Mark[];
}

/** Told apart by colour and by dash, so that nobody has to see colours. */
export const COLOURS = ["--accent", "--success", "--control", "--text-2", "--warning", "--danger"] as const;
export const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [4, 4], [1, 2]];
