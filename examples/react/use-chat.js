import { useCallback, useEffect, useRef, useState } from 'react';
import { WebMessagingClient } from '@genesyscloud/web-messaging-sdk';

/**
 * One chat for one component.
 * Nothing happens while rendering, so a server can render it; StrictMode mounts twice, and the first client is closed again.
 */
export function useChat(options) {
  const client = useRef(null);
  const [state, setState] = useState({ status: 'idle', session: null, error: null, messages: [] });
  const { orgId, region, deploymentId, endpoint } = options;

  useEffect(() => {
    const made = new WebMessagingClient({ orgId, region, deploymentId, endpoint });
    client.current = made;
    const change = (part) => setState((before) => ({ ...before, ...part }));
    made.on('connected', () => change({ status: 'connected' }));
    made.on('error', (error) => change({ error }));
    made.on('message', (message) => setState((before) => ({ ...before, messages: [...before.messages, message] })));
    return () => made.close();
  }, [orgId, region, deploymentId, endpoint]);

  const startChat = useCallback(async (startOptions) => {
    try {
      const session = await client.current.startChat(startOptions);
      setState((before) => ({ ...before, status: 'active', session, error: null }));
      return session;
    } catch (error) {
      setState((before) => ({ ...before, error }));
      throw error;
    }
  }, []);

  return { ...state, startChat };
}
