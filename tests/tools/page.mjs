// Opens an HTML report in Chromium and uses it as a person would; prints what was seen as JSON.
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const [chromium, file] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'], headless: true });
const seen = { errors: [], requests: [], overflow: [] };
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));
  page.on('request', (request) => request.url().startsWith('file:') || seen.requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  const rows = () => page.$$eval('#items .item > summary b', (names) => names.map((name) => name.textContent));
  const count = () => page.$eval('#count', (node) => node.textContent);
  // Waits for the list to be drawn anew after something was done.
  const drawn = async (act) => {
    await page.evaluate(() => {
      window.drawn = new Promise((resolve) => {
        new MutationObserver((_, observer) => { observer.disconnect(); resolve(); }).observe(document.getElementById('items'), { childList: true });
      });
    });
    await act();
    await page.evaluate(() => window.drawn);
  };
  const filter = (name) => drawn(() => page.click(`[data-filter=${name}]`));

  seen.title = await page.title();
  seen.first = await count();
  seen.groups = await page.$$eval('details.group', (groups) => groups.map((group) => group.open));
  seen.collapsed = await rows();
  await filter('all');
  seen.all = await count();
  await drawn(() => page.select('#iteration', '1'));
  seen.iteration = await rows();
  await filter('passed');
  seen.passed = await rows();
  await filter('all');
  await drawn(() => page.type('#search', 'that number'));
  seen.found = await rows();
  await page.click('#items .item > summary');
  await page.waitForSelector('#items .inside pre');
  seen.inside = await page.$eval('#items .inside', (node) => node.innerText);
  await drawn(async () => {
    await page.focus('#search');
    await page.keyboard.press('Escape');
  });
  await drawn(() => page.click('#search').then(() => page.keyboard.type('nothing has this')));
  seen.nothing = await page.$eval('#items', (node) => node.innerText);
  await page.focus('#search');
  await drawn(() => page.keyboard.press('Escape'));
  // Keys alone: past the head of the iteration to the first row, open it.
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  seen.byKey = await page.$$eval('#items .item', (all) => all.findIndex((item) => item.open));
  await drawn(() => page.keyboard.press('f'));
  seen.onlyFailed = await rows();
  // A failure's link leads to its request, open.
  await page.click('.failures a');
  seen.linked = await page.$$eval('#items .item[open] > summary b', (names) => names.map((name) => name.textContent));
  await drawn(() => page.click('#expand'));
  seen.closed = await page.$$eval('#items .item:not([open])', (all) => all.length);
  for (const width of [390, 820, 1440]) {
    await page.setViewport({ width, height: 900 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) seen.overflow.push([width, over]);
  }
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  seen.light = await background();
  await page.click('#theme');
  seen.dark = await background();
  seen.pdf = (await page.pdf({ format: 'A4' })).length;
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
