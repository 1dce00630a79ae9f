// Checks the signature of a request: AWS Signature Version 4, in the header, over the whole request but its body, whose hash it signs.
'use strict'

const crypto = require('crypto')
const S3Error = require('s3rver/lib/models/error')

const hash = text => crypto.createHash('sha256').update(text).digest('hex')
const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest()

module.exports = secrets => async (ctx, next) => {
  const parts = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/
    .exec(ctx.get('authorization'))
  if (!parts) {
    throw new S3Error('AccessDenied', 'Requests are signed in the header, by version 4.')
  }

  const [, name, scope, signed, signature] = parts
  const [path, query = ''] = ctx.req.url.split('?')
  const canonical = [
    ctx.method,
    path,
    query.split('&').filter(Boolean).map(one => one.includes('=') ? one : `${one}=`).sort().join('&'),
    ...signed.split(';').map(header => `${header}:${ctx.get(header).trim().replace(/ +/g, ' ')}`),
    '',
    signed,
    ctx.get('x-amz-content-sha256')
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', ctx.get('x-amz-date'), scope, hash(canonical)].join('\n')
  const key = scope.split('/').reduce(hmac, `AWS4${secrets[name] ?? ''}`)
  if (!(name in secrets) || hmac(key, toSign).toString('hex') !== signature) {
    throw new S3Error('SignatureDoesNotMatch', 'The signature is not that of this request by this key.')
  }

  return next()
}
