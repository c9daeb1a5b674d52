// The JavaScript SDK's signer at the requests of sigv4_cases.hpp, for signing_peers.py.
//
// usage: node --single-threaded signing_peer.mjs DIR HASHES COUNT
//
// DIR is where npm has put @smithy/signature-v4 and the package of HASHES: @smithy/hash-node, on
// node's crypto, or @aws-crypto/sha256-js, which is JavaScript. Prints one line of JSON: CPU time of
// this process per signature in microseconds, once it has been compiled. With more threads it takes
// more, as they wait for each other busily.
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [directory, hashes, count] = process.argv.slice(2);
const require = createRequire(resolve(directory, "here.js"));
const { SignatureV4 } = require("@smithy/signature-v4");
const sha256 = hashes === "@smithy/hash-node" ? require(hashes).Hash.bind(null, "sha256")
                                              : require(hashes).Sha256;

const signer = new SignatureV4({
  credentials: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  },
  region: "us-east-1",
  service: "s3",
  sha256,
  uriEscapePath: false,
});
const signingDate = new Date("2026-11-21T11:40:30Z");
const host = "examplebucket.s3.us-east-1.amazonaws.com";
const common = { protocol: "https:", hostname: host, path: "/data/2026-11-21_segments.json" };
const put = {
  ...common, method: "PUT", query: {},
  headers: {
    "Host": host,
    "Content-Length": "1024",
    "Content-Type": "application/json",
    "If-Match": '"9b2cf535f27731c974343645a3985328"',
    // Given, so that it does not hash the body.
    "x-amz-content-sha256": "2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a",
  },
};
const get = {
  ...common, method: "GET", query: {},
  headers: { "Host": host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
};
// That header only says what is signed in place of the body's hash: it is not sent.
const notSent = new Set(["x-amz-content-sha256"]);
const presigning = {
  signingDate, expiresIn: 3600, unsignableHeaders: notSent, unhoistableHeaders: notSent,
};

const operations = {
  sign_small_put: () => signer.sign(put, { signingDate }),
  presign_get: () => signer.presign(get, presigning),
};

function signatureOf(signed) {
  return signed.query["X-Amz-Signature"] ?? signed.headers.authorization.split("Signature=")[1];
}

const result = { version: require("@smithy/signature-v4/package.json").version };
for (const [name, run] of Object.entries(operations)) {
  for (let i = 0; i < 2 * count; ++i) // for the compiler
    await run();
  const before = process.cpuUsage();
  for (let i = 0; i < count; ++i)
    await run();
  const used = process.cpuUsage(before);
  result[name] = {
    microseconds: (used.user + used.system) / count,
    signature: signatureOf(await run()),
  };
}
console.log(JSON.stringify(result));
