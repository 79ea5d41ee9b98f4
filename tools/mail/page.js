// Looks for new mail every three seconds. The list is exchanged only when it changed, the focus stays where it was,
// and what is new is said once, politely. Nothing is asked while the page is hidden.
const list = document.querySelector('#messages');
const status = document.querySelector('#status');

async function refresh() {
  if (document.hidden) return;
  const response = await fetch('/', { headers: { accept: 'text/html' } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('#messages');
  if (fresh.innerHTML === list.innerHTML) return;
  const added = fresh.querySelectorAll('tbody tr').length - list.querySelectorAll('tbody tr').length;
  const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  list.innerHTML = fresh.innerHTML;
  if (focused !== null) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  if (added > 0) status.textContent = added === 1 ? 'One new message.' : `${added} new messages.`;
}

if (list !== null) setInterval(() => void refresh().catch(() => undefined), 3000);
