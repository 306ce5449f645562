// Pages work without this; with it, components answer faster and long work shows its progress by itself.
import { initAll } from 'govuk.js';

document.body.classList.add('js-enabled', 'govuk-frontend-supported');
initAll();

const progress = document.querySelector('[data-progress]');
if (progress) {
  const events = new EventSource(progress.dataset.progress);
  events.onmessage = ({ data }) => {
    const { phase, done } = JSON.parse(data);
    progress.textContent = phase;
    if (!done) return;
    events.close();
    window.location.reload();
  };
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

// On a page with several forms, sending one of them keeps what is typed in the others, in this tab and for the next page only.
const boxes = () =>
  [...document.querySelectorAll('main form input:not([type=hidden]), main form textarea')].filter(
    ({ type }) => ['text', 'email', 'tel', 'textarea'].includes(type),
  );
const key = `typed ${window.location.pathname}`;
for (const [action, name, value] of JSON.parse(window.sessionStorage.getItem(key) ?? '[]')) {
  const box = boxes().find((one) => one.form.action === action && one.name === name);
  if (box) box.value = value;
}
window.sessionStorage.removeItem(key);
document.addEventListener('submit', ({ target }) => {
  const others = boxes().filter((one) => one.form !== target && one.value !== one.defaultValue);
  if (others.length > 0)
    window.sessionStorage.setItem(
      key,
      JSON.stringify(others.map(({ form, name, value }) => [form.action, name, value])),
    );
});

// A long form says what is not saved yet, and asks before it is left.
for (const form of document.querySelectorAll('form[data-guarded]')) {
  const words = form.querySelector('[data-unsaved]');
  const ask = (event) => event.preventDefault();
  form.addEventListener('input', () => {
    if (words) words.hidden = false;
    window.addEventListener('beforeunload', ask);
  });
  form.addEventListener('submit', () => window.removeEventListener('beforeunload', ask));
}

// A stroke leads to the search from anywhere but a field.
const find = document.querySelector('#find');
if (find)
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target.closest('input, textarea, select, [contenteditable]');
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    find.focus();
  });

// What is chosen for a whole month shows in its weeks at once, so that a week can be chosen otherwise after it.
for (const choice of document.querySelectorAll('.cf-month input[name^="month["]'))
  choice.addEventListener('change', () => {
    const month = choice.name.slice(6, 13);
    for (const week of document.querySelectorAll(`input[name^="week[${month}"]`)) {
      const friday = new Date(`${week.name.slice(5, 15)}T12:00Z`);
      friday.setUTCDate(friday.getUTCDate() + 4);
      if (week.value !== choice.value || friday.toISOString().slice(0, 7) !== month) continue;
      week.checked = true;
      week.form.elements[week.name.replace('week', 'was')].value = choice.value;
    }
  });
