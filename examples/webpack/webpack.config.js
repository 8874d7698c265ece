import { fileURLToPath } from 'node:url';
import webpack from 'webpack';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

export default {
  entry: path('./main.js'),
  output: { path: path('./dist'), filename: 'main.js' },
  plugins: [
    new webpack.EnvironmentPlugin({ WAYBILL: 'http://127.0.0.1:8080', ORG_ID: 'YOUR_ORG_ID', DEPLOYMENT_ID: 'YOUR_DEPLOYMENT_ID' }),
  ],
};
