// An S3-compatible server on loopback, on a free port, over a folder of its own; prints its address, ends with its standard input.
// Signatures are checked by signature.js. Where it differs from S3 it is set right here: a write is whole or not at all, and there when it is answered; a
// copy of an object onto itself makes it young; deleting an object leaves the folder in which others write; the name
// of what is copied may be encoded in whole.
'use strict'

const crypto = require('crypto')
const fs = require('fs')
const path = require('path')
const S3rver = require('s3rver')
const checkSignature = require('./signature')

global.decodeURI = decodeURIComponent

const directory = process.argv[2]
const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, vhostBuckets: false })
server.middleware.unshift(checkSignature({ S3RVER: 'S3RVER' }))
const store = server.store
let count = 0

function write (file, content) {
  const draft = path.join(directory, `draft-${++count}`)
  fs.writeFileSync(draft, content)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.renameSync(draft, file)
}

async function read (content) {
  if (Buffer.isBuffer(content)) {
    return content
  }

  const parts = []
  for await (const part of content) {
    parts.push(part)
  }

  return Buffer.concat(parts)
}

store.putMetadata = async function (bucket, key, metadata, md5) {
  if (md5) {
    write(this.getResourcePath(bucket, key, 'object.md5'), md5)
  }

  const kept = Object.entries(metadata).filter(([name]) => name === 'content-type' || name.startsWith('x-amz-meta-'))
  write(this.getResourcePath(bucket, key, 'metadata.json'), JSON.stringify(Object.fromEntries(kept)))
}

store.putObject = async function ({ bucket, key, content, metadata }) {
  const bytes = await read(content)
  const md5 = crypto.createHash('md5').update(bytes).digest('hex')
  await this.putMetadata(bucket, key, metadata, md5)
  write(this.getResourcePath(bucket, key, 'object'), bytes)
  return { size: bytes.length, md5 }
}

store.copyObject = async function (fromBucket, fromKey, toBucket, toKey, metadata) {
  const content = fs.readFileSync(this.getResourcePath(fromBucket, fromKey, 'object'))
  await this.putObject({
    bucket: toBucket, key: toKey, content, metadata: metadata || await this.getMetadata(fromBucket, fromKey)
  })
  return this.getMetadata(toBucket, toKey)
}

store.deleteObject = async function (bucket, key) {
  for (const kind of ['object', 'object.md5', 'metadata.json']) {
    fs.rmSync(this.getResourcePath(bucket, key, kind), { force: true })
  }
}

server.run().then(({ port }) => console.log(`http://127.0.0.1:${port}`))
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
