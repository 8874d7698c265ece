import { useChat } from './use-chat.js';

export function App({ config }) {
  const { status, session, error, startChat } = useChat(config);
  // The hook keeps the error; nothing else is to be done with it here.
  const start = () => startChat({ customData: { crmCustomerId: 'CRM-882910' } }).catch(() => undefined);
  return (
    <main>
      <button onClick={start}>Start chat</button>
      <p role="status">{error ? `${error.status}: ${error.message}` : status}</p>
      {session && <pre>{JSON.stringify(session, null, 2)}</pre>}
    </main>
  );
}
