// The list of tags that begin like what is typed: a listbox below a combobox, as the ARIA Authoring Practices have it.
const PATIENCE_MS = 120;

export default class Offers {
  constructor(box, input, address, isChosen, choose) {
    Object.assign(this, { input, address, isChosen, choose });
    this.list = box.appendChild(document.createElement("ul"));
    this.list.id = `${input.id}-offers`;
    this.list.className = "tag-field__offers";
    this.list.role = "listbox";
    this.list.ariaLabel = "Tags";
    this.list.hidden = true;
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id,
    })) input.setAttribute(name, value);
    // The input keeps the focus.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option.textContent);
    });
  }

  ask(text) {
    clearTimeout(this.timer);
    this.request?.abort();
    if (!text.trim()) return this.close();
    this.timer = setTimeout(() => this.fetch(text), PATIENCE_MS);
  }

  async fetch(text) {
    this.request = new AbortController();
    const address = `${this.address}?q=${encodeURIComponent(text)}`;
    try {
      const response = await fetch(address, { signal: this.request.signal, headers: { Accept: "application/json" } });
      this.show(response.ok ? await response.json() : []);
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // tags can be typed whole, too
    }
  }

  show(names) {
    const offered = names.filter((name) => !this.isChosen(name));
    this.list.replaceChildren(...offered.map((name, index) => {
      const option = document.createElement("li");
      Object.assign(option, { id: `${this.list.id}-${index}`, role: "option", ariaSelected: "false", dir: "auto" });
      option.className = "tag-field__offer";
      option.textContent = name;
      return option;
    }));
    this.list.hidden = offered.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.activate(null);
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.show([]);
  }

  activate(option) {
    this.active?.setAttribute("aria-selected", "false");
    this.active = option;
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  // Tells whether the key was for the list.
  takeKey(event) {
    if (this.list.hidden) return false;
    const { firstElementChild: first, lastElementChild: last } = this.list;
    const moves = {
      ArrowDown: () => this.activate(this.active ? this.active.nextElementSibling : first),
      ArrowUp: () => this.activate(this.active ? this.active.previousElementSibling : last),
      Escape: () => this.close(),
      Enter: this.active && (() => this.choose(this.active.textContent)),
    };
    if (!moves[event.key]) return false;
    event.preventDefault();
    event.stopPropagation(); // Esc closes the list only, not what it is in
    moves[event.key]();
    return true;
  }
}
