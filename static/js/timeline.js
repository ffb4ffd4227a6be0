// Fetches the strip of months for what the gallery shows, once there is nothing more urgent to do.
import { currentState } from "./results.js";

export default function start(place, bind) {
  let asked = null;

  async function load() {
    const query = currentState().toString();
    if (query === asked) return;
    asked = query;
    const sort = new URLSearchParams(query).get("sort") ?? "uploaded";
    const isByTime = sort === "uploaded" || sort === "taken";
    const isLong = document.querySelector("#gallery .further") !== null;
    const strip = isByTime && isLong ? await read(`${place.dataset.address}?${query}`) : "";
    if (query !== asked) return; // another search came in between
    place.innerHTML = strip;
    bind(place);
  }

  const later = () => ("requestIdleCallback" in window ? requestIdleCallback(load, { timeout: 2000 }) : setTimeout(load, 200));
  document.addEventListener("gallery:state", later);
  if (document.readyState === "complete") later();
  else addEventListener("load", later, { once: true });
}

async function read(address) {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    return answer.ok ? await answer.text() : "";
  } catch {
    return ""; // offline: the list itself says so
  }
}
