// Renders the app where there is no browser: `npm run build:server && node dist/server/server.js`.
import { renderToString } from 'react-dom/server';
import { App } from './app.jsx';

console.log(renderToString(<App config={{ orgId: 'any', deploymentId: 'any' }} />));
