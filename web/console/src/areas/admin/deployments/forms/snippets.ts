/** What to paste into a page, for each form in which a chat can start. */

export interface Place {
  server: string;
  orgId: string;
  region: string;
  deploymentId: string;
}

/** The server's own words about where it is: its script tag for the deployment. */
export function placeOf(deploymentId: string, tag: string): Place {
  const attribute = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  const server = attribute("src").replace(/\/sdk\/waybill\.js$/, "");
  return { server, orgId: attribute("data-org-id"), region: attribute("data-region"), deploymentId };
}

export interface Snippet {
  id: string;
  title: string;
  hint: string;
  text: string;
}

const CUSTOM_DATA = "customData: { crmCustomerId: 'CRM-882910' }";

export function snippetsOf({ server, orgId, region, deploymentId }: Place): Snippet[] {
  const script = `<script src="${server}/purecloud/webchat/v2/purecloud-webchat-sdk.js"></script>`;
  const config = `{ orgId: '${orgId}', region: '${region}', deploymentId: '${deploymentId}' }`;
  return [
    {
      id: "messenger",
      title: "Messenger",
      hint: "A whole chat window with one line. The second script hands over who the customer is.",
      text: `<script async src="${server}/sdk/messenger.js" data-deployment-id="${deploymentId}" data-org-id="${orgId}"></script>
<script>
  (window.waybillMessenger = window.waybillMessenger || []).push((messenger) =>
    messenger.setContext({ ${CUSTOM_DATA} }));
</script>`,
    },
    {
      id: "client",
      title: "WebMessagingClient",
      hint: "The SDK's own client: the page draws the chat itself.",
      text: `${script}
<script>
  const client = new PureCloudWebChatSDK.WebMessagingClient(${config});
  client.startChat({ ${CUSTOM_DATA}, message: 'Hello' })
    .then((session) => console.log('Stored', session.customData))
    .catch((error) => console.error(error.message, error.receipt));
</script>`,
    },
    {
      id: "module",
      title: "npm module",
      hint: "For Vite, Webpack and others: npm install " + `${server}/sdk/web-messaging-sdk.tgz`,
      text: `import { WebMessagingClient } from '@waybill/web-messaging-sdk';

const client = new WebMessagingClient({
  ...${config},
  endpoint: '${server}',
});
const session = await client.startChat({ ${CUSTOM_DATA} });`,
    },
    {
      id: "nested",
      title: "GenesysCloudWebMessaging",
      hint: "The nested form: attributes.custom.",
      text: `${script}
<script>
  const chat = new GenesysCloudWebMessaging({ organizationId: '${orgId}', deploymentId: '${deploymentId}' });
  chat.startChat({ attributes: { custom: { crmCustomerId: 'CRM-882910' } } });
</script>`,
    },
    {
      id: "flat",
      title: "cxoneChat",
      hint: "The flat form, in which ids used to vanish.",
      text: `${script}
<script>
  cxoneChat.init(${config});
  cxoneChat.startChat({ customerId: 'CRM-882910', name: 'Zoë Doe', email: 'zoe@example.com' });
</script>`,
    },
    {
      id: "command",
      title: 'Genesys("command")',
      hint: "What sites with the vendor's messenger have.",
      text: `${script}
<script>
  Genesys.c = ${config};
  Genesys('command', 'Database.set', { messaging: { customAttributes: { crmCustomerId: 'CRM-882910' } } });
  Genesys('command', 'MessagingService.sendMessage', { message: 'Hello' });
</script>`,
    },
  ];
}
