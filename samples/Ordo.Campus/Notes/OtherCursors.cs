using Ordo.Campus.Identity;
using Ordo.Campus.Records;
using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.ConflictFree;

namespace Ordo.Campus.Notes;

/// <summary>
/// Where the cursors of others stand in an open text. They stay in place while the text changes, and go when nothing was heard of
/// their person for a while, as when a device has lost its network. Thread-safe.
/// </summary>
internal sealed class OtherCursors(TextSession session, TimeProvider time, TimeSpan lifetime)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Takes what is known of others now.</summary>
    /// <param name="presences">The records of all who have the text open.</param>
    public void Follow(IReadOnlyCollection<Record<Presence>> presences)
    {
        lock (_lock)
        {
            foreach (Record<Presence> presence in presences)
            {
                Entry entry = _entries.GetValueOrDefault(presence.Key) ?? new Entry();
                if (entry.Presence?.Version != presence.Version)
                {
                    _entries[presence.Key] = entry;
                    (entry.Presence, entry.HeardAt, entry.IsPlaced) = (presence, time.GetTimestamp(), false);
                }
            }

            foreach (string gone in _entries.Keys.Except(presences.Select(presence => presence.Key)).ToArray())
            {
                Remove(gone);
            }
        }
    }

    /// <summary>Forgets those of whom nothing was heard for too long.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Expire()
    {
        lock (_lock)
        {
            string[] silent = [.. _entries.Where(entry => IsShown(entry.Value) && IsSilent(entry.Value)).Select(entry => entry.Key)];
            foreach (string key in silent)
            {
                Hide(_entries[key]);
            }

            return silent.Length > 0;
        }
    }

    /// <summary>The cursors in the text as the session has it now.</summary>
    public IReadOnlyList<RemoteCursor> Read()
    {
        lock (_lock)
        {
            foreach (Entry entry in _entries.Values.Where(entry => !entry.IsPlaced && !IsSilent(entry)))
            {
                Place(entry);
            }

            return
            [
                .. _entries.Values.Where(IsShown).Select(entry => new RemoteCursor(
                    entry.Presence!.Value.By,
                    CampusRole.Label(entry.Presence.Value.By).Split(' ')[0],
                    entry.Cursor!.Index)),
            ];
        }
    }

    private static bool IsShown(Entry entry) => entry.Cursor is not null;

    private bool IsSilent(Entry entry) => time.GetElapsedTime(entry.HeardAt) > lifetime;

    // A place beside a character that has not arrived yet waits for it; until then the cursor stays where it was.
    private void Place(Entry entry)
    {
        if (Anchor.TryParse(entry.Presence!.Value.Anchor, out Anchor anchor) && session.AddCursor(anchor) is { } cursor)
        {
            Hide(entry);
            (entry.Cursor, entry.IsPlaced) = (cursor, true);
        }
    }

    private void Remove(string key)
    {
        if (_entries.Remove(key, out Entry? entry))
        {
            Hide(entry);
        }
    }

    private void Hide(Entry entry)
    {
        if (entry.Cursor is { } cursor)
        {
            session.RemoveCursor(cursor);
            entry.Cursor = null;
        }
    }

    private sealed class Entry
    {
        public Record<Presence>? Presence { get; set; }

        public TextCursor? Cursor { get; set; }

        public long HeardAt { get; set; }

        public bool IsPlaced { get; set; }
    }
}
