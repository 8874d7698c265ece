/** `new GenesysCloudWebMessaging({organizationId, deploymentId}).startChat({attributes: {custom}})`. */

import { Client, type ClientOptions } from "../transport/client.js";

export class GenesysCloudWebMessaging extends Client {
  constructor(options: ClientOptions) {
    super(options, "genesysCloudWebMessaging", "GenesysCloudWebMessaging");
  }
}
