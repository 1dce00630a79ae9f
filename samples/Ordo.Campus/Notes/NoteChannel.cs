using Ordo.Campus.Device;
using Ordo.Campus.Identity;
using Ordo.Campus.Records;
using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.ConflictFree;
using Ordo.Sync.Engine.Watching;

namespace Ordo.Campus.Notes;

/// <summary>
/// Between a text session and a browser that shows it. Both sides remember the text they last agreed on; the browser sends what it
/// typed since, one edit at a time, and is answered with what others typed. Thread-safe.
/// </summary>
internal sealed class NoteChannel : IAsyncDisposable
{
    private static readonly TimeSpan TellInterval = TimeSpan.FromMilliseconds(250);

    // Well below the time after which a presence goes by itself.
    private static readonly TimeSpan TellAgain = TimeSpan.FromSeconds(10);

    private readonly CampusDevice _device;
    private readonly ISyncCollection<Presence> _presences;
    private readonly string _note;
    private readonly TextSession _session;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Dictionary<string, (TextCursor Cursor, Presence Presence)> _others = new(StringComparer.Ordinal);
    private readonly List<TextChange> _unseen = [];
    private string _agreed = string.Empty;
    private string _offered = string.Empty;
    private long _revision;
    private int _version;
    private volatile int _caret;
    private Task _running = Task.CompletedTask;

    private NoteChannel(CampusDevice device, string course, string note, TextSession session)
    {
        _device = device;
        _note = note;
        _session = session;
        _presences = device.Presences(course);
    }

    /// <summary>Raised when there is something to exchange.</summary>
    public event Action? Changed;

    /// <summary>Who else has the note open.</summary>
    public IReadOnlyList<RemoteCursor> Cursors
    {
        get
        {
            lock (_lock)
            {
                return [.. _others.Values.Select(other => new RemoteCursor(
                    other.Presence.By, CampusRole.Label(other.Presence.By).Split(' ')[0], other.Cursor.Index))];
            }
        }
    }

    public static async Task<NoteChannel> OpenAsync(CampusDevice device, string course, string note)
    {
        TextSession session = await device.Notes(course).OpenTextAsync(note, item => item.Text);
        var channel = new NoteChannel(device, course, note, session);
        session.Changed += channel.OnChanged;
        channel._running = Task.WhenAll(channel.WatchAsync(), channel.TellAsync());
        return channel;
    }

    /// <summary>The text that the browser begins with.</summary>
    public string Begin()
    {
        lock (_lock)
        {
            _unseen.Clear();
            (_agreed, _revision) = _session.Current;
            return _agreed;
        }
    }

    /// <summary>Takes what was typed since both agreed, and answers with what others typed.</summary>
    public NoteAnswer Exchange(int position, int deleted, string inserted)
    {
        lock (_lock)
        {
            if (deleted > 0 || inserted.Length > 0)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(position);
                ArgumentOutOfRangeException.ThrowIfNegative(deleted);
                ArgumentOutOfRangeException.ThrowIfGreaterThan(position + (long)deleted, _agreed.Length, nameof(deleted));
                Apply(new TextChange(position, deleted, inserted));
            }

            _offered = _session.Value;
            return new NoteAnswer(++_version, Drift.Between(_agreed, _offered), Cursors);
        }
    }

    /// <summary>The browser shows the answer: that is what both agree on now.</summary>
    public void Agree(int version)
    {
        lock (_lock)
        {
            if (version == _version)
            {
                _agreed = _offered;
                Recount();
            }
        }
    }

    /// <summary>Where the browser's caret is; the others are told within a moment.</summary>
    public void MoveCaret(int caret) => _caret = caret;

    public async ValueTask DisposeAsync()
    {
        _session.Changed -= OnChanged;
        await _closing.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _session.DisposeAsync();
        _closing.Dispose();
        await _presences.DeleteAsync(_device.Role.Name);
    }

    private void Apply(TextChange edit)
    {
        // The session may have moved on without having told of it yet: then the edit is moved over that too.
        while (!_session.TryApply(ref _revision, Drift.Rebase(edit, _unseen)))
        {
            Recount();
        }

        _agreed = Drift.Apply(_agreed, [edit]);
        Recount();
    }

    // What others typed that the browser does not show, as one change of what it shows.
    private void Recount()
    {
        TextRevision now = _session.Current;
        _revision = now.Revision;
        _unseen.Clear();
        if (Drift.Between(_agreed, now.Value) is { } change)
        {
            _unseen.Add(change);
        }
    }

    private void OnChanged(object? sender, TextChangedEventArgs e)
    {
        lock (_lock)
        {
            // Out of turn, it is in a count made since; the next edit sees to the rest.
            if (e.Revision == _revision + 1)
            {
                _revision = e.Revision;
                _unseen.AddRange(e.Changes);
            }
        }

        Changed?.Invoke();
    }

    private async Task WatchAsync()
    {
        await foreach (RecordChange<Presence> change in _presences.WatchAsync(_closing.Token))
        {
            if (change.Key != _device.Role.Name)
            {
                Place(change.Key, change.Record?.Value);
                Changed?.Invoke();
            }
        }
    }

    private async Task TellAsync()
    {
        using var timer = new PeriodicTimer(TellInterval);
        (int Caret, long At) told = (-1, 0);
        while (await timer.WaitForNextTickAsync(_closing.Token))
        {
            (int caret, long now) = (_caret, _device.Now);
            if (caret != told.Caret || now - told.At >= TellAgain.TotalMilliseconds)
            {
                told = (caret, now);
                var presence = new Presence { By = _device.Role.Name, Note = _note, Position = caret, At = now };
                await _presences.PutAsync(_device.Role.Name, presence, cancellationToken: _closing.Token);
            }
        }
    }

    private void Place(string key, Presence? presence)
    {
        lock (_lock)
        {
            if (_others.Remove(key, out (TextCursor Cursor, Presence Presence) before))
            {
                _session.RemoveCursor(before.Cursor);
            }

            if (presence is not null && presence.Note == _note)
            {
                TextCursor cursor = _session.AddCursor(Math.Clamp(presence.Position, 0, _session.Length), movesWithInsert: true);
                _others[key] = (cursor, presence);
            }
        }
    }
}
