// A real OpenID provider for the tests: node provider.mjs FOLDER_OF_NODE_MODULES PORT_FILE
// Its sign-in and consent pages are those it brings along; tests follow them as a browser would.
import { createServer } from 'node:http';
import { renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [, , modules, portFile] = process.argv;
const found = createRequire(`${modules}/x.js`).resolve('oidc-provider');
const { default: Provider } = await import(pathToFileURL(found));

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{
      client_id: 'suixing-desktop',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/callback'],
    }],
    claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    findAccount: (ctx, id) => ({
      accountId: id,
      claims: () => ({
        sub: `sub-${id}`, preferred_username: id, email: `${id}@example.com`, email_verified: true,
      }),
    }),
  });
  server.on('request', provider.callback());
  writeFileSync(`${portFile}.part`, String(port));
  renameSync(`${portFile}.part`, portFile);
});
process.stdin.on('end', () => process.exit(0)).resume();
