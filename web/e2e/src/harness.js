// What the tests' blank page has beside the SDK: one client, and everything that it emitted.

window.harness = {
  client: undefined,
  events: { connected: [], reconnected: [], disconnected: [], message: [], sent: [], typing: [], ended: [], error: [] },

  make(options, form = window.PureCloudWebChatSDK.WebMessagingClient) {
    const client = new form(options);
    for (const [name, list] of Object.entries(this.events)) {
      client.on(name, (data) => list.push(name === 'error' ? this.plain(data) : data === undefined ? true : (data.text ?? data)));
    }
    this.client = client;
    return client;
  },

  /** How a promise settled, as something that leaves the page. */
  settled(promise) {
    return promise.then(
      (value) => ({ value: value === undefined ? null : value, error: null }),
      (error) => ({ value: null, error: this.plain(error) }),
    );
  },

  plain({ name, status, code, message, receipt, retryAfter, details }) {
    return JSON.parse(JSON.stringify({ name, status, code, message, receipt, retryAfter, details }));
  },
};
