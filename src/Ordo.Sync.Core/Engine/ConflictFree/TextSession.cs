using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;
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
public sealed class TextSession : IAsyncDisposable
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
    private readonly List<TextCursor> _cursors = [];
    private readonly Text _shown = new();
    private readonly TextHistory _history;
    private List<TextChange> _pending = [];
    private ReadOnlyMemory<byte> _seen;
    private Completion<bool> _saved = new();
    private Exception? _failure;
    private Task _running = Task.CompletedTask;
    private bool _isWriting;
    private bool _exists;

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

    /// <summary>A cursor that stays in place while the text changes around it.</summary>
    /// <param name="index">Where it stands.</param>
    /// <param name="movesWithInsert">Whether text inserted at this very place pushes it on.</param>
    public TextCursor AddCursor(int index, bool movesWithInsert = false)
    {
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(index, _shown.Length);
            var cursor = new TextCursor(index, movesWithInsert);
            _cursors.Add(cursor);
            return cursor;
        }
    }

    /// <summary>Forgets a cursor.</summary>
    public void RemoveCursor(TextCursor cursor)
    {
        lock (_lock)
        {
            _cursors.Remove(cursor);
        }
    }

    /// <summary>Waits until all edits made before this call are durable.</summary>
    /// <exception cref="Errors.SyncException">The store failed.</exception>
    public async Task SaveAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task saved;
            lock (_lock)
            {
                if (_failure is not null)
                {
                    throw new InvalidOperationException("The text could not be written: " + _failure.Message, _failure);
                }

                if (_pending.Count == 0 && !_isWriting)
                {
                    return;
                }

                saved = _saved.Task;
            }

            await saved.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

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
        session._running = Task.WhenAll(session.WriteAsync(), session.WatchAsync(changes));
        return session;
    }

    private void Note(IReadOnlyList<TextChange> edits)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        Move(edits);
        _pending.AddRange(edits.Where(edit => edit.Deleted > 0 || edit.Inserted.Length > 0));
        _signal.Release();
    }

    private void Move(IReadOnlyList<TextChange> changes)
    {
        foreach (TextCursor cursor in _cursors)
        {
            foreach (TextChange change in changes)
            {
                cursor.Follow(change);
            }
        }
    }

    private bool Reverse(Func<IDotSource, bool> reverse)
    {
        IReadOnlyList<TextChange> edits;
        lock (_lock)
        {
            TextSnapshot before = _shown.Snapshot();
            if (!reverse(_dots))
            {
                return false;
            }

            edits = _shown.ChangesSince(before);
            Note(edits);
        }

        Changed?.Invoke(this, new TextChangedEventArgs(edits, isRemote: false));
        return true;
    }

    private async Task WatchAsync(ChangeQueue changes)
    {
        using (changes)
        {
            try
            {
                while (await changes.TakeAsync(_closing.Token).ConfigureAwait(false) is { } change)
                {
                    if (change.Key == _key)
                    {
                        _signal.Release();
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The session is closed.
            }
        }
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            await _signal.WaitAsync().ConfigureAwait(false);
            if (_closing.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await (HasPending() ? SavePendingAsync() : CatchUpAsync()).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // Whoever saves or closes hears of it; nothing typed afterwards could be written where it was meant.
                Finish(exception);
                return;
            }
        }
    }

    private bool HasPending()
    {
        lock (_lock)
        {
            _isWriting = _pending.Count > 0;
            return _isWriting;
        }
    }

    private async Task SavePendingAsync()
    {
        List<TextChange> edits;
        lock (_lock)
        {
            edits = _pending;
            _pending = [];
        }

        var result = new EditResult();
        Scalar path = Scalar.Of(_path);
        var edit = new ConflictFreeEdit(
            root => root.Text(path),
            edits.Sum(change => 32 + (change.Inserted.Length * 2)),
            (value, context) => Apply((Text)value, context, edits));
        var write = new Writes.RecordWrite.Patch(_key, Basis: null, []) { Edits = [edit], Seen = _seen, IsOfExisting = _exists, Result = result };
        await _engine.WriteAsync(_lane, [write], options: null, CancellationToken.None).ConfigureAwait(false);
        lock (_lock)
        {
            _seen = result.Seen;
        }

        await CatchUpAsync().ConfigureAwait(false);
        Finish(failure: null);
    }

    private static void Apply(Text text, EditContext context, List<TextChange> edits)
    {
        foreach (TextChange edit in edits)
        {
            text.Replace(context.Dots, edit.Position, edit.Deleted, edit.Inserted);
        }
    }

    private void Finish(Exception? failure)
    {
        Completion<bool> saved;
        lock (_lock)
        {
            _failure = failure;
            _isWriting = false;
            saved = _saved;
            _saved = new Completion<bool>();
        }

        saved.Complete(true);
    }

    // Shows what the store holds, if nothing is typed that it does not.
    private async Task CatchUpAsync()
    {
        StoredRecord? record = await _lane.Replica.Store.GetAsync(_lane.Name, _key).ConfigureAwait(false);
        ReadOnlyMemory<byte> stored = record?.ConflictFree ?? default;
        _exists = record?.Content is { } content && !content.Versions.All(version => version.IsTombstone);
        IReadOnlyList<TextChange> changes;
        lock (_lock)
        {
            if (_pending.Count > 0 || stored.Span.SequenceEqual(_seen.Span))
            {
                return;
            }

            changes = StoredDocument.Decode(stored).Text(_path)
                .ChangesSince(StoredDocument.Decode(_seen).Text(_path).Snapshot());
            Apply(_shown, new EditContext(_dots, default), [.. changes]);
            Move(changes);
            _seen = stored;
        }

        if (changes.Count > 0)
        {
            Changed?.Invoke(this, new TextChangedEventArgs(changes, isRemote: true));
        }
    }
}
