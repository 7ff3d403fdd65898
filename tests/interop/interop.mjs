// Two other implementations of RFC 9421 sign to our gateway and verify what our client signs.
import { spawn } from 'node:child_process';
import { createHash, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, timingSafeEqual, verify } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSignature, verifySignature } from 'http-message-sig';
import signatures from 'http-message-signatures';

const program = process.argv[2];
const ours = ['@method', '@authority', '@path', '@query', 'content-digest', 'content-type'];
const parameters = ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'];
const secret = randomBytes(32);
const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed25519 = generateKeyPairSync('ed25519');
const seed = 'sk_test_' + randomBytes(16).toString('hex');
const folder = mkdtempSync(join(tmpdir(), 'safellm-interop-'));
const keyFile = join(folder, 'keys.json');
const pem = (key) => key.export({ type: 'pkcs8', format: 'pem' });
writeFileSync(keyFile, JSON.stringify({
  'hmac-sha256': secret.toString('base64'),
  'ecdsa-p256-sha256': pem(ecdsa.privateKey),
  ed25519: pem(ed25519.privateKey),
  'seed-v0': seed,
}), { mode: 0o600 });

const algorithms = {
  'hmac-sha256': {
    sign: (data) => createHmac('sha256', secret).update(data).digest(),
    verify: (data, signature) => timingSafeEqual(createHmac('sha256', secret).update(data).digest(), Buffer.from(signature)),
  },
  'ecdsa-p256-sha256': {
    sign: (data) => sign('sha256', data, { key: createPrivateKey(pem(ecdsa.privateKey)), dsaEncoding: 'ieee-p1363' }),
    verify: (data, signature) => verify('sha256', data, { key: createPublicKey(pem(ecdsa.privateKey)), dsaEncoding: 'ieee-p1363' }, signature),
  },
  ed25519: {
    sign: (data) => sign(null, data, ed25519.privateKey),
    verify: (data, signature) => verify(null, data, ed25519.publicKey, signature),
  },
};

let passed = 0;
function check(what, isRight, detail = '') {
  if (!isRight) throw new Error(`${what}: wrong. ${detail}`);
  passed++;
}

const digest = (body) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

// What each of the two makes of a request: the headers Signature and Signature-Input.
const signers = {
  async 'http-message-signatures'(algorithm, message, fields, created, nonce) {
    const signed = await signatures.httpbis.signMessage({
      key: { id: `k-${algorithm}`, alg: algorithm, sign: async (data) => algorithms[algorithm].sign(data) },
      name: 'sig', fields, params: parameters,
      paramValues: { created: new Date(created * 1000), expires: new Date((created + 200) * 1000), nonce, tag: 'safellm-v1' },
    }, message);
    return { Signature: signed.headers.Signature, 'Signature-Input': signed.headers['Signature-Input'] };
  },
  async 'http-message-sig'(algorithm, message, fields, created, nonce) {
    const signed = await createSignature({
      kind: 'request', method: message.method, targetUri: message.url,
      fields: Object.entries(message.headers).map(([name, value]) => ({ name, value })),
    }, {
      label: 'sig1', components: fields,
      parameters: { nonce, tag: 'safellm-v1', keyid: `k-${algorithm}`, expires: created + 200, created, alg: algorithm },
      signer: { algorithm, sign: (data) => algorithms[algorithm].sign(data) },
    });
    return { Signature: signed.signature, 'Signature-Input': signed.signatureInput };
  },
};

function send(address, method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: address.hostname, port: address.port, method, path, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, text });
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function signToGateway(address) {
  const bodies = ['{}', '{"model":"gpt-4o-mini","max_tokens":5}', JSON.stringify({ p: 'Grüße 你好 😀', n: [1, 2.5, null] }), '{"long":"' + 'x'.repeat(30000) + '"}', null];
  const targets = ['/v1/chat/completions', '/v1/models/a%2Fb?x=1&x=2', '/', '/v1/m?q=%E2%82%AC&empty=', '/a.b/~c/-_?'];
  for (const [library, signIt] of Object.entries(signers)) {
    for (const algorithm of Object.keys(algorithms)) {
      for (const body of bodies) {
        for (const named of targets) {
          const method = body === null ? 'GET' : 'POST';
          // To get what was completed is to list what all tenants have, and refused whoever signed it.
          const target = body === null && named === '/v1/chat/completions' ? '/v1/models' : named;
          const headers = body === null ? {} : { 'Content-Type': 'application/json', 'Content-Digest': digest(body) };
          headers.Host = address.host;
          headers['X-SafeLlm-Trace'] = '  padded  ';
          const fields = [...(body === null ? ours.slice(0, 4) : ours), 'x-safellm-trace'];
          const created = Math.floor(Date.now() / 1000);
          const url = `http://${address.host}${target}`;
          const what = `${library} ${algorithm} ${method} ${target} ${body === null ? '' : body.length}`;
          const signed = { ...headers, ...await signIt(algorithm, { method, url, headers }, fields, created, randomBytes(16).toString('base64url')) };
          const first = await send(address, method, target, signed, body ?? undefined);
          check(what, first.status === 200 && first.text === `k-${algorithm}`, `${first.status} ${first.text}`);
          const again = await send(address, method, target, signed, body ?? undefined);
          check(`${what} again`, again.status === 401 && again.text.includes('signature_replayed'), `${again.status} ${again.text}`);
          const moved = await send(address, method, target + (target.includes('?') ? '&z' : 'z'), signed, body ?? undefined);
          check(`${what} elsewhere`, moved.status === 401 && moved.text.includes('signature_invalid'), `${moved.status} ${moved.text}`);
          if (body === null) continue;
          const other = { ...headers, ...await signIt(algorithm, { method, url, headers }, fields, created, randomBytes(16).toString('base64url')) };
          const changed = await send(address, method, target, other, ' ' + body);
          check(`${what} changed`, changed.status === 400 && changed.text.includes('digest_mismatch'), `${changed.status} ${changed.text}`);
        }
      }
    }
  }
}

async function verifiedByBoth(message, algorithm, covered) {
  const byFirst = await signatures.httpbis.verifyMessage({
    keyLookup: async ({ keyid }) => ({ id: keyid, algs: [algorithm], verify: async (data, signature) => algorithms[algorithm].verify(data, signature) }),
    requiredFields: covered, requiredParams: parameters, maxAge: 300,
  }, message).catch(() => false);
  const bySecond = await verifySignature({
    kind: 'request', method: message.method, targetUri: message.url,
    fields: Object.entries(message.headers).map(([name, value]) => ({ name, value })),
  }, {
    label: 'safellm',
    policy: { algorithms: [algorithm], requiredComponents: covered, requiredParameters: parameters, maxAge: 300, clockSkew: 5 },
    resolveVerifier: () => ({ algorithm, verify: (data, signature) => algorithms[algorithm].verify(data, signature) }),
  }).then(() => true, () => false);
  return [byFirst, bySecond];
}

// Our client calls; both libraries verify what arrives, and refuse it changed.
async function verifyOurClient() {
  const failures = [];
  let calls = 0;
  const server = http.createServer(async (request, response) => {
    try {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const algorithm = request.headers['signature-input'].match(/;alg="([^"]+)"/)[1];
      const message = { method: request.method, url: `http://${request.headers.host}${request.url}`, headers: request.headers };
      const covered = [...ours, 'idempotency-key'];
      const good = await verifiedByBoth(message, algorithm, covered);
      const moved = await verifiedByBoth({ ...message, url: message.url + '?added' }, algorithm, covered);
      const put = await verifiedByBoth({ ...message, method: 'PUT' }, algorithm, covered);
      const other = await verifiedByBoth({ ...message, headers: { ...message.headers, 'idempotency-key': 'retry-2' } }, algorithm, covered);
      if (JSON.stringify([good, moved, put, other]) !== JSON.stringify([[true, true], [false, false], [false, false], [false, false]])) failures.push(`${algorithm} ${JSON.stringify([good, moved, put, other])}`);
      if (request.headers['content-digest'] !== digest(body)) failures.push(`${algorithm} digest`);
      calls++;
    } catch (error) {
      failures.push(String(error));
    }
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end('{"id":"c","object":"chat.completion","model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = spawn('dotnet', [program, 'call', keyFile, `http://127.0.0.1:${server.address().port}/`], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [exit] = await once(client, 'exit');
  server.close();
  check('our client', exit === 0, `it exited with ${exit}`);
  check('what our client signed', failures.length === 0 && calls === 9, `${calls} calls; ${failures.join('; ')}`);
}

const gateway = spawn('dotnet', [program, 'serve', keyFile], { stdio: ['pipe', 'pipe', 'inherit'] });
try {
  const [line] = await once(gateway.stdout, 'data');
  const address = new URL(String(line).trim());
  await signToGateway(address);
  await verifyOurClient();
  const python = spawn(process.env.PYTHON ?? 'python3', [new URL('seed.py', import.meta.url).pathname, program, address.port, seed], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [exit] = await once(python, 'exit');
  check("CPython's hmac and json", exit === 0, `it exited with ${exit}`);
  console.log(`interop: ${passed} checks passed`);
} finally {
  gateway.stdin.end();
  rmSync(folder, { recursive: true });
}
