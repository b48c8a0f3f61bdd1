// Ctrl+K goes to the search box of the page. (A bare letter or sign would be in the way of those who dictate: WCAG 2.1.4.)

const box = document.querySelector('[data-behaviour~="keys"]');
if (box) {
  box.setAttribute("aria-keyshortcuts", "Control+K");
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}
