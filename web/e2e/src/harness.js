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

  /** All that a token can read: the texts of its history, oldest first. */
  history(server, deploymentId, token) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${server.replace('http', 'ws')}/v1?deploymentId=${deploymentId}`);
      const send = (frame) => socket.send(JSON.stringify({ token, ...frame }));
      socket.onopen = () => send({ action: 'configureSession', deploymentId, tracingId: 'configure', startNew: false });
      socket.onclose = () => reject(new Error('closed'));
      socket.onmessage = async ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.code !== 200) return reject(new Error(`${frame.code}: ${JSON.stringify(frame.body)}`));
        if (frame.class === 'SessionResponse') send({ action: 'getJwt', tracingId: 'jwt' });
        if (frame.class !== 'JwtResponse') return;
        const headers = { Authorization: `Bearer ${frame.body.jwt}` };
        const answer = await fetch(`${server}/api/v2/webmessaging/messages?pageNumber=1&pageSize=100`, { headers });
        const { entities } = await answer.json();
        socket.onclose = null;
        socket.close();
        resolve(entities.flatMap(({ text }) => (text === undefined ? [] : [text])).reverse());
      };
    });
  },

  plain({ name, status, code, message, receipt, retryAfter, details }) {
    return JSON.parse(JSON.stringify({ name, status, code, message, receipt, retryAfter, details }));
  },
};
