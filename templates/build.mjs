// Builds templates/assets from the NHS.UK frontend package and templates/src.
// Plain Node, no bundler: node templates/build.mjs (after npm ci).
//
// What is changed on the way:
//  - the two Frutiger @font-face rules are taken out (the font is licensed to
//    NHS organisations) and the font stack starts at Arial;
//  - image addresses become relative, so that they work under /assets/<hash>/;
//  - the NHS logo and its icons are left out: this product has no right to them;
//  - CSS and JavaScript get a .gz twin, compressed once here and not per request.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const pkg = join(here, 'node_modules', 'nhsuk-frontend')
const dist = join(pkg, 'dist', 'nhsuk')
const src = join(here, 'src')
const out = join(here, 'assets')

if (!existsSync(dist)) {
  console.error('nhsuk-frontend is not installed. Run: npm --prefix templates ci')
  process.exit(1)
}

// expect fails the build when an upgrade of the package moves what we rely on.
function expect(ok, what) {
  if (!ok) {
    console.error(`templates/build.mjs: ${what}; the NHS.UK frontend package has changed`)
    process.exit(1)
  }
}

const version = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8')).version
const notice = `/*! NHS.UK frontend ${version}, MIT licence, see licences.txt */\n`

function frontendCSS() {
  let css = readFileSync(join(dist, 'nhsuk-frontend.min.css'), 'utf8')
  let fonts = 0
  css = css.replace(/@font-face\{[^}]*\}/g, (rule) => {
    expect(rule.includes('assets.nhs.uk'), 'an unknown @font-face rule')
    fonts++
    return ''
  })
  expect(fonts === 2, `${fonts} @font-face rules instead of 2`)
  css = css.replace(/Frutiger W01,arial,sans-serif/gi, 'Arial,sans-serif')
  css = css.replaceAll('url(/assets/', 'url(')
  css = css.replace(/\n?\/\*# sourceMappingURL=.*?\*\/\s*$/, '\n')
  expect(!/frutiger|https?:\/\/(?!www\.w3\.org)/i.test(css), 'a font or an address is left in the CSS')
  return css.startsWith('@charset') ? css.replace(';', ';' + notice.trim()) : notice + css
}

function frontendJS() {
  const js = readFileSync(join(dist, 'nhsuk-frontend.min.js'), 'utf8')
  expect(/export\s*\{/.test(js), 'the script is no ES module')
  return notice + js.replace(/\/\/# sourceMappingURL=.*\s*$/, '\n')
}

function images(css) {
  const names = new Set()
  for (const [, name] of css.matchAll(/url\(([^)]+)\)/g)) {
    expect(/^images\/[a-z0-9-]+\.svg$/.test(name), `CSS asks for ${name}`)
    names.add(name)
  }
  return [...names].sort()
}

function write(name, content) {
  const path = join(out, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  if (/\.(css|js|svg|txt)$/.test(name)) {
    const packed = gzipSync(content, { level: 9 })
    packed[9] = 255 // the operating system byte: the same input gives the same file anywhere
    if (packed.length < Buffer.byteLength(content)) writeFileSync(path + '.gz', packed)
  }
}

mkdirSync(out, { recursive: true })
for (const name of readdirSync(out)) {
  if (name !== '.keep') rmSync(join(out, name), { recursive: true })
}

const css = frontendCSS()
write('nhsuk-frontend.css', css)
write('nhsuk-frontend.js', frontendJS())
for (const name of images(css)) {
  write(name, readFileSync(join(dist, 'assets', name)))
}
for (const name of readdirSync(src).sort()) {
  write(name, readFileSync(join(src, name)))
}
console.log(`templates/assets: NHS.UK frontend ${version} and ${readdirSync(src).length} files of ours`)
