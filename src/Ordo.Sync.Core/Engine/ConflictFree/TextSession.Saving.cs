using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Scheduling;

namespace Ordo.Sync.Engine.ConflictFree;

// Writing what was typed behind the editor's back, and showing what others typed.
public sealed partial class TextSession
{
    // The stored state that the text shown is made of, beside what is unsaved; its text, once somebody asked for it.
    private ReadOnlyMemory<byte> _seen;
    private Text? _seenText;
    private bool _exists;
    private Completion<bool> _saved = new();
    private Exception? _failure;

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

                if (!_unsaved.IsWaiting && !_unsaved.IsWriting)
                {
                    return;
                }

                saved = _saved.Task;
            }

            await saved.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Text SavedText() => _seenText ??= StoredDocument.Decode(_seen).Text(_path);

    private void See(ReadOnlyMemory<byte> stored, Text? text)
    {
        _seen = stored;
        _seenText = text;
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

    private async Task RunAsync()
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
                IReadOnlyList<TextChange> edits;
                lock (_lock)
                {
                    edits = _unsaved.BeginWrite();
                }

                await (edits.Count > 0 ? WriteAsync(edits) : CatchUpAsync()).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // Whoever saves or closes hears of it; nothing typed afterwards could be written where it was meant.
                Finish(exception);
                return;
            }
        }
    }

    private async Task WriteAsync(IReadOnlyList<TextChange> edits)
    {
        var result = new EditResult();
        List<ConflictFreeEdit> all = [];
        new EditTarget(all, map: null, Scalar.Of(_path), CrdtKind.Text).Add<Text>(
            (text, context) => Apply(text, context, edits), edits.Sum(change => 32 + (change.Inserted.Length * 2)));
        var write = new Writes.RecordWrite.Patch(_key, Basis: null, []) { Edits = all, Seen = _seen, IsOfExisting = _exists, Result = result };
        await _engine.WriteAsync(_lane, [write], options: null, CancellationToken.None).ConfigureAwait(false);
        lock (_lock)
        {
            See(result.Seen, text: null);
            _unsaved.Written();
        }

        await CatchUpAsync().ConfigureAwait(false);
        Finish(failure: null);
    }

    private static void Apply(Text text, EditContext context, IReadOnlyList<TextChange> edits)
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
            _unsaved.EndWrite();
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
        long revision;
        lock (_lock)
        {
            if (_unsaved.IsWaiting || stored.Span.SequenceEqual(_seen.Span))
            {
                return;
            }

            Text now = StoredDocument.Decode(stored).Text(_path);
            changes = now.ChangesSince(SavedText().Snapshot());
            Apply(_shown, new EditContext(_dots, default), changes);
            if (changes.Count > 0)
            {
                Follow(changes);
            }

            See(stored, now);
            revision = _revision;
        }

        if (changes.Count > 0)
        {
            Changed?.Invoke(this, new TextChangedEventArgs(changes, revision, isRemote: true));
        }
    }
}
