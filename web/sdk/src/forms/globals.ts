/** The names under which the classic script offers the call forms. */

import { WaybillError } from "../core/errors.js";
import { VERSION } from "../version.js";
import { cxoneChat, type CxoneChat } from "./cxone-chat.js";
import { createGenesysCommand, type GenesysFunction } from "./genesys-command.js";
import { GenesysCloudWebMessaging } from "./genesys-cloud-web-messaging.js";
import { WebMessagingClient } from "./web-messaging-client.js";

interface Globals {
  PureCloudWebChatSDK?: { WebMessagingClient: typeof WebMessagingClient; WaybillError: typeof WaybillError; version: string };
  GenesysCloudWebMessaging?: typeof GenesysCloudWebMessaging;
  cxoneChat?: CxoneChat;
  /** The loader snippet may choose another name than `Genesys`. */
  _genesysJs?: string;
}

/** A second script tag changes nothing: what the first one made may be in use. */
export function defineGlobals(): void {
  const globals = window as Globals;
  if (globals.PureCloudWebChatSDK) return;
  globals.PureCloudWebChatSDK = { WebMessagingClient, WaybillError, version: VERSION };
  globals.GenesysCloudWebMessaging = GenesysCloudWebMessaging;
  globals.cxoneChat = cxoneChat;
  const named = window as unknown as { [name: string]: GenesysFunction };
  const name = globals._genesysJs ?? "Genesys";
  named[name] = createGenesysCommand(named[name]);
}
