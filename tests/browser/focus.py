"""A watch over the focus: who works by keyboard goes on from where they were, whatever is swapped around."""

#: Complains in the console where what had the focus is gone or hidden and nothing else has it a moment later.
#: Who leaves something that is still there, as by a click beside it, has lost nothing.
WATCH_FOCUS = """(() => {
    const TICK_MS = 100, PATIENCE = 5;
    let held = null, ticks = 0;
    const isThere = (element) => element.isConnected && element.checkVisibility();
    addEventListener("focusin", (event) => { held = event.target; ticks = 0; }, true);
    addEventListener("focusout", (event) => { if (isThere(event.target)) held = null; }, true);
    setInterval(() => {
        const isLost = held !== null && document.activeElement === document.body && !isThere(held);
        ticks = isLost ? ticks + 1 : 0;
        if (ticks < PATIENCE) return;
        console.error(`The focus is lost with ${held.outerHTML.slice(0, 200)}`);
        held = null;
    }, TICK_MS);
})();"""
