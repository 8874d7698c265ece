import { WebMessagingClient } from '@genesyscloud/web-messaging-sdk';

const client = new WebMessagingClient({
  orgId: import.meta.env.VITE_ORG_ID,
  region: 'us-east-1',
  deploymentId: import.meta.env.VITE_DEPLOYMENT_ID,
  endpoint: import.meta.env.VITE_WAYBILL,
});

document.getElementById('start').addEventListener('click', async () => {
  const output = document.getElementById('session');
  try {
    const session = await client.startChat({ customData: { crmCustomerId: 'CRM-882910' } });
    output.textContent = JSON.stringify(session, null, 2);
  } catch (error) {
    output.textContent = `${error.status}: ${error.message}`;
  }
});
