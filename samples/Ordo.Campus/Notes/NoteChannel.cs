using System.ComponentModel;
using Ordo.Campus.Device;
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

    private readonly TextSession _session;
    private readonly PresenceTeller _teller;
    private readonly LiveCollection<Presence> _presences;
    private readonly OtherCursors _others;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly List<TextChange> _unseen = [];
    private string _agreed = string.Empty;
    private string _offered = string.Empty;
    private long _revision;
    private int _version;
    private Task _running = Task.CompletedTask;

    private NoteChannel(CampusDevice device, string course, string note, TextSession session, BrowserLink link)
    {
        _session = session;
        ISyncCollection<Presence> presences = device.Presences(course);
        _teller = new PresenceTeller(device, presences, note, session, link);
        _others = new OtherCursors(session, device.Time, device.PresenceLifetime);
        _presences = presences.Live(live =>
        {
            live.Filter = presence => presence.Note == note && presence.By != device.Role.Name;
            live.Context = null;
        });
        _presences.PropertyChanged += OnPresence;
    }

    /// <summary>Raised when there is something to exchange.</summary>
    public event Action? Changed;

    /// <summary>Who else has the note open.</summary>
    public IReadOnlyList<RemoteCursor> Cursors => _others.Read();

    public static async Task<NoteChannel> OpenAsync(CampusDevice device, string course, string note, BrowserLink link)
    {
        TextSession session = await device.Notes(course).OpenTextAsync(note, item => item.Text);
        var channel = new NoteChannel(device, course, note, session, link);
        session.Changed += channel.OnChanged;
        channel._running = channel.TellAsync();
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

    /// <summary>Takes what was typed since both agreed and where the caret stands after it, and answers with what others typed.</summary>
    public NoteAnswer Exchange(int position, int deleted, string inserted, int caret)
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
            else
            {
                Recount();
            }

            _teller.MoveTo(Drift.Follow(caret, _unseen));
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

    public async ValueTask DisposeAsync()
    {
        _session.Changed -= OnChanged;
        _presences.PropertyChanged -= OnPresence;
        _presences.Dispose();
        await _closing.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _session.DisposeAsync();
        _closing.Dispose();
        await _teller.WithdrawAsync();
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

    private void OnPresence(object? sender, PropertyChangedEventArgs e)
    {
        _others.Follow([.. _presences]);
        Changed?.Invoke();
    }

    private async Task TellAsync()
    {
        using var timer = new PeriodicTimer(TellInterval);
        while (await timer.WaitForNextTickAsync(_closing.Token))
        {
            await _teller.TellAsync(_closing.Token);
            if (_others.Expire())
            {
                Changed?.Invoke();
            }
        }
    }
}
