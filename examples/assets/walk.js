// The walk through the demo: a chat on this page, links that follow it, and starts that must fail.

import { CONFIG, showReceipt } from './example.js';

const { WebMessagingClient } = window.PureCloudWebChatSDK;
const byId = (id) => document.getElementById(id);
const done = (step) => byId('step-' + step).classList.add('done');

let client;

byId('start').addEventListener('submit', async (event) => {
  event.preventDefault();
  client?.close();
  for (const id of ['log', 'receipt']) byId(id).replaceChildren();
  const say = (text) => { byId('status').textContent = text; };
  const isSigned = byId('signed').checked;
  const customData = { crmCustomerId: byId('id').value.trim() };
  client = new WebMessagingClient({
    ...CONFIG,
    storage: 'none',
    ...(isSigned && { deploymentId: 'DEPLOYMENT_SIGNED', identityToken }),
  });
  client.on('message', ({ text, from }) => {
    hear(from.name || 'Waybill', text);
    // The flow is a bot; only a person answers.
    if (from.kind === 'person') done('answer');
  });
  client.on('error', () => {});
  say('Starting…');
  try {
    const session = await client.startChat({ customData, message: 'Hello, where is my order?', customer: { name: 'Zoë Doe' }, startNew: true });
    say('Stored. Conversation ' + session.conversationId);
    showReceipt(session.receipt);
    follow(session.conversationId);
    byId('reply').hidden = false;
    done('start');
  } catch (error) {
    say('Refused (' + error.status + '): ' + error.message);
    if (error.receipt) showReceipt(error.receipt);
  }
});

byId('reply').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = byId('text');
  const text = field.value.trim();
  if (!text || !client) return;
  field.value = '';
  client.sendMessage(text).then(() => hear('You', text), (error) => hear('Not sent', error.message));
});

/** Asked once for each start: a token is believed once. */
async function identityToken() {
  return (await (await fetch('/demo/identity-token?customer=zoe')).json()).identityToken;
}

function hear(who, text) {
  const entry = document.createElement('div');
  entry.className = 'log-entry';
  entry.textContent = who + ': ' + text;
  byId('log').append(entry);
}

function follow(conversationId) {
  for (const link of document.querySelectorAll('[data-path]')) link.href = link.dataset.path.replace(':id', conversationId);
  for (const hint of document.querySelectorAll('[data-without]')) hint.hidden = true;
  byId('trace-command').textContent = 'waybill trace ' + conversationId + ' crmCustomerId';
  done('see');
}

const BREAKS = {
  'A misspelt key, strict': [{ deploymentId: 'DEPLOYMENT_STRICT' }, { customData: { crmCustomerID_: 'CRM-882910' } }],
  'Custom data switched off': [{ deploymentId: 'DEPLOYMENT_DISABLED' }, { customData: { crmCustomerId: 'CRM-882910' } }],
  'Too large': [{}, { customData: { crmCustomerId: 'CRM-882910', note: 'x'.repeat(1100) } }],
  'Nested': [{}, { customData: { crm: { customerId: 'CRM-882910' } } }],
};

for (const [name, [changes, options]] of Object.entries(BREAKS)) {
  const button = document.createElement('button');
  button.className = 'quiet';
  button.textContent = name;
  button.addEventListener('click', () => breakIt(name, changes, options));
  byId('breaks').append(button);
}

async function breakIt(name, changes, options) {
  byId('broken').textContent = name + '…';
  byId('broken-receipt').replaceChildren();
  const visitor = new WebMessagingClient({ ...CONFIG, storage: 'none', ...changes });
  visitor.on('error', () => {});
  try {
    const session = await visitor.startChat(options);
    byId('broken').textContent = 'It started: conversation ' + session.conversationId;
    showReceipt(session.receipt, byId('broken-receipt'));
  } catch (error) {
    byId('broken').textContent = 'Refused (' + error.status + ', ' + error.code + '): ' + error.message;
    if (error.receipt) showReceipt(error.receipt, byId('broken-receipt'));
    done('break');
  } finally {
    visitor.close();
  }
}
