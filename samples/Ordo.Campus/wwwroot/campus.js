// What needs the browser itself: dialogs that hold the focus, and the editor of notes.

/** Opens a panel as a modal dialog; tells the page when it was closed. The browser gives the focus back to where it was. */
export function openPanel(dialog, page) {
  dialog.addEventListener('close', () => page.invokeMethodAsync('Closed'));
  dialog.addEventListener('mousedown', event => {
    if (event.target === dialog) dialog.close();
  });
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
  dialog.showModal();
}

/** The one replacement that makes one text of another: common beginning and end stay. */
function difference(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  if (inPair(before, start) || inPair(after, start)) start--;
  if (inPair(before, before.length - end) || inPair(after, after.length - end)) end--;
  return { position: start, deleted: before.length - start - end, inserted: after.slice(start, after.length - end) };
}

function inPair(text, index) {
  return index > 0 && index < text.length && isHigh(text.charCodeAt(index - 1)) && isLow(text.charCodeAt(index));
}

const isHigh = unit => unit >= 0xd800 && unit < 0xdc00;
const isLow = unit => unit >= 0xdc00 && unit < 0xe000;

/** Where a place in a text is after a change of it. */
function follow(place, change) {
  if (place <= change.position) return place;
  const end = change.position + change.deleted;
  return place >= end ? place - change.deleted + change.inserted.length : change.position + change.inserted.length;
}

/**
 * Binds a text area to a note on the device. `agreed` is the text that both sides have: what is typed goes as a difference from it,
 * one at a time; what others typed comes as the answer, and is shown when nothing typed here is still to be sent.
 */
export function openEditor(area, overlay, page, text) {
  let agreed = text;
  let isBusy = false;
  let isDirty = false;
  let isClosed = false;
  let cursors = [];
  area.value = text;

  async function exchange() {
    if (isBusy || isClosed) {
      isDirty = true;
      return;
    }
    isBusy = true;
    try {
      do {
        isDirty = false;
        const edit = difference(agreed, area.value);
        agreed = area.value;
        const answer = await page.invokeMethodAsync('Exchange', edit.position, edit.deleted, edit.inserted, area.selectionStart);
        if (area.value === agreed) {
          show(answer);
          await page.invokeMethodAsync('Agree', answer.version);
        } else {
          isDirty = true;
        }
      } while (isDirty && !isClosed);
    } catch (error) {
      // A note that was closed takes no more; anything else is a fault.
      if (!isClosed) throw error;
    } finally {
      isBusy = false;
    }
  }

  function show(answer) {
    if (answer.change) {
      const { selectionStart, selectionEnd, selectionDirection, scrollTop } = area;
      const change = answer.change;
      agreed = agreed.slice(0, change.position) + change.inserted + agreed.slice(change.position + change.deleted);
      area.value = agreed;
      area.setSelectionRange(follow(selectionStart, change), follow(selectionEnd, change), selectionDirection);
      area.scrollTop = scrollTop;
    }
    cursors = answer.cursors;
    draw();
  }

  // A copy of the text with marks where the cursors stand; the browser lays both out alike.
  function draw() {
    overlay.replaceChildren();
    let from = 0;
    for (const cursor of [...cursors].sort((a, b) => a.position - b.position)) {
      const at = Math.min(cursor.position, area.value.length);
      overlay.append(area.value.slice(from, at));
      const mark = document.createElement('span');
      mark.className = `cursor cursor-${cursor.by}`;
      mark.dataset.name = cursor.name;
      overlay.append(mark);
      from = at;
    }
    overlay.append(area.value.slice(from) + '\u200b');
    overlay.scrollTop = area.scrollTop;
  }

  area.addEventListener('input', () => { draw(); exchange(); });
  area.addEventListener('scroll', () => { overlay.scrollTop = area.scrollTop; });
  let place = -1;
  const onSelection = () => {
    if (document.activeElement === area && area.selectionStart !== place) {
      place = area.selectionStart;
      exchange();
    }
  };
  document.addEventListener('selectionchange', onSelection);
  exchange();
  return {
    exchange,
    close() {
      isClosed = true;
      document.removeEventListener('selectionchange', onSelection);
    },
  };
}
