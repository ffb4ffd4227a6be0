// The connection of an open gallery: htmx opens it where the list says so (`#live`), closes it with the list, and tries
// again where it breaks. It is asked for what follows the last event that the list shows, so that nothing is missed.
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { LiveList } from "./list.js";
import { showState } from "./status.js";

const LOOK_MS = 20_000;
const TOO_MANY = 1013; // RFC 6455, 7.4.1: try again later
const TOO_MANY_ATTEMPT = 5; // waits as long as after so many
const AGAIN = [1000, 1001, 1005, 1006, 1008, 1011, 1012, TOO_MANY, 1014];

export async function start(gallery) {
  const list = new LiveList(gallery);
  htmx.config.ws = { reconnectDelay: 500, reconnectMaxDelay: 20_000, reconnectJitter: 0.8, reconnectCodes: AGAIN };
  // Comes before the plain upsert, which knows neither days nor what is loaded of a list.
  htmx.registerExtension("gallery", {
    handle_swap: (style, target, fragment) => style === "upsert" && target === gallery && list.take(fragment),
  });
  await Promise.all(["ws", "upsert"].map((name) => import(`../../vendor/htmx/hx-${name}.min.js`)));
  follow(gallery);
  if (place() !== null) htmx.process(place());
}

const place = () => document.getElementById("live");

function follow(gallery) {
  let connection = null;
  let heardAt = 0;
  let askedAt = 0;
  let lookedAt = Date.now();

  const on = (name, act) => gallery.addEventListener(`htmx:ws:${name}`, (event) => act(event.detail, event));
  on("after:connection", (detail) => {
    connection = detail.connection;
    heardAt = Date.now();
    show("live");
  });
  on("before:message:incoming", ({ message }, event) => {
    heardAt = Date.now();
    if (message.data === "") event.preventDefault(); // it only holds
  });
  on("after:message:incoming", ({ connection, message }) => {
    const last = /data-event="(\d+)"/.exec(message.data);
    if (last) connection.url = connection.url.replace(/\bsince=\d+/, `since=${last[1]}`);
  });
  on("close", ({ connection, reason, code }) => {
    if (reason === "removed") return; // another list is shown, with a connection of its own
    if (code === TOO_MANY) connection.attempt = Math.max(connection.attempt, TOO_MANY_ATTEMPT);
    show("lost");
  });

  function show(state) {
    gallery.toggleAttribute("data-live", state === "live");
    showState(state);
  }

  /** Ask whether the connection still holds: a network that is gone says nothing. */
  function look() {
    const hasSlept = Date.now() - lookedAt > 2 * LOOK_MS;
    lookedAt = Date.now();
    if (document.hidden || connection?.socket?.readyState !== WebSocket.OPEN) return;
    if (hasSlept || heardAt < askedAt) return renew();
    askedAt = Date.now();
    connection.socket.send("");
  }

  /** Begin the connection anew, from where it is. */
  function renew() {
    if (place() === null || connection === null || document.hidden) return;
    show("lost");
    const fresh = document.createElement("div");
    fresh.id = "live";
    fresh.hidden = true;
    fresh.setAttribute("hx-ws:connect", connection.url);
    htmx.swap({ sourceElement: place(), target: place(), swap: "outerHTML", text: fresh.outerHTML });
  }

  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", () => (lookedAt = Date.now())); // hidden, it is closed
  addEventListener("online", renew);
  addEventListener("offline", () => show("lost"));
}
