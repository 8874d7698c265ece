/** Where the server is (EDGE7). */

/** What the script tag of the classic build says; the module build has none. */
export interface ScriptTag {
  /** `data-endpoint`, or the origin that the script came from. */
  endpoint?: string | undefined;
  orgId?: string | undefined;
  region?: string | undefined;
  deploymentId?: string | undefined;
}

let scriptTag: ScriptTag = {};

/** Called once, by the classic build, while its script runs. */
export function rememberScriptTag(script: Element | null): void {
  const { src, dataset } = (script ?? {}) as Partial<HTMLScriptElement>;
  scriptTag = {
    endpoint: dataset?.["endpoint"] ?? originOf(src),
    orgId: dataset?.["orgId"],
    region: dataset?.["region"],
    deploymentId: dataset?.["deploymentId"],
  };
}

export const getScriptTag = (): ScriptTag => scriptTag;

/** The option, else the script's origin, else the page's meta tag, else the page's origin. */
export function findEndpoint(option: string | undefined): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="waybill-endpoint"]')?.content;
  const found = option || scriptTag.endpoint || meta || location.origin;
  return (/^https?:/.test(found) ? found : `https://${found}`).replace(/\/+$/, "");
}

const originOf = (src: string | undefined): string | undefined => (src && /^https?:/.test(src) ? new URL(src).origin : undefined);
