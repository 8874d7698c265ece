/** Light, dark, or as the system says. */

export type Theme = "system" | "light" | "dark";

const KEY = "waybill:theme";

class Themes {
  choice = $state<Theme>((localStorage.getItem(KEY) as Theme | null) ?? "system");

  start(): void {
    this.#show();
  }

  choose(theme: Theme): void {
    this.choice = theme;
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
    this.#show();
  }

  #show(): void {
    if (this.choice === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = this.choice;
  }
}

export const themes = new Themes();
