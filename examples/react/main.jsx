import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.jsx';

const config = {
  orgId: import.meta.env.VITE_ORG_ID,
  region: 'us-east-1',
  deploymentId: import.meta.env.VITE_DEPLOYMENT_ID,
  endpoint: import.meta.env.VITE_WAYBILL,
};

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App config={config} />
  </StrictMode>,
);
