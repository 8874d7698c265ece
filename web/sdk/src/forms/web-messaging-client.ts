/** `new WebMessagingClient({orgId, region, deploymentId}).startChat({customData, message, customer})`. */

import { Client, type ClientOptions } from "../transport/client.js";

export class WebMessagingClient extends Client {
  constructor(options: ClientOptions) {
    super(options, "webMessagingClient", "WebMessagingClient");
  }
}
