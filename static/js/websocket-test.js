// A program that listens to /ws/media: connects, shows what comes, and remembers the last event to resume from.
const MOST_SHOWN = 500;

const form = document.querySelector("form");
const [connectButton, disconnectButton] = form.querySelectorAll("[data-role=connect], [data-role=disconnect]");
const senders = form.querySelectorAll("[data-role=send]");
const list = document.querySelector(".log__list");
const state = document.querySelector("[data-role=state]");

let socket = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  connect();
});
disconnectButton.addEventListener("click", () => socket.close());
senders.forEach((button) => button.addEventListener("click", () => send({ type: button.value })));
showState("Not connected", false);

function connect() {
  const address = new URL("/ws/media", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  for (const name of ["since", "client_id"]) {
    if (form.elements[name].value) address.searchParams.set(name, form.elements[name].value);
  }
  connectButton.disabled = true;
  showState("Connecting", false);
  socket = new WebSocket(address);
  socket.addEventListener("open", () => showState("Connected", true));
  socket.addEventListener("message", (event) => take(event.data));
  socket.addEventListener("close", ({ code, reason }) => showState(`Closed: ${code} ${reason}`, false));
}

function take(text) {
  const message = JSON.parse(text);
  if (message.event_id) form.elements.since.value = message.event_id;
  show(text, false);
}

function send(message) {
  const text = JSON.stringify(message);
  socket.send(text);
  show(text, true);
}

/** Add a line; the eldest make way, and who has scrolled up stays where they are. */
function show(text, isSent) {
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const line = document.createElement("li");
  line.toggleAttribute("data-sent", isSent);
  line.textContent = isSent ? `→ ${text}` : text;
  list.append(line);
  if (list.childElementCount > MOST_SHOWN) list.firstElementChild.remove();
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function showState(text, isOpen) {
  state.textContent = text;
  connectButton.disabled = isOpen || text === "Connecting";
  disconnectButton.disabled = !isOpen;
  senders.forEach((button) => (button.disabled = !isOpen));
}
