// npm: node-semver, strict or (with the argument "loose") loose.
const semver = require('/usr/share/nodejs/semver')

const options = { loose: process.argv[2] === 'loose' }
const lines = require('fs').readFileSync(0, 'utf8').split('\n').slice(0, -1)
const answers = lines.map(line => {
  const [left, right] = line.split('\t').map(text => semver.parse(text, options))
  return (left ? '' : 'a') + (right ? '' : 'b') || String(semver.compare(left, right, options))
})
process.stdout.write(answers.join('\n') + '\n')
