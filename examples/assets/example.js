// What the example pages share: a log, a status line, and a table for a receipt.

export const CONFIG = {
  orgId: 'YOUR_ORG_ID',
  region: 'us-east-1',
  deploymentId: 'YOUR_DEPLOYMENT_ID',
};

export function log(text) {
  const entry = document.createElement('div');
  entry.className = 'log-entry';
  entry.textContent = text;
  document.getElementById('log').append(entry);
}

export function say(text) {
  document.getElementById('status').textContent = text;
}

export function showSession(session) {
  log('Session ID: ' + session.sessionId);
  log('Conversation ID: ' + session.conversationId);
  log('Stored custom data: ' + JSON.stringify(session.customData));
  say('Chat active. Session: ' + session.sessionId);
  showReceipt(session.receipt);
}

export function showError(error) {
  log('Refused (' + error.status + ', ' + error.code + '): ' + error.message);
  say('The chat did not start.');
  if (error.receipt) showReceipt(error.receipt);
}

const COLUMNS = {
  'Key': ({ key }) => key,
  'Verdict': ({ verdict }) => verdict,
  'Stored as': ({ verdict, storedAs, key }) => (verdict === 'stored' ? (storedAs ?? key) : storedAs),
  'Rule': ({ rule }) => rule,
  'What to do': ({ remedy, reason }) => remedy ?? reason,
};

/** One row per key: what became of it, and what to do. Text nodes only: keys are a stranger's text. */
export function showReceipt(receipt, table = document.getElementById('receipt')) {
  if (!table || !receipt) return;
  const columns = Object.entries(COLUMNS).filter(([, textOf]) => receipt.entries.some(textOf));
  const row = (...cells) => {
    const element = document.createElement('tr');
    element.append(...cells);
    return element;
  };
  const head = document.createElement('thead');
  head.append(row(...columns.map(([name]) => cell('th', name))));
  const body = document.createElement('tbody');
  for (const entry of receipt.entries) {
    body.append(row(...columns.map(([name, textOf]) => cell('td', textOf(entry), name, entry.verdict))));
  }
  const caption = document.createElement('caption');
  caption.textContent = receipt.bytes + ' of ' + receipt.maxBytes + ' bytes';
  table.replaceChildren(caption, head, body);
}

function cell(tag, text, column, verdict) {
  const element = document.createElement(tag);
  element.textContent = text ?? '';
  if (column) element.dataset.column = column;
  if (column === 'Verdict') element.className = verdict;
  return element;
}
