using Ordo.Sync.Errors;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Faster;

/// <content>What operators and tools do with a store beyond its contract.</content>
public sealed partial class FasterRecordStore
{
    /// <summary>
    /// Why the last background checkpoint failed; <see langword="null"/> where it did not. The store works on, but its log grows
    /// until a checkpoint succeeds.
    /// </summary>
    public Exception? MaintenanceFailure => _maintainer?.Failure;

    /// <summary>Writes a checkpoint now and removes the log that it makes superfluous; the background does so by itself.</summary>
    /// <exception cref="SyncException">It cannot be written; the store is as it was.</exception>
    public async ValueTask CheckpointAsync(CancellationToken cancellationToken = default)
    {
        _ = Committed;
        await _maintainer!.CheckpointAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives back the space of superseded values now; the background does so by itself.</summary>
    public async ValueTask CompactAsync(CancellationToken cancellationToken = default)
    {
        _ = Committed;
        await _maintainer!.CleanAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Finds live records whose time to live is over (<see cref="FasterStoreOptions.TimeToLive"/>), the oldest of each collection
    /// first. Costs what it returns, whatever is held.
    /// </summary>
    /// <param name="countMax">The most to return.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public ValueTask<IReadOnlyList<ExpiredRecord>> ListExpiredAsync(
        int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(countMax);
        cancellationToken.ThrowIfCancellationRequested();
        StoreImage image = Committed;
        DateTimeOffset now = _time.GetUtcNow();
        var expired = new List<ExpiredRecord>();
        foreach ((string collection, TimeSpan life) in _settings.TimeToLive)
        {
            IndexValue end = IndexValue.Of((now - life).ToUnixTimeMilliseconds());
            foreach ((ScopeName scope, ScopeImage found) in image.Scopes.All())
            {
                expired.AddRange(ExpiredIn(scope.Value, found, collection, end).Take(countMax - expired.Count));
            }
        }

        return new(expired);
    }

    /// <inheritdoc/>
    public StoreSize MeasureSize()
    {
        var folder = new DirectoryInfo(_settings.Folder);
        return StoreSize.Of(
            folder.FullName, folder.Exists ? folder.EnumerateFiles("*", SearchOption.AllDirectories) : []);
    }

    private static IEnumerable<ExpiredRecord> ExpiredIn(
        string name, ScopeImage scope, string collection, IndexValue end)
    {
        string field = CollectionLayout.Written.Field;
        return scope.Index
            .From(slot => slot.CompareIndexTo(collection, field) < 0)
            .TakeWhile(entry => entry.Key.CompareIndexTo(collection, field) == 0 && entry.Key.Value <= end)
            .Select(entry =>
            {
                var key = new RecordKey(collection, entry.Key.Key);
                scope.Records.TryGet(key, out RecordSlot slot);
                return new ExpiredRecord(name, key, slot.HasSiblings ? slot.Detail!.Dots : [slot.Dot]);
            });
    }
}
