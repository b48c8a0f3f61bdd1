// Adds or removes a row of a form in place: the server prints the form again, and only the list of rows is swapped.

async function printed(form, button) {
  const typed = new FormData(form);
  typed.append(button.name, button.value);
  const body = form.enctype === "multipart/form-data" ? typed : new URLSearchParams(typed);
  const answer = await fetch(form.action, { method: "POST", body });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function swap(event) {
  const button = event.submitter;
  if (!button || !["add", "remove"].includes(button.name)) return;
  event.preventDefault();
  const form = event.currentTarget;
  const list = button.closest(".rows");
  const fresh = await printed(form, button).then((page) => page.getElementById(list.id), () => null);
  if (!fresh) {
    form.removeEventListener("submit", swap);
    form.requestSubmit(button);
    return;
  }
  list.replaceWith(fresh);
  const last = button.name === "add" && [...fresh.querySelectorAll(":scope > .entry, :scope > .entry-plain")].at(-1);
  const control = last && last.querySelector("input:not([type=hidden]), select, textarea");
  (control || fresh).focus();
}

for (const form of document.querySelectorAll('form[data-behaviour~="rows"]')) {
  form.addEventListener("submit", swap);
}
