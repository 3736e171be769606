import { randomFrom, type Random } from "./random.ts";

/**
 * Responses as APIs of ten trades give them, made up: skewed enumerations, optional and rare members, null, prose of any length,
 * names of many languages, identifiers of five notations, dates of four, prices as numbers and strings, maps, variants.
 */
export const MADE_UP: Readonly<Record<string, (random: Random) => unknown>> = {
  "GET /v1/charges": (r) => ({
    object: "list",
    has_more: r.chance(0.5),
    url: "/v1/charges",
    data: list(r, 1, 12, () => charge(r)),
  }),
  "GET /orders/{id}": order,
  "GET /repos/{owner}/{repo}/issues": (r) => list(r, 0, 30, () => issue(r)),
  "GET /forecast": forecast,
  "GET /tracking/{id}": tracking,
  "GET /users/{id}": profile,
  "GET /events": (r) => ({ events: list(r, 1, 20, () => event(r)), next: r.chance(0.7) ? token(r) : null }),
  "GET /rates": (r) => ({
    base: r.pick(CURRENCIES),
    date: day(r),
    rates: Object.fromEntries(CURRENCIES.map((code) => [code, decimal(r, 100, 4)])),
  }),
  "GET /products": (r) => ({ total: r.below(4000), page: 1 + r.below(40), items: list(r, 1, 24, () => product(r)) }),
  "GET /orders/{id} 404": (r) => ({
    error: {
      code: r.weighted({ not_found: 80, gone: 15, forbidden: 5 }),
      message: prose(r, 4 + r.below(12)),
      request_id: `req_${r.characters(ALNUM, 14)}`,
    },
  }),
};

/** As many responses of one route. */
export function madeUp(route: string, count: number, seed: number): unknown[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => MADE_UP[route]!(random));
}

const ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX = "0123456789abcdef";
const CURRENCIES = ["EUR", "USD", "GBP", "CHF", "JPY", "SEK", "PLN", "CAD", "AUD", "NOK", "DKK", "CZK"];
const COUNTRIES = ["DE", "FR", "US", "GB", "PL", "ES", "IT", "NL", "SE", "CH", "AT", "JP", "BR", "IN"];
const FIRST = [
  "Ana",
  "Björn",
  "Chloé",
  "Łukasz",
  "Mei",
  "Zoë",
  "José María",
  "O'Neil",
  "李",
  "Ngozi",
  "Jean-Luc",
  "Øyvind",
];
const LAST = [
  "Smith",
  "García",
  "Nguyễn",
  "O'Brien",
  "Müller",
  "Ivanov",
  "van der Berg",
  "Kowalczyk",
  "D'Angelo",
  "Sato",
];
const WORDS =
  "the order was shipped on monday and your customer asked us to select a new address from the list please update it where needed and drop us a note before noon thanks like always it is not in stock but we can join two parcels (see note 2) – if both arrive; 50 % off! #urgent @team café https://example.com/a?b=c".split(
    " ",
  );

const list = <T>(r: Random, least: number, most: number, make: () => T): T[] =>
  Array.from({ length: least + r.below(most - least + 1) }, make);
const digits = (value: number, places = 2): string => String(value).padStart(places, "0");
const decimal = (r: Random, most: number, places = 2): number => Number((r.fraction() * most).toFixed(places));
const uuid = (r: Random): string =>
  `${r.characters(HEX, 8)}-${r.characters(HEX, 4)}-4${r.characters(HEX, 3)}-8${r.characters(HEX, 3)}-${r.characters(HEX, 12)}`;
const token = (r: Random): string => r.characters(`${ALNUM}-_`, 20 + r.below(20));
const moment = (r: Random): Date => new Date(1.6e12 + Math.floor(r.fraction() * 1.5e11));
const time = (r: Random): string => moment(r).toISOString().replace(/\.\d+/, "");
const day = (r: Random): string => moment(r).toISOString().slice(0, 10);
const name = (r: Random): string => `${r.pick(FIRST)} ${r.pick(LAST)}`;
const orNull = <T>(r: Random, probability: number, make: () => T): T | null => (r.chance(probability) ? make() : null);
const maybe = (r: Random, probability: number, member: () => object): object => (r.chance(probability) ? member() : {});

/** Lengths of what people write are spread over orders of magnitude. */
function prose(r: Random, most = Math.ceil(Math.exp(r.fraction() * 6))): string {
  return Array.from({ length: Math.max(1, most) }, () => r.pick(WORDS)).join(" ");
}

function charge(r: Random): object {
  const status = r.weighted({ succeeded: 90, pending: 6, failed: 4 });
  return {
    id: `ch_${r.characters(ALNUM, 24)}`,
    object: "charge",
    amount: 50 + Math.floor(Math.exp(r.fraction() * 12)),
    currency: r.weighted({ eur: 60, usd: 30, gbp: 8, chf: 2 }),
    status,
    created: Math.floor(moment(r).getTime() / 1000),
    customer: orNull(r, 0.8, () => `cus_${r.characters(ALNUM, 14)}`),
    description: orNull(r, 0.6, () => prose(r)),
    failure_code: status === "failed" ? r.pick(["card_declined", "expired_card", "incorrect_cvc"]) : null,
    refunded: r.chance(0.05),
    metadata: maybe(r, 0.4, () => ({ order_id: String(r.below(1e6)) })),
    payment_method_details: {
      type: "card",
      card: {
        brand: r.weighted({ visa: 55, mastercard: 35, amex: 10 }),
        last4: digits(r.below(10_000), 4),
        exp_month: 1 + r.below(12),
        exp_year: 2024 + r.below(8),
        country: r.pick(COUNTRIES),
      },
    },
  };
}

function order(r: Random): object {
  return {
    id: r.below(1e9),
    number: `ORD-${digits(r.below(1e6), 6)}`,
    placed_at: time(r),
    shipped_at: orNull(r, 0.6, () => time(r)),
    state: r.weighted({ open: 30, paid: 30, shipped: 35, cancelled: 5 }),
    total_price: decimal(r, 900).toFixed(2),
    customer: { id: r.below(1e7), name: name(r), email: `${r.characters(HEX, 8)}@example.com` },
    address: {
      line1: `${1 + r.below(200)} ${r.pick(["Main St.", "Rue de l'Église", "Hauptstraße", "ul. Długa"])}`,
      ...maybe(r, 0.2, () => ({ line2: `Apt ${r.below(90)}` })),
      city: r.pick(["Berlin", "Łódź", "São Paulo", "New York", "Saint-Étienne"]),
      postal_code: digits(r.below(99_999), 5),
      country: r.pick(COUNTRIES),
    },
    items: list(r, 1, 8, () => ({
      sku: `${r.characters("ABCDEFGHJKLM", 3)}-${digits(r.below(10_000), 4)}`,
      title: prose(r, 1 + r.below(6)),
      quantity: 1 + r.below(9),
      unit_price: decimal(r, 120),
      gift: r.chance(0.1),
    })),
    ...maybe(r, 0.15, () => ({ note: prose(r) })),
  };
}

function account(r: Random): object {
  const id = r.below(1e8);
  return {
    login: `${r
      .pick(FIRST)
      .toLowerCase()
      .replaceAll(/[^a-z]/g, "")}${r.chance(0.5) ? `-${r.below(100)}` : "x"}`,
    id,
    avatar_url: `https://avatars.example.com/u/${id}?v=4`,
    type: r.weighted({ User: 92, Bot: 5, Organization: 3 }),
  };
}

function issue(r: Random): object {
  const closed = r.chance(0.5);
  return {
    id: 1e8 + r.below(1e9),
    node_id: `I_${r.characters(ALNUM, 16)}`,
    number: 1 + r.below(30_000),
    title: prose(r, 2 + r.below(10)),
    body: orNull(r, 0.9, () => prose(r)),
    state: closed ? "closed" : "open",
    state_reason: closed ? r.weighted({ completed: 85, not_planned: 15 }) : null,
    comments: Math.floor(Math.exp(r.fraction() * 5)) - 1,
    created_at: time(r),
    closed_at: closed ? time(r) : null,
    user: account(r),
    assignee: orNull(r, 0.3, () => account(r)),
    labels: list(r, 0, 4, () => ({
      id: r.below(1e9),
      name: r.pick(["bug", "good first issue", "help wanted", "area/docs"]),
      color: r.characters(HEX, 6),
    })),
    ...maybe(r, 0.1, () => ({ draft: r.chance(0.3) })),
  };
}

function forecast(r: Random): object {
  return {
    latitude: decimal(r, 180, 4) - 90,
    longitude: decimal(r, 360, 4) - 180,
    timezone: r.pick(["Europe/Berlin", "America/New_York", "Asia/Tokyo", "UTC"]),
    hours: list(r, 24, 24, () => ({
      at: time(r).slice(0, 16),
      temperature: decimal(r, 60, 1) - 20,
      humidity: r.below(101),
      wind_kmh: decimal(r, 90, 1),
      condition: r.weighted({ clear: 40, cloudy: 25, rain: 15, fog: 8, snow: 6, hail: 4, thunderstorm: 2 }),
    })),
  };
}

function tracking(r: Random): object {
  return {
    trackingNumber: `${r.characters("ABCDEFGH", 2)}${digits(r.below(1e9), 9)}${r.pick(["DE", "FR"])}`,
    carrier: r.pick(["DHL", "UPS", "GLS"]),
    weightKg: decimal(r, 31, 3),
    estimatedDelivery: orNull(r, 0.7, () => day(r)),
    events: list(r, 1, 9, () => ({
      timestamp: time(r).slice(0, 19).replace("T", " "),
      statusCode: r.pick(["PU", "IT", "OD", "DL", "EX"]),
      description: prose(r, 3 + r.below(9)),
      location: { city: r.pick(["Berlin", "Köln", "Lyon"]), countryCode: r.pick(COUNTRIES) },
    })),
    price: { amount: decimal(r, 40), currency: r.pick(["EUR", "GBP"]) },
  };
}

function profile(r: Random): object {
  return {
    uuid: uuid(r),
    email: `${r.characters(HEX, 6)}.${r.below(99)}@mail.example.org`,
    name: name(r),
    ...maybe(r, 0.5, () => ({ phone: `+49 30 ${r.below(9e6)}` })),
    birthday: orNull(r, 0.4, () => day(r)),
    role: r.weighted({ member: 90, admin: 7, owner: 3 }),
    locale: r.pick(["de-DE", "en-GB", "fr-FR", "pl-PL"]),
    website: orNull(r, 0.3, () => `https://${r.characters("abcdefgh", 6)}.example/${r.characters("abc", 3)}`),
    balance: decimal(r, 1000),
    lastLogin: moment(r).getTime(),
    settings: {
      theme: r.pick(["light", "dark"]),
      newsletter: r.chance(0.5),
      ...maybe(r, 0.02, () => ({ beta: true })),
    },
    teams: Object.fromEntries(list(r, 0, 3, () => [uuid(r), { role: r.pick(["reader", "writer"]), since: day(r) }])),
    ...maybe(r, 0.005, () => ({ suspended_reason: prose(r, 6) })),
  };
}

function event(r: Random): object {
  const type = r.weighted({ created: 50, renamed: 20, deleted: 20, moved: 10 });
  const detail = {
    created: () => ({ by: name(r) }),
    renamed: () => ({ from: prose(r, 2), to: prose(r, 2) }),
    deleted: () => ({ permanent: r.chance(0.1) }),
    moved: () => ({ folder: { id: r.characters(HEX, 24), path: `/${r.characters("abc", 5)}/${r.below(9)}` } }),
  };
  return { id: r.characters(HEX, 24), type, at: moment(r).toISOString(), payload: detail[type]() };
}

function product(r: Random): object {
  return {
    id: r.characters(HEX, 24),
    title: prose(r, 2 + r.below(9)),
    description_html: `<p>${prose(r)}</p>`,
    price: decimal(r, 500),
    list_price: orNull(r, 0.4, () => decimal(r, 600)),
    rating: orNull(r, 0.8, () => decimal(r, 5, 1)),
    availability: r.weighted({ in_stock: 80, backorder: 12, sold_out: 8 }),
    images: list(r, 0, 4, () => ({
      url: `https://cdn.example.com/${r.characters(HEX, 16)}.jpg`,
      width: 100 * (1 + r.below(30)),
      height: 100 * (1 + r.below(30)),
    })),
    categories: list(r, 1, 3, () => r.pick(["Home", "Garden", "Toys & Games", "Books"])),
    updated: time(r),
  };
}
