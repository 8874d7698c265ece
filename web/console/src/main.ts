/** Begins: theme first, then who is there, then the page. */

import { mount } from "svelte";
import App from "./App.svelte";
import { themes } from "./lib/theme.svelte";
import "./styles/tokens.css";
import "./styles/base.css";

themes.start();
const target = document.getElementById("app");
if (target) mount(App, { target });
