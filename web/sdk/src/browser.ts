/** The classic script: defines the global names. */

import { defineGlobals } from "./forms/globals.js";
import { rememberScriptTag } from "./transport/endpoint.js";

rememberScriptTag(document.currentScript);
defineGlobals();
