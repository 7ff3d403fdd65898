// Numbers, instants and names of the data in words for people.
const whole = new Intl.NumberFormat("en-US");
const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: 2 });
const cents = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: 4 });
const fractions = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumSignificantDigits: 3 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const moment = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const ago = new Intl.RelativeTimeFormat("en", { numeric: "always" });

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const count = value => whole.format(value);
export const dollars = value => (Math.abs(value) >= 1 || value === 0 ? money : Math.abs(value) >= 0.01 ? cents : fractions).format(value);
// Never more than there is, so that "100 %" means full; 0.29 * 100 is a little less than 29.
export const percent = share => share > 9.99 ? "over 999 %" : Math.floor(share * 100 + 1e-9) + " %";
export const milliseconds = value => value === null ? "none" : value >= 10_000 ? (value / 1000).toFixed(1) + " s" : value >= 100 ? value.toFixed(0) + " ms" : value.toFixed(value >= 10 ? 1 : 2) + " ms";
export const minute = date => clock.format(date);
export const time = text => seconds.format(new Date(text));
export const date = text => moment.format(new Date(text));
export const amount = (dimension, value) => dimension === "dollars" ? dollars(value) : count(value);
export const plural = (value, one, many) => count(value) + " " + (value === 1 ? one : many);

export function end(text, now) {
  const at = new Date(text);
  const minutes = (at - now) / 60_000;
  const [value, unit] = Math.abs(minutes) >= 2880 ? [minutes / 1440, "day"] : Math.abs(minutes) >= 120 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return day.format(at) + ", " + ago.format(Math.trunc(value), unit);
}

// The names that stores use: rolling@01:00:00, rolling@7.00:00:00, day@Europe/Berlin, week-monday@UTC; none for calls at once.
export function span(window) {
  if (window === null) return "at once";
  const calendar = /^(hour|day|week|month|year)(?:-(\w+))?@(.+)$/.exec(window);
  if (calendar) return `a ${calendar[1]}${calendar[2] ? " from " + calendar[2][0].toUpperCase() + calendar[2].slice(1) : ""} (${calendar[3]})`;
  const rolling = /^rolling@(?:(\d+)\.)?(\d+):(\d+):(\d+)$/.exec(window);
  if (!rolling) return "in " + window;
  const parts = rolling.slice(1).map(part => Number(part ?? 0)).map((value, i) => [value, ["day", "hour", "minute", "second"][i]]).filter(([value]) => value > 0);
  return "in any " + parts.map(([value, unit]) => value === 1 ? unit : value + " " + unit + "s").join(" ");
}

export const dimension = name => ({ requests: "requests", tokens: "tokens", dollars: "dollars", concurrentCalls: "calls" })[name] ?? name;
export const kind = name => ({ app: "Application", tier: "Tier pools", sum: "Tiers", key: "Keys", user: "Users", tenant: "Tenants", device: "Devices", network: "Networks", other: "Others" })[name] ?? name;
export const state = name => ({ live: "live", frozen: "frozen", notYet: "not yet valid", expired: "expired", revoked: "revoked" })[name] ?? name;
export const alert = name => ({ budgetShare: "budget", overrun: "overrun", keyExpiry: "key expiry", keyFrozen: "key frozen", lockOut: "lock-out", anomaly: "anomaly", storeFailure: "store" })[name] ?? name;
