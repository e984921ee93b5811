/* What makes pages quicker to use. Every page and every form works without it. */
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  document.documentElement.classList.add("has-script");

  /* The clock runs in the branch's zone, which the page names beside it. The server's
     time counts: a computer with a wrong clock still sees the right one. */
  const clock = $("#clock");
  if (clock) {
    const [h, m, s] = clock.textContent.split(":").map(Number);
    const began = performance.now();
    const two = (number) => String(number).padStart(2, "0");
    setInterval(() => {
      if (stale) return;
      const at = h * 3600 + m * 60 + s + Math.floor((performance.now() - began) / 1000);
      clock.textContent = `${two(Math.floor(at / 3600) % 24)}:${two(Math.floor(at / 60) % 60)}:${two(at % 60)}`;
    }, 1000);
  }

  /* Live parts: an element with data-on="calls tasks" asks for itself again when one
     of these changed. What is being pointed at or typed in does not jump. */
  let stale = false;
  const asked = new Map();
  const renew = (element) => {
    if (!element.id || element.contains(document.activeElement) && element.dataset.hold !== undefined) return;
    window.htmx.ajax("GET", location.href, { target: `#${element.id}`, select: `#${element.id}`, swap: "outerHTML" });
  };
  const changed = (topics) => {
    for (const element of all("[data-on]")) {
      if (!element.dataset.on.split(" ").some((topic) => topics.includes(topic))) continue;
      if (element.matches(":hover") && element.dataset.hold !== undefined) {
        const waiting = $("[data-waiting]", element);
        if (waiting) {
          waiting.hidden = false;
          continue;
        }
      }
      if (asked.has(element.id)) continue;
      asked.set(element.id, setTimeout(() => {
        asked.delete(element.id);
        const now = document.getElementById(element.id);
        if (now) renew(now);
      }, 120));
    }
  };
  if (document.body.dataset.live && window.EventSource && $("[data-on]")) {
    const source = new EventSource(document.body.dataset.live);
    const stream = $("#stream");
    source.addEventListener("changed", (event) => changed(event.data.split(" ")));
    source.onopen = () => {
      if (stale) changed(["calls", "tasks", "calendar"]);
      stale = false;
      stream?.classList.remove("is-stale");
    };
    source.onerror = () => {
      if (stale || !stream) return;
      stale = true;
      stream.classList.add("is-stale");
      $(".stream-word", stream).textContent = stream.dataset.stale;
    };
    window.addEventListener("pagehide", () => source.close());
  }
  document.addEventListener("click", (event) => {
    const waiting = event.target.closest("[data-waiting]");
    if (waiting) {
      waiting.hidden = true;
      renew(waiting.closest("[data-on]"));
    }
  });

  /* Copying, and forms that are sent once. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    navigator.clipboard.writeText(button.dataset.copy).then(() => {
      const word = $("span", button);
      const before = word.textContent;
      word.textContent = button.dataset.done;
      setTimeout(() => { word.textContent = before; }, 2000);
    });
  });
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) {
      event.preventDefault();
      return;
    }
    event.target.dataset.sent = "1";
    setTimeout(() => { delete event.target.dataset.sent; }, 8000);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  /* What was typed stays with the browser until it was saved, also when the session
     ended in between. */
  for (const form of all("form[data-keep]")) {
    const key = `askpro:${location.pathname}:${form.dataset.keep}`;
    const fields = () => all("input, textarea, select", form).filter((one) => one.name && !one.name.startsWith("_") && !["hidden", "password"].includes(one.type));
    const kept = sessionStorage.getItem(key);
    if (kept && form.dataset.done === undefined) {
      const values = JSON.parse(kept);
      let differs = false;
      for (const one of fields()) {
        if (!(one.name in values)) continue;
        if (one.type === "checkbox") { differs ||= one.checked !== values[one.name]; one.checked = values[one.name]; }
        else if (one.type === "radio") { one.checked = values[one.name] === one.value; }
        else { differs ||= one.value !== values[one.name]; one.value = values[one.name]; }
      }
      const note = $("[data-kept]", form);
      if (differs && note) note.hidden = false;
    }
    form.addEventListener("input", () => {
      const values = {};
      for (const one of fields()) {
        if (one.type === "checkbox") values[one.name] = one.checked;
        else if (one.type !== "radio" || one.checked) values[one.name] = one.value;
      }
      sessionStorage.setItem(key, JSON.stringify(values));
    });
    const forget = $("[data-forget]", form);
    forget?.addEventListener("click", () => sessionStorage.removeItem(key));
  }
  for (const done of all("[data-saved]")) {
    for (let index = sessionStorage.length - 1; index >= 0; index -= 1) {
      const key = sessionStorage.key(index);
      if (key.startsWith("askpro:")) sessionStorage.removeItem(key);
    }
    done.removeAttribute("data-saved");
  }

  /* Menus close when one looks elsewhere. */
  document.addEventListener("click", (event) => {
    for (const menu of all("details.menu[open], details.more-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  /* Keys. */
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => all("[data-row]");
  const move = (step) => {
    const list = rows();
    if (!list.length) return;
    const at = list.findIndex((row) => row.classList.contains("is-on"));
    const next = list[Math.min(list.length - 1, Math.max(0, at + step))] ?? list[0];
    list.forEach((row) => row.classList.toggle("is-on", row === next));
    ($("a", next) ?? next).focus();
    next.scrollIntoView({ block: "nearest" });
  };
  let before = "";
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      all("details.menu[open], details.more-menu[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); });
      if (typing(event.target)) event.target.blur();
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key;
    if (before === "g") {
      before = "";
      const link = $(`[data-go="${CSS.escape(key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (key === "g") { before = "g"; setTimeout(() => { before = ""; }, 1500); return; }
    if (key === "/") { event.preventDefault(); $("#q")?.focus(); return; }
    if (key === "j" || key === "k") { event.preventDefault(); move(key === "j" ? 1 : -1); return; }
    const pressed = $(`[data-key="${CSS.escape(key)}"]`);
    if (pressed) { event.preventDefault(); pressed.matches("input, select, summary") ? pressed.focus() : pressed.click(); }
  });

  /* What went wrong is read first. */
  $("[data-focus]")?.focus();
  for (const input of all("[data-submits]")) input.addEventListener("change", () => input.form.requestSubmit());

  /* htmx moves lists; the page's title and its live parts stay right. */
  document.addEventListener("htmx:responseError", () => { $("#announce").textContent = document.body.dataset.failed ?? ""; });
})();
