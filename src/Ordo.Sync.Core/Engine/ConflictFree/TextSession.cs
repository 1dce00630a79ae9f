using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Records;
using Ordo.Sync.Scheduling;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>
/// A text of a record while somebody edits it: edits show at once and are written behind the editor's back, what others typed
/// arrives as changes, cursors stay in place, and own edits can be undone. Thread-safe.
/// </summary>
/// <remarks>
/// Edits made while a write is under way go together with the next, so a fast typist costs no more writes than the store takes.
/// Changes of others are shown between writes, when nothing typed here is unsaved. Dispose it to write what is left.
/// </remarks>
public sealed partial class TextSession : IAsyncDisposable
{
    // Dots of what is shown here: they never leave this object.
    private readonly DotSource _dots = new(new Causality.ReplicaId(1));
    private readonly SyncEngine _engine;
    private readonly Lane _lane;
    private readonly RecordKey _key;
    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly AsyncSemaphore _signal = new(0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Text _shown = new();
    private readonly TextHistory _history;
    private readonly UnsavedEdits _unsaved = new();
    private Task _running = Task.CompletedTask;

    private TextSession(SyncEngine engine, Lane lane, RecordKey key, string path)
    {
        _engine = engine;
        _lane = lane;
        _key = key;
        _path = path;
        _history = new TextHistory(_shown);
    }

    /// <summary>
    /// Raised after what others typed, or an undo, changed the text; positions of a change count on those before it. Raised on
    /// a thread of the engine: an editor with a thread of its own must switch to it.
    /// </summary>
    public event EventHandler<TextChangedEventArgs>? Changed;

    /// <summary>The text as it is shown.</summary>
    public string Value
    {
        get
        {
            lock (_lock)
            {
                return _shown.ToString();
            }
        }
    }

    /// <summary>Its length in UTF-16 units.</summary>
    public int Length
    {
        get
        {
            lock (_lock)
            {
                return _shown.Length;
            }
        }
    }

    /// <summary>Inserts before an index.</summary>
    /// <exception cref="ArgumentException">The index is outside the text or inside a surrogate pair.</exception>
    public void Insert(int index, string text) => Replace(index, 0, text);

    /// <summary>Deletes from an index on.</summary>
    /// <exception cref="ArgumentException">The range is outside the text or parts a surrogate pair.</exception>
    public void Delete(int index, int count) => Replace(index, count, string.Empty);

    /// <summary>Puts other text in the place of a range.</summary>
    /// <exception cref="ArgumentException">The range is outside the text or parts a surrogate pair.</exception>
    public void Replace(int index, int count, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            _history.Replace(_dots, index, count, text);
            Note([new TextChange(index, count, text)]);
        }
    }

    /// <summary>Ends a group of edits: <see cref="Undo"/> takes back those since the group before.</summary>
    public void EndGroup()
    {
        lock (_lock)
        {
            _history.Commit();
        }
    }

    /// <summary>Undoes the last group of own edits; what others typed stays.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Undo() => Reverse(_history.Undo);

    /// <summary>Does the last undone group again.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Redo() => Reverse(_history.Redo);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await SaveAsync().ConfigureAwait(false);
        }
        finally
        {
            await _closing.CancelAsync().ConfigureAwait(false);
            _signal.Release();
            await _running.ConfigureAwait(false);
            _closing.Dispose();
            _signal.Dispose();
        }
    }

    internal static async ValueTask<TextSession> OpenAsync(
        SyncEngine engine, Lane lane, RecordKey key, string path, CancellationToken cancellationToken)
    {
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        var session = new TextSession(engine, lane, key, path);
        ChangeQueue changes = engine.Publisher.Subscribe(new WatchFilter(lane.Name, key.Collection, ConflictsOnly: false));
        await session.CatchUpAsync().ConfigureAwait(false);
        session._running = Task.WhenAll(session.RunAsync(), session.WatchAsync(changes));
        return session;
    }

    private void Note(IReadOnlyList<TextChange> edits)
    {
        Follow(edits);
        _unsaved.Add(edits);
        _signal.Release();
    }

    private bool Reverse(Func<IDotSource, bool> reverse)
    {
        IReadOnlyList<TextChange> edits;
        long revision;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            TextSnapshot before = _shown.Snapshot();
            if (!reverse(_dots))
            {
                return false;
            }

            edits = _shown.ChangesSince(before);
            Note(edits);
            revision = _revision;
        }

        Changed?.Invoke(this, new TextChangedEventArgs(edits, revision, isRemote: false));
        return true;
    }
}
