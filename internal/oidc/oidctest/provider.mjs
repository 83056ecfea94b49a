// A real OpenID Connect provider for tests. Whoever types a name has the
// verified address name@example.org; "unverified" has one that isn't. It knows
// one client, and authenticates everybody as "strong".
import http from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const [modules, callback] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(createRequire(modules + '/').resolve('oidc-provider')));

const form = '<!doctype html><title>Sign in</title><form method="post"><label>Name <input name="login"></label><button>Sign in</button></form>';

const server = http.createServer().listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'countersign', client_secret: 'only-for-tests', redirect_uris: [callback], require_auth_time: true }],
    pkce: { required: () => true },
    acrValues: ['strong'],
    claims: { openid: ['sub'], acr: null, email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['only-for-tests'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: id !== 'unverified' }),
    }),
    async loadExistingGrant(ctx) { // nobody is asked whether they agree
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', async (req, res) => {
    if (!req.url.startsWith('/interaction/')) return answer(req, res);
    if (req.method === 'GET') return res.setHeader('Content-Type', 'text/html').end(form);
    const accountId = new URLSearchParams(await text(req)).get('login');
    await provider.interactionFinished(req, res, { login: { accountId, acr: 'strong' } });
  });
  console.log(issuer);
});
