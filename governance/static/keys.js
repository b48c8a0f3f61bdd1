// Ctrl+K goes to the search box of the page, then, asked again, to the one of the header, which searches everywhere.
// (A bare letter or sign would be in the way of those who dictate: WCAG 2.1.4.)

const own = document.querySelectorAll('main [data-behaviour~="keys"]');
const boxes = [...own, ...document.querySelectorAll('header [data-behaviour~="keys"]')];
for (const box of boxes) box.setAttribute("aria-keyshortcuts", "Control+K");
if (boxes.length) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    const next = boxes[(boxes.indexOf(document.activeElement) + 1) % boxes.length];
    next.focus();
    next.select();
  });
}
