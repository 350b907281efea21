// Search over the static index that the renderer writes (its form: render/search_index.h). Words are stemmed here as
// they were there; several filters of one kind add up, filters of different kinds narrow down.
const root = document.getElementById("search");
const form = root.querySelector("form");
const list = document.getElementById("results");
const count = document.getElementById("results-count");
const more = document.getElementById("more");
const plain = document.getElementById("plain");
const say = JSON.parse(root.dataset.words);
const facets = ["a", "y", "d", "h", "g", "p", "k", "c"];
const perPage = 24;

const files = new Map();
function load(name) {
  if (!files.has(name)) {
    const file = fetch(root.dataset.index + name).then((answer) => {
      if (!answer.ok) throw new Error(name + " " + answer.status);
      return answer.json();
    });
    files.set(name, file);
    file.catch(() => files.delete(name));  // the next search asks again
  }
  return files.get(name);
}

// The number of the last file whose first key is not after `key`.
function fileOf(firsts, key) {
  let found = 0;
  for (let i = 0; i < firsts.length; i++) if (firsts[i] <= key) found = i;
  return found;
}

// The number of the first file where `key` may be: one with very many products is at the head of several files.
function firstOf(firsts, key) {
  const found = firsts.indexOf(key);
  return found < 0 ? fileOf(firsts, key) : found;
}

function wordsOf(text) {
  return text.toLowerCase().match(/[a-z0-9\u00df-\u00f6\u00f8-\u024f]+/g) || [];
}

// Products with a word that begins like `stem`, and how well they match; the whole word counts double. A last vowel
// may differ: "klapeja" is cut to "klape", "klapi" to "klap".
async function productsWith(index, stem) {
  const found = new Map();
  const start = stem.length > 4 ? stem.replace(/[aeiouyåäö]$/, "") : stem;
  if (index.terms.length === 0) return found;
  const last = fileOf(index.terms, start + "\uffff");
  for (let n = firstOf(index.terms, start); n <= last; n++) {
    const terms = await load(`terms-${n}.json`);
    for (const term in terms) {
      if (!term.startsWith(start)) continue;
      const times = term === stem ? 2 : 1;
      let id = 0;
      for (let i = 0; i < terms[term].length; i += 2) {
        id += terms[term][i];
        found.set(id, (found.get(id) || 0) + times * terms[term][i + 1]);
      }
    }
  }
  return found;
}

async function productsIn(index, key) {
  const found = new Set();
  if (index.facets.length === 0) return found;
  const last = fileOf(index.facets, key);
  for (let n = firstOf(index.facets, key); n <= last; n++) {
    const file = await load(`facets-${n}.json`);
    let id = 0;
    for (const step of file[key] || []) found.add((id += step));
  }
  return found;
}

async function order(index) {
  const all = new Map();
  for (let n = 0; n < index.order; n++) {
    const file = await load(`order-${n}.json`);
    let id = 0;
    file.ids.forEach((step, i) => all.set((id += step), { cents: file.cents[i], rank: file.rank[i] }));
  }
  return all;
}

// What is asked, as ids in order.
async function find(asked) {
  const [index, { stemmer }] = await Promise.all([load("index.json"), import(root.dataset.stemmer)]);
  let scores = null;
  for (const word of wordsOf(asked.get("q") || "").slice(0, 8)) {
    let stem = word.length < 3 ? word : stemmer(word);
    let found = await productsWith(index, stem);
    // Nothing: a shorter beginning is better than no answer.
    while (found.size === 0 && stem.length > 4) found = await productsWith(index, (stem = stem.slice(0, -1)));
    if (scores === null) scores = found;
    else for (const [id, score] of scores) found.has(id) ? scores.set(id, score + found.get(id)) : scores.delete(id);
  }
  const places = await order(index);
  let ids = scores === null ? [...places.keys()] : [...scores.keys()];
  for (const facet of facets) {
    const values = asked.getAll(facet);
    if (values.length === 0) continue;
    const sets = await Promise.all(values.map((value) => productsIn(index, `${facet}:${value}`)));
    ids = ids.filter((id) => sets.some((set) => set.has(id)));
  }
  const by = { price: (a, b) => places.get(a).cents - places.get(b).cents };
  const best = scores === null || asked.get("sort") === "name" ? () => 0 : (a, b) => scores.get(b) - scores.get(a);
  ids = ids.filter((id) => places.has(id));
  ids.sort((a, b) => (by[asked.get("sort")] || best)(a, b) || places.get(a).rank - places.get(b).rank);
  return { index, ids };
}

async function documents(index, ids) {
  const out = [];
  for (const id of ids) {
    const file = await load(`docs-${fileOf(index.docs, id)}.json`);
    const doc = file.find((one) => one[0] === id);
    if (doc) out.push(doc);
  }
  return out;
}

function element(name, className, text) {
  const out = document.createElement(name);
  if (className) out.className = className;
  if (text !== undefined) out.textContent = text;
  return out;
}

function card(index, [, slug, name, summary, picture, status, statusWords, price, from]) {
  const item = element("li", "card");
  const image = element("img", "card-picture");
  Object.assign(image, { src: picture, alt: "", width: 800, height: 600, loading: "lazy", decoding: "async" });
  const text = element("div", "card-text");
  const heading = element("h3", "card-name");
  const link = element("a", "", name);
  link.href = index.product + slug;
  heading.append(link);
  const foot = element("div", "card-foot");
  const cost = element("p", "card-price");
  if (from) cost.append(element("small", "", say.from), " ");
  cost.append(price);
  foot.append(element("p", `status status-${status}`, statusWords), cost);
  text.append(heading, element("p", "card-note", summary), foot);
  item.append(image, text);
  return item;
}

function asked() {
  const out = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim() !== "") out.append(name, value.trim());
  return out;
}

let turn = 0;
async function show(pages = 1) {
  const mine = ++turn;
  const question = asked();
  try {
    const { index, ids } = await find(question);
    const docs = await documents(index, ids.slice(0, pages * perPage));
    if (mine !== turn) return;
    const kept = pages === 1 ? 0 : list.children.length;
    if (kept === 0) list.replaceChildren();
    list.append(...docs.slice(kept).map((doc) => card(index, doc)));
    if (kept > 0 && list.children[kept]) list.children[kept].querySelector("a").focus();
    count.textContent = ids.length === 0 ? say.none : ids.length === 1 ? say.one : say.many.replace("{n}", ids.length);
    more.hidden = ids.length <= pages * perPage;
    more.onclick = () => show(pages + 1);
    plain.hidden = true;
  } catch {  // also where the visitor has just left the page
    if (mine !== turn) return;
    count.textContent = say.broken;
    plain.hidden = false;
  }
}

function ask() {
  const question = asked().toString();
  history.replaceState(null, "", location.pathname + (question ? "?" + question : ""));
  show();
}

const wanted = new URLSearchParams(location.search);
form.elements.q.value = wanted.get("q") || "";
if (wanted.get("sort")) form.elements.sort.value = wanted.get("sort");
for (const facet of facets) {
  for (const value of wanted.getAll(facet)) {
    const box = document.getElementById(`f-${facet}-${value}`);
    if (box) box.checked = true;
  }
}
let typing = 0;
form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
form.addEventListener("change", ask);
form.elements.q.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(ask, 200); });
show();
