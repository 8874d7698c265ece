/** The part of a deployment's `config.json` that the messenger follows. */

import type { FormField } from "./core/form.js";

export interface DeploymentConfig {
  status?: string;
  defaultLanguage?: string;
  waybill?: { form?: { fields: readonly FormField[] } };
  position?: { alignment?: string; sideSpace?: number; bottomSpace?: number };
  messenger?: {
    styles?: { primaryColor?: string };
    launcherButton?: { visibility?: string };
    homeScreen?: { enabled?: boolean; logoUrl?: string };
    apps?: {
      conversations?: {
        showUserTypingIndicator?: boolean;
        showAgentTypingIndicator?: boolean;
        autoStart?: { enabled?: boolean };
        markdown?: { enabled?: boolean };
      };
    };
  };
}

export async function fetchConfig(endpoint: string, deploymentId: string): Promise<DeploymentConfig | null> {
  try {
    const response = await fetch(`${endpoint}/webdeployments/v1/deployments/${encodeURIComponent(deploymentId)}/config.json`, { credentials: "omit" });
    return response.ok ? ((await response.json()) as DeploymentConfig) : null;
  } catch {
    return null; // The messenger works without; why there is none is found out when a chat is started.
  }
}

/** A colour that may go into a style sheet, and black or white, whichever is easier to read on it. */
export function coloursOf(colour: string | undefined): { accent: string; on: string } | null {
  const [, short, long] = /^#(?:([0-9a-f]{3})|([0-9a-f]{6}))$/i.exec(colour ?? "") ?? [];
  const hex = long ?? short?.replace(/./g, "$&$&");
  if (!hex) return null;
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return { accent: `#${hex}`, on: 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? "#fff" : "#000" };
}
