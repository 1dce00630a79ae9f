using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Tests.Faults;

/// <summary>Ways to break the contract, each of which the conformance suite must find.</summary>
internal static class StoreFaults
{
    public static IReadOnlyList<StoreFault> All { get; } =
    [
        Before<StoredRecord>("A put loses annotations", nameof(IStoreTransaction.PutAsync), 1, record => record with
        {
            Versions = [.. record.Versions.Select(
                one => new RecordVersion(one.Dot, one.Timestamp, one.Author, one.Payload))],
        }),
        Before<StoredRecord>("A put loses siblings", nameof(IStoreTransaction.PutAsync), 1, record => record with
        {
            Versions = [record.Greatest],
        }),
        Before<StoredRecord>(
            "A put loses conflict-free state", nameof(IStoreTransaction.PutAsync), 1,
            record => record with { ConflictFree = default }),
        After<bool>("Adding always says it added", nameof(IStoreTransaction.TryAddAsync), _ => true),
        Nothing("A remove does nothing", nameof(IStoreTransaction.RemoveAsync)),
        Nothing("Dropping a scope does nothing", nameof(IStoreTransaction.DropScopeAsync)),
        Nothing("A rotation does nothing", nameof(IStoreTransaction.RotateAsync)),
        Nothing("A commit does nothing", nameof(IStoreTransaction.CommitAsync)),
        Nothing("Removing a local entry does nothing", nameof(IStoreTransaction.RemoveLocalAsync)),
        new("The clock is never raised", nameof(IStoreTransaction.AdvanceClock), (_, _) => null),
        Before<ScopeState>(
            "A scope loses its exceptions", nameof(IStoreTransaction.SetScopeAsync), 1,
            state => state with { Exceptions = [] }),
        Before<ChangeQuery>(
            "Changes ignore their bound", nameof(IStoreSnapshot.ReadChangesAsync), 1,
            query => query with { UpTo = VersionVector.Of(new(0, Dot.CounterMax), new(1, Dot.CounterMax)) }),
        Before<ChangeQuery>(
            "Changes ignore what is known", nameof(IStoreSnapshot.ReadChangesAsync), 1,
            query => query with { Known = VersionVector.Empty }),
        Before<ChangeQuery>(
            "Changes begin anew each page", nameof(IStoreSnapshot.ReadChangesAsync), 1,
            query => query with { After = null }),
        Before<ChangeQuery>("Changes ignore the bytes", nameof(IStoreSnapshot.ReadChangesAsync), 1, query => query with
        {
            Budget = query.Budget with { BytesMax = int.MaxValue },
        }),
        After<ChangeSlice>(
            "Changes never go on", nameof(IStoreSnapshot.ReadChangesAsync), slice => slice with { Next = null }),
        After<RangeSlice>("A range is always the last", nameof(IStoreSnapshot.ReadRangeAsync), slice => slice with
        {
            IsLast = true,
        }),
        Before<KeyRange>(
            "A range ignores its end", nameof(IStoreSnapshot.ReadRangeAsync), 1, range => range with { UpTo = null }),
        Before<KeyRange>("A range ignores its beginning", nameof(IStoreSnapshot.ReadRangeAsync), 1, range => range with
        {
            After = null,
        }),
        Before<RecordQuery>("A query is never reversed", nameof(IStoreSnapshot.QueryAsync), 1, query => query with
        {
            Descending = false,
        }),
        Before<RecordQuery>("A query begins anew each page", nameof(IStoreSnapshot.QueryAsync), 1, query => query with
        {
            After = null,
        }),
        Before<RecordQuery>("A query includes its bounds", nameof(IStoreSnapshot.QueryAsync), 1, query => query with
        {
            Conditions = [.. query.Conditions.Select(one => one with { ExcludesFrom = false, ExcludesTo = false })],
        }),
        Before<RecordQuery>("A query tests one condition", nameof(IStoreSnapshot.QueryAsync), 1, query => query with
        {
            Conditions = [.. query.Conditions.Take(1)],
        }),
        Before<Dot>("Pruning leaves the last entry", nameof(IStoreTransaction.PruneJournalAsync), 1, upTo =>
            new Dot(upTo.ReplicaIndex, Math.Max(1, upTo.Counter - 1))),
        Before<JournalEntry>(
            "The journal loses contents", nameof(IStoreTransaction.AppendJournalAsync), 0,
            entry => entry with { Content = default }),
        Before<long>(
            "The journal is always read from its first entry", nameof(IStoreSnapshot.ReadJournalAsync), 0, _ => 0),
        After<ReadOnlyMemory<byte>?>("An empty local entry is none", nameof(IStoreSnapshot.GetLocalAsync), value =>
            value is { Length: > 0 } ? value : null),
        Before<string?>(
            "Local entries are always listed from the first", nameof(IStoreSnapshot.ListLocalAsync), 1, _ => null),
        After<IReadOnlyList<string>>("Scopes are listed in reverse", nameof(IStoreSnapshot.ListScopesAsync), names =>
            [.. names.Reverse()]),
    ];

    private static StoreFault Before<T>(string name, string method, int argument, Func<T, T> change) =>
        new(name, method, (arguments, proceed) =>
        {
            arguments[argument] = change((T)arguments[argument]!);
            return proceed();
        });

    // The memory store completes at once, so its results are there.
    private static StoreFault After<T>(string name, string method, Func<T, T> change) =>
        new(
            name, method,
            (_, proceed) => new ValueTask<T>(change(((ValueTask<T>)proceed()!).AsTask().GetAwaiter().GetResult())));

    private static StoreFault Nothing(string name, string method) => new(name, method, (_, _) => default(ValueTask));
}
