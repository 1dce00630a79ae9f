using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Queries;
using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Watching;

/// <summary>
/// What a live collection is fed with: everything that matches, then what changes, in rounds. It reads, decodes and filters away
/// from the collection's context, and begins a round only when the one before is shown; what happens meanwhile waits in a
/// <see cref="ChangeQueue"/>, each record once.
/// </summary>
internal sealed class LiveFeed<T>
{
    private const int PageSize = 1024;

    private readonly SyncCollection<T> _collection;
    private readonly LiveOptions<T> _options;
    private readonly QueryBuilder<T> _query;
    private readonly TimeProvider _time;
    private readonly Func<LiveRound<T>, CancellationToken, ValueTask> _show;

    public LiveFeed(
        SyncCollection<T> collection,
        LiveOptions<T> options,
        TimeProvider time,
        Func<LiveRound<T>, CancellationToken, ValueTask> show)
    {
        _collection = collection;
        _options = options;
        _time = time;
        _show = show;
        _query = collection.BuildQuery(options.Query);
        if (_query.CountMax != int.MaxValue)
        {
            throw new ArgumentException("A live collection holds all records that match: leave Take out.", nameof(options));
        }
    }

    public LiveOrder<T> Order => new(_options.Order, _options.Order is null && _query.IsDescending);

    /// <summary>Feeds until cancelled, or until the engine is closed.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A store may answer at once: its records would otherwise be read and decoded on the caller's thread, a UI's.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _collection.OpenAsync(cancellationToken).ConfigureAwait(false);
        using ChangeQueue queue = _collection.Subscribe(_options.BacklogMax);
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        var changes = new List<StoredChange>();
        while (true)
        {
            switch (await queue.TakeAsync(changes, _options.BacklogMax, cancellationToken).ConfigureAwait(false))
            {
                case ChangeQueueState.Closed:
                    return;
                case ChangeQueueState.Overflowed:
                    await ReloadAsync(cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await _show(
                        new([.. changes.Select(change => ChangeOf(change.Key.Key, change.After))], IsAnew: false, IsLoaded: true),
                        cancellationToken).ConfigureAwait(false);
                    break;
            }

            changes.Clear();
            if (_options.Pause > TimeSpan.Zero)
            {
                await Task.Delay(_options.Pause, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // The first records are shown at once, the others in rounds that grow, so that a view redraws itself seldom.
    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        var round = new List<LiveChange<T>>();
        int size = PageSize;
        await foreach (IReadOnlyList<StoredRecord> page in _collection
            .ReadPagesAsync(_query, PageSize, cancellationToken).ConfigureAwait(false))
        {
            Add(page, round);
            if (round.Count >= size)
            {
                await _show(new(round, IsAnew: false, IsLoaded: false), cancellationToken).ConfigureAwait(false);
                round = [];
                size *= 4;
            }
        }

        await _show(new(round, IsAnew: false, IsLoaded: true), cancellationToken).ConfigureAwait(false);
    }

    // What is shown stays until all of it is read: a view that was full does not run empty.
    private async ValueTask ReloadAsync(CancellationToken cancellationToken)
    {
        var all = new List<LiveChange<T>>();
        await foreach (IReadOnlyList<StoredRecord> page in _collection
            .ReadPagesAsync(_query, PageSize, cancellationToken).ConfigureAwait(false))
        {
            Add(page, all);
        }

        await _show(new(all, IsAnew: true, IsLoaded: true), cancellationToken).ConfigureAwait(false);
    }

    private void Add(IReadOnlyList<StoredRecord> page, List<LiveChange<T>> to)
    {
        foreach (StoredRecord stored in page)
        {
            if (ChangeOf(stored.Key.Key, stored) is { Entry: not null } change)
            {
                to.Add(change);
            }
        }
    }

    private LiveChange<T> ChangeOf(string key, StoredRecord? stored)
    {
        LiveEntry<T>? entry = stored is null ? null : _collection.EntryOf(stored, _query);
        bool isHeld = entry is not null
            && (_options.Filter is not { } filter || !entry.Record.IsReadable || filter(entry.Record.Value));
        return new LiveChange<T>(key, isHeld ? entry : null);
    }
}
