// A site's server vouches for the customer who is logged in: one token for each start of a chat.
//
//   WAYBILL_KEY_ID=… WAYBILL_KEY_SECRET=… WAYBILL_DEPLOYMENT_ID=… node sign.mjs CRM-882910 "Zoë Doe"

import { createHmac, randomUUID } from 'node:crypto';

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Call it for the customer of the session that your own server knows, never for an id that the page sends. */
export function vouch({ keyId, secret, deploymentId }, { crmCustomerId, name }) {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'HS256', typ: 'JWT', kid: keyId };
  const claims = {
    aud: deploymentId,
    iat: now,
    exp: now + 120,
    jti: randomUUID(),
    customData: { crmCustomerId },
    customer: { name },
  };
  const message = `${encode(header)}.${encode(claims)}`;
  // The secret's text is the key: it is not decoded.
  return `${message}.${createHmac('sha256', secret).update(message).digest('base64url')}`;
}

if (process.argv[1] && import.meta.url.endsWith(encodeURI(process.argv[1].split('/').pop()))) {
  const { WAYBILL_KEY_ID, WAYBILL_KEY_SECRET, WAYBILL_DEPLOYMENT_ID } = process.env;
  const shop = { keyId: WAYBILL_KEY_ID, secret: WAYBILL_KEY_SECRET, deploymentId: WAYBILL_DEPLOYMENT_ID };
  const [crmCustomerId, name] = process.argv.slice(2);
  console.log(vouch(shop, { crmCustomerId, name }));
}
